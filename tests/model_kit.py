"""The least that a model is made of."""

from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span

BIKES = Model(
    name="bikes",
    task="regression",
    target="cnt",
    time="at",
    window=Span(14, "days"),
    source=SourceSpec("bikes.csv"),
    folder="/models",
)
