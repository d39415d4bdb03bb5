"""Verdict words: what a gate found about a version, with the range that chance leaves open. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10

from core.domain.models import Model
from core.domain.versions import Version
from core.domain.wording import ERRORS, METRIC_WORDS, capital, plain_number, score, share
from pages._parts.words import AWAITING, VERSION_STATES, State, named


@dataclass(frozen=True)
class Found:
    """A verdict's numbers, in units of the metric, above 0 for better; None where nothing was compared."""

    answer: str
    metric: str
    difference: float
    low: float
    high: float
    confidence: float
    rows: int
    smallest: float | None
    note: str


def found(version: Version) -> Found | None:
    """The numbers of a version's verdict; None where there is none with a range."""
    said = version.verdict
    difference, low, high, confidence, smallest = (
        _number(said.get(name)) for name in ("difference", "low", "high", "confidence", "smallest")
    )
    if (
        said.get("answer") not in ("better", "worse", "tie")
        or difference is None
        or low is None
        or high is None
    ):
        return None
    rows = said.get("rows")
    return Found(
        str(said["answer"]),
        str(said.get("metric", "")),
        difference,
        low,
        high,
        0.95 if confidence is None else confidence,
        rows if isinstance(rows, int) else 0,
        smallest,
        str(said.get("note") or ""),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, float | int) else None


def range_words(version: Version) -> str | None:
    """ "1.2 better (0.4 to 2.0), beyond chance", "0.3 better (0.2 worse to 0.8 better), not …"."""
    one = found(version)
    return None if one is None else _with_range(one)


def beyond_words(version: Version) -> str:
    """Yes, no, or nothing where nothing was compared."""
    one = found(version)
    return "" if one is None else "no" if one.answer == "tie" else "yes"


def decided(version: Version, model: Model) -> str:
    """What was found when it was made, in sentences."""
    one = found(version)
    if one is not None:
        return " ".join(part for part in (_compared(version, one), _smallest(one), _note(one.note)) if part)
    note = _note(str(version.verdict.get("note") or ""))
    if version.verdict.get("answer") == "first" or (version.parent is None and version.scores):
        return f"It was the first: there was no version to hold it against. {note}".strip()
    if not version.scores:
        return f"It was made without rows to judge it on. {note}".strip()
    metric = model.metric
    new, old = version.scores.get(metric), version.champion_scores.get(metric)
    beside = f", v{version.parent} had {score(metric, old, new)}" if old is not None else ""
    return f"It had {METRIC_WORDS[metric]} {score(metric, new, old)}{beside} on the same rows. {note}".strip()


def segment_lines(version: Version) -> list[tuple[str, str, str]]:
    """The segments that the gate was told to look at: which, rows, and the difference with its range."""
    segments, metric = version.verdict.get("segments"), str(version.verdict.get("metric", ""))
    return [_segment_line(one, metric) for one in segments] if isinstance(segments, list) else []


def _segment_line(segment: Mapping[str, object], metric: str) -> tuple[str, str, str]:
    difference, low, high = (_number(segment.get(name)) for name in ("difference", "low", "high"))
    said = str(segment.get("answer"))
    if difference is not None and low is not None and high is not None:
        one = Found(said, metric, difference, low, high, 0.95, 0, None, "")
        said = _with_range(one)
    return f"{segment.get('column')} is {segment.get('value')}", f"{segment.get('rows', 0):,}", said


def _with_range(one: Found) -> str:
    beyond = "beyond chance" if one.answer in ("better", "worse") else "not beyond chance"
    return f"{_size(one, one.difference)} {_way(one.difference)} ({_range(one)}), {beyond}"


def _compared(version: Version, one: Found) -> str:
    metric = METRIC_WORDS.get(one.metric, one.metric)
    rival = f"v{version.parent}" if version.parent else "the champion of its day"
    where = f"on {one.rows:,} rows that neither had learnt"
    sized = f"{_size(one, one.difference)} {_way(one.difference)}"
    ends = f"{_range(one)} at {share(one.confidence)}"
    if one.answer == "tie":
        return f"Its {metric} cannot be told from that of {rival} {where}: {sized}, {ends}."
    return f"Its {metric} was {sized} than that of {rival} {where}, beyond chance: {ends}."


def _smallest(one: Found) -> str:
    if one.smallest is None:
        return ""
    return f"The smallest difference that these rows could show is {_size(one, one.smallest)}."


def _note(text: str) -> str:
    text = capital(named(text.strip()))
    return text if not text or text.endswith(".") else f"{text}."


def _range(one: Found) -> str:
    """Both ends with their way, where they differ in it."""
    ends = sorted((one.low, one.high), key=abs)
    if one.low * one.high >= 0 and one.low != one.high:
        return " to ".join(_size(one, end) for end in ends)
    return f"{_size(one, one.low)} {_way(one.low)} to {_size(one, one.high)} {_way(one.high)}"


def _size(one: Found, value: float) -> str:
    """Without its sign, each number of a verdict with the decimals of the largest."""
    largest = max(abs(one.low), abs(one.high), abs(one.difference))
    places = 2 - floor(log10(largest)) if one.metric in ERRORS and largest > 0 else 3
    return plain_number(abs(value), max(0, min(places, 9)))


def _way(value: float) -> str:
    return "better" if value >= 0 else "worse"


def state_of(version: Version, waits: bool) -> State:
    """A version's state in a word; `waits`: it is the one that a person is asked about."""
    if waits:
        return AWAITING
    if version.state == "rejected" and version.reason == "tie":
        return State("Kept champion", "shield", "gray")
    return VERSION_STATES[version.state]
