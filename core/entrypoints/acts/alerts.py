"""What can be done with alerts: list them, acknowledge one, mute a model."""

from datetime import datetime

from core.domain.alerts import Alert
from core.domain.errors import BadInput
from core.entrypoints.acts.desk import Desk


class AlertActs(Desk):
    """Acts on alerts."""

    def alerts(self, name: str | None = None) -> list[tuple[Alert, str]]:
        """(Alert as it stands now, its model's name), newest first; of a model or of all."""
        now = self.now()
        with self.home.reading() as stores:
            model_id = stores.models.get(name).id if name is not None else None
            names = {kept.id: kept.model.name for kept in stores.models.all()}
            return [(alert.at(now), names[alert.model_id]) for alert in stores.alerts.all(model_id)]

    def acknowledge(self, alert_id: int, note: str, by: str = "page") -> Alert:
        """Somebody knows of it, and says so. NotThere, NotAllowed once it is resolved, BadInput without a
        note.
        """
        with self.home.transaction() as t:
            alert = t.alerts.get(alert_id).acknowledge(note, by, self.now())
            t.alerts.change(alert)
            return alert

    def mute(self, name: str, until: datetime | None, by: str = "page") -> list[Alert]:
        """Keep the alerts of a model quiet until a moment, those that open meanwhile too; None: no longer.

        The alerts that are not resolved, as they are then.
        """
        now = self.now()
        if until is not None and until <= now:
            raise BadInput(
                f"{until.isoformat()} has passed.",
                "Give a later moment, until which to be quiet.",
                key="until",
            )
        with self.home.transaction() as t:
            kept = t.models.get(name)
            t.alerts.mute(kept.id, until, by, now)
            changed = [alert.at(now).mute(until) for alert in t.alerts.unresolved(kept.id)]
            for alert in changed:
                t.alerts.change(alert)
            return changed
