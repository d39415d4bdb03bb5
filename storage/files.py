"""Files that a row may name: whole or not there, even after a power cut."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes | memoryview) -> None:
    """Write beside, fsync, rename, fsync the folder; the file is 0600 and new folders are 0700."""
    folder = path.parent
    make_private(folder)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(folder)


def make_private(folder: Path) -> None:
    """The folder and what is missing above it, 0700, durable in the folder above."""
    if folder.is_dir():
        return
    make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """A rename is only kept once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
