"""Card: a version told to people who have nothing but this: data, scores, lineage, proof, limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.card_scores import scores, segments
from core.domain.clock import iso
from core.domain.findings import Findings
from core.domain.learning import Snapshot
from core.domain.models import Kept
from core.domain.proof import Proof
from core.domain.versions import Stint, Version
from core.domain.wording import METRIC_WORDS, count

READ = """import json
from pathlib import Path
import pyarrow as pa
import pyarrow.parquet as pq

listed = json.loads(Path("snapshot.json").read_text())
rows = pa.concat_tables(
    [pq.read_table(f"{home}/snapshots/{chunk['file']}").slice(chunk["first"]) for chunk in listed["chunks"]]
).sort_by("__time__")"""
"""How the rows of an export's snapshot are read again; `home` is the folder that they lie in."""


@dataclass(frozen=True)
class Told:
    """What a card is told from. `kept`: the model, of the version's own day where that is known; `snapshot`:
    None where its rows are not known. `lived`: the stints of its model.
    """

    kept: Kept
    version: Version
    snapshot: Snapshot | None
    lived: Sequence[Stint] = field(default=())
    findings: Findings | None = None
    proof: Proof | None = None
    note: str = ""


def card(told: Told) -> str:
    """A model card in Markdown."""
    parts = (
        _head(told),
        _data(told),
        scores(told.kept.model, told.version),
        segments(told.findings, told.version),
        _lineage(told),
        _making(told.version),
        _proof(told),
        _limits(told),
    )
    return "\n\n".join(text for part in parts if (text := "\n".join(part))) + "\n"


def _head(told: Told) -> Iterator[str]:
    model, version = told.kept.model, told.version
    yield f"# {model.name} v{version.number}"
    yield ""
    yield f"Predicts `{model.target}` ({model.task}). It is {version.state} in its home."
    if model.owner:
        yield f"{model.owner} answers for it."
    if version.experiment:
        yield f"It belongs to the experiment {version.experiment}."
    if told.note:
        yield ""
        yield from (f"> {line}" for line in told.note.splitlines())


def _data(told: Told) -> Iterator[str]:
    version, columns = told.version, told.kept.survey.schema.columns
    yield "## Data"
    yield ""
    if version.adopted or told.snapshot is None:
        when = _iso(version.created)
        yield f"What it was trained on is not known: it was fitted elsewhere and adopted {when}."
        yield ""
        yield f"It takes {_named(version, columns)}."
        return
    yield f"- Source: {told.kept.model.source.place}"
    span = f"{_iso(version.train_from)} to {_iso(version.train_to)}"
    yield f"- Learnt from: {count(version.rows, 'row')}, {span}"
    yield f"- Features: {_named(version, columns)}"
    yield from _weighing(told)
    yield from _kept_rows(told.snapshot, version)


def _named(version: Version, columns: "object") -> str:
    types = dict(columns)  # type: ignore[call-overload]
    return ", ".join(f"`{name}` ({types.get(name, 'not in the source now')})" for name in version.features)


def _weighing(told: Told) -> Iterator[str]:
    model = told.kept.model
    if model.history is not None:
        yield f"- History: the last {model.history}"
    if model.half_life is not None:
        yield f"- Rows count half as much every {model.half_life} further back"
    for start, end in model.leave_out:
        yield f"- Left out: {start} to {end}"


def _kept_rows(snapshot: Snapshot, version: Version) -> Iterator[str]:
    pieces = count(len(snapshot.chunks), "piece")
    yield f"- Rows kept as snapshot `{snapshot.id}`: {snapshot.rows:,} in {pieces}, listed in snapshot.json"
    yield ""
    yield "Read them again, with `home` the folder of Evermodel that they lie in:"
    yield ""
    yield f"```python\n{READ}\n```"
    left_out = version.judged.get("left_out")
    if left_out:
        yield ""
        spans = ", ".join(f"{first} to {stop - 1}" for first, stop in left_out)  # type: ignore[attr-defined]
        yield f"Of them, those at positions {spans} (from 0) judged it and were not learnt."


