"""Folder: where the home of this process is. Light, since `serve` asks it before anything else."""

import os
from pathlib import Path

from platformdirs import user_data_path


def home_folder() -> Path:
    """EVERMODEL_HOME, else the user's data folder."""
    given = os.environ.get("EVERMODEL_HOME")
    return Path(given).expanduser().absolute() if given else user_data_path("evermodel")
