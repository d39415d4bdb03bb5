from datetime import datetime

from core.entrypoints.runtime import Runtime

RUN = {
    "id",
    "model",
    "kind",
    "trigger",
    "state",
    "due",
    "queued",
    "started",
    "ended",
    "attempt",
    "version",
    "reason",
    "error",
    "steps",
}


def test_a_backfill_lives_through_history_and_says_how(lived):
    (run,) = lived.json("runs", "m")
    assert set(run) >= RUN
    assert (run["kind"], run["state"], run["version"], run["error"]) == ("backfill", "succeeded", 3, None)
    assert run["steps"][0]["name"] == "import"
    assert all(datetime.fromisoformat(step["ended"]).tzinfo for step in run["steps"])
    assert lived.json("run", run["id"])["steps"] == run["steps"]


def test_the_log_of_a_run_is_what_its_process_said(lived):
    assert "window 1 of 6" in lived.run("run", 1, "--log").stdout


def test_a_backfill_is_refused_where_a_version_made_by_hand_is_live(copied):
    line = copied()
    run = line.json("retrain", "m", "--wait")
    assert (run["state"], run["merged"], run["version"]) == ("succeeded", False, 4)
    before = len(line.json("runs"))
    rows = line.folder / "rows.csv"
    kept = rows.read_text()
    try:
        rows.write_text(
            kept + "\n".join(f"2026-01-03T{hour:02}:30:00,0.5,1.5" for hour in range(2, 24)) + "\n"
        )
        line.faults(4, "backfill", "m")
    finally:
        rows.write_text(kept)
    assert len(line.json("runs")) == before


def test_a_backfill_that_is_refused_at_its_turn_ends_with_4(copied, monkeypatch):
    """A version that a person made came live after the look and before the run."""
    line = copied()
    line.json("retrain", "m", "--wait")
    rows, look, looks = line.folder / "rows.csv", Runtime.refuse_backfill, list[str]()

    def looked_before(runtime: Runtime, name: str, *span: datetime | None) -> None:
        looks.append(name)
        if len(looks) > 1:
            look(runtime, name, *span)

    monkeypatch.setattr(Runtime, "refuse_backfill", looked_before)
    kept = rows.read_text()
    try:
        rows.write_text(
            kept + "\n".join(f"2026-01-03T{hour:02}:30:00,0.5,1.5" for hour in range(2, 24)) + "\n"
        )
        found = line.run("backfill", "m", "--json")
    finally:
        rows.write_text(kept)
    assert found.exit_code == 4, found.output
    assert "made by hand or by a schedule" in found.stderr.splitlines()[-1]
    assert line.json("runs", "m")[0]["state"] == "failed"


def test_one_retraining_at_a_time_and_cancel_ends_it(applied):
    first = applied.json("retrain", "m")
    again = applied.json("retrain", "m")
    assert (first["state"], first["merged"]) == ("queued", False)
    assert (again["id"], again["merged"]) == (first["id"], True)
    assert applied.json("cancel", first["id"])["state"] == "cancelled"
    applied.faults(4, "cancel", first["id"])


def test_a_run_that_fails_ends_with_1(applied):
    (applied.folder / "rows.csv").unlink()
    run = applied.json("monitor", "m", status=1)
    assert (run["state"], bool(run["error"])) == ("failed", True)


def test_waiting_for_one_model_leaves_the_runs_of_others_queued(applied):
    other = applied.folder / "other.toml"
    other.write_text((applied.folder / "m.toml").read_text().replace('"m"', '"other"'))
    applied.json("apply", other)
    waiting = applied.json("retrain", "other")
    assert applied.json("monitor", "m")["state"] == "succeeded"
    assert applied.json("run", waiting["id"])["state"] == "queued"


def test_a_retraining_as_of_before_the_champion_is_refused(lived):
    before = lived.json("runs", "m")
    lived.faults(4, "retrain", "m", "--as-of", "2026-01-01T20:00:00Z")
    assert lived.json("runs", "m") == before


def test_a_monitoring_as_of_a_time_sees_the_windows_of_then(applied):
    assert "2 windows" in applied.json("monitor", "m", "--as-of", "2026-01-01T10:00:00Z")["reason"]
    assert "10 windows" in applied.json("monitor", "m")["reason"]
