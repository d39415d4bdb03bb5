"""Printing: a kept model as a model file again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import tomli_w

from core.defining.definition import ScheduleSpec
from core.defining.keys import MODEL_KEYS, SOURCE_KEYS
from core.defining.plain import to_plain
from core.domain.addresses import by_reference
from core.domain.models import Kept, Model
from core.domain.schedules import Schedule
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.domain.triggers import Trigger

TABLES = ("recipe_parameters", "source", "schedules", "triggers")


def print_file(
    model: Model | Kept, schedules: Sequence[Schedule | ScheduleSpec] = (), *, passwords: bool = False
) -> str:
    """TOML that reads back to the same model and schedules: the keys that differ from their defaults.

    Without `passwords`, one that an address tells is replaced by a variable's name, and a comment says so.
    """
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
    top["source"] = {key: value for key, value in source.items() if value not in (None, "")}
    remark = ""
    if model.source.url is not None and not passwords:
        variable = f"{model.name.upper().replace('-', '_')}_PASSWORD"
        variable = variable if not variable[0].isdigit() else f"DATABASE_{variable}"
        top["source"]["url"] = by_reference(model.source.url, variable)
        if top["source"]["url"] != model.source.url:
            remark = f"# The password is not printed: set the variable {variable}.\n"
    listed = [_schedule(one, model.zone) for one in schedules]
    return remark + tomli_w.dumps(top) + "".join([*listed, *map(_trigger, model.triggers)])


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


def _schedule(schedule: Schedule | ScheduleSpec, zone: str) -> str:
    """`zone`: the model's, which its schedules need not repeat."""
    rule = schedule.rule.plain()
    calendar = rule.pop("calendar", None)
    if rule["zone"] == zone:
        del rule["zone"]
    named = {"name": schedule.name} if schedule.name is not None else {}
    return (
        "\n[[schedules]]\n"
        + tomli_w.dumps({**named, **rule})
        + (f"calendar = {_inline(calendar)}\n" if isinstance(calendar, dict) else "")
        + tomli_w.dumps(schedule.options.plain())
    )


def _inline(table: Mapping[str, object]) -> str:
    """A table of texts, numbers and lists on one line: tomli_w would begin a table of its own."""
    return "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in table.items()) + " }"


def _trigger(trigger: Trigger) -> str:
    return "\n[[triggers]]\n" + tomli_w.dumps(trigger.plain())
