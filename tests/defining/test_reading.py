"""A model file is read whole, or every fault of it is told at once."""

from pathlib import Path

import pytest

from core.defining.reading import read_file
from core.domain.errors import BadInput
from core.domain.spans import Span

LEAST = {"name": '"bikes"', "task": '"regression"', "target": '"cnt"', "time": '"at"', "window": '"14 days"'}
SOURCE = '[source]\npath = "bikes.csv"\n'


def toml(changes: dict[str, str | None] | None = None, below: str = SOURCE) -> str:
    """The least model file, with keys changed, added or (None) left out."""
    keys = {**LEAST, **(changes or {})}
    return "".join(f"{key} = {value}\n" for key, value in keys.items() if value is not None) + below


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "bikes.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def faults(write):
    """(key -> (problem, fix)) of a file's faults."""

    def faults(text: str | bytes) -> dict:
        path = write(text)
        with pytest.raises(BadInput) as caught:
            read_file(path)
        assert all(fault.file == str(path) for fault in caught.value.faults)
        assert all(fault.problem.endswith(".") and fault.fix for fault in caught.value.faults)
        assert len({(fault.key, fault.problem) for fault in caught.value.faults}) == len(caught.value.faults)
        return {fault.key: (fault.problem, fault.fix) for fault in caught.value.faults}

    return faults


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
    assert (weekly.name, weekly.rule.every, weekly.catch_up) == ("weekly", Span(7, "days"), "skip")
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


@pytest.mark.parametrize(
    "line",
    [
        'experiment = "churn"',
        'ensemble = { size = 5, weights = "equal" }',
        "warm = { full_every = 8 }",
        'half_life = "90 days"',
        'leave_out = [["2020-03-01", "2020-06-30"]]',
        "gate_rules = { confidence = 0.95 }",
        "keep = 100",
        'script = "train.py"',
        'arguments = ["--rounds", "60"]',
        'output = "model.joblib"',
        'strategy = "warm_start"',
        'strategy = "ensemble"',
    ],
)
def test_a_key_of_a_later_version_is_not_built_yet(faults, line):
    key, value = line.split(" = ", 1)
    found = faults(toml({key: value}))
    assert set(found) == {key}
    assert "not built yet" in found[key][0]
    assert "eave it out" in found[key][1]


def test_triggers_are_not_built_yet(faults):
    assert (
        faults(toml(below=SOURCE + '[[triggers]]\nwhen = "drift"\n'))["triggers"][0]
        == "`triggers` is not built yet."
    )


@pytest.mark.parametrize(
    "source", ['url = "sqlite:///x.db"', 'url = "sqlite:///x.db"\nquery = "select 1"', "inbox = true"]
)
def test_other_sources_are_not_built_yet(faults, source):
    found = faults(toml(below=f"[source]\n{source}\n"))
    assert set(found) == {f"source.{line.split(' ')[0]}" for line in source.splitlines()}
    assert all("not built yet" in problem for problem, _ in found.values())


def test_rows_on_another_machine_are_not_built_yet(faults):
    assert (
        "not built yet"
        in faults(toml(below='[source]\npath = "s3://bucket/bikes.parquet"\n'))["source.path"][0]
    )


@pytest.mark.parametrize(
    "line",
    [
        'calendar = { every = 1, unit = "weeks", on = ["monday"], at = "03:00" }',
        'times = ["2026-12-24"]',
        'exclude = ["2026-12-24"]',
        'holidays = "PT"',
        'jitter = "5 minutes"',
        'grace = "1 hour"',
        'pause = "…"',
        "cap = 10",
        "depends_on_past = true",
        "priority = 1",
        'retry_delay = "5 minutes"',
        "backoff = 2",
        'time_out = "2 hours"',
        'catch_up = "all"',
        'overlap = "queue"',
        'overlap = "cancel"',
        "retries = 2",
    ],
)
def test_a_schedules_key_of_a_later_version_is_not_built_yet(faults, line):
    found = faults(toml(below=f'{SOURCE}[[schedules]]\nevery = "7 days"\n{line}\n'))
    key = f"schedules[0].{line.split(' ')[0]}"
    assert set(found) == {key}
    assert "not built yet" in found[key][0]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('delimiter = ";;"', "delimiter"),
        ('decimal = ""', "decimal"),
        ('encoding = "latin-99"', "encoding"),
        ('encoding = "rot13"', "encoding"),
        ('time_unit = "hours"', "time_unit"),
        ("time_format = 1", "time_format"),
        ('delimter = ";"', "delimter"),
        ('delimiter = ","\ndecimal = ","', "decimal"),
    ],
)
def test_a_sources_value_that_cannot_be_meant_is_a_fault_of_its_key(faults, line, key):
    assert set(faults(toml(below=f"{SOURCE}{line}\n"))) == {f"source.{key}"}


