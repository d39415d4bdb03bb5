"""The table of judgements: what the judged rows say of each version in detail."""

from dataclasses import dataclass

from core.domain.findings import Findings
from storage.columns import from_json, to_json
from storage.sqlite import Database


@dataclass(frozen=True)
class JudgementTable:
    """Implements core.domain.findings.Judgements."""

    database: Database

    def save(self, model_id: int, number: int, findings: Findings) -> None:
        self.database.table("judgements").insert(
            {"model_id": model_id, "number": number, "body": to_json(findings.plain())},
            pk=("model_id", "number"),
            replace=True,
        )

    def get(self, model_id: int, number: int) -> Findings | None:
        found = self.database.query(
            "select body from judgements where model_id = ? and number = ?", [model_id, number]
        )
        return next((Findings.of(from_json(row["body"])) for row in found), None)
