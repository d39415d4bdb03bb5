"""Evermodel's server: `evermodel serve`, `streamlit run app.py` or `python app.py`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import streamlit as st  # noqa: E402

from core.entrypoints.web import lifespan, middleware, routes  # noqa: E402

app = st.App(HERE / "pages" / "_shell.py", lifespan=lifespan, routes=routes(), middleware=middleware())

if __name__ == "__main__":
    app.run()
