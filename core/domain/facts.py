"""Facts: what is told of a version outside of a home, beside its artifact."""

from collections.abc import Mapping
from pathlib import PurePath

from core.domain.clock import iso
from core.domain.labels import scored_class
from core.domain.models import Kept
from core.domain.versions import Stint, Version


def facts(kept: Kept, version: Version, stint: Stint | None) -> dict[str, object]:
    """What a service needs that scores by a version, and where the version comes from; ready for JSON.

    `stint`: its last one, None if it never was live.
    """
    model = kept.model
    return {
        "model": model.name,
        "version": version.number,
        "owner": model.owner,
        "experiment": version.experiment,
        "task": model.task,
        "target": model.target,
        "features": list(version.features or kept.features),
        "types": _types(kept, version),
        "positive": _positive(kept),
        "threshold": model.threshold if model.task == "binary" else None,
        "recipe": version.recipe,
        "parameters": dict(version.parameters),
        "seed": version.seed,
        "metric": model.metric,
        "scores": dict(version.scores),
        "train_from": iso(version.train_from),
        "train_to": iso(version.train_to),
        "rows": version.rows,
        "snapshot": version.snapshot or None,
        "artifact": f"model{PurePath(version.artifact).suffix}",
        "artifact_sha256": version.artifact_sha256,
        "environment": dict(version.environment),
        "live_from": iso(stint.start) if stint else None,
        "live_to": iso(stint.end) if stint else None,
        "promoted_by": stint.by if stint else None,
        "promoted_why": stint.why if stint else None,
    }


def _types(kept: Kept, version: Version) -> Mapping[str, str | None]:
    """Arrow's types of the features, as the source's fixed schema says them."""
    columns = kept.survey.schema.columns
    return {name: columns.get(name) for name in version.features or kept.features}


def _positive(kept: Kept) -> object:
    found = scored_class(kept)
    return found if found is None or isinstance(found, bool | int | float | str) else str(found)
