"""Add a model: by a file; for an empty home, the demonstration too."""

import streamlit as st

from pages._parts.here import notices, runtime
from pages._parts.welcoming import in_the_shell, steps, welcome

notices()
if runtime().views.health_line().models:
    st.title("Add a model")
    steps()
    in_the_shell()
else:
    welcome()
