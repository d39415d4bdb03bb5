"""Checking: does a source hold what its model file says."""

from collections.abc import Iterator, Sequence

from core.defining.definition import Definition
from core.defining.kinds import said
from core.defining.near import did_you_mean
from core.defining.origin import origin_of
from core.defining.tables import Faults
from core.domain.clock import iso, moment
from core.domain.errors import BadInput, SourceFault
from core.domain.models import Model
from core.domain.sources import Source, Survey

MOST_UNREADABLE = 0.01
MOST_CLASSES = 1_000  # as many labels as a survey keeps
BYTES = ("binary", "fixed_size_binary")
CATEGORIES = ("string", "large_string", "string_view", "bool", "dictionary")  # as recipes take them
NUMERIC = ("int", "uint", "float", "halffloat", "double", "decimal")
COLUMN_KEYS = (
    "target",
    "time",
    "id",
    "label_time",
    "prediction",
    "score",
    "features",
    "exclude",
    "categorical",
)


def check_source(definition: Definition, source: Source) -> tuple[Survey, int]:
    """The source's survey, and where windows begin (microseconds). BadInput holds every fault."""
    faults = Faults(definition.file)
    model = definition.model
    survey = _survey(model, source, faults)
    _columns(model, survey, faults)
    _bytes(model, survey, faults)
    _segments(model, survey, faults)
    _rows(model, survey, faults)
    if model.task == "regression":
        _numbers(model, survey, faults)
    else:
        _classes(model, survey, faults)
    origin = None if survey.first is None else _origin(model, survey.first, survey.last, faults)
    if faults.found or origin is None:
        raise BadInput.of(faults.found)
    return survey, origin


def _survey(model: Model, source: Source, faults: Faults) -> Survey:
    """The survey, or what the source says against itself, under the model file's name."""
    try:
        return source.survey()
    except SourceFault as error:
        for fault in error.faults:
            key = fault.key or "source"
            ours = key.startswith("source")
            place = ": ".join(part for part in (fault.file, None if ours else key) if part)
            faults.add(
                key if ours else _key_of(model, key),
                f"{place}: {fault.problem}" if place else fault.problem,
                fault.fix,
            )
        raise BadInput.of(faults.found) from error


def _key_of(model: Model, column: str) -> str:
    """The key that gives a column its part, else the source's."""
    return next((key for key in COLUMN_KEYS if getattr(model, key) == column), "source")


def _columns(model: Model, survey: Survey, faults: Faults) -> None:
    there = survey.schema.columns
    for key, column in _named(model):
        if column not in there:
            listed = ", ".join(list(there)[:20]) + (", …" if len(there) > 20 else "")
            faults.add(
                key,
                f"There is no column {column}.",
                did_you_mean(column, there) or f"The columns are: {listed}.",
            )
    if not model.feature_names(there):
        faults.add(
            "features", "No column is left to be a feature.", "Add a column to the source, or exclude fewer."
        )
    else:
        lost = [
            column
            for column in model.categorical
            if column in there and column not in model.feature_names(there)
        ]
        for column in lost:
            faults.add("categorical", f"Column {column} is not among the features.", "Name features only.")


def _segments(model: Model, survey: Survey, faults: Faults) -> None:
    """The gate looks at the values of categories one by one."""
    there = survey.schema.columns
    for column in model.gate_rules.segments:
        if column not in there:
            hint = did_you_mean(column, there) or "Name categorical features of the source."
            faults.add("gate_rules", f"Its segments name column {column}, which is not there.", hint)
        elif column not in model.categorical and not there[column].startswith(CATEGORIES):
            faults.add(
                "gate_rules",
                f"Its segments name column {column}, which holds {there[column]}, and not categories.",
                f'Name a categorical feature, or write categorical = ["{column}"].',
            )


def _bytes(model: Model, survey: Survey, faults: Faults) -> None:
    """Bytes are neither numbers nor categories, to a recipe or to drift."""
    there = survey.schema.columns
    for key, columns in (("features", model.feature_names(there)), ("target", (model.target,))):
        for column in columns:
            if there.get(column, "").startswith(BYTES):
                fix = "Leave it out: exclude names it, or features does not, or keep it as text."
                faults.add(
                    key,
                    f"Column {column} holds {there[column]}, which no model can use.",
                    fix if key == "features" else "Keep it as text.",
                )


def _named(model: Model) -> Iterator[tuple[str, str]]:
    """(key, column) for every column that the file names."""
    for key in COLUMN_KEYS:
        value: str | Sequence[str] | None = getattr(model, key)
        for column in (value,) if isinstance(value, str) else value or ():
            yield key, column


def _rows(model: Model, survey: Survey, faults: Faults) -> None:
    if survey.rows == 0:
        key = "source.path" if model.source.url is None else "source.query"
        faults.add(key, "It holds no rows.", "Name a source that holds some.")
    elif model.time not in survey.schema.columns:
        return  # said already
    elif survey.unreadable_times > survey.rows * MOST_UNREADABLE or survey.first is None:
        faults.add(
            "time",
            f"{survey.unreadable_times:,} of {survey.rows:,} times cannot be read.",
            "Name another column, or say how its times look: time_format or time_unit under [source].",
        )


def _numbers(model: Model, survey: Survey, faults: Faults) -> None:
    if not survey.rows:
        return  # the types of a column without values say nothing
    for key in ("target", "prediction"):
        column = getattr(model, key)
        kind = survey.schema.columns.get(column, "double")
        if not kind.startswith(NUMERIC):
            faults.add(
                key,
                f"Column {column} holds no numbers but {kind}.",
                'Name a column of numbers, or write task = "binary" or "multiclass".',
            )


def _classes(model: Model, survey: Survey, faults: Faults) -> None:
    labels = survey.distinct_labels
    listed = ", ".join(map(said, labels[:10])) + (", …" if len(labels) > 10 else "")
    if len(labels) == 1:
        faults.add(
            "target",
            f"Column {model.target} holds one class only: {listed}.",
            "There is nothing to tell apart.",
        )
    elif model.task == "binary" and len(labels) > 2:
        faults.add(
            "task",
            f"Column {model.target} holds more than two classes: {listed}.",
            'Write task = "multiclass".',
        )
    elif len(labels) >= MOST_CLASSES:
        faults.add(
            "task",
            f"Column {model.target} holds {len(labels):,} classes or more.",
            'Write task = "regression".',
        )
    elif model.positive is not None and labels and model.positive not in labels:
        faults.add(
            "positive",
            f"{said(model.positive)} is no class of column {model.target}.",
            f"Write one of: {listed}.",
        )
    kind = survey.schema.columns.get(model.score, "double") if model.score else "double"
    if not kind.startswith(NUMERIC):
        faults.add("score", f"Column {model.score} holds no numbers but {kind}.", "Name a column of numbers.")


def _origin(model: Model, first: int, last: int | None, faults: Faults) -> int | None:
    try:
        origin = origin_of(model, first)
    except (ValueError, OverflowError):
        faults.add(
            "origin",
            f"{model.origin} is no moment that can be counted from.",
            "Write a later or an earlier one.",
        )
        return None
    if last is not None and origin > last:
        faults.add(
            "origin",
            "Every row comes before it.",
            f"The last row came at {iso(moment(last))}: write a time before it.",
        )
    return origin
