"""Schedules: set, pause, resume, remove, look ahead, look back."""

import contextlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from core.domain.clock import MICROSECOND
from core.domain.errors import BadInput, NotThere
from core.domain.schedules import Schedule
from core.entrypoints.commands.output import say, show
from core.entrypoints.commands.shared import TIME, in_zone, opened, with_output

if TYPE_CHECKING:
    from core.entrypoints.runtime import Runtime


class CalendarText(click.ParamType[Mapping[str, object]]):
    """A calendar as JSON, or as a model file writes it on one line."""

    name = "calendar"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Mapping[str, object]:
        for read in (json.loads, lambda text: tomllib.loads(f"calendar = {text}")["calendar"]):
            with contextlib.suppress(ValueError):
                calendar = read(value)
                if isinstance(calendar, dict):
                    return calendar
        return self.fail(f"{value!r} is no calendar, such as {EXAMPLE}.", param, ctx)


CALENDAR = CalendarText()
EXAMPLE = '{ every = 1, unit = "weeks", on = ["monday"], at = "03:00" }'


def label(schedule: Schedule) -> str:
    """A schedule's name, else its rule in words."""
    from core.scheduling.words import in_words

    return schedule.name or in_words(schedule.rule)


@click.command()
@click.argument("model")
@click.argument("action", required=False, type=click.Choice(["pause", "resume", "remove"]))
@click.option("--every", help='Elapsed time, such as "7 days".')
@click.option("--cron", help='A cron line, such as "0 3 * * 1".')
@click.option("--calendar", type=CALENDAR, help="Days, weeks or months, as a model file says them.")
@click.option("--name", help="Which of the model's schedules, where it has several; or of a new one.")
@click.option("--reason", help="With pause: why.")
@click.option("--until", type=TIME, help="With pause: when it goes on by itself.")
@click.option("--preview", "ahead", type=click.IntRange(1, 10_000), help="The next N fire times.")
@click.option("--from", "after", type=TIME, help="With --preview: after this time, not now.")
@with_output
def schedule(
    model: str,
    action: str | None,
    every: str | None,
    cron: str | None,
    calendar: Mapping[str, object] | None,
    name: str | None,
    reason: str | None,
    until: datetime | None,
    ahead: int | None,
    after: datetime | None,
    as_json: bool,
) -> None:
    """Show, set, pause, resume or remove a model's schedules."""
    rule = {
        key: value
        for key, value in (("every", every), ("cron", cron), ("calendar", calendar))
        if value is not None
    }
    _check_use(action, rule, reason, until, ahead, after)
    with opened() as runtime:
        if rule:
            _set(runtime, model, name, rule)
        elif action:
            _act(runtime, model, name, action, reason or "", until)
        if ahead:
            show(_ahead(runtime, model, name, ahead, after), as_json)
            return
        found = [plain_schedule(one, runtime.now()) for one in _chosen(runtime, model, None)]
    columns = ("name", "words", "paused", "reason", "paused_until", "next")
    show(found, as_json, columns, empty=f"{model} has no schedule.")


def plain_schedule(schedule: Schedule, now: datetime) -> dict[str, object]:
    """A schedule as JSON holds it."""
    from core.scheduling.ledger import next_fire
    from core.scheduling.words import in_words

    return {
        "id": schedule.id,
        "name": schedule.name,
        "words": in_words(schedule.rule),
        **schedule.rule.plain(),
        "catch_up": schedule.options.catch_up,
        "overlap": schedule.options.overlap,
        **schedule.options.plain(),
        "paused": schedule.paused,
        "reason": schedule.pause_reason,
        "paused_until": schedule.paused_until,
        "next": next_fire(schedule, now),
    }


def _check_use(
    action: str | None,
    rule: Mapping[str, object],
    reason: str | None,
    until: datetime | None,
    ahead: int | None,
    after: datetime | None,
) -> None:
    if until is not None and action != "pause":
        raise BadInput("A date of return belongs to a pause.", "Write pause --until TIME.", key="until")
    if action and rule:
        raise BadInput(f"{action} and a rule were given together.", "Give one of them.")
    if reason is not None and action != "pause":
        raise BadInput("A reason belongs to a pause.", "Write pause --reason TEXT.", key="reason")
    if after is not None and ahead is None:
        raise BadInput("--from belongs to --preview.", "Say how many times with --preview N.", key="from")


def _set(runtime: "Runtime", model: str, name: str | None, rule: Mapping[str, object]) -> None:
    found = [one for one in runtime.schedules(model) if name in (None, one.name)]
    if not found:
        runtime.add_schedule(model, {**rule, "name": name} if name else rule)
        return
    one = _only(found)
    runtime.change_schedule(one.id, one.revision, rule)


def _act(
    runtime: "Runtime", model: str, name: str | None, action: str, reason: str, until: datetime | None
) -> None:
    found = _chosen(runtime, model, name)
    if not found:
        raise NotThere(f"{model} has no schedule.", f'Set one: evermodel schedule {model} --every "7 days".')
    for one in [_only(found)] if action == "remove" else found:
        if action == "pause":
            runtime.pause(one.id, one.revision, reason, in_zone(until, one.rule.zone))
        elif action == "resume":
            runtime.resume(one.id, one.revision)
        else:
            runtime.remove_schedule(one.id, one.revision)


