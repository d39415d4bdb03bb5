"""Card: a version told to people who have nothing but what was exported: data, scores, lineage, limits."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from core.domain.clock import iso
from core.domain.learning import Snapshot
from core.domain.models import Kept
from core.domain.versions import Stint, Version
from core.domain.wording import METRIC_WORDS, capital, count, score

READ = """import json
from pathlib import Path
import pyarrow as pa
import pyarrow.parquet as pq

listed = json.loads(Path("snapshot.json").read_text())
rows = pa.concat_tables(
    [pq.read_table(f"{home}/snapshots/{chunk['file']}").slice(chunk["first"]) for chunk in listed["chunks"]]
).sort_by("__time__")"""
"""How the rows of an export's snapshot are read again; `home` is the folder that they lie in."""


def card(kept: Kept, version: Version, snapshot: Snapshot, lived: Sequence[Stint]) -> str:
    """A model card in Markdown. `lived`: the stints of its model."""
    parts = (
        _head(kept, version),
        _data(kept, version, snapshot),
        _scores(kept, version),
        _lineage(version, [one for one in lived if one.number == version.number]),
        _limits(kept, version),
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _head(kept: Kept, version: Version) -> Iterator[str]:
    model = kept.model
    yield f"# {model.name} v{version.number}"
    yield ""
    yield f"Predicts `{model.target}` ({model.task}). It is {version.state} in its home."


def _data(kept: Kept, version: Version, snapshot: Snapshot) -> Iterator[str]:
    columns = kept.survey.schema.columns
    yield "## Data"
    yield ""
    yield f"- Source: {kept.model.source.place}"
    span = f"{_iso(version.train_from)} to {_iso(version.train_to)}"
    yield f"- Learnt from: {count(version.rows, 'row')}, {span}"
    yield f"- Features: {', '.join(f'`{name}` ({columns.get(name)})' for name in version.features)}"
    pieces = count(len(snapshot.chunks), "piece")
    yield f"- Rows kept as snapshot `{snapshot.id}`: {snapshot.rows:,} in {pieces}, listed in snapshot.json"
    yield ""
    yield "Read them again, with `home` the folder of Evermodel that they lie in:"
    yield ""
    yield f"```python\n{READ}\n```"
    left_out = version.judged.get("left_out")
    if left_out:
        yield ""
        yield f"Of them, these positions judged it and were not learnt: {left_out}."


def _scores(kept: Kept, version: Version) -> Iterator[str]:
    yield "## Scores"
    yield ""
    if not version.scores:
        yield "It was not judged when it was made."
        return
    rows, start, end = (version.judged.get(name) for name in ("rows", "from", "to"))
    yield f"On {rows} rows that it had not learnt, {start} to {end}. {capital(kept.model.metric)} decided."
    yield ""
    rival = f"v{version.parent}, champion then" if version.champion_scores else "champion then"
    yield f"| metric | v{version.number} | {rival} |"
    yield "|---|---|---|"
    for name in kept.model.metrics:
        new, old = version.scores.get(name), version.champion_scores.get(name)
        if new is not None or old is not None:
            yield f"| {METRIC_WORDS[name]} | {score(name, new, old)} | {score(name, old, new)} |"


def _lineage(version: Version, lived: Sequence[Stint]) -> Iterator[str]:
    yield "## Lineage"
    yield ""
    yield f"- Made: {_iso(version.created)}, by run {version.run_id}; why: {version.trigger}"
    yield f"- Outcome: {version.reason or 'none said'}"
    yield f"- Judged beside, or made to follow: {f'v{version.parent}' if version.parent else 'no version'}"
    yield f"- Recipe: {version.recipe}, {_pairs(version.parameters) or 'its defaults'}; seed {version.seed}"
    yield f"- Made with: {_pairs(version.environment)}"
    yield f"- Artifact: model.skops, SHA-256 `{version.artifact_sha256}`"
    for one in lived:
        until = f"until {_iso(one.end)}" if one.end else "until now"
        yield f"- Live from {_iso(one.start)} {until}, by {one.by}: {one.why}"


def _limits(kept: Kept, version: Version) -> Iterator[str]:
    model = kept.model
    yield "## Limits"
    yield ""
    yield f"- It knows nothing of what came after {_iso(version.train_to)}."
    if version.scores:
        yield f"- Its scores are of {version.judged.get('rows')} rows; others may do otherwise."
    else:
        yield "- Nothing is known of it on rows that it had not learnt."
    if model.refit and version.judged and "left_out" not in version.judged:
        yield "- It was fitted again, with the judged rows, after its scores were taken."
    if model.limit is not None:
        yield f"- Beyond {METRIC_WORDS[model.metric]} {model.limit:g} its model counts as failing."
    yield "- It takes exactly the features above; classes and categories that it never met count as unknown."


def _pairs(values: object) -> str:
    return ", ".join(f"{key} {value}" for key, value in dict(values).items())  # type: ignore[call-overload]


def _iso(when: datetime | None) -> str:
    return iso(when) or "the first row"
