"""The table of proofs: how each rebuilding of a version ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.clock import micros, moment
from core.domain.proof import Proof
from storage.columns import Row, from_json, to_json
from storage.sqlite import Database

FIELDS = ("number", "run_id", "at", "same", "largest_difference", "differs")


def proof_of(row: Row) -> Proof:
    return Proof(
        row["number"],
        row["run_id"],
        moment(row["at"]),
        bool(row["same"]),
        row["largest_difference"],
        tuple(from_json(row["differs"])),
    )


@dataclass(frozen=True)
class ReproductionTable:
    """Implements core.domain.proof.Reproductions."""

    database: Database

    def add(self, model_id: int, proof: Proof) -> None:
        self.database.table("reproductions").insert(
            {
                "model_id": model_id,
                "number": proof.number,
                "run_id": proof.run_id,
                "at": micros(proof.at),
                "same": int(proof.same),
                "largest_difference": proof.largest_difference,
                "differs": to_json(list(proof.differs)),
            }
        )

    def of(self, model_id: int, number: int) -> list[Proof]:
        rows = self.database.query(
            "select * from reproductions where model_id = ? and number = ? order by run_id desc",
            [model_id, number],
        )
        return [proof_of(row) for row in rows]

    def newest(self, model_id: int) -> Mapping[int, Proof]:
        rows = self.database.query(
            "select * from reproductions where model_id = ? order by run_id", [model_id]
        )
        return {row["number"]: proof_of(row) for row in rows}
