"""Run table: runs as rows, the newest first; a tick opens one."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.views.runs import RunLine
from core.domain.wording import at, capital
from pages._parts.palette import palette
from pages._parts.tables import table
from pages._parts.words import against, result, result_words, took, what_happened, why_it_ran

MOST = 14


def run_table(
    lines: Sequence[RunLine], now: datetime, zone: str, key: str, with_model: bool = True
) -> int | None:
    """Draws the table; the id of the run that was ticked."""
    rows = [_row(line, now, zone, with_model) for line in lines]
    colors = palette()
    picked = table(
        rows,
        f"{key}-{lines[0].run.id}-{len(lines)}",
        "Runs, newest first.",
        MOST,
        widths={"What happened": 330, "Took": 120},
        pick="single-row",
        tints={"Result": [colors.word(result(line).color) for line in lines]},
    )
    return lines[picked[0]].run.id if picked else None


def _row(line: RunLine, now: datetime, zone: str, with_model: bool) -> dict[str, str]:
    state = result(line)
    model = {"Model": line.model} if with_model else {}
    return {
        "Result": f"{state.mark} {state.word if with_model else result_words(line)}".strip(),
        **model,
        "Why it ran": _why(line),
        "Started": at(line.run.started or line.run.queued, zone),
        "Took": took(line, now),
        "What happened": what_happened(line),
        "New version, champion": against(line),
    }


def _why(line: RunLine) -> str:
    """Why, and what, where it was no retraining."""
    if line.run.kind in ("retrain", line.run.trigger):
        return why_it_ran(line)
    return f"{capital(line.run.kind)}, {why_it_ran(line).lower()}"
