"""Findings out: one version's side of what the judged rows say, and the rows that its parts are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.findings import CHALLENGER, Curve, Findings, Segment
from core.domain.models import Model
from pages._parts.taking_out import Row


@dataclass(frozen=True)
class Told:
    """One version's side of the findings: its name, and which side of whose findings it is."""

    name: str
    findings: Findings
    side: str

    def value(self, segment: Segment) -> float | None:
        return segment.challenger if self.side == CHALLENGER else segment.champion

    def segments(self) -> Mapping[tuple[str, str | None], Segment]:
        return {(one.column, one.value): one for one in self.findings.segments}

    def curves(self) -> Sequence[Curve]:
        return [one for one in self.findings.curves if one.of == self.side]


def segment_rows(model: Model, told: Sequence[Told]) -> list[Row]:
    return [
        {
            "model": model.name,
            "version": one.name,
            "metric": one.findings.metric,
            "column": segment.column,
            "value": segment.value,
            "rows": segment.rows,
            "score": one.value(segment),
        }
        for one in told
        for segment in one.findings.segments
    ]


def curve_rows(told: Sequence[Told]) -> list[Row]:
    return [
        {"version": one.name, "class": curve.label, "said": said, "came": came}
        for one in told
        for curve in one.curves()
        for said, came in zip(curve.said, curve.came, strict=True)
    ]


def error_rows(told: Sequence[Told]) -> list[Row]:
    errors = told[0].findings.errors if told else None
    if errors is None:
        return []
    theirs: Sequence[int | None] = errors.champion or [None] * len(errors.challenger)
    bars = zip(errors.edges, errors.edges[1:], errors.challenger, theirs, strict=False)
    return [
        {"version": told[0].name, "from": low, "to": high, "rows": mine, "champion_rows": other}
        for low, high, mine, other in bars
    ]


def importance_rows(model: Model, known: Sequence[tuple[str, Mapping[str, float]]]) -> list[Row]:
    return [
        {"model": model.name, "version": name, "column": column, "loss": loss, "metric": model.metric}
        for name, importance in known
        for column, loss in importance.items()
    ]


def apart_rows(findings: Findings | None, names: tuple[str, str]) -> list[Row]:
    rows = findings.apart if findings else ()
    return [
        {
            "time": row.time,
            "truth": row.truth,
            names[0]: row.challenger,
            names[1]: row.champion,
            "apart": row.apart,
            **{f"{name} score": score for name, score in zip(names, row.scores, strict=False)},
        }
        | {f"feature {name}": value for name, value in row.features.items()}
        for row in rows
    ]
