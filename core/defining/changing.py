"""Changing a kept model to what its file says now."""

from datetime import datetime

from core.defining.definition import Definition
from core.defining.differences import changed_keys
from core.domain.errors import Fault, NotAllowed
from core.domain.home import Stores
from core.domain.models import FROZEN_ONCE_VERSIONS_EXIST, Kept, Model
from core.domain.sources import Survey

MOVES_WINDOWS = frozenset({*FROZEN_ONCE_VERSIONS_EXIST, "source", "folder"})


def refuse_frozen(t: Stores, kept: Kept | None, definition: Definition) -> None:
    """NotAllowed, a fault for each key that the model's versions forbid to change."""
    if kept is None:
        return
    changed = changed_keys(kept.model, definition.model)
    frozen = [key for key in FROZEN_ONCE_VERSIONS_EXIST if key in changed]
    if frozen and t.versions.all(kept.id):
        raise NotAllowed.of(
            [
                Fault(
                    definition.file,
                    key,
                    f"{definition.model.name} has versions, and they rest on its {key}.",
                    "Change it back, or give the model another name.",
                )
                for key in frozen
            ]
        )


def change(t: Stores, kept: Kept, model: Model, survey: Survey, origin: int, now: datetime) -> Kept:
    """Save a changed model. Its windows begin where they began once versions rest on them."""
    moved = bool(changed_keys(kept.model, model) & MOVES_WINDOWS) and not t.versions.all(kept.id)
    if moved:
        t.windows.drop_from(kept.id, 0)
        t.drifts.drop_from(kept.id, 0)
        t.profiles.drop_from(kept.id, 0)
    _, monitored = t.models.seen(kept.id)
    if monitored is not None:
        t.models.saw(kept.id, {}, monitored)  # the next monitoring looks at the source anew
    return t.models.change(kept, model, survey, origin if moved else kept.origin, now)
