"""Versions: list, compare, promote, reject, roll back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from core.domain.changes import Changes
from core.domain.errors import NotAllowed
from core.domain.versions import Promotion, Version, stints
from core.domain.views.versions import VersionsPage
from core.entrypoints.commands.output import say, show
from core.entrypoints.commands.shared import opened, user, with_output
from core.monitoring.buying_words import beside_words, bought_words

if TYPE_CHECKING:
    from core.entrypoints.runtime import Runtime

FIELDS = (
    "number",
    "state",
    "created",
    "live_from",
    "live_to",
    "trigger",
    "train_from",
    "train_to",
    "rows",
    "scores",
    "champion_scores",
    "verdict",
    "reason",
    "parent",
    "snapshot",
    "recipe",
    "parameters",
    "code",
    "seed",
    "seconds",
)
LISTED = ("number", "state", "live_from", "live_to", "trigger", "train_to", "rows", "scores", "reason")
DATA = ("train_from", "train_to", "rows", "snapshot")

reason_option = click.option("--reason", required=True, help="Why; kept in the history.")


def plain_version(version: Version, page: VersionsPage, unprovable: str | None) -> dict[str, object]:
    """A version of the page as JSON holds it. `unprovable`: why it cannot be rebuilt."""
    note, model = page.notes.get(version.number), page.standing.model
    bought, beside = page.bought.get(version.number), page.beside.get(version.number)
    return {
        **{name: getattr(version, name) for name in FIELDS},
        "snapshot": version.snapshot or None,
        "experiment": version.experiment,
        "strategy": version.strategy,
        "lineage": version.lineage,
        "run": version.run_id,
        "judged": version.judged,
        "features": list(version.features),
        "environment": version.environment,
        "artifact": version.artifact,
        "let_go": version.let_go,
        "note": note.text if note else "",
        "tags": list(note.tags) if note else [],
        "stints": [
            {"from": one.start, "to": one.end, "by": one.by, "why": one.why, "rollback": one.rollback}
            for one in stints(page.promotions)
            if one.number == version.number
        ],
        "bought": {**asdict(bought), "words": bought_words(bought, model, model.zone)} if bought else None,
        "proof": proof.plain() if (proof := page.proofs.get(version.number)) else None,
        "unprovable": unprovable,
        "beside": {**asdict(beside), "words": beside_words(beside, model, model.zone)} if beside else None,
    }


@click.command()
@click.argument("model")
@click.option("--experiment", help="Of this experiment only.")
@with_output
def versions(model: str, experiment: str | None, as_json: bool) -> None:
    """List a model's versions."""
    with opened() as runtime:
        page, unprovable = runtime.views.versions(model, runtime.now()), runtime.unprovable(model)
    found = [one for one in page.versions if experiment in (None, one.experiment)]
    rows = [plain_version(version, page, unprovable.get(version.number)) for version in found]
    show(rows, as_json, LISTED, empty="There is no version yet.")


@click.command()
@click.argument("model")
@click.argument("a", type=int)
@click.argument("b", type=int)
@with_output
def compare(model: str, a: int, b: int, as_json: bool) -> None:
    """Put two versions side by side."""
    with opened() as runtime:
        one, other = runtime.version(model, a), runtime.version(model, b)
        changes = _changes(runtime, model, a, b)
    said = {
        "a": a,
        "b": b,
        "metrics": _beside(one.scores, other.scores),
        "verdict": {"a": one.verdict, "b": other.verdict},
        "parameters": _beside(one.parameters, other.parameters),
        "data": _beside(*({name: getattr(version, name) for name in DATA} for version in (one, other))),
        "changes": changes.plain() if changes else None,
    }
    if not as_json:
        said["verdict"] = {"a": one.reason, "b": other.reason}
        said["changes"] = changes.words if changes else None
    show(said, as_json)


@click.command()
@click.argument("model")
@click.argument("number", type=int)
@reason_option
@with_output
def promote(model: str, number: int, reason: str, as_json: bool) -> None:
    """Make a version champion."""
    with opened() as runtime:
        _show_promotion(runtime.promote(model, number, reason, by=user()), model, as_json)


@click.command()
@click.argument("model")
@click.argument("number", type=int)
@reason_option
@with_output
def reject(model: str, number: int, reason: str, as_json: bool) -> None:
    """Say no to a candidate that waits for approval."""
    with opened() as runtime:
        version = runtime.reject(model, number, reason, by=user())
    show({"model": model, "number": number, "state": version.state, "reason": version.reason}, as_json)


@click.command()
@click.argument("model")
@reason_option
@with_output
def rollback(model: str, reason: str, as_json: bool) -> None:
    """Make the champion before the present one champion again."""
    with opened() as runtime:
        _show_promotion(runtime.rollback(model, reason, by=user()), model, as_json)


@click.command()
@click.argument("model")
@click.argument("number", type=int)
@click.argument("text")
@click.option("--tag", "tags", multiple=True, help="A tag, in place of those before; without any they stay.")
@with_output
def note(model: str, number: int, text: str, tags: tuple[str, ...], as_json: bool) -> None:
    """Write a note and tags beside a version."""
    with opened() as runtime:
        written = runtime.note(model, number, text, tags or None, by=user())
    said = {"note": written.text, "tags": list(written.tags), "by": written.by, "at": written.at}
    show({"model": model, "number": number, **said}, as_json)


def _changes(runtime: "Runtime", model: str, a: int, b: int) -> Changes | None:
    """From the rows of `a` to those of `b`; None, and said why, where those of one are not kept or known."""
    try:
        return runtime.changes(model, a, b)
    except NotAllowed as error:
        say(f"Their rows cannot be compared: {error.faults[0].problem}")
        return None


def _show_promotion(promotion: Promotion, model: str, as_json: bool) -> None:
    values = asdict(promotion)
    del values["model_id"]
    show({"model": model, **values}, as_json)


def _beside(a: Mapping[str, object], b: Mapping[str, object]) -> dict[str, object]:
    return {name: {"a": a.get(name), "b": b.get(name)} for name in dict.fromkeys((*a, *b))}


COMMANDS: tuple[click.Command, ...] = (versions, compare, promote, reject, rollback, note)
