"""What differs between two files of a model is said in words."""

from dataclasses import replace

import pytest

from core.defining.differences import changed_keys, column_differences, differences
from core.domain.sources import Schema, SourceSpec
from core.domain.spans import Span
from tests.model_kit import BIKES

MODEL = replace(BIKES, task="binary", metric="accuracy", limit=100.0, recipe_parameters={"max_iter": 60})


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"limit": 120.0}, "limit: 100 → 120"),
        ({"limit": None}, "limit: 100 → nothing"),
        ({"window": Span(1, "weeks")}, "window: 14 days → 1 week"),
        ({"history": Span(16, "windows")}, "history: all → 16 windows"),
        ({"refit": False}, "refit: true → false"),
        ({"features": ("hr", "temp")}, "features: every other column → hr, temp"),
        ({"exclude": ("casual",)}, "exclude: casual added"),
        ({"as_of": "data"}, "as_of: clock → data"),
        ({"recipe_parameters": {"max_iter": 80}}, "recipe_parameters.max_iter: 60 → 80"),
        ({"recipe_parameters": {}}, "recipe_parameters.max_iter: 60 → nothing"),
        ({"recipe_parameters": {"max_iter": 60.0}}, "recipe_parameters.max_iter: 60 → 60.0"),
        ({"source": SourceSpec("other.csv")}, "source.path: bikes.csv → other.csv"),
        ({"source": SourceSpec("bikes.csv", time_unit="s")}, "source.time_unit: nothing → s"),
        ({"folder": "/other"}, "folder: /models → /other"),
    ],
)
def test_one_changed_key_is_one_line(changes, line):
    assert differences(MODEL, replace(MODEL, **changes)) == (line,)


def test_an_address_is_said_without_its_password():
    one, other = (
        replace(MODEL, source=SourceSpec(url=f"postgresql://me:{word}@h/n", query="select 1"))
        for word in ("first", "second")
    )
    assert differences(one, other) == ("source.url: another password",)
    elsewhere = replace(MODEL, source=SourceSpec(url="postgresql://me:second@other/n", query="select 1"))
    assert differences(one, elsewhere) == (
        "source.url: postgresql://me:***@h/n → postgresql://me:***@other/n",
    )
    assert differences(MODEL, one) == (
        "source.path: bikes.csv → nothing",
        "source.url: nothing → postgresql://me:***@h/n",
        "source.query: nothing → select 1",
    )


def test_the_same_model_differs_in_nothing():
    assert differences(MODEL, replace(MODEL)) == ()


def test_one_and_true_are_different_classes():
    assert changed_keys(replace(MODEL, positive=1), replace(MODEL, positive=True)) == {"positive"}


def test_columns_that_change_places_are_said_to():
    both = replace(MODEL, features=("hr", "temp"))
    assert differences(both, replace(both, features=("temp", "hr"))) == ("features: in another order",)
    assert differences(both, replace(both, features=("hr", "wind"))) == (
        "features: wind added, temp left out",
    )


def test_lines_come_in_the_contracts_order():
    keys = [
        line.split(":")[0]
        for line in differences(MODEL, replace(MODEL, seed=1, target="n", gate="hold", limit=1.0))
    ]
    assert keys == ["target", "limit", "gate", "seed"]


def test_columns_of_a_source_that_came_went_or_changed_are_named():
    old, new = Schema({"a": "int64", "b": "string"}), Schema({"a": "double", "c": "bool"})
    assert column_differences(old, new) == (
        "column b: gone",
        "column c: added (bool)",
        "column a: int64 → double",
    )


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"source": SourceSpec("/rows/bikes.csv")}, False),
        ({"source": SourceSpec("", url="postgresql://host/rows", query="select 1")}, False),
        ({"source": SourceSpec("", url="sqlite:///rows.db", query="select 1")}, True),
        ({"source": SourceSpec("/rows/bikes.csv", labels="late")}, True),
        ({"source": SourceSpec("/rows/bikes.csv"), "recipe": "mine:make"}, True),
    ],
)
def test_file_may_lie_elsewhere_where_nothing_is_looked_for_beside_it(changes: dict, differs: bool) -> None:
    model = replace(MODEL, **changes)
    assert bool(differences(model, replace(model, folder="/other"))) == differs
