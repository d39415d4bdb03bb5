"""Alert: a rule that is crossed, or a run that fails or is late. Opened, perhaps acknowledged, resolved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from core.domain.errors import BadInput, NotAllowed

KINDS = ("performance", "drift", "promotion", "run failed", "run late", "rows late", "labels late")
STATES = ("open", "acknowledged", "muted", "resolved")


@dataclass(frozen=True)
class Alert:
    """`opened`, `resolved`: the as of at which it was found so. `since_windows`: over how many windows the
    rule has been crossed; 0 where windows play no part. `why`, `done`: what is wrong, and what was done about
    it. `run_id`: the run that failed. `note`: of whoever acknowledged it.
    """

    id: int
    model_id: int
    kind: str
    state: str
    opened: datetime
    why: str
    since_windows: int = 0
    done: str = ""
    run_id: int | None = None
    note: str | None = None
    noted_by: str | None = None
    noted_at: datetime | None = None
    muted_until: datetime | None = None
    resolved: datetime | None = None

    def at(self, now: datetime) -> "Alert":
        """As it stands at a moment: a mute that has ended is none."""
        if self.state != "muted" or self.muted_until is None or now < self.muted_until:
            return self
        return replace(self, state=self._unmuted, muted_until=None)

    def acknowledge(self, note: str, by: str, now: datetime) -> "Alert":
        """Somebody knows of it; a later note replaces an earlier one. NotAllowed once it is resolved."""
        if not note.strip():
            raise BadInput("A note is needed.", "Say in a few words what is known or done.", key="note")
        if self.state == "resolved":
            raise NotAllowed(f"Alert {self.id} is resolved already.", "There is nothing to acknowledge.")
        return replace(
            self,
            state="acknowledged",
            note=note.strip(),
            noted_by=by,
            noted_at=now,
            muted_until=None,
        )

    def mute(self, until: datetime | None) -> "Alert":
        """Quiet until a moment; None: no longer. A resolved one stays as it is."""
        if self.state == "resolved":
            return self
        if until is None:
            return replace(self, state=self._unmuted, muted_until=None)
        return replace(self, state="muted", muted_until=until)

    def resolve(self, now: datetime) -> "Alert":
        return replace(self, state="resolved", muted_until=None, resolved=max(now, self.opened))

    @property
    def _unmuted(self) -> str:
        return "acknowledged" if self.note else "open" if self.state == "muted" else self.state


class Alerts(Protocol):
    """The store of alerts. A model has one that is not resolved of each kind, at most."""

    def get(self, id: int) -> Alert:
        """NotThere if there is no such alert."""
        ...

    def all(self, model_id: int | None = None) -> list[Alert]:
        """Of models that are not removed, newest first."""
        ...

    def unresolved(self, model_id: int) -> Sequence[Alert]: ...

    def open(self, alert: Alert) -> Alert:
        """Keep a new one; its id is given here."""
        ...

    def change(self, alert: Alert) -> None:
        """Keep it as it is now."""
        ...

    def muted(self, model_id: int) -> datetime | None:
        """Until when the model is muted, if it is."""
        ...

    def mute(self, model_id: int, until: datetime | None, by: str, now: datetime) -> None:
        """Mute the model, what opens meanwhile too; None: no longer."""
        ...

    def told(self, model_id: int) -> int:
        """The index of the window up to which a backfill has settled alerts; -1 before any."""
        ...

    def tell(self, model_id: int, index: int) -> None:
        """Remember that a backfill has settled alerts up to a window, and need not again."""
        ...
