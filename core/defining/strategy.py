"""Strategy: whether a recipe can do what `strategy` and its tables ask of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.defining.recipe import DEFAULT
from core.defining.tables import Faults
from core.domain.strategies import Warm
from core.retraining.own_recipes import is_own
from core.retraining.recipe_kinds import KINDS

Values = Mapping[str, Any]

TABLES = {"ensemble": "ensemble", "warm": "warm_start"}
"""Key of a table -> the strategy that it is of."""
UNFIT = {"early_stopping": (True,), "class_weight": ("balanced",)}
"""Parameters of sgd, and the values of them with which partial_fit refuses to go on."""


def check_strategy(values: Values, faults: Faults) -> None:
    """Add what is wrong between strategy, its tables and what makes the versions."""
    strategy = values.get("strategy", "scratch")
    for key, belongs in TABLES.items():
        if key in values and strategy != belongs and not faults.about("strategy"):
            faults.add(key, f"It means nothing for strategy {strategy}.", f'Write strategy = "{belongs}".')
    # Whether a script continues is its own business: it finds the champion under EVERMODEL_PREVIOUS.
    if strategy == "warm_start" and "script" not in values and not faults.about("recipe"):
        _warm_start(values, values.get("recipe", DEFAULT), faults)


def _warm_start(values: Values, recipe: str, faults: Faults) -> None:
    kind, warm = KINDS.get(recipe), values.get("warm", Warm())
    if not is_own(recipe) and kind is not None and not kind.continues:
        faults.add("strategy", f"{recipe} cannot continue: {kind.fresh}.", _instead())
        return
    passes = is_own(recipe) or (kind is not None and kind.continues == "epochs")
    if passes and warm.trees is not None and not is_own(recipe):
        faults.add("warm", f"{recipe} adds no trees.", "Write epochs in place of trees.")
    if not passes and warm.epochs is not None:
        faults.add("warm", f"{recipe} passes over no rows again.", "Write trees in place of epochs.")
    for name, value in _unfit(recipe, values.get("recipe_parameters", {})):
        faults.add(
            f"recipe_parameters.{name}",
            f"With {name} = {value} sgd cannot continue.",
            'Leave it out, or write strategy = "scratch".',
        )


def _unfit(recipe: str, parameters: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if recipe != "sgd":
        return
    for name, values in UNFIT.items():
        if parameters.get(name) in values:
            yield name, "true" if parameters[name] is True else f'"{parameters[name]}"'


def _instead() -> str:
    named = ", ".join(f'"{name}"' for name, kind in KINDS.items() if kind.continues)
    return (
        f"What does: recipe = {named}, or one of your own with partial_fit. "
        'Or write strategy = "scratch" or "ensemble".'
    )
