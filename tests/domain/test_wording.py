"""Sentences that go into one line."""

import pytest

from core.domain.wording import capital, in_a_line

FIX = " See the run's log."


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, ""),
        ("The source has no rows. Look at rows.csv.", "The source has no rows. Look at rows.csv."),
        ("A cell is no number.\nLook at line 3.", "A cell is no number."),
        (
            f"train.py ended with status 1. It said last:\nTraceback:\n  rows = 1\nKeyError: 'x'\n{FIX}",
            "train.py ended with status 1. It said last: KeyError: 'x'",
        ),
        (f"train.py ended. It said last:\n  one\n{FIX}", "train.py ended. It said last: one"),
        ("It said last:\n  one", "It said last: one"),
        ("It ends with a colon:", "It ends with a colon:"),
    ],
)
def test_what_went_wrong_is_one_line_with_what_was_said_last(error: str | None, said: str) -> None:
    assert in_a_line(error) == said


def test_sentence_begins_with_a_capital_and_a_file_keeps_its_name() -> None:
    assert capital("first version") == "First version"
    assert capital("train.py ended.") == "train.py ended."
    assert capital("own:make failed.") == "own:make failed."
    assert capital("tie.") == "Tie."
