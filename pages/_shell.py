"""Shell: the frame of every page: navigation, style, and how the scheduler is."""

from pathlib import Path
from typing import Literal

import streamlit as st

from core.domain.errors import EvermodelError
from pages._parts.alert_words import alerts_title
from pages._parts.cells import style
from pages._parts.foot import foot, warnings
from pages._parts.here import runtime
from pages._parts.linking import forget_model, link_here
from pages._parts.palette import theme

ASSETS = Path(__file__).parent / "_assets"

st.set_page_config("Evermodel", page_icon=str(ASSETS / "icon.svg"), layout="wide")
st.logo(str(ASSETS / ("logo-dark.svg" if theme() == "dark" else "logo.svg")), size="medium")
style()
try:
    line = runtime().views.health_line()
except EvermodelError as error:
    st.title("Evermodel cannot open its home")
    st.error(str(error), icon=":material/cancel:")
    st.stop()

of_one: Literal["visible", "hidden"] = "visible" if line.models else "hidden"
page = st.navigation(
    {
        "All models": [
            st.Page("overview.py", title="Overview", icon=":material/dashboard:", default=True),
            st.Page("alerts.py", title=alerts_title(line.alerts), icon=":material/notifications:"),
            st.Page("runs.py", title="Runs", icon=":material/show_chart:"),
            st.Page("schedules.py", title="Schedules", icon=":material/event_repeat:"),
            st.Page("run.py", title="Run", visibility="hidden"),
        ],
        "One model": [
            st.Page("performance.py", title="Performance", icon=":material/monitoring:", visibility=of_one),
            st.Page("drift.py", title="Drift", icon=":material/waves:", visibility=of_one),
            st.Page("versions.py", title="Versions", icon=":material/history:", visibility=of_one),
            st.Page("version.py", title="Version", visibility="hidden"),
            st.Page("model.py", title="Definition", icon=":material/description:", visibility=of_one),
        ],
        "Set up": [
            st.Page("welcome.py", title="Add a model", icon=":material/add_circle:"),
            st.Page("health.py", title="Health", icon=":material/ecg_heart:"),
        ],
    }
)
with st.sidebar:
    st.fragment(foot, run_every=5.0, key="foot")()
warnings()
forget_model()
page.run()
with st.sidebar:
    link_here()
