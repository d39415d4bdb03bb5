"""Version: what a retraining left. Promotion: which version was live from when, by whom and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.domain.learning import Artifact

STATES = ("champion", "challenger", "candidate", "rejected", "retired")

Scores = Mapping[str, float | None]


@dataclass(frozen=True)
class Version:
    """`number` counts within its model.

    `live_from`, `live_to`: data time, half-open, of its last stint; None: never, or until now.

    `train_from`, `rows`: of the last fit. `train_to`: the as of of the last fit; rows and labels known then
    are known to it. `judged`: {"rows", "from", "to"} of the judged rows, with "known_to", the as of up to
    which the champion knew rows (None: there was none), and where they were not learnt afterwards "left_out",
    their ranges of positions in the snapshot; empty when nothing was judged.
    """

    model_id: int
    number: int
    state: str
    created: datetime
    run_id: int
    trigger: str
    train_from: datetime | None
    train_to: datetime
    rows: int
    scores: Scores
    champion_scores: Scores
    judged: Mapping[str, object]
    reason: str
    parent: int | None  # the champion that it was judged against, or would replace
    snapshot: str
    recipe: str
    parameters: Mapping[str, object]
    code: Mapping[str, object]  # what made it: {"evermodel": ..., "recipe": ..., "sha256": ...}
    environment: Mapping[str, str]  # package -> version
    seed: int
    seconds: float  # of the last fit
    artifact: str  # file under artifacts/
    artifact_sha256: str
    features: Sequence[str] = field(default=())
    live_from: datetime | None = None
    live_to: datetime | None = None
    strategy: str = "scratch"
    experiment: str | None = None
    verdict: Mapping[str, object] = field(default_factory=dict)  # of the gate: see retraining/gate
    lineage: Mapping[str, object] = field(default_factory=dict)  # of the strategy: what it continues or joins
    let_go: datetime | None = None  # since when its artifact and snapshot are kept no more
    shadowed: str | None = None  # of a challenger: the state that it had before

    @property
    def saved(self) -> Artifact:
        """Its artifact, with the code that it may need to be loaded."""
        code = self.code.get("sha256")
        return Artifact(self.artifact, self.artifact_sha256, code if isinstance(code, str) else None)

    @property
    def adopted(self) -> bool:
        """Whether it was fitted elsewhere: what it learnt is unknown, and its snapshot has no rows."""
        return "adopted" in self.code


@dataclass(frozen=True)
class Promotion:
    """One change of champion.

    `live_from`: data time from which the version answers. `rollback`: it went back.
    """

    model_id: int
    number: int
    live_from: datetime
    at: datetime
    by: str  # "gate", "backfill", or a person's name
    why: str
    previous: int | None
    rollback: bool = False


@dataclass(frozen=True)
class Stint:
    """A time for which a version was live: half-open data time, `end` None until now; by whom and why."""

    number: int
    start: datetime
    end: datetime | None
    by: str
    why: str
    rollback: bool = False


def stints(promotions: Sequence[Promotion]) -> list[Stint]:
    """Which version was live when, oldest first; none for one that was replaced at its own moment.

    `promotions`: of one model, by `live_from`, oldest first.
    """
    ends: list[datetime | None] = [*(promotion.live_from for promotion in promotions[1:]), None]
    return [
        Stint(one.number, one.live_from, end, one.by, one.why, one.rollback)
        for one, end in zip(promotions, ends, strict=False)
        if end is None or one.live_from < end
    ]


def awaiting(versions: Sequence[Version], champion: int | None) -> Version | None:
    """The version that waits for a person: the newest candidate that was judged beside the present champion.

    An older candidate waits no more once a newer one does, nor once another champion serves. One that scores
    in shadow meanwhile goes on waiting.
    """
    candidates = [
        version
        for version in versions
        if "candidate" in (version.state, version.shadowed)
        and version.parent == champion
        and version.let_go is None
    ]
    return max(candidates, key=lambda version: version.number, default=None)


def older(versions: Sequence[Version], keep: int, in_use: Collection[int] = ()) -> list[Version]:
    """Those whose files may go: all but the newest `keep`, champion, challengers, and what is `in_use`."""
    by_number = sorted(versions, key=lambda version: version.number)
    return [
        version
        for version in by_number[: max(len(by_number) - keep, 0)]
        if version.let_go is None
        and version.state not in ("champion", "challenger")
        and version.number not in in_use
    ]


def before_present(promotions: Sequence[Promotion]) -> int | None:
    """The version that a rollback brings back.

    The champion before the present one, skipping what was rolled back.

    `promotions`: of one model, by `live_from`, oldest first.
    """
    line: list[int] = []
    for promotion in promotions:
        if promotion.rollback:
            line = line[: -1 - line[::-1].index(promotion.number)] if promotion.number in line else line[:-1]
        line = [*line, promotion.number]
    return line[-2] if len(line) > 1 else None


class Versions(Protocol):
    """The store of versions and promotions. Exactly one champion a model once there is a success."""

    def get(self, model_id: int, number: int) -> Version:
        """NotThere if the model has no such version."""
        ...

    def all(self, model_id: int) -> list[Version]:
        """By number."""
        ...

    def champion(self, model_id: int) -> Version | None: ...

    def live_at(self, model_id: int, when: datetime) -> Version | None:
        """The version that was live at a moment of data time."""
        ...

    def add(self, version: Version) -> Version:
        """Keep a new version; its number is given here, the next of its model."""
        ...

    def promote(
        self,
        model_id: int,
        number: int,
        live_from: datetime,
        now: datetime,
        *,
        by: str,
        why: str,
        rollback: bool = False,
    ) -> Promotion:
        """Make a version live from a moment of data time on.

        The one live until then is retired at that moment.

        Where another went live later already (a backfill behind it), this one is live until then only.
        """
        ...

    def reject(self, model_id: int, number: int, reason: str) -> Version:
        """A person said no to a candidate; IllegalChange if it is none (any more)."""
        ...

    def let_go(self, model_id: int, numbers: Sequence[int], now: datetime) -> None:
        """Their artifacts and snapshots are kept no more; the rows stay."""
        ...

    def promotions(self, model_id: int) -> list[Promotion]:
        """By `live_from`, those of one moment as they came."""
        ...
