"""Flow: windows put right.

Every closed window is scored by the champion of its day and kept with its metrics.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from core.domain.clock import moment
from core.domain.labels import scored_class
from core.domain.metrics import score
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.sources import Source
from core.domain.versions import Version
from core.domain.windows import Metrics, Window
from core.monitoring.baselines import Past
from core.monitoring.grid import Slice
from core.monitoring.known import Known
from core.monitoring.reading import Reading
from core.monitoring.scoring import Scorer, shipped

LiveAt = Callable[[int], Version | None]
"""The version that was live at a moment (microseconds) of data time."""


def put_right(
    kept: Kept,
    source: Source,
    known: Known,
    live_at: LiveAt,
    scorer: Scorer,
    stored: Mapping[int, Window],
    only: set[int] | None = None,
    past: Past | None = None,
) -> Iterator[Window]:
    """Every window as it is known at `known.as_of`, oldest first; `only`: of these indices.

    A stored one whose rows, labels and version are as they were keeps its metrics. `past`: of `known`, if
    it is there already.
    """
    past = past or past_of(kept, known)
    wanted = [window for window in known.windows if only is None or window.index in only]
    plans = [(window, live_at(window.start)) for window in wanted]
    versions = [version for _, version in plans if version is not None]
    read = Reading(source, known, wanted, _needed(kept, versions)).of
    for window, version in plans:
        before = stored.get(window.index)
        facts = _facts(window, version, known, past)
        if (
            before is not None
            and before.digest == facts.digest
            and before.version == facts.version
            and (before.scored or not _is_scored(window, version, kept))
        ):
            yield _with(facts, before.metrics, before.scored)
        else:
            yield _unless_let_go(_judge(facts, window, version, kept, known, scorer, read), before, version)


def past_of(kept: Kept, known: Known) -> Past:
    """What the baselines of all windows need, arranged once."""
    rows = (known.time, known.known, known.label)
    return Past.of(kept.model.task, rows, known.windows, known.as_of, scored_class(kept))


def _facts(window: Slice, version: Version | None, known: Known, past: Past) -> Window:
    labelled = int(known.seen(window).sum())
    return Window(
        index=window.index,
        start=moment(window.start),
        end=moment(window.end),
        rows=window.rows,
        labelled=labelled,
        closed=window.closed,
        complete=window.complete,
        version=version.number if version else None,
        digest=known.digest(window),
        upto=window.upto,
        baseline=past.baselines(window) if window.rows else {},
    )


def _is_scored(window: Slice, version: Version | None, kept: Kept) -> bool:
    judged = version is not None or kept.model.prediction is not None
    return judged and window.rows > 0 and (window.closed or _half_full(window, kept))


def _half_full(window: Slice, kept: Kept) -> bool:
    return window.upto is not None and 2 * window.rows >= kept.model.window.amount


def _judge(
    facts: Window,
    window: Slice,
    version: Version | None,
    kept: Kept,
    known: Known,
    scorer: Scorer,
    read: Callable[[Slice], Iterable[Rows]],
) -> Window:
    if not _is_scored(window, version, kept):
        return facts
    said = shipped(kept, read(window))
    if said is None and version is not None:
        said = scorer.of(kept, window.index, version, lambda: read(window))
    if said is None:
        return facts
    seen = known.seen(window)
    metrics: Metrics = score(
        kept.model.task, known.label[window.first : window.stop][seen], said.where(seen), scored_class(kept)
    )
    return _with(facts, metrics, True)


def _unless_let_go(found: Window, before: Window | None, version: Version | None) -> Window:
    """What was known of a window stays where the version that it judges is not there to be asked again."""
    if found.scored or before is None or version is None or version.let_go is None:
        return found
    return _with(found, before.metrics, before.scored) if before.version == found.version else found


def _with(facts: Window, metrics: Metrics, scored: bool) -> Window:
    return replace(facts, metrics=metrics, scored=scored)


def _needed(kept: Kept, versions: Iterable[Version]) -> Sequence[str] | None:
    """What is read of a window to score it: what production said, else as `columns_for`."""
    if kept.model.prediction is None:
        return columns_for(kept, versions)
    return [part for part in (kept.model.prediction, kept.model.score) if part is not None]


def columns_for(kept: Kept, versions: Iterable[Version]) -> Sequence[str] | None:
    """What is read for versions to score: every column (None), and what older ones took of the source, which
    the model's file may name no more.
    """
    wide = kept.beside(name for version in versions for name in version.features)
    return None if wide is kept else wide.columns


def changed(windows: Sequence[Window], stored: Mapping[int, Window]) -> list[Window]:
    """Those that differ from what is stored."""
    return [window for window in windows if stored.get(window.index) != window]
