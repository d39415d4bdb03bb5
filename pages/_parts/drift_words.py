"""Drift words: what the page of drift says, in a sentence each. Pure."""

from collections.abc import Mapping

from core.domain.drift import ColumnDrift, WindowDrift
from core.domain.models import Model
from core.domain.profiles import NAMES
from core.domain.views.drift import DriftPage
from core.domain.views.drift_line import DriftLine
from core.domain.wording import capital, count
from core.monitoring.drift_verdict import FEW_BLOCKS, FEW_ROWS, LABELS_TO_COME, MISSING
from core.monitoring.health import drift_reason
from core.monitoring.ranking import drift_of, left_out
from core.monitoring.usual import BLOCKS_AT_LEAST
from pages._parts.words import State, one_window

STRENGTHS = {
    "unusual": State("Unusual", "water", "orange", "≈"),
    "strong": State("Strong", "water", "orange", "≈"),
    "very strong": State("Very strong", "water", "orange", "≈"),
}
USUAL = State("Usual", "check", "gray", "✓")
TOO_EARLY = State("Too early", "hourglass_empty", "gray", "…")
NAMED = 5
"""New categories that are named."""
LETTERS = 24
NATURE_WORDS = {"calendar": "the calendar", "counter": "counters", "identifier": "identifiers"}


def state_of(verdict: str, strength: str | None) -> State:
    """A verdict in a word, with its icon and colour."""
    if verdict == "drift":
        return STRENGTHS.get(strength or "", STRENGTHS["unusual"])
    return USUAL if verdict == "ok" else TOO_EARLY


def of_line(line: DriftLine) -> State:
    """The strongest of a window's columns."""
    return state_of("drift" if line.drifted else line.verdict, line.strength)


def in_short(line: DriftLine) -> str:
    """8 of 11 columns."""
    return f"{len(line.drifted)} of {count(line.judged, 'column')}" if line.judged else "not judged yet"


def head_words(page: DriftPage) -> str | None:
    """How many columns differ, in the last window of the map; None where there is no map."""
    if page.last is None:
        return None
    line, word = page.windows[-1], one_window(page.standing.model)
    if not line.judged:
        return f"Too early to judge: {why_not(page.last, page.standing.model)}."
    if not line.drifted:
        return (
            f"No column differs from the training rows of v{line.reference} by more than ordinary {word}s do."
        )
    differ = "differs" if len(line.drifted) == 1 else "differ"
    return (
        f"{in_short(line)} {differ} from the training rows of v{line.reference} by more than ordinary "
        f"{word}s do."
    )


def said_already(page: DriftPage) -> str | None:
    """What the model's health says of the same window that `head_words` tells of."""
    health = page.standing.drift
    same = health is not None and page.last is not None and page.windows[-1].drifted == health.drifted
    return drift_reason(page.standing.model, health) if same else None


def why_not(window: WindowDrift, model: Model) -> str:
    """Why a window's columns are not judged: what most of them say."""
    out = left_out(window)
    said = [column.why for name, column in window.columns.items() if name not in out]
    return _why(max(set(said), key=said.count), model) if said else "every column moves on with time"


def _why(why: str, model: Model) -> str:
    word = one_window(model)
    return {
        FEW_BLOCKS: f"it takes training rows of {BLOCKS_AT_LEAST} {word}s or more to know what is usual",
        FEW_ROWS: f"the {word} has too few rows",
        LABELS_TO_COME: "labels are still to come",
    }.get(why, why or "too little is known")


def verdict_words(column: ColumnDrift, model: Model) -> str:
    """Whether a column is as usual, and how far from it."""
    word = one_window(model)
    if column.verdict == "unknown":
        return f"Not judged: {_why(column.why, model)}."
    if column.verdict == "drift" and column.why == MISSING:
        return f"Its missing values changed by more than is usual between {word}s."
    if column.verdict == "drift":
        return f"{drift_of(column):.1f} × the usual difference between {word}s."
    return f"Within the usual difference between {word}s."


def importance_words(name: str, page: DriftPage) -> str:
    """Where a column stands among those that the version needs."""
    if name == page.standing.model.target:
        return "It is what the model predicts."
    if page.importance is None:
        return "How much the model needs it is computed soon after a promotion."
    value = page.importance.get(name, 0.0)
    if value <= 0:
        return f"v{page.important_to} does as well without it."
    place = 1 + sum(other > value for other in page.importance.values())
    if place == 1:
        return f"The most important column of v{page.important_to}."
    return f"Number {place} in importance of the {len(page.importance)} columns of v{page.important_to}."


def left_out_words(window: WindowDrift) -> str | None:
    """Which columns are left out, and why."""
    out: Mapping[str, str] = left_out(window)
    if not out:
        return None
    parts = [
        f"{', '.join(name for name, why in out.items() if why == kind)} ({words})"
        for kind, words in NATURE_WORDS.items()
        if kind in out.values()
    ]
    return f"Left out, since they move on with time: {'; '.join(parts)}."


def latest(model: Model) -> str:
    return f"last {one_window(model)}"


def titled(model: Model) -> str:
    return f"Columns by {one_window(model)}"


def share(part: float) -> str:
    """0 %, 0.4 %, 12.0 %; the sign stays on the line of its number."""
    percent = 100 * part
    words = "0 %" if percent == 0 else "under 0.1 %" if percent < 0.1 else f"{percent:.1f} %"
    return words.replace(" %", "\N{NO-BREAK SPACE}%")


def missing_words(now: float, before: float | None) -> str:
    """9.1 % (was 8.8 %)."""
    if before is None:
        return share(now)
    return f"{share(now)} ({'as before' if share(now) == share(before) else f'was {share(before)}'})"


def new_words(column: ColumnDrift) -> str:
    """The share of values in categories that the training rows do not have."""
    if "total_variation" not in column.distances:
        return "–"
    return f"{capital(share(column.new))} of the values" if column.new else "none"


def names_words(fresh: Mapping[str, int]) -> str:
    """The most frequent of new categories, each with how often it came: ALB (52), BUF (20) and 3 more."""
    named = sorted(fresh, key=lambda name: (-fresh[name], name))[:NAMED]
    said = ", ".join(f"{short(name)}\N{NO-BREAK SPACE}({fresh[name]:,})" for name in named)
    more = len(fresh) - len(named)
    return f"{said} and {more} {'or more' if len(fresh) == NAMES else 'more'}" if more else said


def short(name: str) -> str:
    """A value as a line has room for it."""
    return (name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…") or "(empty)"
