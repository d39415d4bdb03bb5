"""Run log: the newest of what a run's process printed, its last line in view while more comes."""

import streamlit as st

from core.domain.runs import Run
from core.domain.wording import in_bytes
from pages._parts.empty import nothing
from pages._parts.here import runtime

SHOWN = 60_000
"""Bytes that a page shows at most: it is sent anew each second, and a log has up to 10 MB."""


def run_log(run: Run, height: int) -> None:
    log, size = runtime().log_end(run.id, SHOWN)
    if not log.strip():
        nothing(
            "The log is empty." if run.over else "Nothing in the log yet.",
            "A run writes its first line when its process begins.",
        )
        return
    with st.container(height=height, border=False, autoscroll=True, key="log"):
        st.code(log, language=None)
    if size > SHOWN:
        st.caption(f"The newest of {in_bytes(size)}; *Download log* has all that is kept.")


def log_button(run: Run) -> None:
    """The whole of it is read only when somebody clicks."""
    st.download_button(
        "Download log",
        lambda: runtime().log(run.id),
        f"run-{run.id}.log",
        "text/plain",
        icon=":material/download:",
        on_click="ignore",
        disabled=not runtime().log_end(run.id, 1)[1],
    )
