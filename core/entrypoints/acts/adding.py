"""What can be done to add or change a model without a file of one's own: look at rows, add, change."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.defining import flow as defining
from core.defining.definition import Definition
from core.defining.flow import Applied, Examined
from core.defining.printing import print_file
from core.defining.reading import read_plain, read_text
from core.defining.source_guesses import Settled
from core.domain.errors import BadInput, NotAllowed
from core.domain.models import Kept, Model
from core.domain.sources import Source
from core.entrypoints.acts.desk import Desk
from storage.rows.opening import open_source


class HomeSources:
    """Implements core.defining.flow.Sources."""

    def open(self, model: Model) -> Source:
        return open_source(model)


class Undone(Exception):
    """Rolls a transaction back that only asked what would happen."""


class AddingActs(Desk):
    """Acts that make and change models from what a page holds."""

    def upload(self, name: str, content: bytes | memoryview) -> Path:
        """Keep a file of rows in the home; the path that a source may name. BadInput for another format."""
        from storage.uploads import drop_unused, keep_upload

        with self.home.reading() as stores:
            models = [kept.model for kept in stores.models.all()]
        drop_unused(self.home, models, self.now())
        return keep_upload(self.home, name, content)

    def look(self, source: Mapping[str, Any], zone: str = "UTC", anew: bool = False) -> Settled:
        """Some rows of a source that is to become a model's. BadInput where it cannot be read.

        `anew`: a database that was looked at lately is asked again.
        """
        from core.entrypoints.samples import look_at

        return look_at(source, str(self.home.folder), zone, anew)

    def free_name(self, wanted: str) -> str:
        """The name, or the first that is not taken: rows, rows-2, rows-3."""
        with self.home.reading() as stores:
            taken = {kept.model.name for kept in stores.models.all()}
        names = (wanted if n == 1 else f"{wanted[:58]}-{n}" for n in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def file_of(self, plain: Mapping[str, Any]) -> str:
        """The model file that a model of these keys would have. BadInput holds every fault."""
        definition = self._read(plain)
        return print_file(definition.model, definition.schedules)

    def add(self, plain: Mapping[str, Any]) -> Applied:
        """Make a new model as `apply` would. BadInput holds every fault, NotAllowed if the name is taken."""
        definition = self._read(plain)
        self._refuse_taken(definition.model.name)
        examined = defining.look_at(definition, HomeSources())
        with self.home.transaction() as t:
            if any(kept.model.name == definition.model.name for kept in t.models.all()):
                raise _taken(definition.model.name)
            return defining.save(t, [examined], self.now())[0]

    def text_of(self, name: str) -> tuple[Kept, str]:
        """(The model, its model file as `show` prints it)."""
        with self.home.reading() as stores:
            kept = stores.models.get(name)
            return kept, print_file(kept, stores.schedules.of(kept.id))

    def would_change(self, name: str, text: str) -> Applied:
        """What saving a model file's text would change, in words; nothing is saved. Errors as `change`."""
        examined, done = self._examined(name, text), list[Applied]()
        with suppress(Undone), self.home.transaction() as t:
            done += defining.save(t, [examined], self.now())
            raise Undone
        return done[0]

    def change(self, name: str, revision: int, text: str) -> Applied:
        """Save a model file's text over a model as it was read (at `revision`).

        BadInput holds every fault; NotAllowed names what its versions forbid, or that another changed it.
        """
        examined = self._examined(name, text)
        with self.home.transaction() as t:
            if t.models.get(name).revision != revision:
                raise NotAllowed(f"{name} was changed by another meanwhile.", "Look at it again.")
            return defining.save(t, [examined], self.now())[0]

    def _examined(self, name: str, text: str) -> Examined:
        kept = self.kept(name)
        definition = read_text(text, Path(kept.model.folder))
        if definition.model.name != name:
            raise BadInput(
                f"It is called {definition.model.name} there, and {name} here.",
                f'Leave name = "{name}": another name is another model.',
                key="name",
            )
        return defining.look_at(_with_password(definition, kept), HomeSources())

    def _read(self, plain: Mapping[str, Any]) -> Definition:
        return read_plain(plain, self.home.folder, "")

    def _refuse_taken(self, name: str) -> None:
        with self.home.reading() as stores:
            if any(kept.model.name == name for kept in stores.models.all()):
                raise _taken(name)


def _with_password(definition: Definition, kept: Kept) -> Definition:
    """The kept address where the text has the one that was printed, without its password."""
    model, folder = definition.model, Path(kept.model.folder)
    printed = read_text(print_file(kept), folder).model.source.url
    if printed is None or model.source.url != printed:
        return definition
    source = replace(model.source, url=kept.model.source.url)
    return replace(definition, model=replace(model, source=source))


def _taken(name: str) -> NotAllowed:
    return NotAllowed(f"There is a model {name} already.", "Give this one another name.", key="name")
