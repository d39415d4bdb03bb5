"""Asides, scored: a version and the one that served, on the same labelled rows of a window."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.domain.asides import Aside, Block
from core.domain.blocks import stretches
from core.domain.errors import ArtifactFault, RunFailed
from core.domain.labels import scored_class
from core.domain.learning import Predictions
from core.domain.metrics import score
from core.domain.models import Kept, Model
from core.domain.shares import shares, usable
from core.domain.sources import Source
from core.domain.versions import Scores, Version
from core.monitoring.aftermath import Pair
from core.monitoring.flow import columns_for
from core.monitoring.grid import Slice
from core.monitoring.known import Known
from core.monitoring.reading import Reading
from core.monitoring.scoring import Scorer, shipped

PARTS = 24
"""Parts of a window, at most: enough to tell from few windows whether rows resemble their neighbours."""


@dataclass(frozen=True)
class Cast:
    """Who scores: `versions` by number, the `served` one of a window, and by version how it is found what it
    said. `failed`: filled with why a version could not score; it is asked no more then.
    """

    versions: Mapping[int, Version]
    served: Callable[[Slice], Version | None]
    scorer: Callable[[int | None], Scorer]  # of a version aside; None: of whoever served
    failed: dict[int, str] = field(default_factory=dict)


def put_right(
    kept: Kept,
    source: Source,
    known: Known,
    pairs: Sequence[Pair],
    cast: Cast,
    stored: Mapping[Pair, Aside],
) -> Iterator[Aside]:
    """The asides of the pairs whose rows, labels or serving version are not as stored, window by window.

    One whose version is not there any more to be asked stays as it is.
    """
    windows = {window.index: window for window in known.windows}
    wrong = [
        pair
        for pair in pairs
        if not _is_right(stored.get(pair), pair, windows[pair.index], kept, known, cast)
    ]
    wanted = [windows[index] for index in sorted({pair.index for pair in wrong})]
    reading = Reading(source, known, wanted, columns_for(kept, cast.versions.values()))
    for window in wanted:
        numbers = sorted(pair.number for pair in wrong if pair.index == window.index)
        yield from _of_window(kept, known, window, numbers, cast, reading)


def _is_right(aside: Aside | None, pair: Pair, window: Slice, kept: Kept, known: Known, cast: Cast) -> bool:
    served = cast.served(window)
    if aside is None:
        return cast.versions[pair.number].let_go is not None
    same = (known.digest(window), served.number if served else None, kept.model.metric)
    return (aside.digest, aside.served, aside.metric) == same


def _of_window(
    kept: Kept, known: Known, window: Slice, numbers: Sequence[int], cast: Cast, reading: Reading
) -> Iterator[Aside]:
    served = cast.served(window)
    assert served is not None
    said = shipped(kept, reading.of(window))
    if said is None:
        said = cast.scorer(None).of(kept, window.index, served, lambda: reading.of(window))
    if said is None:
        return
    for number in numbers:
        if number in cast.failed:
            continue
        try:
            version = cast.versions[number]
            other = cast.scorer(number).of(kept, window.index, version, lambda: reading.of(window))
        except (ArtifactFault, RunFailed) as error:
            cast.failed[number] = str(error)
            continue
        if other is not None:
            yield _beside(kept, known, window, served.number, said, number, other)


def _beside(
    kept: Kept,
    known: Known,
    window: Slice,
    served: int,
    said: Predictions,
    number: int,
    other: Predictions,
) -> Aside:
    model = kept.model
    mine = slice(window.first, window.stop)
    truth = known.label[mine]
    both = np.flatnonzero(known.seen(window) & _is_there(said) & _is_there(other))
    in_time = both[np.argsort(known.time[mine][both], kind="stable")]
    positive = scored_class(kept)

    def scores(of: Predictions, places: np.ndarray) -> Scores:
        return score(model.task, truth[places], of.where(places), positive)

    metrics, served_metrics = scores(other, in_time), scores(said, in_time)
    ahead = lead(model, metrics, served_metrics)
    there = in_time
    for one in (other, said):
        there = there[usable(model.task, model.metric, truth[there], one.where(there))]

    def share(of: Predictions) -> np.ndarray:
        return shares(model.task, model.metric, truth[there], of.where(there), positive).rows

    return Aside(
        number,
        window.index,
        served,
        len(both),
        model.metric,
        metrics,
        served_metrics,
        ahead,
        [] if ahead is None else _blocks(known.time[mine][there], ahead + share(other) - share(said)),
        known.digest(window),
    )


def _blocks(time: np.ndarray, each: np.ndarray) -> list[Block]:
    """Rows (n,) at ascending times, each with its share of the lead, in at most `PARTS` stretches."""
    begins = stretches(time, PARTS)
    sizes = np.diff(begins, append=len(time))
    return list(zip(sizes.tolist(), (np.add.reduceat(each, begins) / sizes).tolist(), strict=True))


def lead(model: Model, one: Scores, other: Scores) -> float | None:
    """By how much one is better than the other in the decisive metric; bias is better the nearer to 0."""
    a, b = one.get(model.metric), other.get(model.metric)
    if a is None or b is None:
        return None
    if model.metric == "bias":
        return abs(b) - abs(a)
    return b - a if model.lower_is_better else a - b


def _is_there(said: Predictions) -> np.ndarray:
    """(n,) mask of the rows that have a prediction."""
    if said.prediction.dtype != object:
        return np.asarray(~np.isnan(said.prediction))
    return np.array([one is not None and one == one for one in said.prediction.tolist()], dtype=bool)
