"""Card, scores: how a version was judged, told to people who have nothing but its card."""

from collections.abc import Iterator

from core.domain.findings import Findings, Segment
from core.domain.models import Model
from core.domain.versions import Version
from core.domain.wording import METRIC_WORDS, capital, minus, score

SEGMENTS = 40
"""The most that a card lists, those with the most rows."""


def scores(model: Model, version: Version) -> Iterator[str]:
    """The lines of the part that tells its scores, beside the champion's with the interval."""
    yield "## Scores"
    yield ""
    if not version.scores:
        yield f"It was not judged when it was made{_because(version)}."
        return
    rows, start, end = (version.judged.get(name) for name in ("rows", "from", "to"))
    decided = capital(METRIC_WORDS[model.metric])
    yield f"On {rows} rows that it had not learnt, {start} to {end}. {decided} decided."
    if words := _against(version, model.metric):
        yield ""
        yield words
    yield ""
    rival = f"v{version.parent}, champion then" if version.champion_scores else "champion then"
    yield f"| metric | v{version.number} | {rival} |"
    yield "|---|---|---|"
    for name in model.metrics:
        new, old = version.scores.get(name), version.champion_scores.get(name)
        if new is not None or old is not None:
            yield f"| {METRIC_WORDS[name]} | {score(name, new, old)} | {score(name, old, new)} |"


def _against(version: Version, metric: str) -> str:
    """How much better than the champion it was, with the interval, as the gate found it."""
    verdict = version.verdict
    numbers = [verdict.get(name) for name in ("difference", "low", "high", "confidence")]
    if any(not isinstance(number, int | float) for number in numbers):
        return str(verdict.get("note") or "")
    difference, low, high, confidence = (float(number) for number in numbers)  # type: ignore[arg-type]
    said = {"better": "better", "worse": "worse"}.get(
        str(verdict.get("answer")), "no different beyond chance"
    )
    blocks = f" in {verdict['blocks']} blocks of time" if verdict.get("blocks") else ""
    interval = f"{_signed(low)} to {_signed(high)} at {100 * confidence:g} %, + is better"
    words = f"{METRIC_WORDS[metric]} beside that champion: {said}, {_signed(difference)}, {interval}"
    smallest = verdict.get("smallest")
    shows = (
        f" A difference under {smallest:.3g} does not show on so few rows."
        if isinstance(smallest, int | float)
        else ""
    )
    return f"{words} ({verdict.get('rows')} rows{blocks}).{shows}"


def _because(version: Version) -> str:
    note = version.verdict.get("note")
    return f": {note}" if note else ""


def segments(found: Findings | None, version: Version) -> Iterator[str]:
    """The lines of the part that tells each value of a feature; none where nothing was found."""
    if found is None or not found.segments:
        return
    chosen = sorted(found.segments, key=lambda one: -one.rows)[:SEGMENTS]
    yield "## Segments"
    yield ""
    yield f"{METRIC_WORDS[found.metric]} on the judged rows with one value of a feature."
    if len(chosen) < len(found.segments):
        yield f"The {len(chosen)} largest of {len(found.segments)}."
    yield ""
    yield f"| feature | value | rows | v{version.number} | champion then |"
    yield "|---|---|---|---|---|"
    yield from (_segment(one, found.metric) for one in chosen)
    if guarded := list(_guarded(version)):
        yield ""
        yield "The gate looked at each of these, for not to be worse beyond chance:"
        yield ""
        yield from guarded


def _guarded(version: Version) -> Iterator[str]:
    for one in version.verdict.get("segments") or ():  # type: ignore[attr-defined]
        numbers = [one.get(name) for name in ("difference", "low", "high")]
        if all(isinstance(number, int | float) for number in numbers):
            difference, low, high = map(_signed, numbers)
            value = f"`{one.get('column')}` = `{one.get('value')}`"
            answer, rows = one.get("answer"), one.get("rows")
            yield f"- {value}: {answer}, {difference} ({low} to {high}), {rows} rows"


def _segment(one: Segment, metric: str) -> str:
    new, old = score(metric, one.challenger, one.champion), score(metric, one.champion, one.challenger)
    value = "none" if one.value is None else f"`{one.value}`".replace("|", "\\|")
    return f"| `{one.column}` | {value} | {one.rows:,} | {new} | {old} |"


def _signed(value: float) -> str:
    return minus(f"{value:+.3g}")