@pytest.mark.parametrize(
    ("below", "key"),
    [
        ('every = "7 dys"', "schedules[0].every"),
        ('cron = "0 3 * *"', "schedules[0].cron"),
        ('cron = "0 25 * * *"', "schedules[0].cron"),
        ('every = "7 days"\nstart = "soon"', "schedules[0].start"),
        ('evry = "7 days"', "schedules[0].evry"),
        ('every = "7 days"\noverlap = "maybe"', "schedules[0].overlap"),
        ('every = "7 days"\nname = "a b"', "schedules[0].name"),
    ],
)
def test_a_schedules_value_that_cannot_be_meant_is_a_fault_of_its_key(faults, below, key):
    assert key in faults(toml(below=f"{SOURCE}[[schedules]]\n{below}\n"))


def test_a_later_schedule_is_named_by_its_place(faults):
    below = f'{SOURCE}[[schedules]]\nevery = "7 days"\n[[schedules]]\ncron = "0 3 * * 8 9"\n'
    assert set(faults(toml(below=below))) == {"schedules[1].cron"}


def test_a_schedule_that_says_nothing_is_a_fault(faults):
    found = faults(toml(below=f"{SOURCE}[[schedules]]\n"))
    assert all(key.startswith("schedules[0]") for key in found)


def test_schedules_in_single_brackets_are_told_what_is_right(faults):
    assert "[[schedules]]" in faults(toml(below=f'{SOURCE}[schedules]\nevery = "7 days"\n'))["schedules"][1]


def test_two_schedules_of_one_name_are_a_fault(faults):
    below = SOURCE + "".join(f'[[schedules]]\nname = "weekly"\nevery = "{n} days"\n' for n in (7, 8))
    assert set(faults(toml(below=below))) == {"schedules[1].name"}


def test_the_same_schedule_twice_is_a_fault(faults):
    assert set(faults(toml(below=SOURCE + '[[schedules]]\nevery = "7 days"\n' * 2))) == {"schedules[1]"}


def test_a_date_of_tomls_own_kind_bounds_a_schedule(write):
    rule = (
        read_file(write(toml(below=f'{SOURCE}[[schedules]]\nevery = "1 day"\nend = 2999-12-24\n')))
        .schedules[0]
        .rule
    )
    assert rule.end == "2999-12-24"


def test_a_history_of_more_than_a_hundred_years_is_a_fault(faults):
    assert set(faults(toml({"history": '"99999 windows"'}))) == {"history"}
    assert set(faults(toml({"history": '"2000 months"'}))) == {"history"}


def test_features_and_exclude_together_are_a_fault(faults):
    assert set(faults(toml({"features": '["hr"]', "exclude": '["casual"]'}))) == {"exclude"}


@pytest.mark.parametrize(
    ("column", "extra"),
    [
        ("cnt", {}),
        ("at", {}),
        ("b", {"id": '"b"'}),
        ("t", {"label_time": '"t"'}),
        ("p", {"prediction": '"p"'}),
    ],
)
def test_a_column_with_a_part_of_its_own_is_no_feature(faults, column, extra):
    assert set(faults(toml({**extra, "features": f'["hr", "{column}"]'}))) == {"features"}


def test_one_column_has_one_part(faults):
    assert set(faults(toml({"time": '"cnt"'}))) == {"time"}
    assert set(faults(toml({"prediction": '"cnt"'}))) == {"prediction"}
    assert set(faults(toml({"label_time": '"cnt"'}))) == {"label_time"}


