import tomllib


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
    assert (found["threads"], found["zone"]) == ((3, "settings.toml"), ("UTC", "environment"))
    assert found["workers"][1] == "default"


def test_settings_that_are_no_toml_are_bad_input(line):
    line.home.mkdir()
    (line.home / "settings.toml").write_text("threads = \n")
    (fault,) = line.faults(2, "settings")
    assert fault["file"].endswith("settings.toml")
