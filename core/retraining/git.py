"""Git: which commit files are of, and whether they differ from it. Nothing needs git to be there."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SECONDS = 5.0
"""Longer than git may take on a great repository; then nothing is said of it."""


def commit(folder: Path, files: Sequence[str]) -> dict[str, object]:
    """{"commit", "dirty"} of files in a folder; {} without git or a repository, or before its first commit.

    Dirty: one of them was changed since, or is in no commit.
    """
    if shutil.which("git") is None:
        return {}
    head = _said(folder, "rev-parse", "HEAD")
    changes = _said(folder, "status", "--porcelain", "--ignored=matching", "--", *files)
    return {} if not head or changes is None else {"commit": head, "dirty": bool(changes)}


def _said(folder: Path, *arguments: str) -> str | None:
    asked = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    quiet = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(asked, env=quiet, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
