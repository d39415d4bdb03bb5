"""Small tables: the values of a model file that are tables of their own, such as { size = 5 }."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from core.defining import kinds
from core.defining.kinds import Reader, Wrong, said
from core.defining.near import did_you_mean
from core.domain.gate_rules import GateRules
from core.domain.ranges import bounds
from core.domain.strategies import WEIGHTS, Ensemble, Warm

MOST_MEMBERS = 100


def read_ensemble(value: object) -> Ensemble:
    readers = {"size": kinds.whole(2, MOST_MEMBERS), "weights": kinds.one_of(WEIGHTS)}
    return Ensemble(**_read(value, readers))


def read_warm(value: object) -> Warm:
    readers = {
        "full_every": kinds.whole(1, 100_000),
        "epochs": kinds.whole(1, 1_000),
        "trees": kinds.whole(1, 10_000),
    }
    return Warm(**_read(value, readers))


def read_gate_rules(value: object) -> GateRules:
    readers = {
        "confidence": kinds.number(0.5, 0.9999),
        "margin": kinds.number(0),
        "segments": kinds.texts,
        "range": _range,
    }
    return GateRules(**_read(value, readers))


def read_ranges(value: object) -> tuple[tuple[str, str], ...]:
    """Ranges of time, [from, to] each, as texts that begin no later than they end."""
    if not isinstance(value, list):
        raise Wrong(f"{said(value)} is no list of ranges.")
    return tuple(map(_span, value))


def _span(pair: object) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise Wrong(f"{said(pair)} is no range: it takes a first and a last moment.")
    start, end = kinds.when(pair[0]), kinds.when(pair[1])
    first, last = bounds((start, end), ZoneInfo("UTC"))
    if first >= last:
        raise Wrong(f"{said(pair)} ends before it begins.")
    return start, end


def _range(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise Wrong(f"{said(value)} is no range: it takes a lowest and a highest value.")
    low, high = kinds.number()(value[0]), kinds.number()(value[1])
    if low >= high:
        raise Wrong(f"{said(value)} leaves nothing between its ends.")
    return low, high


def _read(value: object, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The values of a small table; all that is wrong in it as one Wrong, each naming its key."""
    found, wrongs = {}, []
    for name, part in kinds.table(value).items():
        if name not in readers:
            hint = did_you_mean(name, readers) or f"The keys are: {', '.join(readers)}."
            wrongs.append(Wrong(f"There is no key `{name}` in it.", hint))
            continue
        try:
            found[name] = readers[name](part)
        except Wrong as wrong:
            wrongs.append(Wrong(f"`{name}`: {wrong.problem}", wrong.fix))
    if wrongs:
        raise Wrong(wrongs[0].problem, wrongs[0].fix, wrongs[1:])
    return found
