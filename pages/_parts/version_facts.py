"""Version facts: what one version learnt and how it was made, a line each. Pure."""

from core.domain.scripts import NOT_VOUCHED
from core.domain.versions import Version
from core.domain.views.version import VersionPage
from core.domain.wording import ADOPTED_WORDS, capital, minus
from pages._parts.version_words import (
    UNKNOWN,
    code_of,
    packages,
    short,
    strategy_told,
    trained_in,
    why_made,
)
from pages._parts.words import day, day_and_time

Line = tuple[str, str]


def data_lines(page: VersionPage, zone: str) -> list[Line]:
    version = page.version
    if version.adopted:
        return _adopted_data(version)
    span = f"until {day(version.train_to, zone)}"
    if version.train_from is not None:
        span = f"{day(version.train_from, zone)} to {day(version.train_to, zone)}"
    judged = version.judged.get("rows")
    return [
        ("Rows", f"{version.rows:,}" if version.rows else UNKNOWN),
        ("From, to", span),
        ("Columns", f"{len(version.features)}: {_some(version.features)}"),
        ("Kept as", _kept(page)),
        *_shared(page),
        (
            "Judged on",
            f"{judged:,} newer rows that it had not learnt then" if isinstance(judged, int) else "no rows",
        ),
        ("Afterwards", _afterwards(page)),
    ]


def _adopted_data(version: Version) -> list[Line]:
    """Of one that was fitted elsewhere, nothing that the rows here could tell."""
    judged = version.judged.get("rows")
    rows = f"{judged:,} rows that the champion then had not learnt" if isinstance(judged, int) else "no rows"
    return [
        ("Rows", UNKNOWN),
        ("Columns", f"{len(version.features)}: {_some(version.features)}"),
        ("Judged on", rows),
    ]


def making_lines(page: VersionPage, zone: str) -> list[Line]:
    version = page.version
    if version.adopted:
        return _adopted_making(version, zone)
    lines = [
        ("Made", f"{day_and_time(version.created, zone)}, by run {version.run_id}"),
        ("Why", why_made(version)),
        ("Recipe", version.recipe),
        (
            "Parameters",
            minus(", ".join(f"{key} {value}" for key, value in version.parameters.items())) or "defaults",
        ),
        ("Strategy", capital(strategy_told(version))),
        ("Follows", f"v{version.parent}" if version.parent else "no version"),
        *_code(version),
        ("Packages", packages(version.environment)),
        ("Seed", str(version.seed)),
        ("Trained in", trained_in(version)),
        ("File", f"{version.artifact}, SHA-256 {short(version.artifact_sha256)}"),
    ]
    return lines if version.experiment is None else [("Experiment", version.experiment), *lines]


def _adopted_making(version: Version, zone: str) -> list[Line]:
    return [
        ("Adopted", f"{day_and_time(version.created, zone)}, by run {version.run_id}"),
        ("From", str(version.code.get("adopted"))),
        ("Follows", f"v{version.parent}" if version.parent else "no version"),
        ("File", f"{version.artifact}, SHA-256 {short(version.artifact_sha256)}"),
    ]


def warnings_of(version: Version) -> list[str]:
    """What Evermodel cannot answer for, in a sentence each."""
    unvouched = version.code.get("vouched") is False
    return [
        *([ADOPTED_WORDS] if version.adopted else []),
        *([f"{capital(NOT_VOUCHED)}."] if unvouched else []),
    ]


def _code(version: Version) -> list[Line]:
    """Nothing where the recipe says it already."""
    said = code_of(version)
    return [] if said == version.recipe else [("Code", said)]


def _kept(page: VersionPage) -> str:
    snapshot = page.snapshot
    if snapshot is None or not snapshot.rows:
        return "not kept"
    pieces = f"{snapshot.pieces:,} piece{'' if snapshot.pieces == 1 else 's'}"
    return f"{snapshot.rows:,} rows in {pieces}, {short(snapshot.id)}"


def _shared(page: VersionPage) -> list[Line]:
    """How many of its kept rows lie in pieces that its parent has, too."""
    snapshot, parent = page.snapshot, page.version.parent
    if parent is None or snapshot is None or snapshot.shared is None:
        return []
    own = snapshot.rows - snapshot.shared
    said = f"{snapshot.shared:,} rows are kept once for both, {own:,} for this one alone"
    return [(f"Beside v{parent}", said)]


def _afterwards(page: VersionPage) -> str:
    if not page.version.judged.get("rows"):
        return "fitted once, on everything"
    if "left_out" in page.version.judged:
        return "not fitted again: the judged rows stay unlearnt"
    return "fitted again with the judged rows"


def _some(names: object, most: int = 8) -> str:
    said = [str(name) for name in names]  # type: ignore[attr-defined]
    return ", ".join(said[:most]) + (f" and {len(said) - most} more" if len(said) > most else "")
