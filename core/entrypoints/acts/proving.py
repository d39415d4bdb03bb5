"""What can be done to prove a version: rebuild it, and tell all of it."""

from collections.abc import Collection, Mapping, Sequence

from core.domain.errors import NotAllowed
from core.domain.proof import Proof, why_not
from core.domain.runs import Asked, Run
from core.domain.versions import Version
from core.entrypoints.acts.desk import Desk
from storage.needed import gone


class ProvingActs(Desk):
    """Acts on what was kept of a version."""

    def reproduce(self, name: str, number: int) -> tuple[Run, bool]:
        """Queue a rebuilding of a version; (the run, True if one of the same version answers for it).

        NotAllowed where it cannot be rebuilt: adopted, let go, of an older Evermodel, or where the file is
        gone of a version from which it went on.
        """
        self.refuse_without_room()
        with self.home.transaction() as t:
            version = t.versions.get(t.models.get(name).id, number)
            made, versions = t.makings.numbers(version.model_id), t.versions.all(version.model_id)
            if (why := self._why_not(version, made, versions)) is not None:
                raise NotAllowed(why, "Choose another version.")
            asked = Asked(version.model_id, "reproduce", "manual", options={"version": number})
            return t.runs.queue(asked, self.now())

    def unprovable(self, name: str) -> Mapping[int, str]:
        """The versions of a model that cannot be rebuilt, each with why, in a sentence."""
        with self.home.reading() as stores:
            model_id = stores.models.get(name).id
            versions, made = stores.versions.all(model_id), stores.makings.numbers(model_id)
        found = {version.number: self._why_not(version, made, versions) for version in versions}
        return {number: why for number, why in found.items() if why is not None}

    def _why_not(self, version: Version, made: Collection[int], versions: Sequence[Version]) -> str | None:
        """`made`: those of which it is kept what they were made of; `versions`: all of its model."""
        return why_not(version, version.number in made, gone(self.home, version, versions))

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
