import json
import sqlite3
from contextlib import closing

VERSION = {
    "number",
    "state",
    "created",
    "live_from",
    "live_to",
    "trigger",
    "train_from",
    "train_to",
    "rows",
    "scores",
    "champion_scores",
    "verdict",
    "reason",
    "parent",
    "snapshot",
    "recipe",
    "parameters",
    "code",
    "seed",
    "seconds",
}


def test_versions_have_the_fields_of_the_contract(lived):
    versions = lived.json("versions", "m")
    assert all(set(version) >= VERSION for version in versions)
    assert [(version["number"], version["state"], version["rows"]) for version in versions] == [
        (1, "retired", 60),
        (2, "retired", 100),
        (3, "champion", 140),
    ]


def test_promote_then_rollback_and_once_more_goes_back_through_history(copied):
    line = copied()
    promoted = line.json("promote", "m", 1, "--reason", "steadier")
    assert (promoted["number"], promoted["previous"], promoted["why"]) == (1, 3, "steadier")
    assert line.json("models")[0]["champion"] == 1
    assert line.json("rollback", "m", "--reason", "it was not")["number"] == 3
    assert line.json("rollback", "m", "--reason", "nor this")["number"] == 2
    assert sum(version["state"] == "champion" for version in line.json("versions", "m")) == 1


def test_the_reason_is_required(lived):
    for args in (("promote", "m", 1), ("rollback", "m"), ("promote", "m", 1, "--reason", " ")):
        (fault,) = lived.faults(2, *args)
        assert fault["key"] == "reason"


def test_the_champion_cannot_be_promoted_again(lived):
    before = lived.json("versions", "m")
    lived.faults(4, "promote", "m", 3, "--reason", "why")
    assert lived.json("versions", "m") == before


def test_a_version_whose_artifact_was_altered_is_not_promoted_and_check_tells(copied):
    line = copied()
    artifact = line.home / "artifacts" / line.json("versions", "m")[0]["artifact"]
    artifact.write_bytes(artifact.read_bytes() + b"x")
    line.faults(1, "promote", "m", 1, "--reason", "why")
    failed = [one["what"] for one in line.json("check", status=1) if not one["ok"]]
    assert failed == ["artifact of m v1"]


def test_compare_puts_two_versions_side_by_side(lived):
    found = lived.json("compare", "m", 1, 3)
    assert (found["a"], found["b"], found["data"]["rows"]) == (1, 3, {"a": 60, "b": 140})
    assert found["verdict"]["b"]["answer"] == "none"  # the gate always judges nothing
    assert (found["changes"]["new"], found["changes"]["gone"]) == (80, 0)
    told = lived.run("compare", "m", 1, 3).stdout.splitlines()
    assert next(line for line in told if line.startswith("changes:")).endswith("80 new of 140 rows")


def test_compare_says_why_the_rows_of_two_versions_cannot_be_compared(copied):
    line = copied()
    with closing(sqlite3.connect(line.home / "evermodel.db")) as connection, connection:
        connection.execute("update versions set let_go = 1 where number = 1")
    found = line.run("compare", "m", 1, 3, "--json")
    assert (found.exit_code, json.loads(found.stdout)["changes"]) == (0, None)
    assert found.stderr.startswith("Their rows cannot be compared: The rows of v1 are not kept any more")
    assert [one["let_go"] is None for one in line.json("versions", "m")[:2]] == [False, True]


def test_check_of_a_whole_home_holds(lived):
    assert all(one["ok"] and one["problem"] is None for one in lived.json("check"))


def test_check_tells_a_chunk_that_is_gone(copied):
    line = copied()
    next(iter((line.home / "snapshots").rglob("*.parquet"))).unlink()
    assert any("snapshot" in one["what"] for one in line.json("check", status=1) if not one["ok"])


def test_remove_lets_the_files_go_unless_they_are_to_be_kept(copied):
    line = copied()

    def files() -> list[str]:
        return [
            path.name
            for part in ("artifacts", "snapshots", "predictions")
            for path in (line.home / part).rglob("*")
            if path.is_file()
        ]

    assert files()
    assert line.run("remove", "m").exit_code == 0
    assert files() == []


def test_remove_keeps_the_files_where_that_is_said(copied):
    line = copied()
    assert line.run("remove", "m", "--keep-files").exit_code == 0
    assert any((line.home / "artifacts").iterdir())


def test_chunks_that_another_model_shares_stay(copied):
    line = copied()
    twin = line.folder / "twin.toml"
    twin.write_text((line.folder / "m.toml").read_text().replace('"m"', '"twin"'))
    line.json("apply", twin)
    line.json("backfill", "twin", "--every", "0")
    assert line.run("remove", "m").exit_code == 0
    assert all(one["ok"] for one in line.json("check"))


def test_version_that_came_back_shows_its_last_stint_and_lists_them_all(copied):
    line = copied()
    first = line.json("versions", "m")[2]
    line.json("promote", "m", 1, "--reason", "steadier")
    line.json("rollback", "m", "--reason", "it was not")
    again = line.json("versions", "m")[2]
    assert (again["state"], again["live_to"]) == ("champion", None)
    assert [stint["why"] for stint in again["stints"]][-1] == "it was not"
    assert again["stints"][-1]["from"] == again["live_from"]
    assert again["stints"][0]["from"] >= first["live_from"]


def test_retraining_is_refused_only_before_the_champion_was_first_live(copied):
    line = copied()
    versions = line.json("versions", "m")
    line.json("promote", "m", 1, "--reason", "steadier")
    assert line.json("retrain", "m", "--as-of", versions[0]["live_from"])["merged"] is False
    line.faults(4, "retrain", "m", "--as-of", "2026-01-01T01:00:00Z")


def test_candidate_of_the_gate_hold_is_promoted_or_rejected_with_a_reason(line):
    text = (line.folder / "m.toml").read_text().replace('"always"', '"hold"')
    (line.folder / "m.toml").write_text(text)
    line.json("apply", line.folder / "m.toml")
    line.json("retrain", "m", "--wait")
    (model,) = line.json("models")
    assert (model["champion"], model["why"]) == (None, "No version serves yet. v1 waits for approval.")
    line.faults(2, "reject", "m", 1, "--reason", " ")
    assert line.json("reject", "m", 1, "--reason", "not yet")["state"] == "rejected"
    line.faults(4, "reject", "m", 1, "--reason", "again")
    line.json("promote", "m", 1, "--reason", "looks right after all")
    assert [version["state"] for version in line.json("versions", "m")] == ["champion"]


def test_note_and_tags_are_written_and_listed_and_tags_stay_unless_given(copied):
    line = copied()
    line.json("note", "m", 2, "before the move", "--tag", "audited", "--tag", "b")
    said = line.json("note", "m", 2, "after the move")
    assert (said["note"], said["tags"]) == ("after the move", ["audited", "b"])
    second = line.json("versions", "m")[1]
    assert (second["note"], second["tags"]) == ("after the move", ["audited", "b"])
    assert line.json("versions", "m")[0]["tags"] == []


def test_note_on_a_version_that_is_not_there_and_a_tag_that_is_none_are_refused(lived):
    lived.faults(3, "note", "m", 99, "x")
    (fault,) = lived.faults(2, "note", "m", 1, "x", "--tag", "a,b")
    assert fault["key"] == "tag"
