"""What can be done with models: apply their files, let them go."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from core.defining import flow as defining
from core.defining.flow import Applied, Examined
from core.domain.models import Kept
from core.entrypoints.acts.desk import Desk
from storage.rows.opening import open_source


class HomeSources:
    """Implements core.defining.flow.Sources."""

    open = staticmethod(open_source)


class _Undone(Exception):
    """Rolls a transaction back that only asked what would happen."""


class ModelActs(Desk):
    """Acts on models."""

    def examine(self, files: Sequence[Path]) -> list[Examined]:
        return defining.examine(files, HomeSources())

    def apply(self, files: Sequence[Path]) -> list[Applied]:
        examined = self.examine(files)
        with self.home.transaction() as t:
            return defining.save(t, examined, self.now())

    def would_apply(self, files: Sequence[Path]) -> list[Applied]:
        """What `apply` would do; nothing is saved."""
        examined, done = self.examine(files), list[Applied]()
        with suppress(_Undone), self.home.transaction() as t:
            done += defining.save(t, examined, self.now())
            raise _Undone
        return done

    def remove(self, name: str) -> None:
        with self.home.transaction() as t:
            defining.remove(t, t.models.get(name), self.now())

    def let_go(self, kept: Kept) -> None:
        """Delete the files of a removed model; what other models share stays."""
        from storage.letting_go import let_go

        let_go(self.home, kept)
