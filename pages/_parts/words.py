"""Words: times, ages, durations and states as people read them. Pure; `now` and zones are arguments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.domain.health import Health
from core.domain.models import Model
from core.domain.proof import SAME
from core.domain.views.runs import RunLine
from core.domain.wording import METRIC_WORDS, at, capital, count, in_a_line, score, window_word

_METRIC = re.compile(rf"\b({'|'.join(METRIC_WORDS)})(?= (-?\d|undefined|is not defined))")
TASKS = {"regression": "Regression", "binary": "Yes / no", "multiclass": "Classes"}
TRIGGERS = {"manual": "By hand", "api": "By a program"}


@dataclass(frozen=True)
class State:
    """A state in a word, with its icon, its colour's name and the mark that stands for it in tables."""

    word: str
    icon: str
    color: str
    mark: str = "–"


HEALTH = {
    "healthy": State("Healthy", "check_circle", "green", "✓"),
    "watch": State("Watch", "warning", "orange", "!"),
    "failing": State("Failing", "cancel", "red", "✕"),
    "unknown": State("Unknown", "help", "gray", "?"),
}
LATE = State("Late", "hourglass_empty", "orange", "!")
PAUSED = State("Paused", "pause_circle", "gray")
RUN_STATES = {
    "queued": State("Waiting", "hourglass_empty", "gray", "…"),
    "running": State("Running", "progress_activity", "blue", "●"),
    "failed": State("Failed", "cancel", "red", "✕"),
    "timed_out": State("Timed out", "cancel", "red", "✕"),
    "lost": State("Lost", "cancel", "red", "✕"),
    "cancelled": State("Cancelled", "block", "gray"),
}
AWAITING = State("Waits for approval", "pending_actions", "orange", "?")
PROMOTED = State("Promoted", "check_circle", "green", "✓")
REBUILT = State("Rebuilt", "verified", "green", "✓")
DIFFERS = State("Differs", "difference", "orange", "!")
KEPT = State("Kept champion", "shield", "gray")
VERSION_STATES = {
    "champion": State("Champion", "check_circle", "green", "★"),
    "retired": State("Retired", "history", "gray", ""),
    "rejected": State("Rejected", "block", "gray"),
    "candidate": State("Candidate", "help", "gray", "?"),
    "challenger": State("Challenger", "help", "gray", "?"),
}


def health_state(health: Health) -> State:
    """Watch because rows or labels did not come has a word of its own."""
    return LATE if health.word == "watch" and health.waiting and not health.poor else HEALTH[health.word]


def age(span: timedelta) -> str:
    """20 s, 42 min, 20 h, 8 d, 5 wk, 5 mo."""
    seconds = max(0, int(span.total_seconds()))
    for limit, unit, word in (
        (60, 1, "s"),
        (3600, 60, "min"),
        (2 * 86_400, 3600, "h"),
        (14 * 86_400, 86_400, "d"),
        (91 * 86_400, 604_800, "wk"),
    ):
        if seconds < limit:
            return f"{seconds // unit} {word}"
    return f"{seconds // (30 * 86_400)} mo"


def until(span: timedelta) -> str:
    """in 40 s, in 18 min, in 20 h 18 min, in 5 d 17 h; "due now" once it has passed."""
    seconds = int(span.total_seconds())
    if seconds <= 0:
        return "due now"
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days:
        return f"in {days} d {hours} h" if hours else f"in {days} d"
    if hours:
        return f"in {hours} h {minutes} min" if minutes else f"in {hours} h"
    return f"in {minutes} min" if minutes else f"in {seconds} s"


def duration(span: timedelta | None) -> str:
    """0.6 s, 66 s, 1 min 58 s, 64 min."""
    if span is None:
        return "–"
    seconds = max(0.0, span.total_seconds())
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 10:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes} min" if minutes < 180 else f"{minutes // 60} h {minutes % 60} min"


def day(when: datetime, zone: str) -> str:
    """26 Oct 2026."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y}"


def day_and_time(when: datetime, zone: str) -> str:
    """26 Oct 2026, 03:00."""
    return f"{day(when, zone)}, {when.astimezone(ZoneInfo(zone)):%H:%M}"


def at_second(when: datetime, zone: str) -> str:
    return f"{when.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def moments(times: Sequence[datetime], zone: str) -> str:
    """Times in a row, with seconds where they are closer than a minute, the first in bold."""
    close = any(after - before < timedelta(minutes=1) for before, after in pairwise(times))
    said = [
        f"{at(when, zone)}:{when.astimezone(ZoneInfo(zone)):%S}" if close or when.second else at(when, zone)
        for when in times
    ]
    return " · ".join([f"**{said[0]}**", *said[1:]]) if said else "none"


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def result(line: RunLine) -> State:
    """What became of a run, as its row says it."""
    state = RUN_STATES.get(line.run.state)
    if state is not None:
        return state
    if line.run.kind == "backfill":
        return State("Caught up", "check_circle", "green", "✓")
    if line.run.kind == "reproduce":
        return REBUILT if (line.run.reason or "").partition("; ")[0].endswith(f": {SAME}") else DIFFERS
    if line.run.kind == "monitor":
        return State("Checked", "check_circle", "gray", "✓")
    if line.version_state in ("champion", "retired"):
        return PROMOTED
    if line.version_state == "rejected":
        return KEPT if line.version_reason == "tie" else VERSION_STATES["rejected"]
    return VERSION_STATES["candidate"] if line.version_state else State("No version", "help", "gray")


def result_words(line: RunLine) -> str:
    """ "Promoted v31", "Rejected v20", "Failed"."""
    state = result(line)
    return (
        f"{state.word} v{line.run.version}" if line.run.version and line.run.kind == "retrain" else state.word
    )


def why_it_ran(line: RunLine) -> str:
    trigger = TRIGGERS.get(line.run.trigger, capital(line.run.trigger))
    return f"{trigger}, attempt {line.run.attempt}" if line.run.attempt > 1 else trigger


def took(line: RunLine, now: datetime) -> str:
    run = line.run
    if run.started is None:
        return "–"
    return f"{duration(now - run.started)} so far" if run.ended is None else duration(run.ended - run.started)


def what_happened(line: RunLine) -> str:
    """One line: the step it is in, the error, or the reason of its end."""
    run = line.run
    if run.state == "running":
        step = f"Step {line.step_number}: {line.step}" if line.step else "Starting"
        return f"{step}, {run.doing}" if run.doing else step
    if run.state == "queued":
        return "Waits for its turn."
    text = named(
        run.error
        or run.reason
        or line.version_reason
        or ("Its process is gone." if run.state == "lost" else "")
    )
    return capital(in_a_line(text)) or "–"


def named(text: str) -> str:
    """A reason with the names of metrics as people know them: they stand before a number or what it is."""
    return _METRIC.sub(lambda found: METRIC_WORDS[found[0]], text)


def against(line: RunLine) -> str:
    """The new version's score against the champion's on the same rows."""
    if not line.scores or not line.champion_scores:
        return "–"
    new, old = line.scores.get(line.metric), line.champion_scores.get(line.metric)
    if new is None or old is None:
        return "–"
    return f"{score(line.metric, new, old)} against {score(line.metric, old, new)}"


def one_window(model: Model) -> str:
    """week, day … or window."""
    return window_word(model.window) or "window"


def windows(model: Model, amount: int) -> str:
    return count(amount, one_window(model))
