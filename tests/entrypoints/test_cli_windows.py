WINDOW = {
    "start",
    "end",
    "rows",
    "labelled",
    "complete",
    "version",
    "metrics",
    "baseline",
    "estimate",
    "drift",
    "verdict",
    "held",
}


def test_windows_have_the_fields_of_the_contract(lived):
    windows = lived.json("windows", "m")
    assert all(set(window) >= WINDOW for window in windows)
    assert [window["version"] for window in windows] == [None] * 3 + [1, 1, 2, 2, 3, 3, 3]
    assert all(0 < window["metrics"]["rmse"] < 0.2 for window in windows[3:9])
    assert set(windows[4]["baseline"]) == {"mean", "last"}
    assert (windows[9]["complete"], windows[9]["metrics"]) == (False, {})


def test_windows_as_of_a_time_know_nothing_later(lived):
    then = lived.json("windows", "m", "--as-of", "2026-01-02T06:00:00Z")
    assert then == lived.json("windows", "m")[:6]


def test_a_time_without_an_offset_is_read_in_the_zone_of_the_model(line):
    file = line.folder / "m.toml"
    file.write_text(file.read_text().replace("initial", 'zone = "America/New_York"\ninitial'))
    line.json("apply", file)
    naive, local, utc = (
        line.json("windows", "m", "--as-of", f"2026-01-01T20:10:00{offset}")
        for offset in ("", "-05:00", "+00:00")
    )
    assert naive == local
    assert naive != utc


def test_looking_at_windows_stores_nothing(lived):
    before = (lived.home / "evermodel.db").read_bytes()
    lived.json("windows", "m", "--as-of", "2026-01-02T06:00:00Z")
    assert (lived.home / "evermodel.db").read_bytes() == before
