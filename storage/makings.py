"""The table of makings: what each version can be made of again."""

from dataclasses import dataclass
from typing import Any

from core.defining.plain import from_plain, survey_from_plain, survey_to_plain, to_plain
from core.domain.errors import ArtifactFault
from core.domain.making import Making
from storage.columns import from_json, to_json
from storage.sqlite import Database


def plain_making(making: Making) -> dict[str, Any]:
    """As JSON holds it."""
    return {
        "model": to_plain(making.model),
        "survey": survey_to_plain(making.survey),
        "origin": making.origin,
        "seed": making.seed,
        "threads": making.threads,
        "probe": making.probe,
    }


def making_of(plain: dict[str, Any]) -> Making:
    return Making(
        **{**plain, "model": from_plain(plain["model"]), "survey": survey_from_plain(plain["survey"])}
    )


@dataclass(frozen=True)
class MakingTable:
    """Implements core.domain.making.Makings."""

    database: Database

    def add(self, model_id: int, number: int, making: Making) -> None:
        self.database.table("makings").insert(
            {"model_id": model_id, "number": number, "body": to_json(plain_making(making))}
        )

    def numbers(self, model_id: int) -> set[int]:
        rows = self.database.query("select number from makings where model_id = ?", [model_id])
        return {row["number"] for row in rows}

    def get(self, model_id: int, number: int) -> Making | None:
        """ArtifactFault if the record cannot be read as one."""
        row = self.database.execute(
            "select body from makings where model_id = ? and number = ?", [model_id, number]
        ).fetchone()
        try:
            return making_of(from_json(row[0])) if row else None
        except (LookupError, TypeError, ValueError) as error:
            raise ArtifactFault(
                f"The record of what v{number} was made of was altered since it was saved.",
                "Restore the home from a backup, or choose another version.",
            ) from error
