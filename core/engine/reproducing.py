"""Reproducing: a version is rebuilt and asked about the same rows again; whatever differs is named.

It changes nothing of the model.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.domain.errors import ArtifactFault, EvermodelError, HomeFull, IllegalChange
from core.domain.learning import Fitted, Predictions
from core.domain.making import contradictions, packages
from core.domain.proof import Gap, Proof, cause, gap, probe_positions
from core.domain.reports import Report
from core.domain.rows import Rows
from core.domain.runs import Run
from core.domain.wording import count
from core.engine.rebuilding import Record, rebuild
from core.engine.workshop import Workshop

Found = TypeVar("Found")
OWN_DATA = "its script reads data of its own, which no snapshot keeps"


def reproduce(run: Run, shop: Workshop, report: Report) -> None:
    """Rebuild the version that the run was asked for, keep the proof, and end the run.

    It has succeeded where that was carried out, whatever the proof says. NotThere if there is no such
    version, NotAllowed where it cannot be rebuilt; StaleClaim if the run was given up.
    """
    case = _Case(Record.of(run, shop), run, shop, report)
    apart = case.examined()
    now, number = shop.clock.now(), case.record.version.number
    largest = None if apart is None else apart.largest
    same = case.holds and largest is not None
    proof = Proof(number, run.id, now, same, largest, (*case.differs, *case.packages()))
    with shop.home.transaction() as t:
        t.reproductions.add(run.model_id, proof)
        t.runs.end(run.id, run.token, "succeeded", now, version=number, reason=proof.reason)


@dataclass
class _Case:
    """One rebuilding. `differs`: every cause that makes the version another one than was recorded."""

    record: Record
    run: Run
    shop: Workshop
    report: Report
    differs: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.differs

    def examined(self) -> Gap | None:
        """How far the rebuilt version is from what was kept; None where that cannot be told."""
        self.report.step("read")
        for words in contradictions(self.record.version, self.record.making):
            self._break(words)
        code, rows = self._code(), self._rows()
        again = None
        if code and rows is not None:
            self.report.step("rebuild")
            again = self._again(rows)
            self.report.step("compare")
        apart = self._compared(again, self._by_artifact(rows, code))
        tried, own_data = code and rows is not None, self.record.version.code.get("vouched") is False
        if tried and own_data and (apart is None or apart.differ):
            self._break(OWN_DATA)
        return apart

    def packages(self) -> list[str]:
        """Those that are of another version now; they alone break nothing."""
        from core.retraining.environment import present

        version = self.record.version
        return list(packages(version.environment, present(version.environment, version.code)))

    def _code(self) -> bool:
        """Whether the files of a person's own that made it are as they were."""
        code, before = self.record.version.code, len(self.differs)
        if code.get("files"):
            self._try(lambda: self.shop.codes.verify(code))
        return len(self.differs) == before

    def _rows(self) -> Rows | None:
        """The snapshot's rows; None where they are not those that were kept."""
        snapshot, before = self.record.snapshot, len(self.differs)
        for chunk in snapshot.chunks:
            alone = replace(snapshot, chunks=(chunk,))
            self._try(lambda alone=alone: self.shop.snapshots.verify(alone))  # type: ignore[misc]
        named = len(self.differs)
        rows = self._try(lambda: self.shop.snapshots.rows(snapshot))
        if named > before:
            del self.differs[named:]  # what reading says of a chunk that is named already
        if rows is not None:
            self.report.fact(f"{len(rows):,} rows in {count(len(snapshot.chunks), 'piece')}")
        return rows

    def _again(self, rows: Rows) -> Predictions | None:
        """What the rebuilt version says."""
        rebuilt = self._try(
            lambda: rebuild(self.record, rows, self.run, self.shop, self.report),
            "it could not be fitted again",
        )
        if rebuilt is None:
            return None
        recorded, learnt = self.record.version.rows, rebuilt.rows
        if recorded != learnt:
            self._break(f"rows: {recorded:,} recorded with the version, {learnt:,} learnt again")
        return self._try(lambda: self._said(rebuilt.fitted, rows), "it could not be asked again")

    def _by_artifact(self, rows: Rows | None, code: bool) -> Predictions | None:
        """What the artifact says now. `code`: whether a joblib file finds the code that it may need."""
        saved, before = self.record.version.saved, len(self.differs)
        self._try(lambda: self.shop.artifacts.verify(saved))  # the file, whatever was loaded of it before
        readable = len(self.differs) == before and (code or not saved.file.endswith(".joblib"))
        if rows is None or not readable:
            return None
        return self._try(lambda: self._said(self.shop.artifacts.load(saved), rows))

    def _said(self, fitted: Fitted, rows: Rows) -> Predictions:
        from core.retraining.probing import said_of

        return said_of(fitted, self.record.kept, rows, probe_positions(len(rows)))

    def _compared(self, again: Predictions | None, artifact: Predictions | None) -> Gap | None:
        """Both against what was said when the version was saved; without that, one against the other."""
        version = self.record.version
        probe = self._try(lambda: self.shop.probes.load(version.artifact, self.record.making.probe).said)
        before = artifact if probe is None else probe
        if before is None or again is None:
            return None
        if len(before) != len(again):
            if self.holds:  # else it is a consequence
                self._break(
                    f"rows: {len(again)} can be asked about, and {len(before)} were, when it was saved"
                )
            return None
        if probe is not None and artifact is not None:
            self._tell("artifact", gap(probe, artifact))
        apart = gap(before, again)
        self._tell("predictions", apart)
        self.report.fact(f"{apart.rows - apart.differ} of {apart.rows} predictions are the same")
        return apart

    def _tell(self, what: str, apart: Gap) -> None:
        if apart.differ:
            rows = f"{apart.differ} of {count(apart.rows, 'row')}"
            self._break(f"{what}: {rows} differ, by up to {apart.largest:.3g}")

    def _try(self, act: Callable[[], Found], what: str = "") -> Found | None:
        """What it gives; a fault of it is a cause. `what`: said before one that is of no file."""
        try:
            return act()
        except (HomeFull, IllegalChange):
            raise
        except ArtifactFault as error:
            self._break(cause(error.faults[0].problem))
        except EvermodelError as error:
            words = cause(error.faults[0].problem)
            self._break(f"{what}: {words}" if what else words)
        return None

    def _break(self, words: str) -> None:
        if not any(one.endswith(words) for one in self.differs):
            self.differs.append(words)
