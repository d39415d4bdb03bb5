"""Scripts: a person's own train.py run as it is, from the rows that it is given to the model it leaves."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from core.domain.errors import RunFailed
from core.domain.learning import Artifact, Artifacts, Fitted
from core.domain.models import Kept, Model
from core.domain.reports import Report
from core.domain.rows import Rows
from core.domain.runs import Run
from core.domain.scripts import TRAIN_VARIABLE, Codes, Made, filled, takes_rows
from core.domain.wording import in_bytes
from core.engine import marks, processes, scratch
from core.engine.logs import Bounded
from core.engine.script_files import Progress, opened
from core.engine.script_process import Ended, ScriptProcess, how_it_ended
from core.engine.script_surroundings import HASH_VARIABLE, HASHES, clean, interpreter, script_of


@dataclass
class ScriptTrainer:
    """Implements core.domain.scripts.Trainer for one run of a home.

    `passed_on`: names of variables that its scripts get beside the usual ones.
    """

    home: Path
    run: Run
    artifacts: Artifacts
    codes: Codes
    passed_on: tuple[str, ...] = ()
    _made: Made | None = field(default=None, init=False)

    def train(self, kept: Kept, rows: Rows, seed: int, previous: Artifact | None, report: Report) -> Fitted:
        from core.retraining.accepting import accept

        model, script = kept.model, script_of(kept.model)
        python = interpreter(model)
        self._made = self._record(model, script, python)
        place = _folder(scratch.of_run(self.home, self.run.id) / "script")
        try:
            out = script.parent / model.output if model.output else place / "model"
            given = self._lay_down(kept, rows, seed, previous, place, out)
            command = [python, str(script), *filled(model.arguments, {**given, "out": str(out)})]
            with scratch.alone(self.home, out, lambda: report.progress(0.0, f"waits for who writes {out}")):
                before = _State.of(out)
                ended = self._run(command, script, python, given, out, report)
                content = _result(out, before, script.name, ended)
            report.progress(1.0, "the model is looked at")
            code = self._made.code.get("sha256")
            fitted = self.artifacts.read(content, _named(model), code if isinstance(code, str) else None)
            return accept(fitted, kept, rows, _named(model))
        finally:
            scratch.remove(place)
            with suppress(OSError):  # something else of the run lies beside it
                place.parent.rmdir()

    def made(self, model: Model) -> Made:
        from core.retraining.environment import made_of

        return made_of(model, self.codes) if model.script is None or self._made is None else self._made

    def _record(self, model: Model, script: Path, python: str) -> Made:
        from core.retraining.environment import all_packages, code_beside

        code = code_beside(script, script.parent, Path(model.folder), self.codes)
        vouched = takes_rows(model.arguments, script.read_text("utf-8", "replace"))
        packages = self._made.environment if self._made is not None else all_packages(python)
        return Made({"script": model.script, **code, "python": python, "vouched": vouched}, packages)

    def _lay_down(
        self, kept: Kept, rows: Rows, seed: int, previous: Artifact | None, place: Path, out: Path
    ) -> dict[str, str]:
        """Everything that a script may ask for, by placeholder."""
        import pyarrow.parquet as pq

        train = place / "train.parquet"
        wanted = {kept.model.time, kept.model.target, *kept.features}
        columns = [name for name in kept.survey.schema.columns if name in wanted]
        pq.write_table(rows.table.select(columns), train)
        champion = self.artifacts.copy_to(previous, _folder(place / "previous")) if previous else None
        return {
            "train": str(train),
            "out": str(out),
            "previous": str(champion or ""),
            "parameters": json.dumps(dict(kept.model.recipe_parameters)),
            "progress": str(place / "progress"),
            "seed": str(seed),
        }

    def _run(
        self,
        command: list[str],
        script: Path,
        python: str,
        given: Mapping[str, str],
        out: Path,
        report: Report,
    ) -> Ended:
        variables = {
            TRAIN_VARIABLE: given["train"],
            "EVERMODEL_MODEL_OUT": str(out),
            "EVERMODEL_PARAMETERS": given["parameters"],
            "EVERMODEL_PROGRESS": given["progress"],
            "EVERMODEL_SEED": given["seed"],
            HASH_VARIABLE: str(int(given["seed"]) % HASHES),
            **({"EVERMODEL_PREVIOUS": given["previous"]} if given["previous"] else {}),
        }
        progress = Progress(Path(given["progress"]), report)
        mark = f"{marks.run_mark(self.home, self.run.id, self.run.token or '')}:script"
        log = Bounded(processes.log_path(self.home, self.run.id))
        try:
            environment = clean(self.passed_on, python, variables)
            return ScriptProcess(command, script.parent, environment, mark, log, progress.look).run()
        finally:
            log.close()


@dataclass(frozen=True)
class _State:
    """What a file is before a script runs, by which a new one is told; `at`: when that was looked at."""

    at: float
    file: tuple[int, int, int] | None

    @classmethod
    def of(cls, path: Path) -> "_State":
        return cls(time.time(), _identity(path))


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


COARSE = 2.0
"""Seconds by which a file system's clock may be behind."""


def _result(out: Path, before: _State, script: str, ended: Ended) -> bytes:
    """What the script wrote; RunFailed if it ended badly, or if there is nothing, or only what was there
    before it began.
    """
    if ended.status != 0:
        raise RunFailed(*how_it_ended(script, ended))
    now = _identity(out)
    if now is None:
        raise RunFailed(
            f"{script} ended well and wrote no model: there is no {out.name}{_said(ended)}.",
            "Let it write one there, or name the file that it writes: output in the model file.",
        )
    if now == before.file or now[0] / 1e9 < before.at - COARSE:
        raise RunFailed(
            f"{script} ended well and wrote no model: {out.name} is older than this run{_said(ended)}.",
            "Let it write its model anew at each run.",
        )
    return _read(out)


def _read(out: Path) -> bytes:
    try:
        with opened(out) as file:
            size = os.fstat(file.fileno()).st_size
            if size <= psutil.virtual_memory().total:
                return file.read()
    except OSError as error:
        raise RunFailed(
            f"{out.name} cannot be read: {error.strerror}.", "Let it write a file there."
        ) from error
    raise RunFailed(
        f"{out.name} has {in_bytes(size)}, more than there is memory for.", "Let it write a smaller model."
    )


def _said(ended: Ended) -> str:
    last = ended.last.strip().splitlines()[-1:]
    return f" (it said last: {last[0][:200]})" if last else ""


def _named(model: Model) -> str:
    return Path(model.output).name if model.output else "The model"


def _folder(path: Path) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    return path
