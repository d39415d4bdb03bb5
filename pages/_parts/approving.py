"""Approving: the version that waits for a person, with its numbers and the two answers."""

import streamlit as st

from core.domain.versions import awaiting
from core.domain.views.versions import VersionsPage
from pages._parts.cells import badge
from pages._parts.promoting import ask_approve, ask_reject, numbers
from pages._parts.words import AWAITING


def approving(page: VersionsPage) -> None:
    """Nothing where none waits."""
    champion = page.standing.champion
    version = awaiting(page.versions, champion.number if champion else None)
    if version is None:
        return
    with st.container(border=True, key="approving"):
        st.html(f"{badge(AWAITING)} <b>v{version.number}</b>")
        st.markdown(numbers(page.standing, version))
        with st.container(horizontal=True, gap="small"):
            if st.button(f"Approve v{version.number} …", type="primary", key="approve"):
                ask_approve(page.standing, version)
            if st.button(f"Reject v{version.number} …", key="reject"):
                ask_reject(page.standing, version)
