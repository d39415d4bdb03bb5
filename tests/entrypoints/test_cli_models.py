import tomllib

import pytest

from tests.serving import free_port


def test_apply_creates_then_changes_nothing(line):
    file = line.folder / "m.toml"
    assert line.json("apply", file) == [{"model": "m", "change": "created", "differences": []}]
    assert line.json("apply", file) == [{"model": "m", "change": "unchanged", "differences": []}]


def test_apply_check_says_what_would_change_and_saves_nothing(line):
    file = line.folder / "m.toml"
    assert line.json("apply", file, "--check")[0]["change"] == "created"
    assert line.json("models") == []


def test_apply_tells_all_faults_at_once(line):
    file = line.folder / "m.toml"
    file.write_text(file.read_text().replace('"regression"', '"regresion"').replace('"linear"', '"liner"'))
    faults = line.faults(2, "apply", file)
    assert {fault["key"] for fault in faults} >= {"task", "recipe"}
    assert all(set(fault) == {"file", "key", "problem", "fix"} for fault in faults)
    assert line.json("models") == []


def test_apply_of_a_missing_file_is_bad_input(line):
    (fault,) = line.faults(2, "apply", line.folder / "none.toml")
    assert fault["file"].endswith("none.toml")


def test_models_has_the_fields_of_the_contract(applied):
    (model,) = applied.json("models")
    assert {
        key: model[key] for key in ("name", "task", "champion", "health", "paused", "next_run", "metric")
    } == {
        "name": "m",
        "task": "regression",
        "champion": None,
        "health": "unknown",
        "paused": False,
        "next_run": None,
        "metric": "rmse",
    }
    assert model["why"]


def test_show_prints_a_file_that_applies_unchanged(applied):
    printed = applied.run("show", "m").stdout
    assert tomllib.loads(printed)["window"] == "5 hours"
    (applied.folder / "again.toml").write_text(printed)
    assert applied.json("apply", applied.folder / "again.toml")[0]["change"] == "unchanged"


def test_show_json_names_features_and_schedules(applied):
    applied.run("schedule", "m", "--every", "7 days")
    shown = applied.json("show", "m")
    assert (shown["name"], shown["schedules"][0]["every"]) == ("m", "7 days")


def test_remove_takes_the_model_away(applied):
    assert applied.run("remove", "m").exit_code == 0
    assert applied.json("models") == []
    applied.faults(3, "show", "m")


def test_recipes_are_listed_without_a_home(line):
    assert {recipe["name"] for recipe in line.json("recipes")} >= {
        "linear",
        "dummy",
        "hist_gradient_boosting",
    }
    assert not line.home.exists()


def test_settings_say_where_each_comes_from(line, monkeypatch):
    line.home.mkdir()
    (line.home / "settings.toml").write_text('threads = 3\nzone = "Europe/Lisbon"\n')
    monkeypatch.setenv("EVERMODEL_ZONE", "UTC")
    found = {one["name"]: (one["value"], one["source"]) for one in line.json("settings")}
    assert (found["threads"], found["zone"]) == ((3, "settings.toml"), ("UTC", "EVERMODEL_ZONE"))
    assert found["workers"][1] == "default"


def test_settings_that_are_no_toml_are_bad_input(line):
    line.home.mkdir()
    (line.home / "settings.toml").write_text("threads = \n")
    (fault,) = line.faults(2, "settings")
    assert fault["file"].endswith("settings.toml")


@pytest.mark.parametrize("command", ["settings", "check", "serve"])
def test_settings_that_there_are_not_are_named_with_the_near_one(line, command, monkeypatch):
    monkeypatch.delattr("os.execve")  # by which `serve` would become the server
    line.home.mkdir()
    (line.home / "settings.toml").write_text("worker = 3\nthreads = 0\n[mail]\nEVERMODEL_ZONE = 1\n")
    found = line.run(command, *(("--port", free_port()) if command == "serve" else ()))
    assert found.exit_code == 2
    said = found.stderr.splitlines()
    assert len(said) == 3
    assert "settings.toml: worker: There is no such setting. Did you mean workers?" in said[0]
    assert "settings.toml: mail: There is no such setting. The settings are: workers, threads" in said[1]
    assert "threads" in said[2]


@pytest.mark.parametrize("name", ["Workers", "EVERMODEL_WORKERS", "evermodel_worker"])
def test_setting_under_the_name_of_its_variable_is_told_its_own(line, name):
    line.home.mkdir()
    (line.home / "settings.toml").write_text(f"{name} = 3\n")
    (fault,) = line.faults(2, "settings")
    assert (fault["key"], fault["fix"]) == (name, "Did you mean workers? Mend the name, or take it out.")


def test_init_prints_a_file_with_reasons_that_check_accepts(line):
    printed = line.run("init", line.folder / "rows.csv")
    assert printed.exit_code == 0, printed.output
    found = tomllib.loads(printed.stdout)
    assert (found["name"], found["task"], found["target"], found["time"]) == ("rows", "regression", "y", "at")
    assert all(
        "#" in text for text in printed.stdout.splitlines() if text.startswith(("target", "time", "window"))
    )
    (line.folder / "new.toml").write_text(printed.stdout)
    assert line.json("apply", line.folder / "new.toml", "--check")[0]["change"] == "created"
    assert line.json("models") == []


def test_init_writes_paths_that_start_at_its_file_and_never_over_one(line, monkeypatch):
    to = line.folder / "models" / "new.toml"
    to.parent.mkdir()
    with monkeypatch.context() as patch:
        patch.chdir(line.folder)
        assert line.run("init", "*.csv", "--to", to).exit_code == 0
    assert tomllib.loads(to.read_text())["source"]["path"] == "../*.csv"
    assert line.json("apply", to)[0]["change"] == "created"
    before = to.read_text()
    again = line.run("init", line.folder / "rows.csv", "--to", to)
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert to.read_text() == before


def test_init_of_rows_that_cannot_be_read_or_have_no_times_is_bad_input(line):
    assert line.run("init", line.folder / "none.csv").exit_code == 2
    (line.folder / "plain.csv").write_text("a,b\n" + "".join(f"{i},{i % 3}\n" for i in range(40)))
    found = line.run("init", line.folder / "plain.csv")
    assert found.exit_code == 2
    assert "No column holds times" in found.stderr
