"""Database sampling: rows of a query, spread over all that it gives."""

import numpy as np
import pyarrow as pa

from core.domain.models import Model
from storage.rows.databases import Patience, connected
from storage.rows.faults import misfit
from storage.rows.query_types import fix
from storage.rows.questions import Questions
from storage.rows.reader import Types
from storage.rows.single_select import refuse_unless_select
from storage.rows.spread import Spread
from storage.rows.sql_cells import cells

MOST_LOOKED_AT = 2_000_000


def sample_database(model: Model, most: int) -> tuple[pa.Table, Types, int]:
    """(At most `most` rows, the types of all columns, how many rows there are). SourceFault as its survey."""
    with connected(model.source, model.folder, Patience()) as database:
        refuse_unless_select(model.source.query or "", database.kind, model.source.place)
        asked = Questions(model, database.kind)
        types = fix(model, database, asked)
        kept = Spread(types, most)
        for batch in database.batches(asked.whole(list(types))):
            columns = list(zip(*batch, strict=True))

            def taken(chosen: np.ndarray, columns: list[tuple[object, ...]] = columns) -> list[pa.Array]:
                rows = np.flatnonzero(chosen)
                return [
                    _column(model, name, [values[row] for row in rows], kind)
                    for (name, kind), values in zip(types.items(), columns, strict=True)
                ]

            kept.see(len(batch), taken)
            if kept.seen >= MOST_LOOKED_AT:
                return kept.table(), types, int(database.one(asked.count())[0])
    return kept.table(), types, kept.seen


def _column(model: Model, name: str, values: list[object], kind: pa.DataType) -> pa.Array:
    array = cells(values, kind)
    if array is None:
        value = next((value for value in values if cells([value], kind) is None), None)
        raise misfit(model.source.place, name, "A row", value, kind)
    return array
