"""Adopting: a fitted estimator that somebody made elsewhere becomes a version."""

import hashlib
import secrets
from pathlib import Path

from core.domain.errors import ArtifactFault, BadInput
from core.domain.runs import Asked, Run
from core.engine import scratch
from core.entrypoints.acts.desk import Desk

LARGEST = 4_000_000_000
"""Bytes: a file is held in memory while it is looked at."""


class AdoptingActs(Desk):
    """Acts on files with estimators."""

    def adopt(self, name: str, file: Path) -> Run:
        """Copy a skops or joblib file into the home and queue the run that makes a version of it.

        BadInput: it cannot be read, is neither, or is a joblib file where the settings allow none.
        """
        self.refuse_without_room()
        self.kept(name)
        content, token = self._content(file), secrets.token_hex(8)
        waiting = scratch.waiting(self.home.folder, token)
        options = {"adopt": token, "file": file.name, "sha256": hashlib.sha256(content).hexdigest()}
        try:
            waiting.touch(mode=0o600)
            waiting.write_bytes(content)
            with self.home.transaction() as t:
                asked = Asked(t.models.get(name).id, "retrain", "manual", options=options)
                return t.runs.queue(asked, self.now())[0]
        except BaseException:
            waiting.unlink(missing_ok=True)
            raise

    def adopted(self, run: Run) -> None:
        """Nothing of a file stays where its run is over without having taken it."""
        with self.home.reading() as stores:
            over = stores.runs.get(run.id).over
        if over:
            scratch.waiting(self.home.folder, str(run.options["adopt"])).unlink(missing_ok=True)

    def _content(self, file: Path) -> bytes:
        from storage.artifacts import ArtifactFiles

        try:
            if file.stat().st_size > LARGEST:
                raise BadInput(
                    "It is too large for a model.", "Name a fitted estimator's file.", file=str(file)
                )
            content = file.read_bytes()
        except OSError as error:
            fix = "Name a file that skops.io.dump or joblib.dump wrote."
            raise BadInput(f"It cannot be read: {error.strerror}.", fix, file=str(file)) from error
        try:
            ArtifactFiles(self.home.path("artifacts"), self.settings.joblib).kind(content, file.name)
        except ArtifactFault as error:
            raise BadInput(error.faults[0].problem, error.faults[0].fix, file=str(file)) from error
        return content
