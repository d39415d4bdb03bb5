"""Code files: the Python files beside a person's own script or recipe, as they stand now."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_FILES, MOST_BYTES, MOST_FOLDERS = 200, 5_000_000, 1_000
NOT_CODE = frozenset({"__pycache__", "node_modules", "site-packages"})
OF_OTHERS = ("pyvenv.cfg", "evermodel.db")
"""What marks a folder as no code of the person's: a virtual environment, a home of Evermodel."""
LISTS = ("requirements.txt", "pyproject.toml", "uv.lock", "environment.yml")
"""Files that say which packages the code needs."""


@dataclass(frozen=True)
class Found:
    """`files`: relative path -> content. `cut`: what was left out, in words; "" for nothing."""

    files: dict[str, bytes]
    cut: str = ""


def collect(main: Path, root: Path, also: Path | None = None) -> Found:
    """`main` first, then the lists of packages in `root`, else in `also`, then the other Python files of
    `root`, those nearest to it first.

    At most `MOST_FILES` and `MOST_BYTES`; folders of environments and hidden ones are passed over.
    """
    files, size = dict[str, bytes](), 0
    for path in [main, *_lists(root, also), *(one for one in _python(root) if one != main)]:
        if (content := _read(path)) is None:
            continue
        if files and (len(files) == MOST_FILES or size + len(content) > MOST_BYTES):
            return Found(files, f"only {len(files)} files of its folder are kept")
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        files[name], size = content, size + len(content)
    return Found(files)


def _lists(root: Path, also: Path | None) -> Iterator[Path]:
    for name in LISTS:
        places = (root / name, *([also / name] if also else []))
        yield from [place for place in places if place.is_file()][:1]


def _python(root: Path) -> Iterator[Path]:
    """Nearest first, then by name."""
    level, seen = [root], 0
    while level and seen < MOST_FOLDERS:
        below: list[Path] = []
        for place in level:
            seen += 1
            entries = _entries(place)
            if place != root and any(entry.name in OF_OTHERS for entry in entries):
                continue
            yield from (Path(entry) for entry in entries if entry.name.endswith(".py") and entry.is_file())
            below += [Path(entry) for entry in entries if _may_hold_code(entry)]
        level = below


def _entries(place: Path) -> list["os.DirEntry[str]"]:
    try:
        return sorted(os.scandir(place), key=lambda entry: entry.name)
    except OSError:
        return []


def _may_hold_code(entry: "os.DirEntry[str]") -> bool:
    named = not entry.name.startswith(".") and entry.name not in NOT_CODE
    return named and entry.is_dir(follow_symlinks=False)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
