"""The demonstration's models, as the files that it applies."""

from collections.abc import Mapping

WEEKLY, FROZEN, LATE = "air-time-weekly", "air-time-frozen", "late-flights"
RETRAINED_EVERY = {WEEKLY: 1, FROZEN: 0, LATE: 4}
"""Windows between two retrainings of the backfill."""
DAY_LASTS = 8.0
"""Seconds between two days of flights."""

_KNOWN = """\
features = ["carrier", "dest", "distance", "hour", "weekday",
            "temp", "wind_dir", "wind_speed", "wind_gust", "pressure", "visib", "precip"]
"""
_REST = """\
window = "7 days"
initial = 8
as_of = "data"
recipe = "hist_gradient_boosting"
gate = "not_worse"
zone = "America/New_York"

[recipe_parameters]
max_iter = 40

[source]
path = "flights"                 # a Parquet file a day
"""
_AIR_TIME = f"""\
task = "regression"
target = "air_time"              # minutes in the air
time = "scheduled"               # a flight's scheduled departure, when it is predicted
label_time = "landed"
{_KNOWN}metric = "rmse"
limit = 14                       # minutes
{_REST}"""
_LATE = f"""\
task = "binary"
id = "id"
target = "late"                  # more than 15 minutes late; known when it has arrived, of some never
time = "scheduled"
label_time = "arrived"
{_KNOWN}metric = "log_loss"
{_REST}labels = "arrivals"              # comes two days after its flights
"""


def model_files() -> Mapping[str, str]:
    """The text of each model's file, by its name."""
    texts = {FROZEN: _AIR_TIME, WEEKLY: _AIR_TIME + _schedule(1), LATE: _LATE + _schedule(4)}
    return {name: f'name = "{name}"\n{text}' for name, text in texts.items()}


def _schedule(weeks: int) -> str:
    words = "a week" if weeks == 1 else f"{weeks} weeks"
    seconds = int(weeks * 7 * DAY_LASTS)
    return f'\n[[schedules]]\nevery = "{seconds} seconds"         # {words} of the demonstration\n'
