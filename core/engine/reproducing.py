"""Reproducing: a version is rebuilt and asked about the same rows again; whatever differs is named.

It changes nothing of the model.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.domain.errors import EvermodelError, HomeFull, IllegalChange
from core.domain.learning import Fitted, Predictions
from core.domain.making import contradictions, packages
from core.domain.proof import Gap, Proof, gap, probe_positions
from core.domain.reports import Report
from core.domain.rows import Rows
from core.domain.runs import Run
from core.domain.wording import count
from core.engine.rebuilding import Record, rebuild
from core.engine.workshop import Workshop

Found = TypeVar("Found")


def reproduce(run: Run, shop: Workshop, report: Report) -> None:
    """Rebuild the version that the run was asked for, keep the proof, and end the run.

    It has succeeded where that was carried out, whatever the proof says. NotThere if there is no such
    version, NotAllowed where it cannot be rebuilt; StaleClaim if the run was given up.
    """
    case = _Case(Record.of(run, shop), run, shop, report)
    apart = case.examined()
    now, number = shop.clock.now(), case.record.version.number
    largest = None if apart is None else apart.largest
    proof = Proof(number, run.id, now, case.holds, largest, tuple(case.differs))
    with shop.home.transaction() as t:
        t.reproductions.add(run.model_id, proof)
        t.runs.end(run.id, run.token, "succeeded", now, version=number, reason=proof.reason)


@dataclass
class _Case:
    """One rebuilding. `differs`: every cause that was found; `holds`: none of them makes the version another
    one than was recorded.
    """

    record: Record
    run: Run
    shop: Workshop
    report: Report
    differs: list[str] = field(default_factory=list)
    holds: bool = True

    def examined(self) -> Gap | None:
        """How far the rebuilt version is from what was kept; None where that cannot be told."""
        self.report.step("read")
        self._records()
        rows = self._rows()
        if rows is None:
            self._try("artifact", self._artifact)
            return None
        self.report.step("rebuild")
        again = self._try("rebuilding", lambda: self._said(self._rebuilt(rows), rows))
        self.report.step("compare")
        artifact = self._try("artifact", lambda: self._said(self._artifact(), rows))
        return self._compared(again, artifact)

    def _records(self) -> None:
        """What needs no fit: whether the records agree, and what is installed now."""
        from core.retraining.environment import present

        version = self.record.version
        for words in contradictions(version, self.record.making):
            self._break(words)
        self.differs += packages(version.environment, present(version.environment, version.code))
        if version.code.get("files"):
            self._try("code", lambda: self.shop.codes.verify(version.code))

    def _rows(self) -> Rows | None:
        """The snapshot's rows; None where they are not those that were kept."""
        snapshot = self.record.snapshot
        for chunk in snapshot.chunks:
            alone = replace(snapshot, chunks=(chunk,))
            self._try(f"chunk {chunk.hash}", lambda alone=alone: self.shop.snapshots.verify(alone))  # type: ignore[misc]
        try:
            rows = self.shop.snapshots.rows(snapshot)
        except EvermodelError:
            return None
        self.report.fact(f"{len(rows):,} rows in {count(len(snapshot.chunks), 'piece')}")
        return rows

    def _rebuilt(self, rows: Rows) -> Fitted:
        return rebuild(self.record, rows, self.run, self.shop, self.report)

    def _artifact(self) -> Fitted:
        saved = self.record.version.saved
        self.shop.artifacts.verify(saved)  # the file itself, whatever was loaded of it before
        return self.shop.artifacts.load(saved)

    def _said(self, fitted: Fitted, rows: Rows) -> Predictions:
        from core.retraining.probing import said_of

        return said_of(fitted, self.record.kept, rows, probe_positions(len(rows)))

    def _compared(self, again: Predictions | None, artifact: Predictions | None) -> Gap | None:
        """Both against what was said when the version was saved; without that, one against the other."""
        version = self.record.version
        probe = self._try(
            "probe", lambda: self.shop.probes.load(version.artifact, self.record.making.probe).said
        )
        before = artifact if probe is None else probe
        if probe is not None and artifact is not None:
            self._tell("artifact", gap(probe, artifact))
        if before is None or again is None:
            return None
        apart = gap(before, again)
        self._tell("predictions", apart)
        self.report.fact(f"{apart.rows - apart.differ} of {apart.rows} predictions are the same")
        return apart

    def _tell(self, what: str, apart: Gap) -> None:
        if apart.differ:
            rows = f"{apart.differ} of {count(apart.rows, 'row')}"
            self._break(f"{what}: {rows} differ, by up to {apart.largest:.3g}")

    def _try(self, what: str, act: Callable[[], Found]) -> Found | None:
        """What it gives; a fault of it is a cause."""
        try:
            return act()
        except (HomeFull, IllegalChange):
            raise
        except EvermodelError as error:
            self._break(f"{what}: {error.faults[0].problem}")
            return None

    def _break(self, words: str) -> None:
        self.differs.append(words)
        self.holds = False
