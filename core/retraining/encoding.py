"""How columns become what scikit-learn takes: outside of the pipeline by `frame`, inside it by `encoder`.

Inside are only scikit-learn's own classes, so that an artifact loads without a line of ours.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.domain.errors import BadInput, RunFailed
from core.domain.rows import Rows

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

STEP = "encode"
"""The step that encodes. An estimator that has it was built here, and takes the columns of `frame`."""

PARTS = ("numbers", "categories")
"""Of that step."""

TEXTS = ("string", "large_string", "string_view", "bool", "dictionary")
NUMBERS = ("int", "uint", "float", "double", "halffloat", "decimal", "null")
MOMENTS = ("date", "timestamp", "time", "duration")


def kinds(
    features: Sequence[str], columns: Mapping[str, str], categorical: Sequence[str]
) -> tuple[list[str], list[str]]:
    """The features as (categorical, numeric), each in the order given; `columns`: Arrow's types, as text.

    Text and truth values are categories, and so is what is declared; times are numbers. BadInput: a type that
    is neither, such as a list.
    """
    chosen: tuple[list[str], list[str]] = ([], [])
    for name in features:
        kind = columns[name]
        if not kind.startswith((*TEXTS, *NUMBERS, *MOMENTS)):
            raise BadInput(
                f"Column {name} holds {kind}, which no recipe can learn from.",
                "Leave it out: exclude names it, or features does not.",
                key="features",
            )
        chosen[0 if name in categorical or kind.startswith(TEXTS) else 1].append(name)
    return chosen


def frame(rows: Rows, features: Sequence[str], *, raw: bool = False) -> "pd.DataFrame":
    """Exactly `features` as a DataFrame of n rows; RunFailed if a column is not there.

    Raw: as pandas reads Arrow, for a person's own estimator. Otherwise of two kinds only, whatever these
    rows hold, so that fit and predict meet the same: text as objects; all else as float64 (truth values 0
    and 1, times in seconds). Both have NaN for missing, and for ±infinity, which scikit-learn refuses.
    """
    import pandas as pd

    missing = [name for name in features if name not in rows.table.column_names]
    if missing:
        raise RunFailed(
            f"Column {missing[0]} is not among the rows that were read.",
            "Put it back into the source, or retrain without it.",
        )
    if raw:
        return rows.table.select(list(features)).to_pandas()
    values = {name: plain(rows.table.column(name)) for name in features}
    return pd.DataFrame(
        {name: pd.Series(value, dtype=value.dtype) for name, value in values.items()},
        index=pd.RangeIndex(len(rows)),
    )


def plain(column: "pa.ChunkedArray") -> np.ndarray:
    """One column in one of the two kinds of `frame`: (n,) object or float64."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _texts(column)
    # Unsafe: above 2^53 a float64 is near, not equal, which no estimator could tell.
    numbers = _seconds(column) if pa.types.is_temporal(kind) else column.cast(pa.float64(), safe=False)
    values = np.array(numbers.combine_chunks().to_numpy(zero_copy_only=False), dtype=np.float64)
    values[np.isinf(values)] = np.nan
    return values


def _texts(column: "pa.ChunkedArray") -> np.ndarray:
    codes = column.combine_chunks().dictionary_encode()
    found: np.ndarray = np.array([*codes.dictionary.to_pylist(), np.nan], dtype=object)
    places: np.ndarray = codes.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return found.take(places)


def _seconds(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    fine = (
        pa.time64("us")
        if pa.types.is_time(kind)
        else pa.duration("us")
        if pa.types.is_duration(kind)
        else pa.timestamp("us", getattr(kind, "tz", None))
    )
    return pc.divide(column.cast(fine, safe=False).cast(pa.int64()).cast(pa.float64(), safe=False), 1e6)


def encoder(
    style: str,
    max_categories: int,
    categorical: Sequence[str],
    numeric: Sequence[str],
    *,
    missing: bool,
    scale: bool = False,
    dense: bool = True,
) -> Any:
    """A ColumnTransformer over a `frame`: numbers first, then categories.

    Categories beyond the `max_categories` - 1 most frequent count as one. `style` ordinal: codes from 0,
    unseen and missing NaN; onehot: unseen ones count with the infrequent, else have no column. `missing`:
    the estimator takes NaN itself; otherwise numbers get their median and those codes are -1. `scale`: mean
    0, deviation 1.
    """
    from sklearn.compose import ColumnTransformer

    return ColumnTransformer(
        [
            (PARTS[0], _numbers(missing, scale), list(numeric)),
            (PARTS[1], _categories(style, max_categories, missing, dense), list(categorical)),
        ],
        sparse_threshold=0 if dense else 0.3,
    )


def _numbers(missing: bool, scale: bool) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if missing:
        return "passthrough"
    steps = [SimpleImputer(strategy="median", keep_empty_features=True)]
    return make_pipeline(*steps, StandardScaler()) if scale else make_pipeline(*steps)


def _categories(style: str, max_categories: int, missing: bool, dense: bool) -> Any:
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

    if style == "onehot":
        return OneHotEncoder(
            handle_unknown="infrequent_if_exist", max_categories=max_categories, sparse_output=not dense
        )
    code = np.nan if missing else -1
    return OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=code,
        encoded_missing_value=code,
        max_categories=max_categories,
    )
