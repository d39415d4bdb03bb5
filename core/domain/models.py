"""Model: what is kept fresh, as its file says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from core.domain.gate_rules import GateRules
from core.domain.rhythm import Rhythm
from core.domain.sources import SourceSpec, Survey
from core.domain.spans import Span
from core.domain.strategies import Ensemble, Warm
from core.domain.triggers import Trigger

TASKS = ("binary", "multiclass", "regression")
GATES = ("always", "better", "not_worse", "hold")
REGRESSION_METRICS = ("rmse", "mae", "r2", "bias")
CLASS_METRICS = ("accuracy", "roc_auc", "log_loss", "f1", "precision", "recall", "brier")
LOWER_IS_BETTER = frozenset({"rmse", "mae", "log_loss", "brier"})
"""`bias` is best at 0; every other metric is better when higher."""

FROZEN_ONCE_VERSIONS_EXIST = ("task", "target", "time", "window", "origin", "zone", "initial")
"""Changing one of these would give every kept window and version another meaning."""


@dataclass(frozen=True)
class Model:
    """A model file, checked and with its defaults filled in. `features` None: every other column."""

    name: str
    task: str
    target: str
    time: str
    window: Span
    source: SourceSpec
    folder: str  # relative paths of the source and of recipes start here
    id: str | None = None
    label_time: str | None = None
    label_delay: Span | None = None
    prediction: str | None = None
    score: str | None = None
    positive: object = None
    threshold: float = 0.5
    features: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    metric: str = "rmse"
    limit: float | None = None
    origin: str | None = None
    initial: int = 12
    history: Span | None = None  # None: all
    recipe: str = "hist_gradient_boosting"
    recipe_parameters: Mapping[str, object] = field(default_factory=dict)
    script: str | None = None  # a person's own, in place of `recipe`; relative to `folder`
    arguments: tuple[str, ...] = ()  # of the script
    output: str | None = None  # the file that the script writes its model to, relative to its folder
    python: str | None = None  # the script's interpreter; None: of a .venv beside it, else Evermodel's own
    strategy: str = "scratch"
    ensemble: Ensemble | None = None
    warm: Warm | None = None
    half_life: Span | None = None  # None: every row weighs the same
    leave_out: tuple[tuple[str, str], ...] = ()  # [from, to] as the file writes them, never learnt
    gate: str = "not_worse"
    gate_rules: GateRules = field(default_factory=GateRules)
    refit: bool = True
    judge_at_least: int = 30
    as_of: str = "clock"  # or "data"
    zone: str = "UTC"
    seed: int = 0
    experiment: str | None = None  # a name for what belongs together
    owner: str | None = None  # who answers for it
    keep: int | None = None  # newest versions that keep their files; None: all
    triggers: tuple[Trigger, ...] = ()

    @property
    def learner(self) -> str:
        """What makes its versions: the script's name, else the recipe's."""
        return self.script or self.recipe

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def metrics(self) -> tuple[str, ...]:
        return REGRESSION_METRICS if self.task == "regression" else CLASS_METRICS

    @property
    def lower_is_better(self) -> bool:
        return self.metric in LOWER_IS_BETTER

    def reserved(self) -> tuple[str, ...]:
        """Columns that have a part of their own and are never features."""
        parts = (self.target, self.time, self.id, self.label_time, self.prediction, self.score)
        return tuple(part for part in parts if part is not None)

    def feature_names(self, columns: Mapping[str, str]) -> tuple[str, ...]:
        """The features among a source's columns, in the order that the file (else the source) lists them."""
        if self.features is not None:
            return self.features
        left_out = {*self.reserved(), *self.exclude}
        return tuple(name for name in columns if name not in left_out)


@dataclass(frozen=True)
class Kept:
    """A model as it is kept: its file, what `apply` found in its source, and where its windows begin."""

    id: int
    model: Model
    survey: Survey
    origin: int  # microseconds: the first window's begin
    applied: datetime
    revision: int
    file: str | None = None  # the file's path, for messages

    @property
    def features(self) -> tuple[str, ...]:
        return self.model.feature_names(self.survey.schema.columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read: parts first, then the features."""
        return tuple(dict.fromkeys((*self.model.reserved(), *self.features)))

    def beside(self, features: Iterable[str]) -> "Kept":
        """The same, reading these too, as far as its source has them: what an older version takes."""
        there = self.survey.schema.columns
        more = [name for name in dict.fromkeys(features) if name in there and name not in self.columns]
        model = replace(self.model, features=(*self.features, *more))
        return replace(self, model=model) if more else self

    @property
    def reading(self) -> dict[str, object]:
        """All that says which rows and columns of a source it takes, and as what; as JSON holds it."""
        model, types = self.model, self.survey.schema.columns
        return {
            "columns": [[name, types.get(name)] for name in self.columns],
            "time": [model.time, model.zone],
            "label": [model.target, model.label_time, str(model.label_delay)],
            "leave_out": [list(span) for span in model.leave_out],
        }


class Models(Protocol):
    """The store of models. A name is taken while its model is not removed."""

    def get(self, name: str) -> Kept:
        """NotThere if no such model is kept."""
        ...

    def by_id(self, id: int) -> Kept: ...

    def all(self) -> list[Kept]: ...

    def add(self, model: Model, survey: Survey, origin: int, now: datetime, file: str | None) -> Kept: ...

    def change(self, kept: Kept, model: Model, survey: Survey, origin: int, now: datetime) -> Kept:
        """Save over revision `kept.revision`; IllegalChange if it is no longer that one."""
        ...

    def remove(self, kept: Kept, now: datetime) -> None: ...

    def seen(self, model_id: int) -> tuple[Mapping[str, list[int]], datetime | None]:
        """The source's stamp and the as of of the last monitoring ({} and None before the first)."""
        ...

    def rhythm(self, model_id: int) -> Rhythm:
        """How its rows and labels came so far; nothing is known before the first monitoring."""
        ...

    def keep_rhythm(self, model_id: int, rhythm: Rhythm) -> None: ...

    def saw(self, model_id: int, stamp: Mapping[str, list[int]], as_of: datetime) -> None:
        """Remember what the last monitoring saw."""
        ...
