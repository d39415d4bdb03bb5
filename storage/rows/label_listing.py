"""Label listing: which files of a source hold rows, and which hold labels that come apart from them."""

import glob
import os
from dataclasses import replace

from core.domain.errors import SourceFault
from core.domain.models import Model
from storage.rows.listing import DataFile, list_files


def files_of_rows(model: Model) -> list[DataFile]:
    """Those that the path names, without those of labels, which may lie in the same folder."""
    labels = {os.path.abspath(file.path) for file in files_of_labels(model)}
    return list_files(model.source.path, model.folder, labels)


def files_of_labels(model: Model) -> list[DataFile]:
    """Those that `[source] labels` names; none is no fault where a folder or glob waits for the first."""
    path = model.source.labels
    if path is None or _waits(os.path.join(model.folder, os.path.expanduser(path)), path):
        return []
    try:
        return list_files(path, model.folder)
    except SourceFault as error:
        ours = {"source.path": "source.labels"}
        raise SourceFault.of(
            [replace(fault, key=ours.get(fault.key or "", fault.key)) for fault in error.faults]
        ) from error


def _waits(whole: str, path: str) -> bool:
    if os.path.isdir(whole):
        with os.scandir(whole) as entries:
            return not any(entry.is_file() and not entry.name.startswith(".") for entry in entries)
    return glob.has_magic(path) and not os.path.lexists(whole) and not glob.glob(whole, recursive=True)
