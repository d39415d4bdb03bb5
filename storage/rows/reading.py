"""Reading: the reader of a file's format, with what a model's source says about how it is written."""

from dataclasses import replace

from core.domain.models import Model
from storage.rows.delimited import Delimited
from storage.rows.json_lines import JsonLines
from storage.rows.listing import DataFile
from storage.rows.parquet import Parquet
from storage.rows.reader import Reader


def reader_of(file: DataFile, model: Model) -> Reader:
    """The reader of a file and of others like it."""
    spec = model.source
    if file.format == "parquet":
        return Parquet()
    if file.format == "jsonl":
        return JsonLines(spec.encoding)
    delimiter = "\t" if file.path.lower().removesuffix(".gz").endswith(".tsv") else None
    texts = {name for name in (model.time, model.label_time) if name is not None}
    return Delimited(replace(spec, delimiter=spec.delimiter or delimiter), texts)
