"""What can be done with windows and versions: look at them, promote, reject, roll back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from core.domain.clock import micros, moment
from core.domain.errors import BadInput, NotAllowed
from core.domain.models import Kept
from core.domain.notes import Note, written
from core.domain.versions import Promotion, Version, before_present
from core.entrypoints.acts.desk import Desk
from core.monitoring.asof import present as as_of
from storage.artifacts import ArtifactFiles
from storage.champions import Champions
from storage.rows.opening import open_source

if TYPE_CHECKING:
    from core.entrypoints.looking import Looked


class VersionActs(Desk):
    """Acts on windows and versions."""

    def windows(self, name: str, as_of_: datetime | None = None) -> "Looked":
        """Every window as known at `as_of_`, now by default; computed, never stored."""
        from core.entrypoints.looking import windows

        return windows(self.home, self.kept(name), as_of_, self.now())

    def version(self, name: str, number: int) -> Version:
        with self.home.reading() as stores:
            return stores.versions.get(stores.models.get(name).id, number)

    def promote(self, name: str, number: int, reason: str, by: str = "page") -> Promotion:
        """Make a version champion from now on. ArtifactFault if its file is gone or altered."""
        kept, since = self._at_present(name)
        with self.home.transaction() as t:
            version = t.versions.get(kept.id, number)
            if version.state == "champion":
                raise NotAllowed(f"v{number} is the champion already.", "There is nothing to do.")
            promotion = self._promote(t.versions.promote, version, since, reason, by, rollback=False)
        self.champions.settle(name)
        return promotion

    def reject(self, name: str, number: int, reason: str, by: str = "page") -> Version:
        """Say no to a candidate, for good unless it is promoted after all; NotAllowed if it is none.

        Where it scores in shadow, that ends too.
        """
        kept, until = self._at_present(name)
        with self.home.transaction() as t:
            version = t.versions.get(kept.id, number)
            if version.shadowed == "candidate":
                t.shadows.end(kept.id, number, until)
            who = "a person" if by == "page" else by
            why = f"{who} said no: {given(reason)}"
            return t.versions.reject(version.model_id, number, why)

    def rollback(self, name: str, reason: str, by: str = "page") -> Promotion:
        """Make the champion before the present one champion again; once more goes further back."""
        kept, since = self._at_present(name)
        with self.home.transaction() as t:
            number = before_present(t.versions.promotions(kept.id))
            if number is None:
                raise NotAllowed("There is no champion before the present one.", "Promote a version instead.")
            version = t.versions.get(kept.id, number)
            promotion = self._promote(t.versions.promote, version, since, reason, by, rollback=True)
        self.champions.settle(name)
        return promotion

    def note(
        self, name: str, number: int, text: str, tags: Sequence[str] | None = None, by: str = "page"
    ) -> Note:
        """Write beside a version, in place of what was there; `tags` None: those that it has stay.

        BadInput for a note or a tag that is too long.
        """
        with self.home.transaction() as t:
            version = t.versions.get(t.models.get(name).id, number)
            before = t.notes.get(version.model_id, number)
            text, kept = written(text, tags if tags is not None else before.tags if before else ())
            note = Note(text, kept, by, self.now())
            t.notes.save(version.model_id, number, note)
            return note

    @cached_property
    def champions(self) -> Champions:
        """The champions as files at paths that stay."""
        return Champions(self.home)

    def _promote(
        self,
        promote: Callable[..., Promotion],
        version: Version,
        since: datetime,
        reason: str,
        by: str,
        rollback: bool,
    ) -> Promotion:
        why = given(reason)
        self._refuse_let_go(version)
        ArtifactFiles(self.home.path("artifacts")).verify(version.saved)
        return promote(version.model_id, version.number, since, self.now(), by=by, why=why, rollback=rollback)

    @staticmethod
    def _refuse_let_go(version: Version) -> None:
        if version.let_go is not None:
            raise NotAllowed(
                f"v{version.number} is not kept any more: its model keeps its newest versions only.",
                "Choose a newer one.",
            )

    def _at_present(self, name: str) -> tuple[Kept, datetime]:
        """A model, and its as of."""
        kept = self.kept(name)
        if kept.model.as_of == "clock":
            return kept, self.now()
        source = open_source(kept.model, kept.survey.schema)
        return kept, moment(as_of(kept.model, source, micros(self.now())))


def given(reason: str) -> str:
    """BadInput for a reason that says nothing."""
    if not reason.strip():
        raise BadInput(
            "A reason is required; it is kept in the history.", "Say why in a few words.", key="reason"
        )
    return reason.strip()
