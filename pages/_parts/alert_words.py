"""Alert words: what an alert is called, how it stands, and since when. Pure."""

from core.domain.alerts import Alert
from core.domain.models import Model
from core.domain.wording import at, count
from pages._parts.words import State, day, day_and_time, one_window

KINDS = {
    "performance": "Performance beyond its limit",
    "drift": "Rows drift",
    "promotion": "The version before did better",
    "run failed": "A run failed",
    "run late": "A retraining is late",
    "rows late": "Rows are late",
    "labels late": "Labels are late",
}
STATES = {
    "open": State("Open", "notifications_active", "red"),
    "acknowledged": State("Acknowledged", "visibility", "blue"),
    "muted": State("Muted", "notifications_off", "gray"),
    "resolved": State("Resolved", "check_circle", "green", "✓"),
}


def alerts_title(count: int) -> str:
    """The page's name in the navigation, with how many are open."""
    return f"Alerts ({count})" if count else "Alerts"


def since(alert: Alert, model: Model, zone: str) -> str:
    """ "Since 25 Feb 2012, over 8 weeks"."""
    over = f", over {count(alert.since_windows, one_window(model))}" if alert.since_windows else ""
    return f"Since {day(alert.opened, zone)}{over}"


def noted(alert: Alert, zone: str) -> str:
    """Who knows of it, and what they said of it."""
    if alert.note is None:
        return ""
    by = f" by {alert.noted_by}" if alert.noted_by and alert.noted_by != "page" else ""
    when = f" {at(alert.noted_at, zone)}" if alert.noted_at else ""
    return f"Acknowledged{by}{when}: {alert.note}"


def quiet_until(alert: Alert, zone: str) -> str:
    return f"Muted until {day_and_time(alert.muted_until, zone)}" if alert.muted_until else ""
