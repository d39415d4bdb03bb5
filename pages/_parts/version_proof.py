"""Version proof: whether a version was rebuilt and said the same again, and the button that does it."""

from html import escape

import streamlit as st

from core.domain.proof import Proof
from core.domain.views.version import VersionPage
from core.domain.wording import capital
from pages._parts.cells import badge
from pages._parts.here import attempt, plain, runtime
from pages._parts.words import DIFFERS, REBUILT, State, day


def proof_state(proof: Proof, zone: str) -> State:
    """Its badge: the date, and what came of it."""
    kind = REBUILT if proof.same else DIFFERS
    return State(f"Rebuilt {day(proof.at, zone)}: {proof.words}", kind.icon, kind.color, kind.mark)


def proof_badge(page: VersionPage, zone: str) -> str:
    """As HTML; nothing where nobody rebuilt it."""
    return f" {badge(proof_state(page.proof, zone))}" if page.proof else ""


def version_proof(page: VersionPage, zone: str) -> None:
    """What the last rebuilding found, and the button for another."""
    name, version, proof = page.standing.model.name, page.version, page.proof
    st.subheader("Proof")
    if page.rebuilding:
        st.caption(":material/progress_activity: It is being rebuilt; what comes of it appears here.")
    elif proof is not None:
        st.html(f"<div>{badge(proof_state(proof, zone))} {escape(_found(proof))}</div>")
        for cause in proof.differs:
            st.markdown(f"- {plain(cause)}")
    elif page.unprovable is None:
        st.caption("Nobody rebuilt it yet: rows, code, settings and seed are kept for it.")
    if page.unprovable is not None:
        st.caption(plain(page.unprovable))
        return
    st.button(
        "Rebuild and compare",
        key="rebuild",
        icon=":material/verified:",
        on_click=_rebuild,
        args=(name, version.number),
        disabled=page.rebuilding,
    )


def _found(proof: Proof) -> str:
    if proof.same:
        return "Every prediction of the rows that were put aside for this is the same."
    if proof.largest_difference is None:
        return f"{capital(proof.words)}."
    return f"The largest difference of a prediction is {proof.largest_difference:.3g}."


def _rebuild(name: str, number: int) -> None:
    def act() -> str:
        run, merged = runtime().reproduce(name, number)
        return (
            f"v{number} is being rebuilt already, by run {run.id}."
            if merged
            else f"Run {run.id} rebuilds v{number}."
        )

    attempt(act)
