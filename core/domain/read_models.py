"""Read models: what a page is shown, put together by one query. Words alone; nothing here can be changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.domain.alerts import Alert
from core.domain.asides import Beside, Bought
from core.domain.drift import STRENGTHS, WindowDrift
from core.domain.findings import Findings
from core.domain.models import Model
from core.domain.notes import Note
from core.domain.proof import Proof
from core.domain.runs import Run, Step
from core.domain.schedules import Entry, Lease, Schedule
from core.domain.versions import Promotion, Scores, Version
from core.domain.windows import Window

if TYPE_CHECKING:
    from core.domain.profiles import Profile, Reference

HEALTH_WORDS = ("failing", "watch", "healthy", "unknown")


@dataclass(frozen=True)
class Health:
    """A model's health in a word (contract, *Health*), and why in a sentence.

    `paused`: all of its schedules are. `poor`: the last labelled window itself is the reason.
    `waiting`: rows or labels did not come when expected.
    """

    word: str
    why: str
    paused: bool = False
    pause_reason: str | None = None
    poor: bool = False
    waiting: bool = False


@dataclass(frozen=True)
class Champion:
    """The version that answers now, as far as an overview needs it."""

    number: int
    created: datetime
    live_from: datetime | None
    scores: Scores


@dataclass(frozen=True)
class RunLine:
    """A run in a list: its model, the step it is in, and what became of the version it made."""

    run: Run
    model: str
    metric: str
    step: str | None = None
    step_number: int | None = None
    version_state: str | None = None
    version_reason: str | None = None
    scores: Scores | None = None
    champion_scores: Scores | None = None


@dataclass(frozen=True)
class DriftCell:
    """One column of one window, as the map of a page shows it; fields as in core.domain.drift."""

    verdict: str
    strength: str | None = None
    distance: float | None = None


@dataclass(frozen=True)
class DriftLine:
    """The drift of a closed window, in brief.

    `reference`: the version that it is held against. `cells`: on the page of drift every column's, elsewhere
    those of the columns that drifted. `judged`: how many columns have a verdict.
    """

    index: int
    reference: int
    verdict: str
    cells: Mapping[str, DriftCell]
    judged: int
    start: datetime
    end: datetime
    rows: int

    @property
    def drifted(self) -> Sequence[str]:
        return [name for name, cell in self.cells.items() if cell.verdict == "drift"]

    @property
    def strength(self) -> str | None:
        """The strongest of its columns."""
        strengths = [cell.strength for cell in self.cells.values() if cell.strength in STRENGTHS]
        return max(strengths, key=lambda one: STRENGTHS.index(one or ""), default=None)


@dataclass(frozen=True)
class Standing:
    """How a model stands: a row of the overview, and the head of its own pages.

    `recent`: the last labelled windows that have metrics, oldest first, at most 26. `labels`: labelled rows
    and rows of the last four closed windows. `promoted`: the decisive metric when the champion was promoted,
    else of the first
    window it lived through. `promotions`: of the time that `recent` covers.
    """

    id: int
    model: Model
    health: Health
    champion: Champion | None
    recent: Sequence[Window]
    promoted: float | None
    promotions: Sequence[Promotion]
    labels: tuple[int, int]
    schedules: Sequence[Schedule]
    next_due: datetime | None
    last: RunLine | None  # the last retraining or backfill that is over
    open: RunLine | None  # running, else waiting
    drift: DriftLine | None = None  # of the last closed window that has it
    awaiting: int | None = None  # the version that waits for a person's approval

    @property
    def value(self) -> float | None:
        """The decisive metric in the last labelled window."""
        return self.recent[-1].metrics.get(self.model.metric) if self.recent else None

    def plain(self) -> dict[str, object]:
        """As `evermodel models --json` prints it; times stay datetimes."""
        return {
            "name": self.model.name,
            "task": self.model.task,
            "champion": self.champion.number if self.champion else None,
            "health": self.health.word,
            "paused": self.health.paused,
            "why": self.health.why,
            "next_run": self.next_due,
            "metric": self.model.metric,
        }


@dataclass(frozen=True)
class VersionMark:
    """A version on a time line: when its run looked at the data, and what became of it."""

    number: int
    state: str
    trigger: str
    train_to: datetime
    live_from: datetime | None


@dataclass(frozen=True)
class PerformancePage:
    standing: Standing
    windows: Sequence[Window]  # every one, by index
    versions: Sequence[VersionMark]
    promotions: Sequence[Promotion]


@dataclass(frozen=True)
class VersionsPage:
    standing: Standing
    versions: Sequence[Version]  # by number
    promotions: Sequence[Promotion]
    notes: Mapping[int, Note] = field(default_factory=dict)  # by the version's number
    proofs: Mapping[int, Proof] = field(default_factory=dict)  # the newest, by the version's number
    rebuilding: Collection[int] = ()  # versions that a run rebuilds now, or is to
    bought_since: Mapping[datetime, Bought] = field(default_factory=dict)  # by each promotion's begin
    beside: Mapping[int, Beside] = field(default_factory=dict)  # by version: its last shadow

    @property
    def bought(self) -> Mapping[int, Bought]:
        """What each version's last promotion bought; none for the first champion."""
        return {one.version: one for one in sorted(self.bought_since.values(), key=lambda one: one.since)}


