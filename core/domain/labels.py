"""Labels: what the target's column says of each row, and which class of two is the positive one."""

from collections.abc import Iterable

import numpy as np

from core.domain.cells import codes, is_number, numbers
from core.domain.models import Model
from core.domain.rows import Rows


def labels(rows: Rows, model: Model) -> np.ndarray:
    """The target of each row: (n,) float64 with NaN for none (regression), else object, the class or None."""
    values = rows.table.column(model.target)
    if model.task == "regression" and is_number(values.type):
        return np.concatenate([np.zeros(0), *(numbers(chunk) for chunk in values.chunks)])
    # Not by Arrow's own way to numpy, which imports pandas: the server does without it.
    if model.task == "regression":
        return np.array([_number(value) for value in values.to_pylist()], dtype=np.float64)
    encoded = values.combine_chunks().dictionary_encode()
    found: np.ndarray = np.empty(len(encoded.dictionary) + 1, dtype=object)
    found[:-1] = [None if _missing(value) else value for value in encoded.dictionary.to_pylist()]
    return found.take(codes(encoded))


def in_order(values: Iterable[object]) -> list[object]:
    """Distinct classes in their own order; classes that cannot be compared, in that of their words."""
    distinct = list(dict.fromkeys(values))
    try:
        return sorted(distinct)  # type: ignore[type-var]
    except TypeError:
        return sorted(distinct, key=str)


def positive_class(model: Model, classes: Iterable[object]) -> object:
    """The class that scores are for: the model's `positive`, else 1, true or "yes", else the last."""
    ordered = in_order(classes)
    if model.positive is not None:
        return next((label for label in ordered if label == model.positive), model.positive)
    usual = [label for label in ordered if label in (1, "yes")]  # True equals 1
    return (usual or ordered or [1])[-1]


def _number(value: object) -> float:
    return np.nan if value is None else float(value)  # type: ignore[arg-type]


def _missing(value: object) -> bool:
    return value is None or value != value
