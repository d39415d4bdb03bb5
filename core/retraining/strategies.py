"""Strategies: a fit alone, one that continues the version before, or one among several."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import numpy as np

from core.domain.clock import micros
from core.domain.learning import Fitted
from core.domain.models import Kept
from core.domain.rows import Rows
from core.domain.versions import Version
from core.retraining import ensembles, warm
from core.retraining.fits import Before, Fit, Ingredients, Learn, news
from core.retraining.fitting import fit


def make(given: Ingredients) -> Fit:
    """Fit by the model's strategy. RunFailed: it cannot be made."""
    model = given.kept.model
    if model.strategy == "warm_start" and model.script is None:
        return warm.make(given)
    if model.strategy == "ensemble":
        return ensembles.make(given)
    alone = given.from_scratch()
    return Fit(alone, alone, given.rows, {})


def goes_on(kept: Kept) -> bool:
    """Whether the strategy asks for the version before; a script that continues it is given it as a file."""
    warms_itself = kept.model.strategy == "warm_start" and kept.model.script is not None
    return kept.model.strategy != "scratch" and not warms_itself


def again(
    kept: Kept, version: Version, rows: Rows, before: Before | None, learn: Learn | None = None
) -> Fitted:
    """Fit a version again as its last fit was.

    `kept`: the model as it was on its day. `rows`: all of its snapshot, in their order. `before`: the version
    that `lineage["continues"]` names, None where it names none. `learn`: one fit from scratch (None: the
    recipe's). RunFailed: it cannot be made.
    """
    taken, since = learnt(version, rows, before), _since(version)
    if before is not None and not version.lineage.get("full"):
        return warm.carry_on(kept, taken, since, before)
    own = learn(taken, since) if learn is not None else fit(kept, taken, version.seed, since)
    if version.strategy != "ensemble":
        return own
    older = cast(Sequence[int], version.lineage["members"])[:-1]
    held = dict(zip(*ensembles.fits_of(before), strict=True)) if before is not None else {}
    weights = cast(Sequence[float], version.lineage["weights"])
    return ensembles.voted(kept, taken, [*(held[number] for number in older), own], weights)


def learnt(version: Version, rows: Rows, before: Before | None) -> Rows:
    """Of all rows of a version's snapshot, in their order, those that its last fit learnt."""
    mask = np.ones(len(rows), dtype=bool)
    for first, stop in cast(Sequence[tuple[int, int]], version.judged.get("left_out", ())):
        mask[first:stop] = False
    if before is not None and not version.lineage.get("full"):
        mask &= news(before.version, rows)
    return rows.where(mask)


def _since(version: Version) -> int:
    """From where its half-life counted back: where it was not fitted again, from the first judged row."""
    if "left_out" in version.judged:
        return micros(datetime.fromisoformat(str(version.judged["from"])))
    return micros(version.train_to)
