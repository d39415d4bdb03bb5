"""The page of alerts."""

from dataclasses import dataclass

from core.domain.alerts import Alert
from core.domain.models import Model


@dataclass(frozen=True)
class AlertLine:
    """An alert in a list, as it stands, with its model."""

    alert: Alert
    model: Model
