"""Opening: the source that a model names."""

from core.domain.errors import BadInput
from core.domain.models import Model
from core.domain.sources import Schema, Source
from storage.rows.files import FileSource
from storage.rows.late_labels import LateLabels


def open_source(model: Model, schema: Schema | None = None) -> Source:
    """The model's source, its late labels joined by id; held against `schema` once a survey fixed it."""
    return open_rows(model, schema) if model.id is None else LateLabels(model, schema, open_rows)


def open_rows(model: Model, schema: Schema | None = None) -> Source:
    """The rows by themselves, held against `schema` once a survey fixed it. BadInput if not built yet."""
    if model.source.url is not None:
        # SQLAlchemy takes half a second that no model of files needs.
        from storage.rows.database_source import DatabaseSource

        return DatabaseSource(model, schema)
    path = model.source.path
    if "://" in path:
        raise BadInput(
            f"{path} is an address; only local files can be read yet.",
            "Name a file, a folder or a glob on this machine.",
            key="source.path",
        )
    return FileSource(model, schema)
