"""As of: the moment that stands for now."""

from core.domain.models import Model
from core.domain.sources import Source


def present(model: Model, source: Source, wall: int) -> int:
    """The wall clock, or with `as_of = "data"` a microsecond after the newest row that is not after it."""
    if model.as_of != "data":
        return wall
    newest = source.newest(wall)
    return wall if newest is None else newest + 1
