"""A model file is read whole, or every fault of it is told at once."""

import pytest

from core.defining.reading import read_file
from core.domain.errors import BadInput
from core.domain.spans import Span
from tests.defining.reading.conftest import LEAST, SOURCE, toml


def test_the_least_file_has_the_contracts_defaults(write):
    path = write(toml())
    model = read_file(path).model
    assert (
        model.metric,
        model.initial,
        model.history,
        model.recipe,
        model.strategy,
        model.gate,
        model.refit,
        model.zone,
        model.seed,
        model.features,
    ) == ("rmse", 12, None, "hist_gradient_boosting", "scratch", "not_worse", True, "UTC", 0, None)
    assert model.folder == str(path.parent)
    assert read_file(path).schedules == ()


def test_classification_is_decided_by_accuracy_unless_the_file_says_otherwise(write):
    assert read_file(write(toml({"task": '"binary"'}))).model.metric == "accuracy"
    assert read_file(write(toml({"task": '"binary"', "metric": '"roc_auc"'}))).model.metric == "roc_auc"


def test_every_key_that_is_built_is_read(write):
    definition = read_file(
        write(
            toml(
                {
                    "task": '"binary"',
                    "id": '"booking"',
                    "label_time": '"decided"',
                    "prediction": '"said"',
                    "score": '"p"',
                    "positive": '"yes"',
                    "threshold": "0.4",
                    "features": '["hr", "weather"]',
                    "categorical": '["weather"]',
                    "metric": '"brier"',
                    "limit": "1",
                    "window": '"1 month"',
                    "origin": "2011-01-01",
                    "initial": "3",
                    "history": '"16 windows"',
                    "recipe": '"hist_gradient_boosting"',
                    "strategy": '"scratch"',
                    "gate": '"hold"',
                    "refit": "false",
                    "judge_at_least": "5",
                    "as_of": '"data"',
                    "zone": '"America/New_York"',
                    "seed": "7",
                },
                below="[recipe_parameters]\nmax_iter = 60\n"
                '[source]\npath = "d/*.csv"\ndelimiter = ";"\ndecimal = ","\n'
                'encoding = "latin-1"\ntime_format = "%d/%m/%Y"\ntime_unit = "s"\n'
                '[[schedules]]\nname = "weekly"\nevery = "7 days"\ncatch_up = "skip"\nretries = 0\n'
                '[[schedules]]\ncron = "0 3 * * 1"\n',
            )
        )
    )
    model = definition.model
    assert model.window == Span(1, "months")
    assert model.history == Span(16, "windows")
    assert (model.origin, model.as_of, model.gate, model.limit, model.recipe_parameters) == (
        "2011-01-01",
        "data",
        "hold",
        1.0,
        {"max_iter": 60},
    )
    assert (model.source.path, model.source.delimiter, model.source.decimal) == ("d/*.csv", ";", ",")
    weekly, monday = definition.schedules
    assert (weekly.name, weekly.rule.every, weekly.options.catch_up) == ("weekly", Span(7, "days"), "skip")
    assert (monday.rule.cron, monday.rule.zone) == ("0 3 * * 1", "America/New_York")


@pytest.mark.parametrize("value", ['"all"', None])
def test_history_is_all_by_word_or_by_silence(write, value):
    assert read_file(write(toml({"history": value}))).model.history is None


def test_an_editors_byte_order_mark_does_no_harm(write):
    assert read_file(write(b"\xef\xbb\xbf" + toml().encode())).model.name == "bikes"


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"none\.toml"):
        read_file(tmp_path / "none.toml")


