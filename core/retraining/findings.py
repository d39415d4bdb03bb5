"""Findings: what the judged rows say in detail: segments, calibration, errors, and where both differ most."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from core.domain.cells import categories, is_category
from core.domain.clock import moment
from core.domain.findings import CHALLENGER, CHAMPION, Apart, Curve, Errors, Findings, Segment
from core.domain.learning import Predictions
from core.domain.models import Kept
from core.domain.reports import Report
from core.domain.rows import Rows
from core.retraining.judging import Paired
from core.retraining.subsets import measure

COLUMNS, VALUES, LEAST = 12, 10, 30
"""Categorical features looked at, values of each (the most frequent), and rows that a value needs."""
SHOWN, SHOWN_FEATURES = 20, 40
"""Rows on which both differ most, and the features that are kept of each."""
BINS, CLASSES = 10, 3
"""Of a curve; and the most frequent of many classes, which have one."""
BARS = 24
LONGEST = 120
"""Letters of a text that are kept."""


def findings(kept: Kept, pair: Paired) -> Findings:
    """Everything that is kept of the judged rows, in a few hundredths of the time of a fit."""
    model = kept.model
    return Findings(
        model.metric,
        len(pair.rows),
        list(_segments(kept, pair)),
        [] if model.task == "regression" else list(_curves(kept, pair)),
        _apart(kept, pair),
        _errors(pair) if model.task == "regression" else None,
    )


def findings_or_none(kept: Kept, pair: Paired, report: Report) -> Findings | None:
    """The same; what a person's own estimator says may be of any kind, and no fault of it fails the run."""
    try:
        return findings(kept, pair)
    except Exception as error:
        report.fact(f"what the judged rows say in detail could not be kept: {error}")
        return None


def _both(pair: Paired) -> Iterator[tuple[str, Predictions]]:
    yield CHALLENGER, pair.challenger
    if pair.champion is not None:
        yield CHAMPION, pair.champion


def _segments(kept: Kept, pair: Paired) -> Iterator[Segment]:
    model, table = kept.model, pair.rows.table
    measures = {
        who: measure(model.task, model.metric, pair.truth, said, pair.positive) for who, said in _both(pair)
    }
    there = [name for name in kept.features if name in table.column_names]
    told_apart = [name for name in there if name in model.categorical or is_category(table.field(name).type)]
    for column in told_apart[:COLUMNS]:
        for value, rows in _groups(pair.rows, column):
            found = {who: of(rows) for who, of in measures.items()}
            yield Segment(column, value, len(rows), found[CHALLENGER], found.get(CHAMPION))


def _groups(rows: Rows, column: str) -> Iterator[tuple[str | None, np.ndarray]]:
    """The most frequent values of a column with the positions of their rows."""
    places, names = categories(rows.table.column(column).combine_chunks())
    counts = np.bincount(places + 1, minlength=len(names) + 1)  # missing first
    for place in np.argsort(-counts, kind="stable")[:VALUES].tolist():
        if counts[place] >= LEAST:
            name = names[place - 1] if place else None
            yield (None if name is None else _short(name)), np.flatnonzero(places == place - 1)


def _curves(kept: Kept, pair: Paired) -> Iterator[Curve]:
    from sklearn.calibration import calibration_curve

    truth = pair.truth.tolist()
    labelled = Counter(label for label in truth if label is not None and label == label)
    labels = (
        [pair.positive] if kept.model.task == "binary" else [one for one, _ in labelled.most_common(CLASSES)]
    )
    for label in labels:
        came = np.array([one == label for one in truth], dtype=bool)
        for who, said in _both(pair):
            if said.scores is None or label not in said.classes:
                continue
            scores = said.scores[:, list(said.classes).index(label)]
            use = np.isfinite(scores)
            if not use.any():
                continue
            share, mean = calibration_curve(
                came[use], np.clip(scores[use], 0, 1), n_bins=BINS, strategy="quantile"
            )
            yield Curve(who, str(label), mean.round(6).tolist(), share.round(6).tolist())


def _errors(pair: Paired) -> Errors | None:
    """Bars from the 1st to the 99th percentile of both together."""
    found = {who: said.prediction - pair.truth for who, said in _both(pair)}
    found = {who: errors[np.isfinite(errors)] for who, errors in found.items()}
    every = np.concatenate(list(found.values()))
    if not len(every):
        return None
    low, high = np.quantile(every, [0.01, 0.99]).tolist()
    if not low < high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BARS + 1)
    counts = {
        who: np.histogram(np.clip(errors, low, high), edges)[0].tolist() for who, errors in found.items()
    }
    return Errors(edges.tolist(), counts[CHALLENGER], counts.get(CHAMPION, ()))


def _apart(kept: Kept, pair: Paired) -> list[Apart]:
    """The rows on which both differ most; none where both say the same of every row."""
    if pair.champion is None:
        return []
    gap = _gaps(pair.challenger, pair.champion)
    gap = np.where(np.isfinite(gap), gap, 0.0)
    first = np.argsort(-gap, kind="stable")[:SHOWN]
    first = first[gap[first] > 0]
    names = [name for name in kept.features if name in pair.rows.table.column_names][:SHOWN_FEATURES]
    cells = {name: pair.rows.table.column(name).take(first).to_pylist() for name in names}
    chances = _chances(pair) if kept.model.task == "binary" else np.empty((len(gap), 0))
    return [
        Apart(
            moment(int(pair.rows.time[row])),
            {name: _cell(cells[name][place]) for name in names},
            _cell(pair.truth[row]),
            _cell(pair.challenger.prediction[row]),
            _cell(pair.champion.prediction[row]),
            float(gap[row]),
            chances[row].round(6).tolist(),
        )
        for place, row in enumerate(first.tolist())
    ]


def _chances(pair: Paired) -> np.ndarray:
    """(n, 2) what both gave the positive class; (n, 0) where one of them gave no scores."""
    sides = [pair.challenger, *([pair.champion] if pair.champion is not None else [])]
    if any(said.scores is None or pair.positive not in said.classes for said in sides):
        return np.empty((len(pair.truth), 0))
    return np.column_stack([_aligned(said, [pair.positive])[:, 0] for said in sides])


def _gaps(a: Predictions, b: Predictions) -> np.ndarray:
    """(n,) how far they are apart on each row."""
    gaps: np.ndarray
    if a.prediction.dtype != object:
        gaps = np.abs(a.prediction - b.prediction)
        return gaps
    if a.scores is None or b.scores is None:
        pairs = zip(a.prediction.tolist(), b.prediction.tolist(), strict=True)
        return np.array([float(one != other) for one, other in pairs])
    classes = list(dict.fromkeys((*a.classes, *b.classes)))
    gaps = np.abs(_aligned(a, classes) - _aligned(b, classes)).max(axis=1)
    return gaps


def _aligned(said: Predictions, classes: Sequence[object]) -> np.ndarray:
    """(n, classes) its scores in the order of `classes`, 0 for one that it does not know."""
    assert said.scores is not None
    known = {label: place for place, label in enumerate(said.classes)}
    none = np.zeros(len(said))
    return np.column_stack([said.scores[:, known[label]] if label in known else none for label in classes])


def _cell(value: object) -> object:
    """A value as JSON holds it."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
