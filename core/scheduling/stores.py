"""Stores: what scheduling asks of a transaction."""

from typing import Protocol

from core.domain.runs import Runs
from core.domain.schedules import Leases, Ledger, Schedules


class Stores(Protocol):
    """What a person's change of a schedule touches."""

    @property
    def schedules(self) -> Schedules: ...

    @property
    def ledger(self) -> Ledger: ...


class TickerStores(Stores, Protocol):
    """What the ticker's act touches besides."""

    @property
    def runs(self) -> Runs: ...

    @property
    def leases(self) -> Leases: ...
