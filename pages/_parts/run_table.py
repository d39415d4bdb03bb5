"""Run table: runs as rows, the newest first; a tick opens one."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.read_models import RunLine
from core.domain.wording import at
from pages._parts.words import against, result, result_words, took, what_happened, why_it_ran

ROW, MOST = 34, 14


def run_table(lines: Sequence[RunLine], now: datetime, zone: str, key: str, with_model: bool = True) -> int | None:
    """Draws the table; the id of the run that was ticked."""
    rows = [_row(line, now, zone, with_model) for line in lines]
    event = st.dataframe(
        rows, hide_index=True, row_height=ROW, height=ROW * (min(len(rows), MOST) + 1) + 2, on_select="rerun",
        selection_mode="single-row", key=f"{key}-{lines[0].run.id}-{len(lines)}", alt="Runs, newest first.",
        column_config={"What happened": st.column_config.TextColumn(width="large")})
    picked = event.selection.rows
    return lines[picked[0]].run.id if picked else None


def _row(line: RunLine, now: datetime, zone: str, with_model: bool) -> dict[str, str]:
    state = result(line)
    kind = {} if line.run.kind == "retrain" else {"kind": line.run.kind.capitalize()}
    model = {"Model": line.model} if with_model else {}
    return {
        "Result": f"{state.mark} {state.word if with_model else result_words(line)}".strip(), **model,
        "Why it ran": f"{kind['kind']}, {why_it_ran(line).lower()}" if kind and line.run.trigger != line.run.kind
        else why_it_ran(line),
        "Started": at(line.run.started or line.run.queued, zone),
        "Took": took(line, now),
        "What happened": what_happened(line),
        "New version, champion": against(line),
    }
