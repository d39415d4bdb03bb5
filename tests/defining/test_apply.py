"""Applying files: all or nothing, idempotent, and the file wins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.defining.flow import examine, remove, save
from core.domain.clock import micros, moment
from core.domain.errors import BadInput, NotAllowed, NotThere
from core.domain.learning import Snapshot
from core.domain.runs import Asked
from core.domain.spans import Span
from core.domain.windows import Window
from core.scheduling.flow import set_schedule
from storage.database import Home
from tests.home_kit import version_of

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
WEEKLY = '[[schedules]]\nevery = "7 days"\n'


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    yield home
    home.close()


@pytest.fixture
def apply(home, files):
    def apply(*paths, now=NOW):
        examined = examine(paths, files)
        with home.transaction() as t:
            return save(t, examined, now)

    return apply


@pytest.fixture
def kept(home):
    def kept(name="bikes"):
        with home.reading() as t:
            return t.models.get(name)

    return kept


@pytest.fixture
def schedules(home, kept):
    def schedules(name="bikes"):
        with home.reading() as t:
            return t.schedules.of(kept(name).id)

    return schedules


@pytest.fixture
def add_version(home, kept):
    """A version of a model, so that its file is held to it."""

    def add_version():
        model = kept()
        with home.transaction() as t:
            run, _ = t.runs.queue(Asked(model.id, "retrain", "manual"), NOW)
            t.runs.claim(run.id, "token", 1, 1.0, NOW)
            t.snapshots.add(model.id, Snapshot("s", micros(NOW), 10, ()))
            t.versions.add(version_of(model.id, run.id, NOW))
            t.runs.end(run.id, "token", "succeeded", NOW)

    return add_version


def test_a_new_file_creates_its_model_and_schedules(apply, write_rows, write_model, kept, schedules):
    write_rows()
    (applied,) = apply(write_model(below=WEEKLY))
    assert applied.plain() == {"model": "bikes", "change": "created", "differences": []}
    assert kept().survey.rows == 60
    assert moment(kept().origin) == datetime(2011, 1, 1, tzinfo=UTC)
    assert [schedule.rule.every for schedule in schedules()] == [Span(7, "days")]


def test_the_same_file_twice_changes_nothing(apply, write_rows, write_model, kept, schedules):
    write_rows()
    path = write_model(
        below=WEEKLY + '[[schedules]]\nname = "monday"\ncron = "0 3 * * 1"\ncatch_up = "skip"\n'
    )
    apply(path)
    before = kept(), schedules()
    (applied,) = apply(path, now=LATER)
    assert (applied.change, applied.differences) == ("unchanged", ())
    assert (kept(), schedules()) == before


def test_more_rows_change_no_model(apply, write_rows, write_model, kept):
    write_rows()
    path = write_model()
    apply(path)
    before = kept()
    write_rows(hr=range(80))
    assert apply(path, now=LATER)[0].change == "unchanged"
    assert kept() == before


def test_a_new_column_is_fixed_when_the_file_is_applied_again(apply, write_rows, write_model, kept):
    write_rows()
    path = write_model()
    apply(path)
    write_rows(hr=range(60), wind=[0.5] * 60)
    (applied,) = apply(path, now=LATER)
    assert (applied.change, applied.differences) == ("changed", ("column wind: added (double)",))
    assert "wind" in kept().features
    assert apply(path)[0].change == "unchanged"


def test_what_differs_is_listed_and_the_file_wins(apply, write_rows, write_model, kept):
    write_rows()
    apply(write_model(limit="100"))
    (applied,) = apply(write_model(limit="120", gate='"hold"'), now=LATER)
    assert applied.differences == ("limit: 100 → 120", "gate: not_worse → hold")
    assert (kept().model.limit, kept().model.gate, kept().applied) == (120.0, "hold", LATER)


def test_an_edit_made_on_a_page_gives_way_to_the_file(apply, home, write_rows, write_model, kept, schedules):
    write_rows()
    path = write_model(below=WEEKLY)
    apply(path)
    with home.transaction() as t:
        t.models.change(kept(), replace(kept().model, gate="always"), kept().survey, kept().origin, NOW)
        set_schedule(
            t, kept(), replace(schedules()[0].rule, every=Span(1, "days")), NOW, schedule=schedules()[0]
        )
    (applied,) = apply(path, now=LATER)
    assert applied.differences == (
        "gate: always → not_worse",
        "schedule every day: removed",
        "schedule every 7 days: added",
    )
    assert [schedule.rule.every for schedule in schedules()] == [Span(7, "days")]


def test_a_schedule_that_keeps_its_content_keeps_its_phase(apply, write_rows, write_model, schedules):
    write_rows()
    apply(write_model(below=WEEKLY))
    before = schedules()[0]
    apply(write_model(limit="9", below='[[schedules]]\nevery = "1 day"\n' + WEEKLY), now=LATER)
    again = next(schedule for schedule in schedules() if schedule.rule.every == Span(7, "days"))
    assert again == before


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        (None, "weekly", "schedule every 7 days → weekly, every 7 days"),
        ("weekly", "often", "schedule weekly, every 7 days → often, every 7 days"),
        ("weekly", None, "schedule weekly, every 7 days → every 7 days"),
    ],
)
def test_a_schedules_new_name_leaves_its_phase(
    apply, write_rows, write_model, schedules, old, new, difference
):
    def below(name):
        return WEEKLY + (f'name = "{name}"\n' if name else "")

    write_rows()
    apply(write_model(below=below(old)))
    before = schedules()[0]
    (applied,) = apply(write_model(below=below(new)), now=LATER)
    assert applied.differences == (difference,)
    assert [(one.id, one.anchor, one.name) for one in schedules()] == [(before.id, before.anchor, new)]
    assert apply(write_model(below=below(new)))[0].change == "unchanged"


def test_a_named_schedule_is_changed_in_its_place(apply, write_rows, write_model, schedules):
    write_rows()
    apply(write_model(below=f'{WEEKLY}name = "often"\n'))
    before = schedules()[0]
    (applied,) = apply(write_model(below='[[schedules]]\nname = "often"\nevery = "2 days"\n'), now=LATER)
    assert applied.differences == ("schedule often, every 7 days → often, every 2 days",)
    assert [(one.id, one.rule.every, one.anchor) for one in schedules()] == [
        (before.id, Span(2, "days"), LATER)
    ]


def test_a_schedule_that_left_the_file_is_removed(apply, write_rows, write_model, schedules):
    write_rows()
    apply(write_model(below=WEEKLY))
    assert apply(write_model(), now=LATER)[0].differences == ("schedule every 7 days: removed",)
    assert schedules() == []


def test_a_pause_made_on_a_page_outlives_the_file(apply, home, write_rows, write_model, schedules):
    write_rows()
    path = write_model(below=WEEKLY)
    apply(path)
    with home.transaction() as t:
        t.schedules.pause(schedules()[0], NOW, "holidays")
    assert apply(path, now=LATER)[0].change == "unchanged"
    assert schedules()[0].paused


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"window": '"2 days"', "initial": "3"}, ["window", "initial"]),
        ({"task": '"multiclass"', "target": '"weather"'}, ["task", "target"]),
        ({"zone": '"Europe/Lisbon"', "origin": '"2011-01-02"'}, ["origin", "zone"]),
    ],
)
def test_what_versions_rest_on_may_not_change(
    apply, write_rows, write_model, kept, add_version, changes, keys
):
    write_rows()
    apply(write_model())
    add_version()
    before = kept()
    with pytest.raises(NotAllowed) as caught:
        apply(write_model(**changes, limit="5"))
    assert [fault.key for fault in caught.value.faults] == keys
    assert kept() == before


def test_what_versions_do_not_rest_on_may_change(apply, write_rows, write_model, add_version, kept):
    write_rows()
    apply(write_model())
    add_version()
    origin = kept().origin
    write_rows("older.csv", at=[f"2010-12-{1 + i % 28:02d}" for i in range(60)])
    assert apply(write_model(path="older.csv", gate='"always"'))[0].change == "changed"
    assert kept().origin == origin


def test_windows_of_another_meaning_are_forgotten(apply, home, write_rows, write_model, kept):
    write_rows()
    apply(write_model())
    with home.transaction() as t:
        t.windows.save(kept().id, [Window(0, NOW, LATER, 10, 10, True, True)])
    apply(write_model(limit="5"))
    with home.reading() as t:
        assert len(t.windows.all(kept().id)) == 1
    apply(write_model(limit="5", origin='"2011-01-05"'))
    with home.reading() as t:
        assert t.windows.all(kept().id) == []
    assert moment(kept().origin) == datetime(2011, 1, 5, tzinfo=UTC)


def test_a_changed_model_lets_the_next_monitoring_look_at_its_source_anew(
    apply, home, write_rows, write_model, kept
):
    write_rows()
    apply(write_model())
    with home.transaction() as t:
        t.models.saw(kept().id, {"bikes.csv": [1, 2]}, NOW)
    apply(write_model())
    with home.reading() as t:
        assert t.models.seen(kept().id) == ({"bikes.csv": [1, 2]}, NOW)
    apply(write_model(label_delay='"2 days"'))
    with home.reading() as t:
        assert t.models.seen(kept().id) == ({}, NOW)


def test_two_files_with_one_models_name_are_a_fault(apply, write_rows, write_model, kept):
    write_rows()
    with pytest.raises(BadInput) as caught:
        apply(write_model(), write_model(file="other.toml"))
    (fault,) = caught.value.faults
    assert (fault.key, fault.file.endswith("other.toml")) == ("name", True)
    assert "bikes.toml" in fault.problem
    with pytest.raises(NotThere):
        kept()


def test_one_file_named_twice_counts_once(apply, write_rows, write_model):
    write_rows()
    path = write_model()
    assert [one.change for one in apply(path, path)] == ["created"]


def test_faults_of_all_files_come_together_and_nothing_is_saved(
    home, apply, write_rows, write_model, tmp_path
):
    write_rows()
    sound, wrong, far = (
        write_model(),
        write_model("b", initial="0", seed="-1"),
        write_model("c", path="none.csv"),
    )
    with pytest.raises(BadInput) as caught:
        apply(sound, wrong, far, tmp_path / "nowhere.toml")
    assert {(fault.file.rsplit("/", 1)[-1], fault.key) for fault in caught.value.faults} == {
        ("b.toml", "initial"),
        ("b.toml", "seed"),
        ("c.toml", "source.path"),
        ("nowhere.toml", None),
    }
    with home.reading() as t:
        assert t.models.all() == []


def test_a_removed_model_takes_its_schedules_and_queued_runs_with_it(
    apply, home, write_rows, write_model, kept
):
    write_rows()
    apply(write_model(below=WEEKLY))
    model = kept()
    with home.transaction() as t:
        run, _ = t.runs.queue(Asked(model.id, "retrain", "manual"), NOW)
        remove(t, model, LATER)
    with home.reading() as t:
        assert t.models.all() == []
        assert t.schedules.all() == []
        assert t.runs.get(run.id).state == "cancelled"
    assert apply(write_model())[0].change == "created"


def test_a_model_with_a_running_run_is_not_removed(apply, home, write_rows, write_model, kept):
    write_rows()
    apply(write_model())
    with home.transaction() as t:
        run, _ = t.runs.queue(Asked(kept().id, "retrain", "manual"), NOW)
        t.runs.claim(run.id, "token", 1, 1.0, NOW)
    with pytest.raises(NotAllowed, match=f"evermodel cancel {run.id}"), home.transaction() as t:
        remove(t, kept(), LATER)
    assert kept().model.name == "bikes"
