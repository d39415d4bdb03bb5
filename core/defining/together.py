"""Together: what keys of a model file say of each other."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.defining.kinds import LONGEST_DAYS, days
from core.defining.near import did_you_mean
from core.defining.tables import Faults
from core.domain.gate_rules import GateRules
from core.domain.models import CLASS_METRICS, REGRESSION_METRICS

PARTS = ("target", "time", "id", "label_time", "prediction", "score")
"""Keys that give a column a part of its own; such a column is no feature."""

BINARY_ONLY = ("positive", "threshold", "score")

Values = Mapping[str, Any]


def check_together(values: Values, faults: Faults) -> None:
    """Add what is wrong between the keys that could be read."""
    _metric(values, faults)
    _parts(values, faults)
    _features(values, faults)
    _categorical(values, faults)
    _history(values, faults)
    _gate_rules(values, faults)
    if "label_time" in values and "label_delay" in values:
        faults.add("label_delay", "`label_time` and `label_delay` are both given.", "Leave one of them out.")
    if values.get("task") in ("multiclass", "regression"):
        for key in BINARY_ONLY:
            if key in values:
                faults.add(key, f"It means nothing for task {values['task']}.", "Leave it out.")


def _metric(values: Values, faults: Faults) -> None:
    if "metric" not in values or "task" not in values:
        return
    known = REGRESSION_METRICS if values["task"] == "regression" else CLASS_METRICS
    if values["metric"] not in known:
        faults.add(
            "metric",
            f"{values['metric']} is no metric of task {values['task']}.",
            f"{did_you_mean(values['metric'], known)} Write one of: {', '.join(known)}.".strip(),
        )


def _history(values: Values, faults: Faults) -> None:
    window, history = values.get("window"), values.get("history")
    if window is None or history is None or history.unit != "windows":
        return
    if days(window) * history.amount > LONGEST_DAYS:
        faults.add(
            "history", f"{history} of {window} are longer than a hundred years.", 'Write "all", or fewer.'
        )


def _gate_rules(values: Values, faults: Faults) -> None:
    rules = values.get("gate_rules")
    if rules is None:
        return
    if rules.range is not None and values.get("task") in ("binary", "multiclass"):
        faults.add(
            "gate_rules",
            f"Its range bounds numbers, and task {values['task']} predicts classes.",
            "Leave range out, or hold segments to account: segments names categorical features.",
        )
    if values.get("gate") == "always" and rules != GateRules(confidence=rules.confidence):
        faults.add(
            "gate_rules",
            "Gate always judges nothing, so its margin, segments and range would hold nothing back.",
            'Write gate = "not_worse", or leave them out.',
        )
    for column, hint in _no_features(values, rules.segments):
        faults.add(
            "gate_rules",
            f"Its segments name column {column}, which is not among the features.",
            hint or "Name categorical features only, or add it to the features.",
        )


def _parts(values: Values, faults: Faults) -> None:
    """One column, one part; but labels known at once may name the time itself."""
    taken: dict[str, str] = {}
    for key in PARTS:
        column = values.get(key)
        if column in taken and (taken[column], key) != ("time", "label_time"):
            faults.add(key, f"Column {column} is the {taken[column]} already.", "Name another column.")
        elif column is not None:
            taken.setdefault(column, key)


def _features(values: Values, faults: Faults) -> None:
    features = values.get("features", ())
    if features and "exclude" in values:
        faults.add("exclude", "`features` and `exclude` are both given.", "Leave one of them out.")
    for key in PARTS:
        if values.get(key) in features:
            faults.add(
                "features",
                f"Column {values[key]} is the {key} and no feature.",
                "Leave it out of the features.",
            )


def _categorical(values: Values, faults: Faults) -> None:
    for column, hint in _no_features(values, values.get("categorical", ())):
        faults.add(
            "categorical",
            f"Column {column} is not among the features.",
            hint or "Name features only, or add it to them.",
        )


def _no_features(values: Values, columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those of the columns that the file itself makes no features, each with what may have been meant."""
    never = {values[key] for key in PARTS if key in values} | set(values.get("exclude", ()))
    for column in columns:
        if ("features" in values and column not in values["features"]) or column in never:
            yield column, did_you_mean(column, values.get("features", ()))