@dataclass(frozen=True)
class SnapshotLine:
    """The rows that a version learnt: how many, in how many files, and how many the parent's has as well."""

    id: str
    as_of: datetime
    rows: int
    pieces: int
    shared: int | None = None  # None: without a parent


@dataclass(frozen=True)
class VersionPage:
    """One version, and what it is read beside.

    `before`, `after`: the numbers next to it, if there are. `parent`: the version that it was judged against,
    or replaced; `others`: what its strategy names. `snapshot`: None where its list is not kept. `findings`:
    None where nothing judged it. `importance`: column -> loss (core.domain.drift.Drifts), None until it is
    computed.
    """

    standing: Standing
    version: Version
    promotions: Sequence[Promotion]
    before: int | None = None
    after: int | None = None
    parent: Version | None = None
    others: Sequence[Version] = ()
    snapshot: SnapshotLine | None = None
    findings: Findings | None = None
    importance: Mapping[str, float] | None = None
    note: Note | None = None
    proof: Proof | None = None  # the newest
    rebuilding: bool = False  # a run rebuilds it now, or is to
    unprovable: str | None = None  # why it cannot be rebuilt
    bought: Bought | None = None  # its last promotion
    beside: Beside | None = None  # its last shadow


@dataclass(frozen=True)
class VersionDetail:
    """What is kept of a version beside its row, for comparing: fields as in `VersionPage`."""

    findings: Findings | None = None
    importance: Mapping[str, float] | None = None


@dataclass(frozen=True)
class DriftPage:
    """`windows`: the last closed ones that have drift, oldest first; `last`: the newest of them, in full.

    `importance`: column -> loss (core.domain.drift.Drifts), of the version `important_to`; None until it is
    computed. `closed`: closed windows with rows. `profiles`: of the training rows and of the last window;
    None where one is not kept.
    """

    standing: Standing
    windows: Sequence[DriftLine]
    last: WindowDrift | None
    importance: Mapping[str, float] | None
    important_to: int | None
    closed: int
    profiles: "tuple[Reference, Profile] | None"

    def missing_before(self, column: str) -> float | None:
        """The share of the training rows without a value; None where their profile is not kept."""
        profile = self.profiles[0].profile.get(column) if self.profiles else None
        return profile.missing / profile.rows if profile is not None and profile.rows else None

    def fresh(self, column: str) -> Mapping[str, int]:
        """The last window's new categories, as far as their names are kept."""
        profile = self.profiles[1].get(column) if self.profiles else None
        return profile.fresh if profile is not None else {}


@dataclass(frozen=True)
class RunPage:
    """`usual`: the median time of the same model's runs of that kind that succeeded."""

    line: RunLine
    steps: Sequence[Step]
    usual: timedelta | None
    earlier: Sequence[RunLine]


@dataclass(frozen=True)
class ScheduleLine:
    """A schedule with what became of its due times, oldest first, and those to come."""

    schedule: Schedule
    model: str
    words: str
    entries: Sequence[tuple[Entry, RunLine | None]]
    ahead: Sequence[datetime]
    next_due: datetime | None


@dataclass(frozen=True)
class HealthLine:
    """What the foot of the sidebar says.

    `models`: their names in order; `beat`: the ticker's last sign of life. `alerts`: how many are open.
    """

    models: Sequence[str]
    running: int
    waiting: int
    beat: datetime | None
    alerts: int = 0


@dataclass(frozen=True)
class AlertLine:
    """An alert in a list, as it stands, with its model."""

    alert: Alert
    model: Model


@dataclass(frozen=True)
class HealthPage:
    """How the home itself does.

    `lease`: who keeps the clock. `open`: runs that run or wait, the oldest first. `bad`: the last that ended
    badly, the newest first. `overdue`: model -> its oldest due time without an entry. `waits`: model -> why
    its rows or labels are late.
    """

    lease: Lease | None
    open: Sequence[RunLine]
    bad: Sequence[RunLine]
    overdue: Mapping[str, datetime]
    waits: Mapping[str, Sequence[str]]


def state_counts(standings: Sequence[Standing]) -> Mapping[str, int]:
    """How many models are in each health, every word named."""
    return {word: sum(standing.health.word == word for standing in standings) for word in HEALTH_WORDS}
