"""Adopting: the file that a person gave is read in the worker, as one that Evermodel did not write."""

import hashlib
from pathlib import Path

from core.domain.errors import ArtifactFault, RunFailed
from core.domain.learning import Fitted
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.runs import Run
from core.domain.scripts import Made
from core.domain.sources import Source
from core.engine import scratch
from core.engine.workshop import Workshop
from core.monitoring.known import Known
from core.retraining.adopting import Adopted


def asked(run: Run) -> bool:
    """Whether a retraining is to take a file in place of a fit."""
    return "adopt" in run.options


def adopted(run: Run, kept: Kept, source: Source, known: Known, shop: Workshop) -> Adopted:
    """The file's estimator, once it has predicted a few of the newest rows; the file itself is gone then.

    RunFailed, ArtifactFault: it is not there, altered, no model, or none that the task can use.
    """
    from core.retraining.accepting import accept

    name, content = str(run.options["file"]), _content(run, shop)
    fitted, code = _loaded(content, name, kept, shop)
    accept(fitted, kept, _newest(source, known), name)
    return Adopted(fitted, Made({"adopted": name, "file_sha256": run.options["sha256"], **code}))


def _newest(source: Source, known: Known) -> Rows:
    """As many rows as a look at a model needs, or more; RunFailed if there is none."""
    from core.retraining.accepting import FEW

    if not len(known.time):
        raise RunFailed("No row is known yet, so nobody can look at what it predicts.", "Adopt it later.")
    start = int(known.time[max(0, len(known.time) - FEW) :].min())
    rows = source.as_known(known.as_of).read(start, known.as_of)
    return rows.slice(max(0, len(rows) - FEW), len(rows))


def _content(run: Run, shop: Workshop) -> bytes:
    path = scratch.waiting(shop.home.folder, str(run.options["adopt"]))
    try:
        content = path.read_bytes()
        path.unlink()
    except OSError as error:
        raise RunFailed("The file to adopt is not in the home any more.", "Adopt it again.") from error
    if hashlib.sha256(content).hexdigest() != run.options["sha256"]:
        raise RunFailed("The file to adopt was altered since it was taken in.", "Adopt it again.")
    return content


def _loaded(content: bytes, name: str, kept: Kept, shop: Workshop) -> tuple[Fitted, dict[str, object]]:
    """(The estimator, the code that it needed): alone, or else with what lies beside the model's script or
    file.
    """
    try:
        return shop.artifacts.read(content, name), {}
    except ArtifactFault:
        code = _code_beside(kept, shop)
        whole = code.get("sha256")
        if not isinstance(whole, str):
            raise
        return shop.artifacts.read(content, name, whole), code


def _code_beside(kept: Kept, shop: Workshop) -> dict[str, object]:
    from core.retraining.environment import code_beside

    model = kept.model
    folder = Path(model.folder, model.script).parent if model.script else Path(model.folder)
    main = next(iter(sorted(folder.glob("*.py"))), None)
    return dict(code_beside(main, folder, None, shop.codes)) if main else {}
