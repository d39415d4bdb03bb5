"""What can be done with challengers: let a version score live windows without serving them, and end it."""

from core.domain.errors import NotAllowed
from core.domain.shadows import Shadow
from core.entrypoints.acts.versions import VersionActs, given
from storage.artifacts import ArtifactFiles


class ShadowActs(VersionActs):
    """Acts on windows and versions, challengers among them."""

    def shadow(self, name: str, number: int, reason: str, by: str = "page") -> Shadow:
        """From now on a version scores the windows that others serve, beside them.

        NotAllowed: champion or challenger already, or not kept any more, or no champion to be beside;
        ArtifactFault if its file is gone or altered.
        """
        kept, since = self._at_present(name)
        why = given(reason)
        with self.home.transaction() as t:
            version = t.versions.get(kept.id, number)
            if t.versions.champion(kept.id) is None:
                raise NotAllowed(f"{name} has no champion to score beside.", "Promote a version first.")
            self._refuse_let_go(version)
            ArtifactFiles(self.home.path("artifacts")).verify(version.saved)
            shadow = Shadow(kept.id, number, since, self.now(), by, why, version.state)
            t.shadows.begin(shadow)
            return shadow

    def unshadow(self, name: str, number: int) -> Shadow:
        """End it: the version is again what it was before. NotAllowed if it is no challenger."""
        kept, until = self._at_present(name)
        with self.home.transaction() as t:
            t.versions.get(kept.id, number)
            return t.shadows.end(kept.id, number, until)
