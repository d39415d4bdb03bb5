"""Models whose script is a person's own, for the tests of what such a script may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.domain.runs import Asked, Run
from core.engine import marks
from core.entrypoints.worker import RunReport, _work
from core.entrypoints.workshop import open_workshop
from tests.home_kit import NOW, Place, days_of_rows, place_of

MEAN = """class Mean:
    def __init__(self, value):
        self.value, self.feature_names_in_ = value, ["x"]

    def predict(self, rows):
        return [self.value] * len(rows)
"""
"""A model that needs no scikit-learn, so that a script which makes one is over at once."""

LEARN = """import os, pickle, sys
from mean import Mean

def write(path=os.environ.get("EVERMODEL_MODEL_OUT"), model=None):
    with open(path, "wb") as file:
        pickle.dump(model or Mean(1.0), file)

"""
"""How such a script begins; `write()` leaves its model."""


@dataclass(frozen=True)
class Workplace:
    """A home with one model that train.py in `folder` fits, and what a worker does with its runs."""

    place: Place
    folder: Path

    def script(self, text: str) -> None:
        (self.folder / "train.py").write_text(LEARN + text)

    def retrain(self) -> Run:
        """A retraining from its claim to its end, as a worker's process does it, here."""
        home = self.place.home
        with home.transaction() as t:
            run, _ = t.runs.queue(Asked(self.place.kept.id, "retrain", "manual"), NOW)
            run = t.runs.claim(run.id, "token", 1, 0.0, NOW)
        _work(home, run, RunReport(home, run), lambda _: None)
        with home.reading() as stores:
            return stores.runs.get(run.id)

    def tried(self, text: str) -> Run:
        """A retraining by a script of this text."""
        self.script(text)
        return self.retrain()

    def train(self, text: str, report: object) -> object:
        """What the script alone leaves when it is given every row."""
        self.script(text)
        kept, shop = self.place.kept, open_workshop(self.place.home)
        rows = shop.open_source(kept).read(None, None)
        run = self.place.queue("retrain")
        with self.place.home.transaction() as t:
            t.runs.end(run.id, run.token, "cancelled", NOW)
        return shop.trainer(run).train(kept, rows, 7, None, report)  # type: ignore[arg-type]

    def log(self, run: Run) -> bytes:
        return (self.place.home.folder / "logs" / f"run-{run.id}.log").read_bytes()

    def left_behind(self) -> list[str]:
        """What lies in the home though no row names it, and processes of its runs that live on."""
        home = self.place.home
        named = {Path(version.artifact).stem for version in self.place.versions()}
        folders = ("scratch", "code", "snapshots", "artifacts")
        files = [path for folder in folders for path in home.path(folder).rglob(".*")]
        files += home.path("scratch").glob("*")
        files += (path for path in home.path("artifacts").glob("*") if path.stem not in named)
        return [*(path.name for path in files), *(str(run) for run in marks.marked_runs(home.folder))]


def workplace(
    folder: Path,
    text: str = "write()",
    days: int = 5,
    columns: Mapping[str, np.ndarray] | None = None,
    **said: object,
) -> Workplace:
    """`text`: of train.py, after `LEARN`; `columns`: of the rows, else those of so many days; `said`: keys of
    the model's file.
    """
    folder.mkdir(exist_ok=True)
    (folder / "train.py").write_text(LEARN + text)
    (folder / "mean.py").write_text(MEAN)
    place = place_of(folder, columns or days_of_rows(days), **{"script": "train.py", "recipe": None, **said})
    return Workplace(place, folder)
