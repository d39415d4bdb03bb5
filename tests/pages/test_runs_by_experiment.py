"""The page of runs, by experiment."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.entrypoints.runtime import Runtime
from tests.pages.seed import STORIES
from tests.pages.visiting import visit, words


@pytest.fixture
def two(told: Callable[..., Runtime]) -> Runtime:
    """Two models, the first of the experiment autumn."""
    runtime = told(STORIES[0], STORIES[3])
    with runtime.home.transaction() as t:
        kept = t.models.get("air-time")
        named = replace(kept.model, experiment="autumn")
        t.models.change(kept, named, kept.survey, kept.origin, runtime.now())
    return runtime


@pytest.mark.usefixtures("two")
def test_runs_are_those_of_the_chosen_experiment() -> None:
    all_runs, some = visit("runs.py", range="30 d"), visit("runs.py", range="30 d", experiment="autumn")
    assert not some.exception
    models = [set(page.dataframe[0].value["Model"]) for page in (all_runs, some)]
    assert models == [{"air-time", "parcel-delay"}, {"air-time"}]
    (choice,) = some.selectbox
    assert (choice.value, list(choice.options)) == ("autumn", ["Any experiment", "autumn"])


@pytest.mark.usefixtures("full")
def test_nothing_is_to_be_chosen_where_no_model_names_an_experiment() -> None:
    assert not visit("runs.py").selectbox
    assert "Any experiment" not in words(visit("runs.py"))
