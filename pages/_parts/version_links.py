"""Version links: from a list of versions to the pages of single ones."""

from collections.abc import Sequence

import streamlit as st

from core.domain.versions import Version


def links(model: str, versions: Sequence[Version]) -> None:
    """A link each; nothing where there is none."""
    if not versions:
        return
    with st.container(horizontal=True, gap="small", key="versionlinks"):
        for version in versions:
            link(model, version.number, f"All about v{version.number}")


def link(model: str, number: int, label: str, icon: str = ":material/arrow_forward:") -> None:
    st.page_link("version.py", label=label, icon=icon, query_params={"model": model, "version": str(number)})
