"""Origin: where a model's windows begin."""

from datetime import datetime, time

from core.domain.clock import localize, micros, moment
from core.domain.models import Model
from core.scheduling.bounds import first_instant


def origin_of(model: Model, first: int) -> int:
    """The first window's begin in microseconds, given the first row's time.

    What the file says; else, in the model's zone, midnight of the first row's day, for months of the first
    day of its month; by rows the first row's time. ValueError or OverflowError if the file's is no moment.
    """
    if model.origin is not None:
        return micros(first_instant(model.origin, model.tz))
    if model.window.unit == "rows":
        return first
    day = moment(first).astimezone(model.tz).date()
    if model.window.unit == "months":
        day = day.replace(day=1)
    return micros(localize(datetime.combine(day, time()), model.tz))
