"""Printing: a kept model as a model file again."""

from collections.abc import Sequence
from typing import Any

import tomli_w

from core.defining.definition import ScheduleSpec
from core.defining.keys import MODEL_KEYS, SOURCE_KEYS
from core.defining.plain import to_plain
from core.domain.models import Kept, Model
from core.domain.schedules import Schedule
from core.domain.sources import SourceSpec
from core.domain.spans import Span

TABLES = ("recipe_parameters", "source", "schedules")


def print_file(model: Model | Kept, schedules: Sequence[Schedule | ScheduleSpec] = ()) -> str:
    """TOML that reads back to the same model and schedules: the keys that differ from their defaults."""
    model = model.model if isinstance(model, Kept) else model
    default = to_plain(_plainest(model))
    plain = {
        key: value
        for key, value in to_plain(model).items()
        if value != default[key] or type(value) is not type(default[key])
    }
    top: dict[str, Any] = {
        key.name: _short(key.name, plain[key.name])
        for key in MODEL_KEYS
        if key.name in plain and key.name not in TABLES
    }
    if model.recipe_parameters:
        top["recipe_parameters"] = dict(model.recipe_parameters)
    source = {key.name: getattr(model.source, key.name) for key in SOURCE_KEYS}
    top["source"] = {key: value for key, value in source.items() if value is not None}
    return tomli_w.dumps(top) + "".join(map(_schedule, schedules))


def _plainest(model: Model) -> Model:
    """A model of the same task with every default, and required keys that none has."""
    metric = "rmse" if model.task == "regression" else "accuracy"
    return Model(
        name="",
        task="",
        target="",
        time="",
        window=Span(0, "days"),
        source=SourceSpec(""),
        folder=model.folder,
        metric=metric,
    )


def _short(key: str, value: Any) -> Any:
    """100.0 as 100 where a number is read: both read back to the same."""
    if key not in ("limit", "threshold") or not value.is_integer() or abs(value) >= 1e15:
        return value
    return value if str(value) == "-0.0" else int(value)  # a whole number has no minus zero


def _schedule(schedule: Schedule | ScheduleSpec) -> str:
    rule = {key: value for key, value in schedule.rule.plain().items() if key != "zone"}
    parts = {"name": schedule.name, **rule}
    parts |= {"catch_up": schedule.catch_up} if schedule.catch_up != "once" else {}
    parts |= {"overlap": schedule.overlap} if schedule.overlap != "skip" else {}
    return "\n[[schedules]]\n" + tomli_w.dumps(
        {key: value for key, value in parts.items() if value is not None}
    )
