"""Flow: model files become kept models. First examined, all of them, then saved in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.defining.changing import change, refuse_frozen
from core.defining.checking import check_source
from core.defining.definition import Definition
from core.defining.differences import column_differences, differences
from core.defining.matching import save_schedules
from core.defining.reading import read_file
from core.domain.errors import BadInput, Fault, NotAllowed
from core.domain.home import Stores
from core.domain.models import Kept, Model
from core.domain.sources import Source, Survey
from core.scheduling import flow as scheduling


class Sources(Protocol):
    """Opens a model's source."""

    def open(self, model: Model) -> Source: ...


@dataclass(frozen=True)
class Examined:
    """A checked file with what was found in its source. `origin`: microseconds, where windows begin."""

    definition: Definition
    survey: Survey
    origin: int


@dataclass(frozen=True)
class Applied:
    """What applying a file did. `change`: created, changed or unchanged; `differences` in words."""

    model: str
    change: str
    differences: tuple[str, ...] = ()

    def plain(self) -> dict[str, object]:
        return {"model": self.model, "change": self.change, "differences": list(self.differences)}


def examine(files: Sequence[Path], sources: Sources) -> list[Examined]:
    """Read every file and look at every source; save nothing. BadInput holds the faults of all files."""
    faults: list[Fault] = []
    examined: list[Examined] = []
    names: dict[str, str] = {}
    for path in {path.absolute(): path for path in files}.values():
        try:
            definition = read_file(path)
            if (other := names.setdefault(definition.model.name, str(path))) != str(path):
                raise BadInput(
                    f"{other} gives a model of the same name, {definition.model.name}.",
                    "Give each model a name of its own.",
                    file=str(path),
                    key="name",
                )
            examined.append(look_at(definition, sources))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput.of(faults)
    return examined


def look_at(definition: Definition, sources: Sources) -> Examined:
    """A definition with what is found in its source. BadInput holds every fault."""
    return Examined(definition, *check_source(definition, sources.open(definition.model)))


def save(t: Stores, examined: Sequence[Examined], now: datetime) -> list[Applied]:
    """Keep what was examined, in the caller's transaction; the file wins. NotAllowed names frozen keys."""
    kept = {model.model.name: model for model in t.models.all()}
    refused: list[Fault] = []
    for one in examined:
        try:
            refuse_frozen(t, kept.get(one.definition.model.name), one.definition)
        except NotAllowed as error:
            refused += error.faults
    if refused:
        raise NotAllowed.of(refused)
    return [_save(t, one, kept.get(one.definition.model.name), now) for one in examined]


def _save(t: Stores, one: Examined, kept: Kept | None, now: datetime) -> Applied:
    model = one.definition.model
    file = str(Path(one.definition.file).absolute()) if one.definition.file else None
    if kept is None:
        added = t.models.add(model, one.survey, one.origin, now, file)
        save_schedules(t, added, one.definition.schedules, now)
        return Applied(model.name, "created")
    found = (*differences(kept.model, model), *column_differences(kept.survey.schema, one.survey.schema))
    if found:
        kept = change(t, kept, model, one.survey, one.origin, now)
    found += tuple(save_schedules(t, kept, one.definition.schedules, now))
    return Applied(model.name, "changed" if found else "unchanged", found)


def remove(t: Stores, kept: Kept, now: datetime) -> None:
    """Remove a model and its schedules, cancel what is queued. NotAllowed while a run of it is running."""
    mine = [run for run in t.runs.open() if run.model_id == kept.id]
    for run in mine:
        if run.state == "running":
            raise NotAllowed(
                f"Run {run.id} of {kept.model.name} is running.",
                f"Cancel it first: evermodel cancel {run.id}.",
            )
    for run in mine:
        t.runs.ask_cancel(run.id, now)
    for schedule in t.schedules.of(kept.id):
        scheduling.remove(t, schedule, now)
    t.models.remove(kept, now)