def test_labels_that_are_known_at_once_may_name_the_time_itself(write):
    assert read_file(write(toml({"label_time": '"at"'}))).model.label_time == "at"


def test_a_label_has_a_time_or_a_delay_not_both(faults):
    assert set(faults(toml({"label_time": '"d"', "label_delay": '"2 days"'}))) == {"label_delay"}


@pytest.mark.parametrize(
    "changes",
    [
        {"features": '["hr"]'},
        {"exclude": '["wether"]'},
        {"target": '"wether"'},
    ],
)
def test_a_categorical_column_is_one_of_the_features(faults, changes):
    assert set(faults(toml({**changes, "categorical": '["wether"]'}))) == {"categorical"}


@pytest.mark.parametrize(("key", "value"), [("positive", '"yes"'), ("threshold", "0.5"), ("score", '"p"')])
@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_what_is_for_two_classes_means_nothing_elsewhere(faults, key, value, task):
    assert set(faults(toml({"task": f'"{task}"', key: value}))) == {key}


def test_a_metric_of_another_task_is_told_with_those_of_this_one(faults):
    assert "rmse, mae" in faults(toml({"metric": '"roc_auc"'}))["metric"][1]


@pytest.mark.parametrize("value", ["nan", "inf", "2011-01-01", "[1.0, nan]", "{ a = 2011-01-01T00:00:00 }"])
def test_a_parameter_that_cannot_be_kept_is_a_fault(faults, value):
    found = faults(toml(below=f"{SOURCE}[recipe_parameters]\nmax_iter = {value}\n"))
    assert set(found) == {"recipe_parameters.max_iter"}


def test_a_parameter_that_the_recipe_does_not_know_is_a_fault(faults):
    assert set(faults(toml(below=f"{SOURCE}[recipe_parameters]\nmax_itr = 60\n"))) == {
        "recipe_parameters.max_itr"
    }


def test_an_unknown_recipe_is_told_with_the_one_that_is_near(faults):
    assert "hist_gradient_boosting" in faults(toml({"recipe": '"hist_gradient_bosting"'}))["recipe"][1]


def test_a_recipe_of_ones_own_lies_beside_the_file(write):
    path = write(toml({"recipe": '"mine:make"'}, below=f"{SOURCE}[recipe_parameters]\nanything = 1\n"))
    (path.parent / "mine.py").write_text("def make(**parameters):\n    ...\n")
    assert read_file(path).model.recipe == "mine:make"


@pytest.mark.parametrize(
    ("recipe", "text", "word"),
    [
        ("mine:make", None, "mine.py"),
        ("mine:", None, "module"),
        (":make", None, "module"),
        ("../mine:make", None, "module"),
        ("mine:make", "def make(:\n", "no Python"),
        ("mine:make", "def mak():\n    ...\n", "no function make"),
    ],
)
def test_a_recipe_of_ones_own_that_is_not_there_is_a_fault(tmp_path, faults, recipe, text, word):
    if text is not None:
        (tmp_path / "mine.py").write_text(text)
    assert word in faults(toml({"recipe": f'"{recipe}"'}))["recipe"][0]


def test_a_module_of_ones_own_is_not_run_to_be_checked(write):
    path = write(toml({"recipe": '"mine:make"'}))
    (path.parent / "mine.py").write_text("raise SystemExit(9)\ndef make():\n    ...\n")
    assert read_file(path).model.recipe == "mine:make"


def test_every_fault_of_a_file_is_told_at_once(faults):
    found = faults(
        toml(
            {"task": '"ranking"', "window": "14", "initial": "0", "zone": '"Mars"', "keep": "1", "foo": "1"},
            below='[source]\nfile = "bikes.csv"\n[recipe_parameters]\nmax_iter = nan\n'
            '[[schedules]]\nevery = "soon"\n',
        )
    )
    assert set(found) == {
        "task",
        "window",
        "initial",
        "zone",
        "keep",
        "foo",
        "source.file",
        "source.path",
        "recipe_parameters.max_iter",
        "schedules[0].every",
    }
