"""Plain: models and surveys as JSON holds them, exact both ways."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from core.domain.gate_rules import GateRules
from core.domain.models import Model
from core.domain.sources import Schema, SourceSpec, Survey
from core.domain.spans import Span
from core.domain.strategies import Ensemble, Warm
from core.domain.triggers import Trigger

SPANS = ("window", "label_delay", "history", "half_life")
TUPLES = ("features", "exclude", "categorical", "arguments")

TAGGED: Mapping[str, tuple[type, Any]] = {
    "datetime": (datetime, datetime.fromisoformat),  # before date: a datetime is one
    "date": (date, date.fromisoformat),
    "time": (time, time.fromisoformat),
    "decimal": (Decimal, Decimal),
    "bytes": (bytes, bytes.fromhex),
}


def to_plain(model: Model) -> dict[str, Any]:
    """A model as texts, numbers, truths, lists and dicts; every field by its name."""
    plain = {field.name: getattr(model, field.name) for field in fields(Model)}
    for name in SPANS:
        plain[name] = None if plain[name] is None else str(plain[name])
    for name in TUPLES:
        plain[name] = None if plain[name] is None else list(plain[name])
    plain["recipe_parameters"] = dict(model.recipe_parameters)
    plain["leave_out"] = [list(span) for span in model.leave_out]
    plain["gate_rules"] = model.gate_rules.plain()
    for name in ("ensemble", "warm"):
        plain[name] = None if plain[name] is None else plain[name].plain()
    plain["triggers"] = [trigger.plain() for trigger in model.triggers]
    plain["source"] = {field.name: getattr(model.source, field.name) for field in fields(SourceSpec)}
    return plain


def from_plain(plain: Mapping[str, Any]) -> Model:
    """The model again; a key that is not there has its default."""
    values = dict(plain)
    for name in SPANS:
        values[name] = None if values.get(name) is None else Span.parse(values[name])
    for name in TUPLES:
        values[name] = (
            tuple(values[name]) if values.get(name) is not None else None if name == "features" else ()
        )
    values["leave_out"] = tuple((start, end) for start, end in values.get("leave_out") or ())
    values["gate_rules"] = GateRules.of(values.get("gate_rules") or {})
    for name, kind in (("ensemble", Ensemble), ("warm", Warm)):
        values[name] = None if values.get(name) is None else kind.of(values[name])
    values["triggers"] = tuple(map(Trigger.of, values.get("triggers") or ()))
    return Model(**{**values, "source": SourceSpec(**values["source"])})


def survey_to_plain(survey: Survey) -> dict[str, Any]:
    """A survey as JSON holds it: labels that JSON has no kind for are tagged with theirs."""
    plain = {field.name: getattr(survey, field.name) for field in fields(Survey)}
    return {
        **plain,
        "schema": survey.schema.plain(),
        "from_labels": list(survey.schema.from_labels),
        "distinct_labels": [_tag(label) for label in survey.distinct_labels],
    }


def survey_from_plain(plain: Mapping[str, Any]) -> Survey:
    values = dict(plain)
    schema = Schema(dict(values.pop("schema")), tuple(values.pop("from_labels", ())))
    labels = tuple(_untag(label) for label in values.pop("distinct_labels"))
    return Survey(**values, schema=schema, distinct_labels=labels)


def _tag(label: object) -> object:
    for kind, (type_, _) in TAGGED.items():
        if isinstance(label, type_):
            return {kind: label.hex() if isinstance(label, bytes) else _text(label)}
    return label


def _text(label: object) -> str:
    return str(label) if isinstance(label, Decimal) else str(getattr(label, "isoformat", lambda: label)())


def _untag(label: object) -> object:
    if not isinstance(label, dict):
        return label
    ((kind, text),) = label.items()
    return TAGGED[kind][1](text)