def _chosen(runtime: "Runtime", model: str, name: str | None) -> list[Schedule]:
    found = runtime.schedules(model)
    if name is None:
        return found
    named = [one for one in found if one.name == name]
    if not named:
        raise NotThere(
            f"{model} has no schedule {name!r}.", f"It has: {', '.join(map(label, found)) or 'none'}."
        )
    return named


def _only(found: Sequence[Schedule]) -> Schedule:
    if len(found) > 1:
        raise BadInput(
            f"There are {len(found)} schedules: {', '.join(map(label, found))}.",
            "Say which with --name; one without a name gets it in the model file.",
            key="name",
        )
    return found[0]


def _ahead(
    runtime: "Runtime", model: str, name: str | None, n: int, after: datetime | None
) -> dict[str, object]:
    from core.scheduling.words import in_words

    begin = in_zone(after, runtime.kept(model).model.zone) or runtime.now()
    found = _chosen(runtime, model, name)
    for one in found:
        if one.paused and one.paused_until is None:
            say(f"{label(one)} is paused: it has no fire times.")
    times = sorted(
        ((due, one) for one in found for due in _fire_times(one, begin, n)),
        key=lambda pair: pair[0],
    )
    return {
        "words": "; ".join(in_words(one.rule) for one in found),
        "times": [_time(due, one.rule.zone, label(one)) for due, one in times[:n]],
    }


def _fire_times(schedule: Schedule, begin: datetime, n: int) -> list[datetime]:
    """The next times after a moment; in a pause, those after its end."""
    from core.scheduling.fire_times import preview as fire_times

    if schedule.paused:
        if schedule.paused_until is None:
            return []
        begin = max(begin, schedule.paused_until - MICROSECOND)
    return fire_times(schedule.rule, schedule.anchor, begin, n)


def _time(due: datetime, zone: str, name: str | None) -> dict[str, object]:
    return {"utc": due, "local": due.astimezone(ZoneInfo(zone)).isoformat(), "schedule": name}


@click.command()
@click.option("--every", help='Elapsed time, such as "7 days".')
@click.option("--cron", help='A cron line, such as "0 3 * * 1".')
@click.option("--calendar", type=CALENDAR, help="Days, weeks or months, as a model file says them.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of the rule.")
@click.option("--from", "after", type=TIME, help="After this time, not now.")
@click.option("-n", "n", type=click.IntRange(1, 10_000), default=5, show_default=True, help="How many.")
@with_output
def preview(
    every: str | None,
    cron: str | None,
    calendar: Mapping[str, object] | None,
    zone: str,
    after: datetime | None,
    n: int,
    as_json: bool,
) -> None:
    """Say a rule in words, with its next fire times."""
    from core.domain.clock import WallClock
    from core.scheduling.clock_remarks import remark
    from core.scheduling.fire_times import preview as fire_times
    from core.scheduling.rules import parse_rule
    from core.scheduling.words import in_words

    said: dict[str, object] = {"every": every, "cron": cron, "calendar": calendar}
    rule = parse_rule({key: value for key, value in said.items() if value is not None}, zone)
    begin = in_zone(after, zone) or WallClock().now()
    times = fire_times(rule, begin, begin, n)
    if hint := remark(rule, times):
        say(hint)
    document = {"words": in_words(rule), "times": [_time(due, zone, None) for due in times]}
    if as_json:
        show(document, as_json)
    else:
        click.echo(
            "\n".join(
                [str(document["words"]), *(due.astimezone(ZoneInfo(zone)).isoformat() for due in times)]
            )
        )


@click.command()
@click.argument("model")
@click.option("--from", "start", type=TIME, help="Due at or after it.")
@click.option("--to", "end", type=TIME, help="Due before it, the planned ones too.")
@with_output
def ledger(model: str, start: datetime | None, end: datetime | None, as_json: bool) -> None:
    """List every due time and what became of it."""
    with opened() as runtime:
        zone = runtime.kept(model).model.zone
        entries, planned = runtime.ledger(model, in_zone(start, zone), in_zone(end, zone))
        names = {one.id: label(one) for one in runtime.schedules(model)}
    found: list[dict[str, object]] = [
        {
            "due": entry.due,
            "schedule": names.get(entry.schedule_id, f"removed schedule {entry.schedule_id}"),
            "outcome": entry.outcome,
            "fired": entry.at if entry.outcome in ("fired", "late") else None,
            "run": entry.run_id,
            "reason": entry.reason,
        }
        for entry in entries
    ]
    found += [
        {"due": due, "schedule": label(one), "outcome": "planned", "fired": None, "run": None, "reason": None}
        for due, one in planned
    ]
    show(found, as_json, empty="Nothing fell due yet.")


COMMANDS: tuple[click.Command, ...] = (schedule, preview, ledger)