def _lineage(told: Told) -> Iterator[str]:
    version = told.version
    yield "## Lineage"
    yield ""
    yield f"- Made: {_iso(version.created)}, by run {version.run_id}; why: {version.trigger}"
    yield f"- Outcome: {version.reason or 'none said'}"
    yield f"- Judged beside, or made to follow: {f'v{version.parent}' if version.parent else 'no version'}"
    yield f"- Strategy: {', '.join(_strategy(version))}"
    for one in told.lived:
        if one.number == version.number:
            until = f"until {_iso(one.end)}" if one.end else "until now"
            yield f"- Live from {_iso(one.start)} {until}, by {one.by}: {one.why}"


def _strategy(version: Version) -> Iterator[str]:
    yield version.strategy.replace("_", " ")
    lineage = version.lineage
    if lineage.get("members"):
        members, weights = lineage["members"], lineage.get("weights") or []
        yield f"of {', '.join(f'v{number}' for number in members)}"  # type: ignore[attr-defined]
        if weights:
            yield f"weighted {', '.join(f'{weight:.3g}' for weight in weights)}"  # type: ignore[attr-defined]
    elif lineage.get("continues") is not None and not lineage.get("why"):
        yield f"continues v{lineage['continues']}"
    if lineage.get("why"):
        yield str(lineage["why"])


def _making(version: Version) -> Iterator[str]:
    yield "## Code and packages"
    yield ""
    if version.adopted:
        yield f"- Adopted from {version.code.get('adopted')}"
    else:
        parameters = _pairs(version.parameters) or "its defaults"
        yield f"- Made by {version.recipe}, {parameters}; seed {version.seed}"
    for file in version.code.get("files") or ():  # type: ignore[attr-defined]
        yield f"- Code `{file['path']}`, SHA-256 `{file['sha256']}`"
    git = version.code.get("git")
    if isinstance(git, dict):
        yield f"- Git commit {git.get('commit')}" + (
            ", with changes not committed" if git.get("dirty") else ""
        )
    yield f"- Packages: {_pairs(version.environment) or 'not known'}"
    yield f"- Artifact {version.artifact}, SHA-256 `{version.artifact_sha256}`"


def _proof(told: Told) -> Iterator[str]:
    yield "## Proof"
    yield ""
    proof = told.proof
    if proof is None:
        never = "It cannot be: what it was trained on is not known."
        yield never if told.version.adopted else "It was not rebuilt yet."
        return
    yield f"Rebuilt {_iso(proof.at)} from its snapshot, code, parameters and seed: {proof.words}."
    if proof.same:
        yield "Its predictions of the same rows were equal bit for bit."
    if proof.differs:
        yield ""
        yield from (f"- {cause}" for cause in proof.differs)


def _limits(told: Told) -> Iterator[str]:
    model, version = told.kept.model, told.version
    yield "## Limits"
    yield ""
    if not version.adopted:
        yield f"- It knows nothing of what came after {_iso(version.train_to)}."
    if version.scores:
        yield f"- Its scores are of {version.judged.get('rows')} rows; others may do otherwise."
    else:
        yield "- Nothing is known of it on rows that it had not learnt."
    if model.refit and version.judged and "left_out" not in version.judged:
        yield "- It was fitted again, with the judged rows, after its scores were taken."
    if version.code.get("vouched") is False:
        yield "- Its script reads data of its own: whether that held the judged rows is not known."
    if model.gate_rules.range is not None:
        low, high = model.gate_rules.range
        yield f"- The gate lets no prediction beyond {low:g} to {high:g} pass on the judged rows."
    if model.limit is not None:
        yield f"- Beyond {METRIC_WORDS[model.metric]} {model.limit:g} its model counts as failing."
    yield "- It takes exactly the features above; classes and categories that it never met count as unknown."


def _pairs(values: object) -> str:
    return ", ".join(f"{key} {value}" for key, value in dict(values).items())  # type: ignore[call-overload]


def _iso(when: datetime | None) -> str:
    return iso(when and when.replace(microsecond=0)) or "the first row"
