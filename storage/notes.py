"""The table of notes: what people wrote beside versions."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.notes import Note
from storage.columns import Row, from_json, to_json, us, when
from storage.sqlite import Database


def note_of(row: Row) -> Note:
    return Note(row["note"], tuple(from_json(row["tags"])), row["by"], when(row["at"]))


@dataclass(frozen=True)
class NoteTable:
    """Implements core.domain.notes.Notes."""

    database: Database

    def save(self, model_id: int, number: int, note: Note) -> None:
        self.database.table("notes").insert(
            {
                "model_id": model_id,
                "number": number,
                "note": note.text,
                "tags": to_json(list(note.tags)),
                "by": note.by,
                "at": us(note.at),
            },
            pk=("model_id", "number"),
            replace=True,
        )

    def get(self, model_id: int, number: int) -> Note | None:
        return self.all(model_id).get(number)

    def all(self, model_id: int) -> Mapping[int, Note]:
        found = self.database.query("select * from notes where model_id = ?", [model_id])
        return {row["number"]: note_of(row) for row in found}
