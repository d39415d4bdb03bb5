"""Version table: the history, newest first; rows may be ticked, and the address keeps which."""

from collections.abc import Sequence

import streamlit as st

from core.domain.models import LOWER_IS_BETTER
from core.domain.versions import Version, awaiting
from core.domain.views.versions import VersionsPage
from core.domain.wording import METRIC_WORDS, capital, minus, score
from pages._parts.tables import table
from pages._parts.verdict_words import beyond_words, state_of
from pages._parts.version_words import UNKNOWN, why_made
from pages._parts.words import day

MOST = 10
ADDRESS, ALL = "versions", "all"
MANY = 6
"""The most that stand side by side, a column each; more of them, a row each."""
MAYBE = ("Beyond chance", "Rebuilt", "Tags", "Note", "Experiment")
"""Columns that are left out where no version has any."""


def every_asked() -> bool:
    """Whether all that the filter leaves are compared: they take the place of the history then."""
    return st.query_params.get(ADDRESS) == ALL


def tick_some() -> None:
    """Back to the history, with the rows ticked that it begins with."""
    st.query_params.pop(ADDRESS, None)


def version_table(page: VersionsPage, shown: Sequence[Version], zone: str) -> list[Version]:
    """Draws those of `shown` (by number); the versions that are ticked, newest first."""
    versions = list(reversed(shown))
    model = page.standing.model
    ticked = _from_address(versions, page)
    champion = page.standing.champion.number if page.standing.champion else None
    waits = awaiting(page.versions, champion)
    told = [_row(page, version, zone, version is waits) for version in versions]
    empty = [name for name in MAYBE if not any(row[name] for row in told)]
    rows = table(
        [{name: text for name, text in row.items() if name not in empty} for row in told],
        f"history-{page.standing.id}-{len(page.versions)}-{_digest(versions)}",
        "Versions, newest first.",
        MOST,
        right=[capital(METRIC_WORDS[model.metric]), "Champion then"],
        pick="multi-row",
        picked=ticked,
    )
    chosen = [versions[row] for row in sorted(rows)]
    _to_address(chosen, page, versions)
    return chosen


def _row(page: VersionsPage, version: Version, zone: str, waits: bool) -> dict[str, str]:
    metric = page.standing.model.metric
    new, old = version.scores.get(metric), version.champion_scores.get(metric)
    state, note = state_of(version, waits), page.notes.get(version.number)
    return {
        "Version": f"v{version.number}",
        "State": f"{state.mark} {state.word}".strip(),
        "Learnt until": UNKNOWN if version.adopted else day(version.train_to, zone),
        capital(METRIC_WORDS[metric]): score(metric, new, old),
        "Champion then": score(metric, old, new),
        "Difference": _difference(metric, new, old),
        "Beyond chance": beyond_words(version),
        "Rebuilt": capital(proof.words) if (proof := page.proofs.get(version.number)) else "",
        "Tags": ", ".join(note.tags) if note else "",
        "Why": why_made(version),
        "Note": note.text.split("\n", 1)[0] if note else "",
        "Experiment": version.experiment or "",
    }


def _digest(versions: Sequence[Version]) -> str:
    """What the filter left, so that ticks of other rows are not taken for these."""
    return f"{len(versions)}-{sum(version.number**2 for version in versions)}"


def _difference(metric: str, new: float | None, old: float | None) -> str:
    """In words that say which way is which: "13.9 worse", "0.012 better"."""
    if new is None or old is None:
        return "–"
    return difference(metric, new, old)


def difference(metric: str, new: float, old: float) -> str:
    """How far `new` is from `old`, and whether that is better."""
    size = minus(
        score(
            metric, abs(abs(new) - abs(old)) if metric == "bias" else abs(new - old), max(abs(new), abs(old))
        )
    )
    if float(size.replace(",", "")) == 0:
        return "same"
    if metric == "bias":
        return f"{size} {'worse' if abs(new) > abs(old) else 'better'}"
    return f"{size} {'worse' if (new > old) == (metric in LOWER_IS_BETTER) else 'better'}"


def _default(versions: Sequence[Version], page: VersionsPage) -> list[int]:
    """The newest and the champion (or the one before it)."""
    numbers = [version.number for version in versions]
    champion = page.standing.champion.number if page.standing.champion else 0
    rows = sorted({0, numbers.index(champion) if champion in numbers else 0})
    return rows if len(rows) == 2 else list(range(min(2, len(numbers))))


def _from_address(versions: Sequence[Version], page: VersionsPage) -> list[int]:
    asked = st.query_params.get(ADDRESS)
    if asked is None:
        return _default(versions, page)
    numbers = asked.split(",")
    return [row for row, version in enumerate(versions) if str(version.number) in numbers]


def _to_address(chosen: Sequence[Version], page: VersionsPage, versions: Sequence[Version]) -> None:
    if len(chosen) == len(versions) > MANY:
        st.query_params[ADDRESS] = ALL
        st.rerun()
    text = ",".join(str(version.number) for version in chosen)
    default = [versions[row] for row in _default(versions, page)]
    if list(chosen) == default and ADDRESS not in st.query_params:
        return
    if st.query_params.get(ADDRESS) != text:
        st.query_params[ADDRESS] = text
