"""Making: what a version can be made of again, beside the rows of its snapshot."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.clock import moment
from core.domain.models import Kept, Model
from core.domain.sources import Survey
from core.domain.versions import Version

EPOCH = moment(0)


@dataclass(frozen=True)
class Making:
    """The model of the day, whatever its file says since.

    `origin`: microseconds, where its windows began. `seed`: what was used of the model's seed and its
    parameters. `threads`: of each numerical library, None where nobody set them. `probe`: SHA-256 of the file
    with what the version said of its probe rows.
    """

    model: Model
    survey: Survey
    origin: int
    seed: int
    threads: int | None
    probe: str

    @classmethod
    def of(cls, kept: Kept, threads: int | None, probe: str) -> "Making":
        return cls(kept.model, kept.survey, kept.origin, used_seed(kept.model), threads, probe)

    def kept(self, id: int, applied: datetime) -> Kept:
        """The model as it was kept then."""
        return Kept(id, self.model, self.survey, self.origin, applied, revision=0)


def read_alike(one: Making | None, other: Making | None) -> bool:
    """Whether two versions took the same rows and columns of the source, so that its rows differ between
    their snapshots only where the source changed. Nobody knows of one without a making.
    """
    if one is None or other is None:
        return False
    return one.kept(0, EPOCH).reading == other.kept(0, EPOCH).reading


def used_seed(model: Model) -> int:
    """A `random_state` among the parameters wins over the model's own seed."""
    given = model.recipe_parameters.get("random_state", model.seed)
    return given if isinstance(given, int) else model.seed


def contradictions(version: Version, making: Making) -> Iterator[str]:
    """Where the records of a version do not say the same, in words."""
    model, continues = making.model, version.lineage.get("continues")
    own, parameters = used_seed(model), dict(model.recipe_parameters)
    beside: Mapping[str, tuple[object, object]] = {
        "seed": (version.seed, making.seed),
        **{
            f"parameter {name}": (version.parameters.get(name, "none"), parameters.get(name, "none"))
            for name in dict.fromkeys((*version.parameters, *parameters))
        },
        "learner": (version.recipe, model.learner),
        "strategy": (version.strategy, model.strategy),
    }
    for name, (here, there) in beside.items():
        if here != there:
            yield f"{name}: {here} recorded with the version, {there} with its making"
    if own != making.seed == version.seed:
        yield f"seed: {version.seed} recorded with the version, {own} in the model file of its day"
    yield from _of_features(version.features, making.kept(0, version.created).features)
    followed = "none" if version.parent is None else f"v{version.parent}"
    if isinstance(continues, int) and continues != version.parent:
        yield f"lineage: recorded as going on from v{continues}, and as made to follow {followed}"


def _of_features(here: Sequence[str], there: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys((*here, *there)):
        if name not in here or name not in there:
            yield f"feature {name}: recorded with the {'version' if name in here else 'making'} alone"
    if sorted(here) == sorted(there) and list(here) != list(there):
        yield "features: recorded in another order with the version than with its making"


def packages(recorded: Mapping[str, str], present: Mapping[str, str]) -> Iterator[str]:
    """The packages that are not of the recorded version, in words; what was not recorded is no matter."""
    if recorded and not present:
        yield f"packages: {len(recorded)} recorded, and the interpreter says of none that it is present"
        return
    for name, version in recorded.items():
        here = present.get(name)
        if here != version:
            yield f"package {name}: {version} recorded, {here or 'none'} present"


class Makings(Protocol):
    """The store of makings, one a version; an adopted version has none."""

    def add(self, model_id: int, number: int, making: Making) -> None: ...

    def get(self, model_id: int, number: int) -> Making | None:
        """ArtifactFault if it cannot be read any more."""
        ...

    def numbers(self, model_id: int) -> Collection[int]:
        """Of the versions that have one."""
        ...
