"""Version: one version: what decided, what its promotion bought, what it is made of."""

import streamlit as st

from core.domain.errors import EvermodelError
from core.domain.views.version import VersionDetail, VersionPage
from pages._parts.findings_parts import apart_part, calibration_part, importance_part, segments_part, told_of
from pages._parts.here import notices, now, plain, runtime, watch, zone
from pages._parts.lines import lines_table
from pages._parts.linking import show_model
from pages._parts.noting import noting
from pages._parts.version_changes import version_changes
from pages._parts.version_facts import data_lines, making_lines, warnings_of
from pages._parts.version_head import asked_of_a_person, version_head
from pages._parts.version_proof import version_proof
from pages._parts.version_story import scores, what_decided, what_it_bought
from pages._parts.version_taken import version_taken


def main() -> None:
    page = _asked()
    if page is None:
        return
    name, number = page.standing.model.name, page.version.number
    show_model(name)
    watch(name)
    version_head(page)
    notices()
    asked_of_a_person(page)
    left, right = st.columns([6, 5], gap="large")
    with left:
        what_decided(page)
        scores(page)
    with right:
        what_it_bought(page)
        version_proof(page, zone())
        st.subheader("Note and tags")
        noting(name, number, page.note, zone())
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("What it learnt")
        lines_table(data_lines(page, zone()), kind="em-facts")
        version_changes(page)
    with right:
        st.subheader("How it was made")
        lines_table(making_lines(page, zone()), kind="em-facts")
        for words in warnings_of(page.version):
            st.caption(f":material/info: {plain(words)}")
    _judged_rows(page)
    version_taken(page)


def _asked() -> VersionPage | None:
    """The version in the address; else a word about it."""
    name, text = (st.query_params.get(key, "") for key in ("model", "version"))
    try:
        return runtime().views.version(name, int(text), now())
    except (ValueError, OverflowError, EvermodelError):
        st.title("No such version")
        which = f"no version {plain(text)}" if text else "no version in this address"
        st.markdown(f"There is {which}{f' of a model {plain(name)}' if name else ''}.")
        st.page_link("versions.py", label="The versions that there are", icon=":material/history:")
        return None


def _judged_rows(page: VersionPage) -> None:
    """What the judged rows say in detail, beside the champion then where there was one."""
    model, version = page.standing.model, page.version
    beside = bool(version.champion_scores) and page.parent is not None
    name, rival = f"v{version.number}", f"v{version.parent}"
    versions = [version, *([page.parent] if beside and page.parent else [])]
    told = told_of(versions, {version.number: VersionDetail(page.findings)}, beside)
    left, right = st.columns(2, gap="large")
    with left:
        segments_part(model, told, name)
    with right:
        calibration_part(model, told, name)
    left, right = st.columns(2, gap="large")
    with left:
        importance_part(model, [(name, page.importance)], name)
    with right:
        why = (
            f"{name} and {rival} said the same of every row, or single rows were not kept when it was made."
            if beside
            else f"{name} was not judged beside another version."
        )
        apart_part(page.findings, (name, rival), why, zone(), name)


main()
