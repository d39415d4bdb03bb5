"""Many versions: more than stand side by side, a row each, with every score and what differs between them."""

from collections.abc import Sequence

import streamlit as st

from core.domain.versions import Version
from core.domain.views.versions import VersionsPage
from core.domain.wording import METRIC_WORDS, capital, score
from pages._parts.rows_out import compared_rows
from pages._parts.side_by_side import apart
from pages._parts.tables import table
from pages._parts.taking_out import csv_button
from pages._parts.title_line import title_line
from pages._parts.verdict_words import range_words
from pages._parts.version_words import UNKNOWN, reason_of, rows_of, strategy_of, trained_in
from pages._parts.words import VERSION_STATES, day

MOST = 14


def many_versions(page: VersionsPage, versions: Sequence[Version], zone: str) -> None:
    """`versions`: the newest first."""
    model = page.standing.model
    metrics = [name for name in model.metrics if any(one.scores.get(name) is not None for one in versions)]
    with title_line("manyhead"):
        st.subheader(f"{len(versions)} versions side by side", width="content")
        csv_button(lambda: compared_rows(model, versions), f"{model.name}-{len(versions)}-versions")
    differing = apart(versions)
    rows = [_row(one, metrics, differing, zone) for one in versions]
    numbers = [capital(METRIC_WORDS[name]) for name in metrics]
    table(
        rows, f"many-{page.standing.id}", "The ticked versions, newest first.", MOST, right=[*numbers, "Rows"]
    )


def _row(one: Version, metrics: Sequence[str], parameters: Sequence[str], zone: str) -> dict[str, str]:
    return {
        "Version": f"v{one.number}",
        "State": VERSION_STATES[one.state].word,
        **{capital(METRIC_WORDS[name]): score(name, one.scores.get(name)) for name in metrics},
        "Difference": range_words(one) or "–",
        "Learnt until": UNKNOWN if one.adopted else day(one.train_to, zone),
        "Rows": rows_of(one),
        "Recipe": one.recipe,
        "Strategy": strategy_of(one),
        **{name: str(one.parameters.get(name, "default")) for name in parameters},
        "Trained in": trained_in(one),
        "What happened": reason_of(one),
    }
