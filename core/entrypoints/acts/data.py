"""What can be asked of the rows that versions learnt: what changed from one to another, and since."""

from collections.abc import Mapping

from core.domain.changes import Changes, changed_words
from core.domain.errors import NotAllowed
from core.domain.making import read_alike
from core.domain.versions import Version
from core.entrypoints.acts.desk import Desk


class DataActs(Desk):
    """Acts on snapshots."""

    def changes(self, name: str, a: int, b: int) -> Changes:
        """From the rows of version `a` to those of `b`, read batch by batch.

        NotAllowed where one of them has no rows that are kept, ArtifactFault if they are gone or altered.
        """
        from core.monitoring.changes import changes
        from storage.snapshots import ChunkFiles

        with self.home.reading() as stores:
            kept = stores.models.get(name)
            versions = [stores.versions.get(kept.id, number) for number in (a, b)]
            for version in versions:
                _refuse_without_rows(version)
            one, other = (stores.snapshots.get(kept.id, version.snapshot) for version in versions)
        files = ChunkFiles(self.home.path("snapshots"), lambda _: ())
        return changes(one, other, files, kept.model.id, bounded=kept.model.history is not None)

    def changed_source(self, name: str, number: int | None = None) -> Mapping[int, str]:
        """Under which versions the source changed since, each with that in words; reads no rows.

        `number`: of this version alone.
        """
        with self.home.reading() as stores:
            kept = stores.models.get(name)
            newest = stores.snapshots.last(kept.id)
            versions = [version for version in stores.versions.all(kept.id) if version.rows]
            if newest is None:
                return {}
            last = max((one.number for one in versions if one.snapshot == newest.id), default=0)
            now = stores.makings.get(kept.id, last)
            snapshots = {
                one.number: stores.snapshots.get(kept.id, one.snapshot)
                for one in versions
                if number in (None, one.number) and read_alike(stores.makings.get(kept.id, one.number), now)
            }
        said = {number: changed_words(snapshot, newest, number) for number, snapshot in snapshots.items()}
        return {number: words for number, words in said.items() if words}


def _refuse_without_rows(version: Version) -> None:
    if version.let_go is not None:
        raise NotAllowed(
            f"The rows of v{version.number} are not kept any more: its model keeps its newest versions only.",
            "Choose a newer one.",
        )
    if not version.rows:
        raise NotAllowed(
            f"What v{version.number} learnt is not known: it was adopted.", "Choose one that was made here."
        )
