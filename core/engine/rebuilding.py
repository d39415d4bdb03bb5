"""Rebuilding: a version's last fit once more, from its rows, its code, its seed and the versions it joins."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from core.domain.errors import ArtifactFault, NotAllowed, NotThere
from core.domain.learning import Fitted, Snapshot
from core.domain.making import Making
from core.domain.models import Kept, Model
from core.domain.proof import cause, why_not
from core.domain.reports import Report
from core.domain.rows import Rows
from core.domain.runs import Run
from core.domain.versions import Version
from core.engine import scratch
from core.engine.workshop import Workshop

if TYPE_CHECKING:
    from core.retraining.fits import Before, Learn

Taken = TypeVar("Taken")


@dataclass(frozen=True)
class Record:
    """What was kept of a version. `kept`: the model as it was on its day."""

    kept: Kept
    version: Version
    making: Making
    snapshot: Snapshot

    @classmethod
    def of(cls, run: Run, shop: Workshop) -> "Record":
        """Of the version that a run was asked for. NotThere; NotAllowed where it cannot be rebuilt."""
        asked = run.options.get("version")
        with shop.home.reading() as stores:
            version = stores.versions.get(run.model_id, asked if isinstance(asked, int) else 0)
            making = stores.makings.get(run.model_id, version.number)
            why = why_not(version, making is not None)
            if making is None or why is not None:
                raise NotAllowed(why or "", "Choose another version.")
            snapshot = stores.snapshots.get(run.model_id, version.snapshot)
        return cls(making.kept(run.model_id, version.created), version, making, snapshot)


@dataclass(frozen=True)
class Rebuilt:
    """A version fitted again, and how many rows that fit learnt."""

    fitted: Fitted
    rows: int


def rebuild(record: Record, rows: Rows, run: Run, shop: Workshop, report: Report) -> Rebuilt:
    """The version fitted again, or EvermodelError. `rows`: of its snapshot, all and in their order."""
    from core.retraining.strategies import again, learnt

    version, before = record.version, _before(record.version, shop)
    with _with_code(record, run, shop) as kept, _threads_of(record.making):
        learn = _script(kept, version, run, shop, report) if kept.model.script else None
        try:
            fitted = again(kept, version, rows, before, learn)
            return Rebuilt(fitted, len(learnt(version, rows, before)))
        except (LookupError, TypeError, ValueError) as error:
            raise ArtifactFault(
                f"What is recorded of v{version.number} makes no version ({type(error).__name__}: {error}).",
                "Restore the home from a backup, or choose another version.",
            ) from error


def _before(version: Version, shop: Workshop) -> "Before | None":
    """The version that it continues or joins; ArtifactFault if its file is there no more, or altered."""
    from core.retraining.fits import Before

    number = version.lineage.get("continues")
    if not isinstance(number, int):
        return None
    return _from(version, number, shop, lambda other: Before(other, shop.artifacts.load(other.saved)))


def _from(version: Version, number: int, shop: Workshop, take: Callable[[Version], Taken]) -> Taken:
    """What is taken of the version from which another went on; its row may be all that is kept beside."""
    try:
        with shop.home.reading() as stores:
            other = stores.versions.get(version.model_id, number)
        shop.artifacts.verify(other.saved)
        return take(other)
    except (ArtifactFault, NotThere) as error:
        fault = error.faults[0]
        raise ArtifactFault(
            f"v{version.number} went on from v{number}: {cause(fault.problem)}.", fault.fix
        ) from error


def _script(kept: Kept, version: Version, run: Run, shop: Workshop, report: Report) -> "Learn":
    """The person's own script, given what it was given then."""
    parent, previous = version.parent, None
    if parent is not None:
        previous = _from(version, parent, shop, lambda other: other.saved)
    return lambda rows, _: shop.trainer(run).train(kept, rows, version.seed, previous, report)


@contextmanager
def _with_code(record: Record, run: Run, shop: Workshop) -> Iterator[Kept]:
    """The model over a copy of a person's own code as it was then, if such code made it."""
    kept, code = record.kept, record.version.code
    if not code.get("files"):
        yield kept
        return
    shop.codes.verify(code)
    place = scratch.of_run(shop.home.folder, run.id) / "code"
    try:
        shutil.copytree(shop.codes.folder(str(code.get("sha256"))), place)
        yield replace(kept, model=_over(kept.model, place, code.get("python")))
    finally:
        scratch.clear(shop.home.folder, run.id)


def _over(model: Model, place: Path, python: object) -> Model:
    """Files of a recipe lie as they do from its model file, those of a script as they do from itself."""
    if model.script is None:
        return replace(model, folder=str(place))
    chosen = python if isinstance(python, str) else model.python
    return replace(model, folder=str(place), script=Path(model.script).name, python=chosen)


def _threads_of(making: Making) -> AbstractContextManager[object]:
    """As many threads of each numerical library as made it."""
    from core.retraining.probing import threads

    if making.threads in (None, threads()):
        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(making.threads)  # type: ignore[no-any-return]
