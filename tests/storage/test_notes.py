"""Notes and findings beside versions, and the view of one version over them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput, NotThere
from core.domain.findings import Findings, Segment
from core.domain.learning import Chunk, Snapshot
from core.domain.models import Kept
from core.domain.notes import LONGEST, LONGEST_TAG, MOST_TAGS, Note, written
from storage.columns import to_json
from storage.database import Home
from storage.views.home import Views
from tests.home_kit import NOW, add_version


@given(st.text(max_size=LONGEST), st.lists(st.text(max_size=60), max_size=20))
def test_note_and_tags_are_kept_whole_or_refused(text: str, tags: list[str]) -> None:
    try:
        kept, kept_tags = written(text, tags)
    except BadInput:
        assert len(set(tags)) > MOST_TAGS or any(
            len(tag.strip()) > LONGEST_TAG or "," in tag or not tag.strip().isprintable() for tag in tags
        )
        return
    assert kept == text.strip()
    assert list(kept_tags) == list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))


def test_note_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="2,001 letters"):
        written("x" * (LONGEST + 1), [])


def test_last_note_stands_in_place_of_the_one_before_and_moves_the_stamp(home: Home, kept: Kept) -> None:
    with home.transaction() as t:
        version = add_version(t, kept)
    views = Views(home)
    before = views.stamp("m")
    for text in ("first", "second"):
        with home.transaction() as t:
            t.notes.save(kept.id, version.number, Note(text, ("a", "b"), "me", NOW))
    assert views.version("m", version.number, NOW).note == Note("second", ("a", "b"), "me", NOW)
    assert views.versions("m", NOW).notes[version.number].text == "second"
    assert views.stamp("m") != before


def test_details_are_of_the_versions_asked_for_alone(home: Home, kept: Kept) -> None:
    found = Findings("rmse", 40, [Segment("c", None, 40, 1.5, None)])
    with home.transaction() as t:
        first, second, third = (add_version(t, kept).number for _ in range(3))
        t.judgements.save(kept.id, second, found)
        t.drifts.save_importance(kept.id, third, {"x": 0.5})
    details = Views(home).details("m", [first, second])
    kept_findings = details[second].findings
    assert kept_findings is not None
    assert to_json(kept_findings.plain()) == to_json(found.plain())
    assert details[first].findings is None
    assert set(details) == {first, second}
    assert Views(home).version("m", third, NOW).importance == {"x": 0.5}


@pytest.mark.usefixtures("kept")
def test_version_that_is_not_there_is_refused_by_its_number(home: Home) -> None:
    with pytest.raises(NotThere, match="no version 7"):
        Views(home).version("m", 7, NOW)


def test_rows_shared_with_the_parent_are_those_that_both_take_of_one_chunk(home: Home, kept: Kept) -> None:
    old = Snapshot("old", 1, 90, (Chunk("aa", 1, 60), Chunk("bb", 2, 30)))
    new = Snapshot("new", 3, 90, (Chunk("aa", 1, 60, 20), Chunk("bb", 2, 30), Chunk("cc", 3, 20)))
    with home.transaction() as t:
        t.snapshots.add(kept.id, old)
        t.snapshots.add(kept.id, new)
        parent, child = add_version(t, kept).number, add_version(t, kept).number
        for number, snapshot, of in ((parent, "old", None), (child, "new", parent)):
            t.database.execute(
                "update versions set snapshot = ?, parent = ? where number = ?", [snapshot, of, number]
            )
    page = Views(home).version("m", child, NOW)
    assert page.snapshot is not None
    assert (page.snapshot.rows, page.snapshot.pieces, page.snapshot.shared) == (90, 3, 70)
    assert (page.before, page.after) == (parent, None)
    assert page.parent is not None
    assert page.parent.number == parent
