"""Uploads: files of rows that came through a page, kept in the home under the name of their content."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from core.domain.errors import BadInput
from core.domain.models import Model
from storage.database import Home
from storage.files import write_durably
from storage.rows.listing import FORMATS

FOLDER = ("inbox", "uploads")
UNUSED_FOR = timedelta(days=1)
_SUFFIX = re.compile(rf"({'|'.join(map(re.escape, FORMATS))})(\.gz)?$", re.IGNORECASE)


def keep_upload(home: Home, name: str, content: bytes | memoryview) -> Path:
    """The path under which a file's content is kept. BadInput for one of no known format."""
    found = _SUFFIX.search(name)
    if found is None or (found[1].lower() == ".parquet" and found[2]):
        raise BadInput(
            f"{name} is of no format that can be read.",
            "Give CSV (.csv), Parquet (.parquet) or JSON Lines (.jsonl, .ndjson, .json).",
        )
    path = home.path(*FOLDER, f"{sha256(content).hexdigest()[:32]}{found[0].lower()}")
    if not path.exists():
        write_durably(path, content)
    return path


def is_upload(home: Home, path: Path) -> bool:
    return path.parent == home.path(*FOLDER)


def drop_unused(
    home: Home,
    models: Iterable[Model],
    now: datetime,
    unused_for: timedelta = UNUSED_FOR,
    among: Iterable[Path] | None = None,
) -> None:
    """Delete uploads (all, or those `among`) that no model names, once they are older than `unused_for`."""
    used = {Path(model.source.path) for model in models}
    for path in home.path(*FOLDER).glob("*") if among is None else among:
        if path not in used and path.is_file():
            age = now.timestamp() - path.stat().st_mtime
            if not unused_for or age >= unused_for.total_seconds():
                path.unlink(missing_ok=True)
