"""What can be done with a version beside keeping it: score rows of a file, take it out of the home."""

from dataclasses import dataclass
from pathlib import Path

from core.domain.errors import BadInput, NotAllowed
from core.domain.models import Kept
from core.domain.versions import Version
from core.entrypoints.acts.desk import Desk


@dataclass(frozen=True)
class Scored:
    """What became of a file: which version said it, of how many rows, in which columns."""

    version: Version
    rows: int
    columns: tuple[str, ...]


class UsingActs(Desk):
    """Acts on versions that are to be used."""

    def predict(self, name: str, file: Path, to: Path, number: int | None = None) -> Scored:
        """Score the rows of a file by a version, by default the champion, into a new file.

        BadInput: a file that cannot be read, or lacks or misstates a feature; NotAllowed: nothing may score;
        RunFailed, ArtifactFault: the version cannot.
        """
        from core.retraining.telling import tell
        from storage.artifacts import ArtifactFiles
        from storage.rows.loose_file import LooseFile
        from storage.scored_file import scored_file, writable

        kept, version = self._usable(name, number)
        writable(to)
        loose = LooseFile.of(file.absolute(), kept.model)
        fitted = ArtifactFiles(self.home.path("artifacts"), self.settings.joblib).load(version.saved)
        rows, said = 0, dict[str, object]()
        with scored_file(to) as write:
            for batch, features in loose.batches(
                _held(kept, version), as_written=to.suffix.lower() == ".csv"
            ):
                if not batch.num_rows:
                    continue
                said = dict(tell(fitted, kept, features, version.number))
                _refuse_taken(file, batch.schema.names, list(said))
                for column, values in said.items():
                    batch = batch.append_column(column, values)
                write(batch)
                rows += batch.num_rows
            if not rows:
                raise BadInput("It holds no rows.", "Give a file with rows.", file=file.name)
        return Scored(version, rows, tuple(said))

    def export(self, name: str, number: int, folder: Path, *, rows: bool = False) -> list[str]:
        """A version as a folder of its own, with its `rows` or only the list of them; the names of the files
        in it.
        """
        from storage.exporting import export

        kept, version = self._usable(name, number)
        return export(self.home, kept, version, folder.absolute(), rows=rows)

    def artifact(self, name: str, number: int) -> bytes:
        """A version's file. ArtifactFault if it is gone or altered, NotAllowed if it is kept no more."""
        from storage.artifacts import ArtifactFiles

        _, version = self._usable(name, number)
        files = ArtifactFiles(self.home.path("artifacts"))
        return files.content(version.saved)

    def _usable(self, name: str, number: int | None) -> tuple[Kept, Version]:
        with self.home.reading() as stores:
            kept = stores.models.get(name)
            version = (
                stores.versions.champion(kept.id) if number is None else stores.versions.get(kept.id, number)
            )
        if version is None:
            raise NotAllowed(
                f"{name} has no champion yet.", "Name a version with --version, or make one champion first."
            )
        if version.let_go is not None:
            raise NotAllowed(
                f"v{version.number} is not kept any more: its model keeps its newest versions only.",
                "Choose a newer one.",
            )
        return kept, version


def _held(kept: Kept, version: Version) -> dict[str, str]:
    """The version's features with the types that the source's fixed schema gives them."""
    columns = kept.survey.schema.columns
    return {name: columns[name] for name in version.features or kept.features if name in columns}


def _refuse_taken(file: Path, names: list[str], said: list[str]) -> None:
    if taken := [name for name in said if name in names]:
        raise BadInput(
            "A column of this name is there already; it would stand twice in what is written.",
            "Leave it out, or give it another name.",
            file=file.name,
            key=taken[0],
        )
