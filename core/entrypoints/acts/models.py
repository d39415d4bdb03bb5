"""What can be done with models: apply their files, let them go."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from core.defining import flow as defining
from core.defining.flow import Applied, Examined
from core.domain.models import Kept
from core.entrypoints.acts.adding import AddingActs, HomeSources, Undone
from storage.champions import Champions


class ModelActs(AddingActs):
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
        with suppress(Undone), self.home.transaction() as t:
            done += defining.save(t, examined, self.now())
            raise Undone
        return done

    def remove(self, name: str) -> None:
        with self.home.transaction() as t:
            defining.remove(t, t.models.get(name), self.now())
        Champions(self.home).settle(name)

    def let_go(self, kept: Kept) -> None:
        """Delete the files of a removed model, uploaded rows among them; what other models share stays."""
        from datetime import timedelta

        from storage.letting_go import let_go
        from storage.uploads import drop_unused, is_upload

        let_go(self.home, kept, self.now())
        if is_upload(self.home, Path(kept.model.source.path)):
            with self.home.reading() as stores:
                models = [other.model for other in stores.models.all()]
            drop_unused(self.home, models, self.now(), timedelta(), {Path(kept.model.source.path)})
