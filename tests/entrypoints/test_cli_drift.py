"""Drift in the shell: the fields of the contract, and every window with rows has it."""

DISTANCES = {"ks", "js", "psi", "wasserstein", "total_variation"}


def test_every_window_with_rows_has_its_drift(lived):
    windows = lived.json("windows", "m")
    for window in windows:
        assert set(window["drift"]) == {"x", "y"}
        assert window["verdict"] in ("ok", "drift", "unknown")
        for column in window["drift"].values():
            assert set(column) >= {"distance", "distances", "verdict", "strength"}
            assert set(column["distances"]) == DISTANCES
            assert column["distance"] == column["distances"]["ks"]
            assert column["distances"]["total_variation"] is None


def test_drift_as_of_a_time_before_the_first_version_is_not_known(lived):
    then = lived.json("windows", "m", "--as-of", "2026-01-01T12:00:00Z")
    assert then
    assert all((window["drift"], window["verdict"]) == ({}, "unknown") for window in then)
