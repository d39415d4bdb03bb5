"""Labels: what the target's column says of each row, and which class of two is the positive one."""

from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np

from core.domain.cells import codes, is_number, numbers
from core.domain.models import Kept, Model
from core.domain.rows import Rows
from core.domain.tapes import Column, Tape, head


def labels(rows: Rows, model: Model) -> np.ndarray:
    """The target of each row: (n,) float64 with NaN for none (regression), else object, the class or None."""
    values = rows.table.column(model.target)
    if model.task == "regression" and is_number(values.type):
        return np.concatenate([np.zeros(0), *(numbers(chunk) for chunk in values.chunks)])
    # Not by Arrow's own way to numpy, which imports pandas: the server does without it.
    if model.task == "regression":
        return np.array([_number(value) for value in values.to_pylist()], dtype=np.float64)
    code, classes = _coded(rows, model)
    return _with_none(classes).take(code)


class Classes:
    """The labels of a classification, (n,) objects or None, as the place of each class, -1 for none."""

    dtype = np.dtype(object)

    def __init__(self, code: Column, classes: Sequence[object]):
        self.code, self.classes, self._values = code, classes, _with_none(classes)

    def __len__(self) -> int:
        return len(self.code)

    @overload
    def __getitem__(self, place: int, /) -> Any: ...

    @overload
    def __getitem__(self, place: slice, /) -> np.ndarray: ...

    def __getitem__(self, place: int | slice, /) -> Any:
        return self._values.take(self.code[place])

    def upto(self, stop: int) -> "Classes":
        return Classes(head(self.code, stop), self.classes)

    @classmethod
    def of(cls, labels: Column) -> "Classes":
        """Labels that may be in memory, with their classes in the order in which they come."""
        if isinstance(labels, Classes):
            return labels
        places: dict[object, int] = {}
        code = [-1 if _missing(value) else places.setdefault(value, len(places)) for value in labels[:]]
        return cls(np.array(code, np.int32), list(places))


class LabelTape:
    """Takes up the labels of rows as they come. `values`: float64 for regression, else places of classes."""

    def __init__(self, model: Model):
        self._model, self._places = model, dict[object, int]()
        self.values = Tape(np.float64 if model.task == "regression" else np.int32)

    def append(self, rows: Rows, order: np.ndarray | None) -> None:
        """Labels of rows, in another order (n,) than theirs where one is given."""
        if self._model.task == "regression":
            found = labels(rows, self._model)
        else:
            code, classes = _coded(rows, self._model)
            here = [-1 if one is None else self._places.setdefault(one, len(self._places)) for one in classes]
            found = np.array([*here, -1], np.int32).take(code)
        self.values.append(found if order is None else found[order])

    def column(self, values: Tape) -> Column:
        """The labels whose values, these or the same in another order, are given."""
        return values if self._model.task == "regression" else Classes(values, list(self._places))


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


def scored_class(kept: Kept) -> object:
    """The positive class of a binary model, as its metrics are told it; None of any other task."""
    model = kept.model
    return positive_class(model, kept.survey.distinct_labels) if model.task == "binary" else None


def _coded(rows: Rows, model: Model) -> tuple[np.ndarray, list[object]]:
    """((n,) places, -1 for a missing one; the classes as the column holds them, None for what is none)."""
    encoded = rows.table.column(model.target).combine_chunks().dictionary_encode()
    return codes(encoded), [None if _missing(one) else one for one in encoded.dictionary.to_pylist()]


def _with_none(classes: Sequence[object]) -> np.ndarray:
    """(classes + 1,) objects: what is taken at -1 is None."""
    found: np.ndarray = np.empty(len(classes) + 1, dtype=object)
    found[:-1] = classes
    return found


def _number(value: object) -> float:
    return np.nan if value is None else float(value)  # type: ignore[arg-type]


def _missing(value: object) -> bool:
    return value is None or value != value
