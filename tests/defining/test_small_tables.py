"""The values of a model file that are tables of their own: read, refused, and printed to read back."""

from pathlib import Path

import pytest

from core.defining.printing import print_file
from core.defining.reading import read_text
from core.domain.errors import BadInput
from core.domain.gate_rules import GateRules
from core.domain.spans import Span
from core.domain.strategies import Ensemble, Warm

FILE = """name = "bikes"
task = "regression"
target = "cnt"
time = "at"
window = "14 days"
recipe = "sgd"
{line}
[source]
path = "bikes.csv"
"""
LINES = {
    'experiment = "churn"': ("experiment", "churn"),
    'strategy = "ensemble"\nensemble = { size = 3, weights = "recent" }': ("ensemble", Ensemble(3, "recent")),
    'strategy = "warm_start"\nwarm = { full_every = 8 }': ("warm", Warm(8)),
    'half_life = "90 days"': ("half_life", Span(90, "days")),
    'leave_out = [["2020-03-01", "2020-06-30"]]': ("leave_out", (("2020-03-01", "2020-06-30"),)),
    'gate_rules = { confidence = 0.9, segments = ["hotel"], range = [0, 2000] }': (
        "gate_rules",
        GateRules(0.9, 0.0, ("hotel",), (0.0, 2000.0)),
    ),
}


@pytest.mark.parametrize("line", LINES)
def test_a_small_table_is_read_and_printed_to_read_back(line):
    key, meant = LINES[line]
    model = read_text(FILE.format(line=line), Path("/")).model
    assert getattr(model, key) == meant
    assert read_text(print_file(model), Path("/")).model == model


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ensemble = { size = 1 }", "below 2"),
        ("ensemble = { sise = 3 }", "Did you mean"),
        ("warm = { full_every = 0 }", "below 1"),
        ('leave_out = ["2020-03-01"]', "is no range"),
        ('leave_out = [["2020-06-30", "2020-03-01"]]', "ends before it begins"),
        ("gate_rules = { confidence = 1 }", "above"),
        ("gate_rules = { range = [5, 5] }", "nothing between"),
    ],
)
def test_what_is_wrong_in_a_small_table_is_said_with_its_key(line, said):
    with pytest.raises(BadInput) as caught:
        read_text(FILE.format(line=line), Path("/"))
    assert [fault.key for fault in caught.value.faults] == [line.split(" = ")[0]]
    assert said in str(caught.value)


def test_all_that_is_wrong_in_a_small_table_is_told_at_once_each_by_its_key():
    line = "gate_rules = { confidence = 1.5, margin = -1, range = [5, 1], quota = 1 }"
    with pytest.raises(BadInput) as caught:
        read_text(FILE.format(line=line), Path("/"))
    faults = caught.value.faults
    assert [fault.key for fault in faults] == ["gate_rules"] * 4
    assert [fault.problem for fault in faults] == [
        "`confidence`: 1.5 is above 0.9999.",
        "`margin`: -1 is below 0.",
        "`range`: [5, 1] leaves nothing between its ends.",
        "There is no key `quota` in it.",
    ]
    assert all(fault.fix for fault in faults)


CLASSES = """name = "bookings"
task = "binary"
target = "cancelled"
time = "at"
window = "14 days"
{line}
[source]
path = "bookings.csv"
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("gate_rules = { range = [0, 1] }", "task binary predicts classes"),
        ('gate_rules = { segments = ["cancelled"] }', "column cancelled, which is not among the features"),
        ('exclude = ["hotel"]\ngate_rules = { segments = ["hotel"] }', "column hotel, which is not among"),
        ('features = ["hotel"]\ngate_rules = { segments = ["hotal"] }', "Did you mean"),
    ],
)
def test_gate_rules_that_fit_neither_task_nor_features_are_faults(line, said):
    with pytest.raises(BadInput) as caught:
        read_text(CLASSES.format(line=line), Path("/"))
    assert [fault.key for fault in caught.value.faults] == ["gate_rules"]
    assert said in str(caught.value)


@pytest.mark.parametrize("rule", ["margin = 1", 'segments = ["hotel"]', "range = [0, 1]"])
def test_rules_that_a_gate_would_never_ask_are_a_fault(rule):
    line = f"gate = {{}}\ngate_rules = {{{{ confidence = 0.9, {rule} }}}}"
    with pytest.raises(BadInput, match="judges nothing") as caught:
        read_text(FILE.format(line=line.format('"always"')), Path("/"))
    assert [fault.key for fault in caught.value.faults] == ["gate_rules"]
    read_text(FILE.format(line=line.format('"hold"')), Path("/"))


def test_confidence_says_how_sure_other_comparisons_are_too_and_goes_with_any_gate():
    line = 'gate = "always"\ngate_rules = { confidence = 0.9 }'
    assert read_text(FILE.format(line=line), Path("/")).model.gate_rules == GateRules(0.9)
