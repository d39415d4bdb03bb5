"""Opening: the source that a model names."""

from core.domain.errors import BadInput
from core.domain.models import Model
from core.domain.sources import Schema, Source
from storage.rows.files import FileSource


def open_source(model: Model, schema: Schema | None = None) -> Source:
    """The model's source, held against `schema` once a survey fixed it. BadInput if not built yet."""
    path = model.source.path
    if "://" in path:
        raise BadInput(
            f"{path} is an address; only local files can be read yet.",
            "Name a file, a folder or a glob on this machine.",
            key="source.path",
        )
    return FileSource(model, schema)
