"""Gate words: what a gate found, with its numbers."""

import math

from core.domain.blocks import LEAST
from core.domain.wording import count
from core.retraining.chance import Difference
from core.retraining.comparing import Compared, Segment

NAMED = 3
"""Segments that a reason names."""


def against(metric: str, challenger: float | None, champion: float | None) -> str:
    a, b = _digits(challenger, champion)
    return f"{metric} {a} against {b} on the same rows"


def by_chance(found: Difference, margin: float) -> str:
    """What stands behind both values: ", better by 1.2 (0.4 to 2.0)"."""
    if found.difference is None:
        return ""
    if found.low is None or found.high is None:
        return f"; {too_few(found)}"
    words = _by(found)
    if found.answer == "tie":
        same = found.low == found.high == 0
        return ", the same on every row" if same else f", no difference beyond chance: {words}"
    near = margin > 0 and min(abs(found.low), abs(found.high)) <= margin
    return f", {words}" + (f", not beyond the margin of {margin:g}" if near else "")


def too_few(found: Difference) -> str:
    return (
        f"too few rows to tell chance: they make {found.blocks} independent "
        f"{'stretch' if found.blocks == 1 else 'stretches'} of time, and {LEAST} are needed"
    )


def worse_on(segments: list[Segment], compared: int) -> str:
    """`segments`: those on which a challenger is worse beyond chance."""
    named = [
        f"{one.column} {'missing' if one.value is None else one.value} {_by(one.difference)} "
        f"over {one.difference.rows:,} rows"
        for one in segments[:NAMED]
    ]
    more = [f"{len(segments) - NAMED} more"] if len(segments) > NAMED else []
    of = "the only value" if compared == 1 else f"{compared} values"
    return f"but beyond chance for {', '.join([*named, *more])} ({of} compared)"


def silent_on(found: Compared) -> str:
    if not found.silent or found.difference is None or found.difference.difference is None:
        return ""  # where nothing can be compared, that is the reason
    return f"but it says nothing of {count(found.silent, 'judged row')} of which the champion does"


def out_of_range(found: Compared, limits: tuple[float, float]) -> str:
    if found.outside is None:
        return ""
    low, high = limits
    return (
        f"{found.outside.count:,} of {found.outside.rows:,} predictions lie outside {low:g} to {high:g}, "
        f"the furthest at {found.outside.furthest:.4g}"
    )


def _by(found: Difference) -> str:
    """ "better by 1.2 (0.4 to 2.0)", turned round where it is worse."""
    assert found.difference is not None
    assert found.low is not None
    assert found.high is not None
    worse = found.difference < 0
    values = (found.difference, found.low, found.high)
    if worse:
        values = (-found.difference, -found.high, -found.low)
    sizes = [abs(value) for value in values if found.answer != "tie" and value]
    decimals = _decimals(min([found.high - found.low or abs(found.difference), *(10 * s for s in sizes)]))
    by, low, high = (f"{value:,.{decimals}f}".replace("-", "−") for value in values)
    return f"{'worse' if worse else 'better'} by {by} ({low} to {high})"


def _decimals(size: float) -> int:
    """As many as show two digits of it."""
    return min(max(1 - math.floor(math.log10(size)), 0), 9) if size > 0 else 0


def _digits(a: float | None, b: float | None) -> tuple[str, str]:
    """Both in as few digits, three at least, as tell them apart, and with the same decimals."""
    for digits in range(3, 10):
        words = _number(a, digits), _number(b, digits)
        if words[0] != words[1] or a == b:
            break
    if any("e" in word for word in words if word != "undefined"):
        return words
    decimals = max(len(word.partition(".")[2]) for word in words)
    return _fixed(a, decimals), _fixed(b, decimals)


def _fixed(value: float | None, decimals: int) -> str:
    return "undefined" if value is None else f"{value:.{decimals}f}"


def _number(value: float | None, digits: int) -> str:
    if value is None:
        return "undefined"
    return f"{value:.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"
