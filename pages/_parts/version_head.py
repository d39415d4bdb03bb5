"""Version head: which version it is, how it stands, what can be done about it, and the way to the others."""

from html import escape

import streamlit as st

from core.domain.versions import before_present, stints
from core.domain.views.version import VersionPage
from core.monitoring.buying_words import proposal
from pages._parts.cells import badge
from pages._parts.going_back import back_button
from pages._parts.here import attempt, plain, runtime, zone
from pages._parts.promoting import ask_approve, ask_promote, ask_reject, ask_rollback, ask_shadow, numbers
from pages._parts.verdict_words import state_of
from pages._parts.version_links import link
from pages._parts.version_proof import proof_badge
from pages._parts.version_story import waits
from pages._parts.version_words import reason_of, served


def version_head(page: VersionPage) -> None:
    model, version = page.standing.model, page.version
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="pagehead"):
        st.title(f"{model.name}, v{version.number}", width="content")
        badges = badge(state_of(version, waits(page))) + proof_badge(page, zone())
        st.html(f'<div class="em-why">{badges} {escape(_sentence(page))}</div>', width="stretch")
        _acts(page)
    with st.container(horizontal=True, gap="medium", key="versionnav"):
        st.page_link(
            "versions.py",
            label="All versions",
            icon=":material/history:",
            query_params={"model": model.name, "versions": _pair(page)},
        )
        if page.before is not None:
            link(model.name, page.before, f"v{page.before}", ":material/chevron_left:")
        if page.after is not None:
            link(model.name, page.after, f"v{page.after}", ":material/chevron_right:")


def asked_of_a_person(page: VersionPage) -> None:
    """What waits for a person: an approval, or a rollback that is proposed."""
    standing, version = page.standing, page.version
    if waits(page):
        with st.container(border=True, key="approving"):
            st.markdown(
                f"**A person decides whether v{version.number} serves.** {numbers(standing, version)}"
            )
            with st.container(horizontal=True, gap="small"):
                if st.button(f"Approve v{version.number} …", type="primary", key="approve"):
                    ask_approve(standing, version)
                if st.button(f"Reject v{version.number} …", key="reject"):
                    ask_reject(standing, version)
    elif version.state == "champion" and (why := proposal(standing.model, standing.proposed)):
        with st.container(border=True, key="proposed"):
            st.markdown(f":orange-badge[:material/warning: Rollback proposed] {plain(why)}")
            back_button(standing, "proposed-back", primary=True)


def _sentence(page: VersionPage) -> str:
    version = page.version
    gone = "" if version.let_go is None else " Its files are kept no more."
    lived = served(stints(page.promotions), version.number, zone())
    if version.state == "champion":
        return f"Serves {lived}."
    if version.state == "retired":
        return f"Served {lived}.{gone}"
    if waits(page):
        return "A person decides whether it serves."
    if version.state == "challenger":
        return "Scores new windows beside the champion, and serves none."
    return f"{reason_of(version).rstrip('.')}.{gone}"


def _acts(page: VersionPage) -> None:
    standing, version = page.standing, page.version
    if version.let_go is not None or waits(page):
        return
    back = before_present(page.promotions)
    if version.state == "champion":
        if (
            back is not None
            and standing.proposed is None
            and st.button(f"Roll back to v{back} …", key="rollback")
        ):
            ask_rollback(standing, runtime().version(standing.model.name, back), page.bought)
        return
    if standing.champion is not None:
        _shadow_button(page)
    if back == version.number:
        if st.button(f"Roll back to v{back} …", key="rollback"):
            ask_rollback(standing, version, None)
    elif st.button(f"Promote v{version.number} …", key="promote"):
        ask_promote(standing, version)


def _shadow_button(page: VersionPage) -> None:
    name, version = page.standing.model.name, page.version
    if version.state == "challenger":
        st.button("End its shadow", key="unshadow", on_click=_unshadow, args=(name, version.number))
    elif st.button("Score beside the champion …", key="shadow"):
        ask_shadow(page.standing, version)


def _unshadow(name: str, number: int) -> None:
    def act() -> str:
        runtime().unshadow(name, number)
        return f"v{number} scores beside the champion no more."

    attempt(act)


def _pair(page: VersionPage) -> str:
    """What the list ticks when one comes back: this one and the one that it is read beside."""
    return ",".join(
        str(number) for number in (page.version.number, page.version.parent) if number is not None
    )
