"""Flow: a backfill.

Score each closed window with the champion of its day, retrain after it, window by window.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.clock import iso, moment
from core.domain.errors import NotAllowed
from core.domain.models import Kept
from core.domain.reports import Report
from core.domain.versions import Promotion, Version
from core.domain.wording import count
from core.monitoring.grid import Slice, median_rows
from core.monitoring.known import Known
from core.monitoring.triggering import Decision
from core.retraining.flow import Result
from core.retraining.job import Job


class Life(Protocol):
    """What a backfill does at each step, each kept in one transaction guarded by its run."""

    def live_at(self, when: int) -> Version | None: ...

    def score(self, window: Slice) -> bool:
        """Score a window and keep it; whether anything of it was new."""
        ...

    def triggered(self, after: Slice) -> Decision | None:
        """The trigger that starts a retraining at a window's end, by what was known then."""
        ...

    def retrain(self, job: Job) -> Result: ...

    def keep(self, job: Job, result: Result, live_from: int, after: int, by: Decision | None) -> None:
        """Keep what a retraining after a window made, and that it was made, by a trigger or not."""
        ...

    def done(self) -> Mapping[int, int | None]:
        """Windows after which a retraining was made already -> its version, if any."""
        ...


@dataclass(frozen=True)
class Span:
    """Which windows to live through: those that begin at or after `start` and end by `end` (microseconds)."""

    start: int | None = None
    end: int | None = None

    def holds(self, window: Slice) -> bool:
        return (self.start is None or window.start >= self.start) and (
            self.end is None or window.end <= self.end
        )


def backfill(
    kept: Kept, known: Known, run_id: int, every: int, span: Span, life: Life, report: Report
) -> str:
    """Live through every closed window after the initial ones; says in words what was done.

    `every`: retrain after every N-th scored one; 0: only where a trigger says so.
    """
    path = lived(kept, known, span)
    if not path:
        return _nothing(kept, known)
    done, scored, before, new, none = life.done(), 0, None, False, ""
    for place, window in enumerate(path):
        report.progress(place / len(path), f"window {place + 1} of {len(path)}")
        after = before if before is not None else _previous(known, window)
        first, by = life.live_at(window.start) is None, None
        due = before is not None and every > 0 and scored % every == 0 and after.index not in done
        if before is not None and every == 0 and not first and after.index not in done:
            by = life.triggered(after)
        if first or due or by is not None:
            job = _job(kept, known, after, run_id, life, by)
            live_from = window.start if window.upto is not None else after.end
            result = life.retrain(job)
            life.keep(job, result, live_from, after.index, by)
            new, none = True, "" if result.version else result.reason
        if life.live_at(window.start) is not None:
            new = life.score(window) or new
            scored, before = scored + 1, window
    report.progress(1.0, f"window {len(path)} of {len(path)}")
    amount = count(len(path), "window")
    if none and before is None:
        return f"Lived through {amount}, and no version came of it: {none}"
    return f"Lived through {amount}." if new else f"Nothing was left to live through, of {amount}."


def lived(kept: Kept, known: Known, span: Span) -> list[Slice]:
    """The windows that a backfill scores: closed and not empty, a last one only if it is long enough."""
    after = [
        window for window in known.windows if window.index >= known.windows[0].index + kept.model.initial
    ]
    return [window for window in after if window.rows and span.holds(window) and _counts(kept, window)]


def refuse_if_lived(
    path: Sequence[Slice],
    promotions: Sequence[Promotion],
    versions: Mapping[int, Version],
    backfilled: Collection[int],
) -> None:
    """NotAllowed where a version that no backfill made is live in the data time of the windows.

    `backfilled`: the runs that were backfills.
    """
    if not path:
        return
    for promotion in promotions:
        version = versions[promotion.number]
        if version.run_id not in backfilled and promotion.live_from < moment(path[-1].end):
            raise NotAllowed(
                f"v{version.number}, made by hand or by a schedule, is live from "
                f"{iso(promotion.live_from)} on, "
                "in the data time that would be lived through.",
                "Give an earlier --to, or backfill a new model.",
            )


def _counts(kept: Kept, window: Slice) -> bool:
    if window.upto is not None:
        return window.closed or 2 * window.rows >= kept.model.window.amount
    return window.closed and window.complete


def _previous(known: Known, window: Slice) -> Slice:
    place = next(place for place, other in enumerate(known.windows) if other.index == window.index)
    return known.windows[place - 1]


def _job(kept: Kept, known: Known, after: Slice, run_id: int, life: Life, by: Decision | None) -> Job:
    """A retraining at a window's end. By rows it knows rows up to the window's last in source order."""
    past = [window for window in known.windows if window.index <= after.index]
    return Job(
        kept,
        after.end,
        life.live_at(after.end),
        by.trigger.word if by else "backfill",
        run_id,
        0,
        median_rows(past),
        after.stop if after.upto is not None else None,
        by.why if by else "",
        known.upto(after.stop),
    )


def _nothing(kept: Kept, known: Known) -> str:
    closed = sum(window.closed for window in known.windows)
    left = f"{closed} are closed, {max(0, closed - kept.model.initial)} of them after the first"
    return f"No window to live through in the range asked: {left} {kept.model.initial}."
