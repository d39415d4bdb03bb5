"""Limits: how long a run may take, and how often and how soon it is tried again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.domain.spans import Span

RETRY_DELAY = Span(5, "minutes")
LONGEST_WAIT = timedelta(days=7)


@dataclass(frozen=True)
class Limits:
    """`retries`: further attempts after a failure. The n-th waits `retry_delay` × `backoff` ** (n - 1)."""

    time_out: Span | None = None
    retries: int = 0
    retry_delay: Span = RETRY_DELAY
    backoff: float = 2.0

    def wait(self, attempt: int) -> timedelta:
        """How long to wait after attempt `attempt` (1, 2, …) failed; at most a week."""
        seconds = self.retry_delay.elapsed.total_seconds() * self.backoff ** min(attempt - 1, 64)
        return min(timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds())), LONGEST_WAIT)

    def plain(self) -> dict[str, object]:
        """What differs from the defaults, as a model file says it."""
        parts: dict[str, object] = {
            "time_out": str(self.time_out) if self.time_out else None,
            "retries": self.retries or None,
            "retry_delay": str(self.retry_delay) if self.retry_delay != RETRY_DELAY else None,
            "backoff": self.backoff if self.backoff != Limits.backoff else None,
        }
        return {key: value for key, value in parts.items() if value is not None}

    @classmethod
    def of(cls, plain: Mapping[str, object]) -> "Limits":
        """The inverse of `plain`."""
        spans = {key: Span.parse(plain[key]) for key in ("time_out", "retry_delay") if key in plain}
        rest = {key: plain[key] for key in ("retries", "backoff") if key in plain}
        return cls(**spans, **rest)  # type: ignore[arg-type]


NO_LIMITS = Limits()


def when_asked(schedules: Sequence[Limits]) -> Limits:
    """Of a run that a person asked for: the longest time-out of the model's schedules, if all have one."""
    spans = [limits.time_out for limits in schedules]
    known = [span for span in spans if span is not None]
    if not known or len(known) < len(spans):
        return NO_LIMITS
    return Limits(time_out=max(known, key=lambda span: span.elapsed))
