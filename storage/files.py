"""Files that a row may name: whole or not there, even after a power cut."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes | memoryview) -> None:
    """Write beside, fsync, rename, fsync the folder; the file is 0600 and new folders are 0700."""
    make_private(path.parent)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        begin(part)
        part.write_bytes(content)
        settle(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def begin(part: Path) -> None:
    """An empty file, 0600."""
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))


def settle(part: Path, path: Path) -> None:
    """A whole file takes its name, and keeps it after a power cut."""
    with open(part, "rb") as file:
        os.fsync(file.fileno())
    make_private(path.parent)
    part.replace(path)
    sync_folder(path.parent)


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
