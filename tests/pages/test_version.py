"""The page of one version: what decided, what it is made of, its note; and the way out."""

import pytest

from core.domain.proof import Proof
from tests.pages.visiting import tables, visit, words


def _of(full, state, model="air-time"):
    versions = full.views.versions(model, full.now()).versions
    return next(version for version in reversed(versions) if version.state == state and version.scores)


def _visit(version, model="air-time"):
    seen = visit("version.py", model=model, version=str(version.number))
    assert not seen.exception
    return seen


def test_page_says_what_decided_with_the_range_and_what_the_rows_could_show(full):
    version = _of(full, "rejected")
    said = words(_visit(version))
    assert f"than that of v{version.parent} on 1,000 rows" in said or "cannot be told from that" in said
    assert "The smallest difference that these rows could show is 0.2" in said
    assert "95 %" in said


def test_page_has_data_making_segments_and_rows_that_differ_most(full):
    seen = _visit(_of(full, "champion"))
    said = words(seen)
    for part in ("What it learnt", "How it was made", "By segment", "Errors", "Predictions that differ most"):
        assert part in said
    segments = next(one for one in tables(seen) if "Where" in one)
    assert "c is missing" in list(segments["Where"])
    apart = next(one for one in tables(seen) if "Apart" in one)
    assert next(iter(apart["Apart"])) == "20"


def test_classes_have_a_curve_of_what_was_said_and_came(full):
    assert "Calibration" in words(_visit(_of(full, "retired", "hotel-cancellations"), "hotel-cancellations"))


@pytest.mark.usefixtures("full")
def test_address_of_a_version_that_is_not_there_shows_no_other():
    for address in ({"model": "air-time", "version": "999"}, {"model": "no*one", "version": "1"}, {}):
        seen = visit("version.py", **address)
        assert not seen.exception
        assert seen.title[0].value == "No such version"


def test_note_and_tags_are_written_shown_and_found_again(full):
    version = _of(full, "retired")
    seen = _visit(version)
    seen.button(key="edit-note").click().run()
    seen.text_area(key="note-text").input("Learnt the *storm* week.")
    seen.text_input(key="note-tags").input("audited, storm , audited")
    seen.button(key="save-note").click().run()
    assert not seen.exception
    note = full.views.version("air-time", version.number, full.now()).note
    assert (note.text, list(note.tags)) == ("Learnt the *storm* week.", ["audited", "storm"])
    assert "Learnt the \\*storm\\* week." in words(_visit(version))
    found = visit("versions.py", model="air-time", tag="storm")
    assert list(found.dataframe[0].value["Version"]) == [f"v{version.number}"]
    found = visit("versions.py", model="air-time", find="storm WEEK")
    assert list(found.dataframe[0].value["Version"]) == [f"v{version.number}"]


def test_tag_that_is_too_long_is_refused_in_words_and_nothing_is_kept(full):
    version = _of(full, "retired")
    seen = _visit(version)
    seen.button(key="edit-note").click().run()
    seen.text_input(key="note-tags").input("x" * 40)
    seen.button(key="save-note").click().run()
    assert "is no tag" in seen.session_state["note-refused"]
    assert full.views.version("air-time", version.number, full.now()).note is None


def test_promotion_from_the_page_of_a_version_restates_the_range(full):
    version = _of(full, "rejected")
    seen = _visit(version)
    seen.button(key="promote").click().run()
    assert "chance" in words(seen)
    seen.text_input(key="reason").input("The champion learnt a storm.")
    seen.button(key="confirm").click().run()
    assert full.views.standing("air-time", full.now()).champion.number == version.number


def test_rollback_from_the_page_of_the_champion(full):
    version = _of(full, "champion")
    seen = _visit(version)
    seen.button(key="rollback").click().run()
    seen.text_input(key="reason").input("It is slow.")
    seen.button(key="confirm").click().run()
    assert full.views.standing("air-time", full.now()).champion.number != version.number


def test_version_whose_files_went_says_so_and_offers_nothing(full):
    version = _of(full, "rejected")
    with full.home.transaction() as t:
        t.versions.let_go(version.model_id, [version.number], full.now())
    seen = _visit(version)
    assert "Its files are kept no more." in words(seen)
    assert not [button for button in seen.button if button.key in ("promote", "shadow")]


def test_version_that_can_be_rebuilt_no_more_says_why_beside_its_last_proof(full):
    version = _of(full, "retired")
    with full.home.transaction() as t:
        t.reproductions.add(version.model_id, Proof(version.number, 1, full.now(), True, 0.0))
    seen = _visit(version)
    assert "Every prediction of the rows that were put aside for this is the same." in words(seen)
    assert f"v{version.number} is of an older Evermodel, which did not keep what it was made of." in words(
        seen
    )
    assert "rebuild" not in [one.key for one in seen.button]
