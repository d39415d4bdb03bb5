"""Alerts: list them, acknowledge one, mute a model."""

from datetime import datetime

import click

from core.domain.alerts import Alert
from core.domain.errors import BadInput
from core.entrypoints.commands.output import show
from core.entrypoints.commands.shared import TIME, in_zone, opened, user, with_output

LISTED = ("id", "model", "kind", "state", "opened", "since_windows", "why", "note", "muted_until")
FIELDS = ("kind", "state", "opened", "since_windows", "why", "done", "note", "noted_by", "noted_at")


def plain_alert(alert: Alert, model: str) -> dict[str, object]:
    """An alert as JSON holds it."""
    return {
        "id": alert.id,
        "model": model,
        **{name: getattr(alert, name) for name in FIELDS},
        "muted_until": alert.muted_until,
        "resolved": alert.resolved,
        "run": alert.run_id,
    }


@click.command()
@click.argument("model", required=False)
@with_output
def alerts(model: str | None, as_json: bool) -> None:
    """List alerts, the newest first, resolved ones too."""
    with opened() as runtime:
        found = runtime.alerts(model)
    show([plain_alert(*one) for one in found], as_json, LISTED, empty="There is no alert.")


@click.command()
@click.argument("id", type=int)
@click.option("--note", required=True, help="What is known or done; kept with the alert.")
@with_output
def acknowledge(id: int, note: str, as_json: bool) -> None:
    """Say that somebody knows of an alert."""
    with opened() as runtime:
        alert = runtime.acknowledge(id, note, by=user())
        model = next(name for other, name in runtime.alerts() if other.id == id)
    show(plain_alert(alert, model), as_json)


@click.command()
@click.argument("model")
@click.option("--until", type=TIME, help="Until when the model's alerts are quiet.")
@click.option("--off", is_flag=True, help="End the quiet now.")
@with_output
def mute(model: str, until: datetime | None, off: bool, as_json: bool) -> None:
    """Keep the alerts of a model quiet for a time."""
    if (until is None) != off:
        raise BadInput("A mute needs an end.", "Give either --until TIME or --off.", key="until")
    with opened() as runtime:
        when = in_zone(until, runtime.kept(model).model.zone)
        changed = runtime.mute(model, when, by=user())
    listed = [plain_alert(alert, model) for alert in changed]
    show(
        {"model": model, "muted_until": when, "alerts": listed} if as_json else _told(model, when, listed),
        as_json,
    )


def _told(model: str, until: datetime | None, listed: list[dict[str, object]]) -> dict[str, object]:
    return {"model": model, "muted_until": until, "alerts": [alert["id"] for alert in listed]}


COMMANDS: tuple[click.Command, ...] = (alerts, acknowledge, mute)
