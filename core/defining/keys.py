"""Keys: every key of a model file, in the contract's order, with its kind and what would be right."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.defining import kinds
from core.defining.small_tables import read_ensemble, read_gate_rules, read_ranges, read_warm
from core.domain.models import GATES, TASKS
from core.domain.schedules import CATCH_UPS, OVERLAPS
from core.domain.spans import ELAPSED
from core.domain.strategies import STRATEGIES

WINDOW_UNITS = ("hours", "days", "weeks", "months", "rows")
HISTORY_UNITS = ("windows", *WINDOW_UNITS)
LATEST_SEED = 2**32 - 1  # numpy's and scikit-learn's largest


@dataclass(frozen=True)
class Key:
    """`read` takes the value as TOML gave it; `right` says what would be right."""

    name: str
    read: kinds.Reader
    right: str
    required: bool = False


MODEL_KEYS = (
    Key("name", kinds.name, "Write 1 to 64 letters, digits, - and _.", required=True),
    Key("task", kinds.one_of(TASKS), f"Write one of: {', '.join(TASKS)}.", required=True),
    Key("target", kinds.text, "Name the column that is to be predicted.", required=True),
    Key("time", kinds.text, "Name the column that says when a row came.", required=True),
    Key("id", kinds.text, "Name the column that identifies a row."),
    Key("label_time", kinds.text, "Name the column that says when the label was known."),
    Key("label_delay", kinds.span(*ELAPSED), 'Write how long a label takes, such as "2 days".'),
    Key("prediction", kinds.text, "Name the column that holds what production predicted."),
    Key("score", kinds.text, "Name the column that holds the score for the positive class."),
    Key("positive", kinds.label, "Write the class that scores are for, as the target column holds it."),
    Key("threshold", kinds.number(0, 1), "Write a number from 0 to 1."),
    Key(
        "features",
        kinds.columns,
        'Write a list of columns, such as ["temp", "weather"], or leave it out: every other column.',
    ),
    Key("exclude", kinds.texts, 'Write a list of columns, such as ["casual"].'),
    Key("categorical", kinds.texts, 'Write a list of columns, such as ["weather"].'),
    Key("metric", kinds.text, "Write the name of a metric of the task."),
    Key("limit", kinds.number(), "Write the value of the metric beyond which the model is failing."),
    Key(
        "window",
        kinds.span(*WINDOW_UNITS),
        'Write a number of hours, days, weeks, months or rows, such as "14 days".',
        required=True,
    ),
    Key("origin", kinds.when, 'Write the date or time where windows begin, such as "2011-01-01".'),
    Key("initial", kinds.whole(1, 100_000), "Write a whole number from 1 to 100,000."),
    Key(
        "history",
        kinds.span(*HISTORY_UNITS, word="all"),
        'Write "all", or how far back a version learns, such as "16 windows" or "112 days".',
    ),
    Key("recipe", kinds.text, 'Write a name that `evermodel recipes` lists, or "module:function".'),
    Key("script", kinds.text, 'Name a Python file of your own, such as "train.py", relative to this file.'),
    Key("arguments", kinds.listed, 'Write what the script is called with, such as ["--data", "{train}"].'),
    Key("output", kinds.text, 'Name the file that the script writes, such as "model.joblib".'),
    Key("python", kinds.text, 'Name the script\'s interpreter, such as ".venv/bin/python".'),
    Key("strategy", kinds.one_of(STRATEGIES), f"Write one of: {', '.join(STRATEGIES)}."),
    Key("ensemble", read_ensemble, 'Write ensemble = { size = 5, weights = "equal" }.'),
    Key("warm", read_warm, "Write warm = { full_every = 8 }."),
    Key("half_life", kinds.span(*ELAPSED), 'Write after how long a row weighs half, such as "90 days".'),
    Key("leave_out", read_ranges, 'Write leave_out = [["2020-03-01", "2020-06-30"]].'),
    Key("gate", kinds.one_of(GATES), f"Write one of: {', '.join(GATES)}."),
    Key("gate_rules", read_gate_rules, "Write gate_rules = { confidence = 0.95, margin = 0.0 }."),
    Key("refit", kinds.truth, "Write true or false."),
    Key("judge_at_least", kinds.whole(1, 1_000_000_000), "Write a number of rows, 1 or more."),
    Key("as_of", kinds.one_of(("data",)), 'Write "data", or leave it out: the wall clock.'),
    Key("experiment", kinds.text, 'Write a name for what belongs together, such as "churn-2026".'),
    Key("owner", kinds.text, 'Write who answers for it, such as "churn team".'),
    Key("keep", kinds.whole(1, 1_000_000), "Write how many versions keep their files, 1 or more."),
    Key("zone", kinds.zone, 'Write a name of the IANA list, such as "Europe/Lisbon".'),
    Key("seed", kinds.whole(0, LATEST_SEED), f"Write a whole number from 0 to {LATEST_SEED:,}."),
    Key("recipe_parameters", kinds.table, "Write them below a line [recipe_parameters]."),
    Key("source", kinds.table, 'Write a line [source] and below it path = "…".', required=True),
    Key("schedules", kinds.tables, "Write each below a line [[schedules]], with both pairs of brackets."),
    Key("triggers", kinds.tables, "Write each below a line [[triggers]], with both pairs of brackets."),
)

SOURCE_KEYS = (
    Key(
        "path",
        kinds.text,
        "Name a file, folder or glob of CSV, Parquet or JSON Lines, relative to this file.",
    ),
    Key("url", kinds.text, 'Write a database\'s address, such as "sqlite:///rows.db".'),
    Key("query", kinds.text, 'Write one SELECT, such as "select * from rows".'),
    Key("delimiter", kinds.separator, 'Write the character between fields, such as ";".'),
    Key("decimal", kinds.separator, 'Write the decimal mark, such as ",".'),
    Key("encoding", kinds.encoding, 'Write the text\'s encoding, such as "latin-1".'),
    Key("time_format", kinds.text, 'Write how times look, such as "%d/%m/%Y %H:%M".'),
    Key(
        "time_unit",
        kinds.one_of(("s", "ms", "us", "ns")),
        "Write the unit of a time given as a number: s, ms, us or ns.",
    ),
    Key("labels", kinds.text, "Name a file, folder or glob of labels, relative to this file."),
)

SCHEDULE_KEYS = (
    Key("name", kinds.name, "Write 1 to 64 letters, digits, - and _."),
    Key("every", kinds.text, 'Write elapsed time, such as "7 days".'),
    Key("cron", kinds.text, 'Write five fields, such as "0 3 * * 1".'),
    Key(
        "calendar",
        kinds.table,
        'Write calendar = { every = 1, unit = "weeks", on = ["monday"], at = "03:00" }.',
    ),
    Key("zone", kinds.zone, 'Write a name of the IANA list, such as "Europe/Lisbon", or leave it out.'),
    Key("start", kinds.when, 'Write a date or time, such as "2026-12-24".'),
    Key("end", kinds.when, 'Write a date or time, such as "2026-12-24".'),
    Key("grace", kinds.span(*ELAPSED), 'Write how late it may still run, such as "2 hours".'),
    Key("catch_up", kinds.one_of(CATCH_UPS), f"Write one of: {', '.join(CATCH_UPS)}."),
    Key("cap", kinds.whole(1, 1000), "Write how many missed times run, from 1 to 1,000."),
    Key("overlap", kinds.one_of(OVERLAPS, later=("cancel",)), f"Write one of: {', '.join(OVERLAPS)}."),
    Key("depends_on_past", kinds.only(False), "Write false, or leave it out."),
    Key("retries", kinds.whole(0, 100), "Write how often a run that fails is tried again, from 0 to 100."),
    Key("retry_delay", kinds.span(*ELAPSED), 'Write how long to wait before a retry, such as "5 minutes".'),
    Key("backoff", kinds.number(1, 100), "Write how many times longer each further wait is, from 1 to 100."),
    Key("time_out", kinds.span(*ELAPSED), 'Write how long a run may take, such as "2 hours".'),
)

LATER: Mapping[str, tuple[str, ...]] = {
    "model": (),
    "source": ("inbox",),
    "schedules": (
        "times",
        "exclude",
        "holidays",
        "jitter",
        "pause",
        "priority",
    ),
}
"""Keys of the contract that are not built yet."""
