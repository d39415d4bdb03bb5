"""The page of alerts."""

from datetime import datetime

from core.defining.plain import from_plain
from core.domain.views.alerts import AlertLine
from storage.alerts import alert_of
from storage.columns import Row, from_json

ALERTS = """select a.*, m.definition from alerts a join models m on m.id = a.model_id
    where m.removed is null and (a.state <> 'resolved' or a.id in (
        select id from alerts where state = 'resolved' order by resolved desc, id desc limit :resolved))
    order by a.opened desc, a.id desc"""


def alert_line(row: Row, now: datetime) -> AlertLine:
    """From a row of `ALERTS`."""
    return AlertLine(alert_of(row).at(now), from_plain(from_json(row["definition"])))