def test_a_folder_is_no_model_file(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_file(tmp_path)


def test_bytes_that_are_no_text_are_told(faults):
    assert "UTF-8" in faults(b'name = "\xff"')[None][0]


def test_toml_that_does_not_parse_names_its_line(faults):
    assert "task = regression" in faults('name = "bikes"\ntask = regression\n')["line 2"][0]


def test_toml_that_ends_too_early_names_its_last_line(faults):
    assert set(faults('name = "bikes"\nfeatures = ["hr"')) == {"line 2"}


def test_a_key_that_stands_there_twice_names_its_line(faults):
    assert set(faults('name = "bikes"\nname = "bikes"\n')) == {"line 2"}


@pytest.mark.parametrize("key", LEAST)
def test_a_missing_required_key_is_named(faults, key):
    assert faults(toml({key: None}))[key][0] == "It is missing."


def test_an_empty_file_misses_every_required_key_at_once(faults):
    assert set(faults("")) == {*LEAST, "source"}


def test_a_source_without_a_path_is_told(faults):
    assert set(faults(toml(below="[source]\n"))) == {"source.path"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", '"two words"'),
        ("name", '""'),
        ("name", '"' + "a" * 65 + '"'),
        ("name", "7"),
        ("name", '"ä"'),
        ("name", '"bikes\\n"'),
        ("task", '"ranking"'),
        ("task", "1"),
        ("target", "3"),
        ("target", '""'),
        ("time", "true"),
        ("id", "[]"),
        ("label_delay", "2"),
        ("label_delay", '"2 windows"'),
        ("label_delay", '"2 months"'),
        ("features", '"hr"'),
        ("features", "[]"),
        ("features", "[1]"),
        ("features", '["hr", "hr"]'),
        ("exclude", '"casual"'),
        ("categorical", '"weather"'),
        ("metric", '"accuracy"'),
        ("metric", '"rmes"'),
        ("limit", '"100"'),
        ("limit", "nan"),
        ("limit", "inf"),
        ("limit", "true"),
        ("window", '"2 windows"'),
        ("window", '"5 minutes"'),
        ("window", "14"),
        ("window", '"0 days"'),
        ("window", '"days"'),
        ("window", '"1.5 days"'),
        ("window", '"99999999999999 days"'),
        ("window", '"2000 months"'),
        ("origin", '"yesterday"'),
        ("origin", '"2011-13-01"'),
        ("origin", "2011"),
        ("origin", "07:32:00"),
        ("initial", "0"),
        ("initial", "-1"),
        ("initial", "1.5"),
        ("initial", "true"),
        ("initial", '"12"'),
        ("history", '"everything"'),
        ("history", '"0 windows"'),
        ("history", "16"),
        ("recipe", '"hist_gradient_bosting"'),
        ("recipe", "1"),
        ("strategy", '"fresh"'),
        ("gate", '"beter"'),
        ("refit", '"yes"'),
        ("refit", "1"),
        ("judge_at_least", "0"),
        ("keep", "0"),
        ("keep", "1.5"),
        ("judge_at_least", "2.5"),
        ("as_of", '"clock"'),
        ("as_of", '"2011-01-01"'),
        ("zone", '"New York"'),
        ("zone", '"Europe/Lissabon"'),
        ("zone", "1"),
        ("zone", '"America"'),
        ("zone", '"../etc/passwd"'),
        ("seed", "-1"),
        ("seed", "0.5"),
        ("seed", "4294967296"),
    ],
)
def test_a_value_that_cannot_be_meant_is_a_fault_of_its_key(faults, key, value):
    assert set(faults(toml({key: value}))) == {key}


@pytest.mark.parametrize("value", ["-0.1", "1.1", "nan", '"0.5"'])
def test_a_threshold_lies_within_0_and_1(faults, value):
    assert set(faults(toml({"task": '"binary"', "threshold": value}))) == {"threshold"}


@pytest.mark.parametrize("value", ["nan", "[1]", "2011-01-01"])
def test_a_positive_class_is_text_number_or_truth(faults, value):
    assert set(faults(toml({"task": '"binary"', "positive": value}))) == {"positive"}


@pytest.mark.parametrize("value", ['"yes"', "1", "true", "0.5"])
def test_a_positive_class_keeps_its_kind(write, value):
    positive = read_file(write(toml({"task": '"binary"', "positive": value}))).model.positive
    assert (type(positive), positive) == {
        '"yes"': (str, "yes"),
        "1": (int, 1),
        "true": (bool, True),
        "0.5": (float, 0.5),
    }[value]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("targt", "target"),
        ("Window", "window"),
        ("histroy", "history"),
        ("gates", "gate"),
        ("judge_atleast", "judge_at_least"),
    ],
)
def test_an_unknown_key_is_told_with_the_one_that_is_near(faults, written, meant):
    problem, fix = faults(toml({written: '"x"'}))[written]
    assert written in problem
    assert f"Did you mean {meant}?" in fix


def test_an_unknown_key_that_is_near_nothing_lists_the_keys(faults):
    assert "target" in faults(toml({"zzzzzzzz": "1"}))["zzzzzzzz"][1]


def test_a_key_of_the_model_below_a_bracket_is_sent_up(faults):
    assert "above" in faults(toml(below=SOURCE + "initial = 3\n"))["source.initial"][1]


@pytest.mark.parametrize(
    ("zone", "meant"), [("new york", "America/New_York"), ("Europe/Lissbon", "Europe/Lisbon")]
)
def test_a_zone_that_does_not_exist_is_told_with_the_one_that_is_near(faults, zone, meant):
    assert meant in faults(toml({"zone": f'"{zone}"'}))["zone"][1]
