"""Version table: the history, newest first; two rows may be ticked, and the address keeps which."""

from collections.abc import Sequence

import streamlit as st

from core.domain.models import LOWER_IS_BETTER
from core.domain.read_models import VersionsPage
from core.domain.versions import Version, awaiting
from core.domain.wording import METRIC_WORDS, capital, minus, score
from pages._parts.tables import table
from pages._parts.words import AWAITING, TRIGGERS, VERSION_STATES, day

MOST = 10
ADDRESS = "versions"


def version_table(page: VersionsPage, zone: str) -> list[Version]:
    """Draws it; the versions that are ticked (at most two), newest first."""
    versions = list(reversed(page.versions))
    metric = page.standing.model.metric
    ticked = _from_address(versions, page)
    champion = page.standing.champion.number if page.standing.champion else None
    waits = awaiting(page.versions, champion)
    rows = table(
        [_row(version, metric, zone, version is waits) for version in versions],
        f"history-{page.standing.id}-{len(versions)}",
        "Versions, newest first.",
        MOST,
        right=[capital(METRIC_WORDS[metric]), "Champion then", "Difference"],
        pick="multi-row",
        picked=ticked,
    )
    # Which of more than two was ticked last cannot be told.
    chosen = [versions[row] for row in sorted(rows)[:2]]
    _to_address(chosen, page, versions)
    if len(rows) > 2:
        st.caption("More than two are ticked; the newest two are shown.")
    return chosen


def _row(version: Version, metric: str, zone: str, waits: bool) -> dict[str, str]:
    new, old = version.scores.get(metric), version.champion_scores.get(metric)
    state = AWAITING if waits else VERSION_STATES[version.state]
    word = "Kept champion" if version.state == "rejected" and version.reason == "tie" else state.word
    return {
        "Version": f"v{version.number}",
        "State": f"{state.mark} {word}".strip(),
        "Learnt until": day(version.train_to, zone),
        capital(METRIC_WORDS[metric]): score(metric, new, old),
        "Champion then": score(metric, old, new),
        "Difference": _difference(metric, new, old),
        "Why": TRIGGERS.get(version.trigger, capital(version.trigger)),
    }


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
    champion = page.standing.champion.number if page.standing.champion else numbers[0]
    rows = sorted({0, numbers.index(champion)})
    return rows if len(rows) == 2 else list(range(min(2, len(numbers))))


def _from_address(versions: Sequence[Version], page: VersionsPage) -> list[int]:
    asked = st.query_params.get(ADDRESS)
    if asked is None:
        return _default(versions, page)
    rows = [row for row, version in enumerate(versions) if str(version.number) in asked.split(",")]
    return rows[:2]


def _to_address(chosen: Sequence[Version], page: VersionsPage, versions: Sequence[Version]) -> None:
    text = ",".join(str(version.number) for version in chosen)
    default = [versions[row] for row in _default(versions, page)]
    if list(chosen) == default and ADDRESS not in st.query_params:
        return
    if st.query_params.get(ADDRESS) != text:
        st.query_params[ADDRESS] = text
