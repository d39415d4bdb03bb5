"""What can be done to prove a version: rebuild it, and tell all of it."""

from collections.abc import Sequence

from core.domain.errors import NotAllowed
from core.domain.proof import Proof, why_not
from core.domain.runs import Asked, Run
from core.entrypoints.acts.desk import Desk


class ProvingActs(Desk):
    """Acts on what was kept of a version."""

    def reproduce(self, name: str, number: int) -> tuple[Run, bool]:
        """Queue a rebuilding of a version; (the run, True if one of the same version answers for it).

        NotAllowed where it cannot be rebuilt: adopted, let go, or of an older Evermodel.
        """
        self.refuse_without_room()
        with self.home.transaction() as t:
            version = t.versions.get(t.models.get(name).id, number)
            has_making = t.makings.get(version.model_id, number) is not None
            if (why := why_not(version, has_making)) is not None:
                raise NotAllowed(why, "Choose another version.")
            asked = Asked(version.model_id, "reproduce", "manual", options={"version": number})
            return t.runs.queue(asked, self.now())

    def proofs(self, name: str, number: int) -> Sequence[Proof]:
        """How the rebuildings of a version ended, the newest first."""
        with self.home.reading() as stores:
            version = stores.versions.get(stores.models.get(name).id, number)
            return stores.reproductions.of(version.model_id, number)

    def card(self, name: str, number: int) -> str:
        """A version's model card, in Markdown."""
        from storage.exporting import card_of

        with self.home.reading() as stores:
            kept = stores.models.get(name)
            return card_of(stores, kept, stores.versions.get(kept.id, number))
