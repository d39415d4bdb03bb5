"""Triggers in words, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.domain.spans import Span
from core.domain.triggers import Persist, Trigger


@given(st.integers(1, 100).flatmap(lambda of: st.tuples(st.integers(1, of), st.just(of))))
def test_persist_reads_back_what_it_says(pair: tuple[int, int]) -> None:
    assert Persist.parse(str(Persist(*pair))) == Persist(*pair)


@pytest.mark.parametrize(
    "text", ["", "2", "2 of", "two of three", "0 of 3", "4 of 3", "1 of 101", "-1 of 3", 2]
)
def test_persist_that_cannot_be_met_is_refused(text: object) -> None:
    with pytest.raises(BadInput, match="2 of 3"):
        Persist.parse(text)


@pytest.mark.parametrize(
    "trigger",
    [
        Trigger("drift"),
        Trigger("performance", Persist(1, 1), cool_down=Span(7, "days")),
        Trigger("new_data", rows=1000),
        Trigger("age", after=Span(30, "days")),
    ],
)
def test_trigger_comes_back_from_its_plain_form(trigger: Trigger) -> None:
    assert Trigger.of(trigger.plain()) == trigger


@pytest.mark.parametrize(
    ("window", "age"),
    [("14 days", "14 days"), ("6 hours", "6 hours"), ("3 months", "90 days"), ("8000 rows", "30 days")],
)
def test_age_that_says_nothing_is_a_windows_length(window: str, age: str) -> None:
    assert Trigger("age").age(Span.parse(window)) == Span.parse(age)
    assert Trigger("age", after=Span(2, "days")).age(Span.parse(window)) == Span(2, "days")


def test_trigger_says_only_what_differs_from_the_defaults() -> None:
    assert Trigger("drift").plain() == {"when": "drift"}
    assert Trigger("new_data", rows=5).word == "new data"
