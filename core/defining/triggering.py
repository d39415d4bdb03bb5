"""Triggering: the [[triggers]] of a model file."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.defining import kinds
from core.defining.keys import Key
from core.defining.tables import Faults, read_table
from core.domain.errors import BadInput
from core.domain.spans import ELAPSED
from core.domain.triggers import BY_WINDOWS, USUAL, WHENS, Persist, Trigger


def _persist(value: object) -> Persist:
    try:
        return Persist.parse(value)
    except BadInput as error:
        raise kinds.Wrong(error.faults[0].problem, error.faults[0].fix) from error


TRIGGER_KEYS = (
    Key("when", kinds.one_of(WHENS), f"Write one of: {', '.join(WHENS)}.", required=True),
    Key("persist", _persist, 'Write in how many of the last windows, such as "2 of 3".'),
    Key("rows", kinds.whole(1, 1_000_000_000), "Write a number of labelled rows, 1 or more."),
    Key("after", kinds.span(*ELAPSED), 'Write an age, such as "30 days".'),
    Key("cool_down", kinds.span(*ELAPSED), 'Write a length of time, such as "7 days".'),
)
OWN: Mapping[str, Sequence[str]] = {"persist": BY_WINDOWS, "rows": ("new_data",), "after": ("age",)}
"""Keys that only some triggers have."""


def read_triggers(
    tables: Sequence[Mapping[str, Any]], has_limit: bool, faults: Faults
) -> tuple[Trigger, ...]:
    """The triggers that could be read; what is wrong goes to `faults`, named as `triggers[0].when`."""
    found: list[Trigger] = []
    for position, plain in enumerate(tables):
        prefix = f"triggers[{position}]"
        before = len(faults.found)
        values = read_table(plain, TRIGGER_KEYS, (), faults, f"{prefix}.")
        if "when" in values:
            _together(values, has_limit, prefix, faults)
            if values["when"] in {other.when for other in found}:
                faults.add(
                    f"{prefix}.when",
                    f"Two triggers have when = {kinds.said(values['when'])}.",
                    "Leave one out.",
                )
        if len(faults.found) == before:
            found.append(Trigger(**{"persist": USUAL, **values}))
    return tuple(found)


def _together(values: Mapping[str, Any], has_limit: bool, prefix: str, faults: Faults) -> None:
    when = values["when"]
    for key, whens in OWN.items():
        if key in values and when not in whens:
            faults.add(f"{prefix}.{key}", f"It means nothing for when = {kinds.said(when)}.", "Leave it out.")
    if when == "performance" and not has_limit:
        faults.add(
            f"{prefix}.when",
            "The model has no limit that its performance could be beyond.",
            "Write limit = … above the first line in brackets, in the unit of the metric.",
        )


def words(plain: Mapping[str, Any]) -> str:
    """A trigger in a few words: "performance, persist 2 of 3, cool_down 7 days"."""
    rest = [f"{key} {value}" for key, value in plain.items() if key != "when"]
    return ", ".join([str(plain["when"]), *rest])
