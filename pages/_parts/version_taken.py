"""Version taken: a version's model card to read, and what of it can be taken out as files."""

import streamlit as st

from core.domain.errors import EvermodelError
from core.domain.views.version import VersionPage
from core.domain.wording import JOBLIB_WORDS
from pages._parts.here import plain, runtime


def version_taken(page: VersionPage) -> None:
    name, version = page.standing.model.name, page.version
    st.subheader("Take it out")
    suffix, gone = version.artifact.rpartition(".")[2], version.let_go is not None
    card = _card(name, version.number)
    with st.container(horizontal=True, gap="small", key="taken"):
        st.download_button(
            "Download model",
            lambda: runtime().artifact(name, version.number),
            f"{name}-v{version.number}.{suffix}",
            "application/octet-stream",
            on_click="ignore",
            icon=":material/download:",
            disabled=gone,
            help="Its files are kept no more." if gone else None,
            key="artifact",
        )
        st.download_button(
            "Download model card",
            card or "",
            f"{name}-v{version.number}-MODEL_CARD.md",
            "text/markdown",
            on_click="ignore",
            icon=":material/description:",
            disabled=card is None,
            key="card",
        )
    if suffix == "joblib":
        st.caption(f":material/warning: {plain(JOBLIB_WORDS)}")
    st.caption(
        plain(
            f"`evermodel export {name} {version.number} --to FOLDER` writes both, "
            "its facts and the list of its rows."
        )
    )
    if card is None:
        return
    with st.expander("Model card", icon=":material/description:", key="modelcard"):
        st.markdown(card.replace("\n# ", "\n### ").replace("\n## ", "\n#### ").removeprefix("# "))


def _card(name: str, number: int) -> str | None:
    try:
        return runtime().card(name, number)
    except EvermodelError as error:
        st.caption(f"There is no model card: {plain(str(error))}")
        return None
