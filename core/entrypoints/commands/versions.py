"""Versions: list, compare, promote, reject, roll back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import click

from core.domain.versions import Promotion, Stint, Version, stints
from core.entrypoints.commands.output import show
from core.entrypoints.commands.shared import opened, user, with_output

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


def plain_version(version: Version, lived: Sequence[Stint]) -> dict[str, object]:
    """A version as JSON holds it. `lived`: the stints of its model."""
    return {
        **{name: getattr(version, name) for name in FIELDS},
        "run": version.run_id,
        "judged": version.judged,
        "features": list(version.features),
        "environment": version.environment,
        "artifact": version.artifact,
        "stints": [
            {"from": one.start, "to": one.end, "by": one.by, "why": one.why, "rollback": one.rollback}
            for one in lived
            if one.number == version.number
        ],
    }


@click.command()
@click.argument("model")
@with_output
def versions(model: str, as_json: bool) -> None:
    """List a model's versions."""
    with opened() as runtime:
        page = runtime.views.versions(model, runtime.now())
    lived = stints(page.promotions)
    rows = [plain_version(version, lived) for version in page.versions]
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
    show(
        {
            "a": a,
            "b": b,
            "metrics": _beside(one.scores, other.scores),
            "parameters": _beside(one.parameters, other.parameters),
            "data": _beside(*({name: getattr(version, name) for name in DATA} for version in (one, other))),
        },
        as_json,
    )


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


def _show_promotion(promotion: Promotion, model: str, as_json: bool) -> None:
    values = asdict(promotion)
    del values["model_id"]
    show({"model": model, **values}, as_json)


def _beside(a: Mapping[str, object], b: Mapping[str, object]) -> dict[str, object]:
    return {name: {"a": a.get(name), "b": b.get(name)} for name in dict.fromkeys((*a, *b))}


COMMANDS: tuple[click.Command, ...] = (versions, compare, promote, reject, rollback)
