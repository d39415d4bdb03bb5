"""What the judged rows said of seeded versions: verdicts, findings, importances, a note, a proof."""

import random
from dataclasses import replace
from datetime import timedelta

from core.domain.findings import CHALLENGER, CHAMPION, Apart, Curve, Errors, Findings, Segment
from core.domain.versions import Version
from storage.stores import Stores


def tell_judgement(stores: Stores, version: Version, metric: str, task: str) -> None:
    """What judged it in detail, as a retraining keeps it; `version` is in the store."""
    chance = random.Random(version.number)
    new, old = version.scores.get(metric) or 0.0, version.champion_scores.get(metric) or 0.0
    errors = (
        Errors([-3.0, -1.0, 1.0, 3.0], [100, 800, 100], [150, 700, 150]) if task == "regression" else None
    )
    values = [("c", value) for value in ("red", "green", "blue", None)]
    segments = [
        Segment(
            column, value, 250, new * (1 + chance.uniform(-0.1, 0.1)), old * (1 + chance.uniform(-0.1, 0.1))
        )
        for column, value in values
    ]
    curves = [] if task == "regression" else [_curve(side, chance) for side in (CHALLENGER, CHAMPION)]
    apart = [
        Apart(
            version.created - timedelta(hours=row),
            {"a": 0.5 * row, "b": None, "c": "red"},
            9.0,
            9.5,
            9.5 + row,
            row,
        )
        for row in range(20, 0, -1)
    ]
    stores.judgements.save(
        version.model_id, version.number, Findings(metric, 1000, segments, curves, apart, errors)
    )


def with_verdict(version: Version, metric: str, lower_is_better: bool) -> Version:
    """The version with the gate's verdict about its scores: a tie where they are close."""
    new, old = version.scores.get(metric), version.champion_scores.get(metric)
    if new is None or old is None:
        return replace(version, verdict={"answer": "first", "metric": metric, "note": ""})
    lead = old - new if lower_is_better else new - old
    half = 0.03 * abs(old)
    answer = "tie" if abs(lead) < half else "better" if lead > 0 else "worse"
    said = {"answer": answer, "metric": metric, "difference": lead, "low": lead - half, "high": lead + half}
    more = {"confidence": 0.95, "rows": 1000, "blocks": 21, "smallest": half, "segments": [], "note": ""}
    return replace(version, verdict={**said, **more})


def _curve(side: str, chance: random.Random) -> Curve:
    said = [0.05 + 0.1 * step for step in range(10)]
    return Curve(side, "1", said, [min(1.0, max(0.0, one + chance.uniform(-0.1, 0.1))) for one in said])
