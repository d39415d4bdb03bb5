"""Listing: the files that a path names, in the order in which their rows count."""

import glob
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from core.domain.errors import SourceFault
from storage.rows.faults import readable_file

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
COMPRESSED = ".gz"
_KNOWN = "CSV (.csv), Parquet (.parquet) or JSON Lines (.jsonl, .ndjson, .json)"


@dataclass(frozen=True)
class DataFile:
    """A file as it stood when it was listed. `name`: for messages, as the model file would say it."""

    name: str
    path: str
    format: str  # csv | parquet | jsonl
    size: int
    changed: int  # mtime in ns
    touched: int  # ctime in ns: what sets mtime back moves it

    @property
    def compressed(self) -> bool:
        return self.path.lower().endswith(COMPRESSED)


def list_files(path: str, folder: str, without: Collection[str] = ()) -> list[DataFile]:
    """The files of a path (a file, a folder or a glob, relative to `folder`) by name, all of one format.

    `without`: paths of files that are left aside.

    SourceFault if there are none, one of them is of no known format, or they are of several.
    """
    whole = os.path.join(folder, os.path.expanduser(path))
    with readable_file(path):
        found = [one for one in _paths(path, whole) if os.path.abspath(one) not in without]
        files = [_data_file(one, path, folder) for one in found]
    formats = {file.format: file.name for file in files}
    if len(formats) > 1:
        raise SourceFault(
            f"It holds files of several formats: {', '.join(sorted(formats.values()))}.",
            'Keep one format, or write a glob such as "data/*.csv".',
            file=path,
            key="source.path",
        )
    return files


def _paths(path: str, whole: str) -> list[str]:
    if os.path.isdir(whole):
        found = [entry.path for entry in os.scandir(whole) if _is_data(entry.name) and entry.is_file()]
        problem = f"The folder holds no {_KNOWN} file."
    elif os.path.lexists(whole):
        found, problem = [whole], ""
    else:
        found = [
            one
            for one in glob.glob(whole, recursive=True)
            if os.path.isfile(one) and not _passing(Path(one).name)
        ]
        problem = "No file matches." if glob.has_magic(path) else "There is no such file or folder."
    if not found:
        raise SourceFault(
            problem,
            "Look at the path under [source]; it starts at the model file's folder.",
            file=path,
            key="source.path",
        )
    return sorted(found)


def _passing(name: str) -> bool:
    """Hidden, or being written by another program."""
    return name.startswith((".", "~")) or name.endswith((".tmp", ".part", "~"))


def _is_data(name: str) -> bool:
    return not _passing(name) and _format(name) is not None


def _format(name: str) -> str | None:
    return FORMATS.get(Path(name.lower().removesuffix(COMPRESSED)).suffix)


def _data_file(found: str, path: str, folder: str) -> DataFile:
    name = found if os.path.isabs(os.path.expanduser(path)) else os.path.relpath(found, folder)
    kind = _format(found)
    if kind is None or (kind == "parquet" and found.lower().endswith(COMPRESSED)):
        raise SourceFault("It is of no format that can be read.", f"Give {_KNOWN}.", file=name)
    status = os.stat(found)
    return DataFile(name, found, kind, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def stamp_of(files: Iterable[DataFile]) -> dict[str, list[int]]:
    """{name: [size, mtime in ns, ctime in ns]}."""
    return {file.name: [file.size, file.changed, file.touched] for file in files}
