"""Every store of a home, over one connection."""

from dataclasses import dataclass

from storage.alerts import AlertTable
from storage.asides import AsideTable
from storage.drifts import DriftTable
from storage.judgements import JudgementTable
from storage.leases import LeaseTable
from storage.ledger import LedgerTable
from storage.makings import MakingTable
from storage.models import ModelTable
from storage.notes import NoteTable
from storage.profiles import ProfileTable
from storage.reproductions import ReproductionTable
from storage.runs import RunTable
from storage.schedules import ScheduleTable
from storage.shadows import ShadowTable
from storage.snapshot_lists import SnapshotTable
from storage.sqlite import Database
from storage.starts import StartTable
from storage.versions import VersionTable
from storage.windows import WindowTable


@dataclass(frozen=True)
class Stores:
    """Every store over one connection: inside `Home.transaction()` they read and write, else they only
    read.
    """

    database: Database

    @property
    def models(self) -> ModelTable:
        return ModelTable(self.database)

    @property
    def schedules(self) -> ScheduleTable:
        return ScheduleTable(self.database)

    @property
    def ledger(self) -> LedgerTable:
        return LedgerTable(self.database)

    @property
    def leases(self) -> LeaseTable:
        return LeaseTable(self.database)

    @property
    def runs(self) -> RunTable:
        return RunTable(self.database)

    @property
    def versions(self) -> VersionTable:
        return VersionTable(self.database)

    @property
    def windows(self) -> WindowTable:
        return WindowTable(self.database)

    @property
    def snapshots(self) -> SnapshotTable:
        return SnapshotTable(self.database)

    @property
    def drifts(self) -> DriftTable:
        return DriftTable(self.database)

    @property
    def profiles(self) -> ProfileTable:
        return ProfileTable(self.database)

    @property
    def alerts(self) -> AlertTable:
        return AlertTable(self.database)

    @property
    def starts(self) -> StartTable:
        return StartTable(self.database)

    @property
    def makings(self) -> MakingTable:
        return MakingTable(self.database)

    @property
    def reproductions(self) -> ReproductionTable:
        return ReproductionTable(self.database)

    @property
    def judgements(self) -> JudgementTable:
        return JudgementTable(self.database)

    @property
    def notes(self) -> NoteTable:
        return NoteTable(self.database)

    @property
    def asides(self) -> AsideTable:
        return AsideTable(self.database)

    @property
    def shadows(self) -> ShadowTable:
        return ShadowTable(self.database)
