"""Schedules: the form."""

from datetime import UTC, datetime, timedelta

from pages._parts.schedule_list import MOST
from tests.pages.seed import Story
from tests.pages.visiting import visit, words


def _form(full, model="air-time"):
    seen = visit("schedules.py", model=model)
    line = next(line for line in _lines(full) if line.model == model)
    return seen, line.schedule, f"{line.schedule.id}-{line.schedule.revision}"


def _lines(full):
    return full.views.schedules(full.now(), timedelta(days=14), timedelta(days=21))


def test_save_is_disabled_until_something_differs(full):
    seen, _, _ = _form(full)
    assert seen.button(key="save").disabled


def test_edit_shows_the_next_five_beside_those_now_saved(full):
    seen, _, key = _form(full)
    seen.text_input(key=f"cron-{key}").input("0 4 * * 1").run()
    shown = words(seen)
    assert "Next five: **Mon 30 Nov, 04:00** · Mon 7 Dec, 04:00" in shown
    assert "As saved now: Mon 30 Nov, 03:00" in shown
    assert "5 of the 5 times change" in shown


def test_save_keeps_the_new_rule(full):
    seen, schedule, key = _form(full)
    seen.segmented_control(key=f"kind-{key}").set_value("every").run()
    seen.number_input(key=f"amount-{key}").set_value(1).run()
    seen.selectbox(key=f"unit-{key}").set_value("minutes").run()
    seen.button(key="save").click().run()
    assert not seen.exception
    saved = next(line.schedule for line in _lines(full) if line.schedule.id == schedule.id)
    assert str(saved.rule.every) == "1 minute"
    assert "is saved" in seen.info[0].value


def test_bad_cron_line_shows_one_clear_error_and_cannot_be_saved(full):
    seen, _, key = _form(full)
    seen.text_input(key=f"cron-{key}").input("61 3 * * 1").run()
    assert len(seen.error) == 1
    assert "61" in seen.error[0].value
    assert seen.button(key="save").disabled
    assert not seen.exception


def test_end_before_the_start_is_said_without_stray_marks(full):
    seen, _, key = _form(full)
    seen.text_input(key=f"start-{key}").input("2026-12-24")
    seen.text_input(key=f"end-{key}").input("2026-12-01").run()
    assert "`end` (2026-12-01) is before `start`" in seen.error[0].value
    assert seen.button(key="save").disabled


def test_edit_made_by_another_meanwhile_is_refused(full):
    seen, schedule, key = _form(full)
    seen.text_input(key=f"cron-{key}").input("0 4 * * 1").run()
    full.change_schedule(schedule.id, schedule.revision, {"cron": "0 5 * * 1"})
    seen.button(key="save").click().run()
    assert "changed by another" in seen.error[0].value


def test_pause_asks_for_a_reason(full):
    seen, schedule, _ = _form(full)
    seen.button(key="pause").click().run()
    seen.button(key="confirm-pause").click().run()
    assert not next(line.schedule for line in _lines(full) if line.schedule.id == schedule.id).paused
    seen, schedule, _ = _form(full)
    seen.button(key="pause").click().run()
    seen.text_input(key="pause-reason").input("The source moves.")
    seen.button(key="confirm-pause").click().run()
    paused = next(line.schedule for line in _lines(full) if line.schedule.id == schedule.id)
    assert (paused.paused, paused.pause_reason) == (True, "The source moves.")


def test_paused_schedule_resumes_by_one_press(full):
    seen, schedule, _ = _form(full, "price-elasticity")
    seen.button(key="resume").click().run()
    assert not next(line.schedule for line in _lines(full) if line.schedule.id == schedule.id).paused


def test_new_schedule_is_added_to_the_model_chosen(full):
    seen = visit("schedules.py", schedule="new")
    seen.selectbox(key="new-model").set_value("brand-new").run()
    seen.button(key="save").click().run()
    assert not seen.exception
    assert [line.words for line in _lines(full) if line.model == "brand-new"] == [
        "every Monday at 03:00, Europe/Berlin"
    ]


def test_calendar_is_chosen_by_fields_and_saved(full):
    seen, schedule, key = _form(full)
    seen.segmented_control(key=f"kind-{key}").set_value("calendar").run()
    seen.number_input(key=f"calendar-every-{key}").set_value(4)
    seen.multiselect(key=f"calendar-on-weeks-{key}").set_value(["monday", "friday"])
    seen.text_input(key=f"calendar-at-{key}").input("03:00, 15:00").run()
    assert "every 4 weeks on Monday and Friday at 03:00 and 15:00" in words(seen)
    seen.button(key="save").click().run()
    assert not seen.exception
    saved = next(line.schedule for line in _lines(full) if line.schedule.id == schedule.id)
    assert saved.rule.calendar.plain() == {
        "every": 4,
        "unit": "weeks",
        "on": ["monday", "friday"],
        "at": ["03:00", "15:00"],
    }


def test_days_of_a_month_are_chosen_by_name(full):
    seen, _, key = _form(full)
    seen.segmented_control(key=f"kind-{key}").set_value("calendar").run()
    seen.selectbox(key=f"calendar-unit-{key}").set_value("months").run()
    seen.multiselect(key=f"calendar-on-months-{key}").set_value(["last", "first sunday"]).run()
    assert "every month on the first Sunday and last day at 03:00" in words(seen)


def test_calendar_without_a_day_says_what_is_missing_and_cannot_be_saved(full):
    seen, _, key = _form(full)
    seen.segmented_control(key=f"kind-{key}").set_value("calendar").run()
    seen.multiselect(key=f"calendar-on-weeks-{key}").set_value([]).run()
    assert "on which days" in seen.error[0].value
    assert seen.button(key="save").disabled


def _open(seen, key):
    """As a click on the expander does."""
    seen.session_state[f"options-{key}"] = True
    seen.run()


def test_options_are_said_and_saved_and_the_phase_stays(full):
    seen, schedule, key = _form(full)
    assert not [one for one in seen.selectbox if one.key == f"catch-up-{key}"]
    _open(seen, key)
    seen.selectbox(key=f"catch-up-{key}").set_value("all").run()
    seen.number_input(key=f"cap-{key}").set_value(4)
    seen.selectbox(key=f"overlap-{key}").set_value("queue")
    seen.selectbox(key=f"grace-{key}").set_value("6 hours")
    seen.selectbox(key=f"time-out-{key}").set_value("2 hours")
    seen.number_input(key=f"retries-{key}").set_value(3).run()
    seen.selectbox(key=f"retry-delay-{key}").set_value("1 minute").run()
    assert "Missed ones all run, at most 4, one may wait behind a running one" in words(seen)
    seen.button(key="save").click().run()
    assert not seen.exception
    saved = next(line.schedule for line in _lines(full) if line.schedule.id == schedule.id)
    assert saved.options.plain() == {
        "catch_up": "all",
        "cap": 4,
        "overlap": "queue",
        "grace": "6 hours",
        "time_out": "2 hours",
        "retries": 3,
        "retry_delay": "1 minute",
    }
    assert saved.anchor == schedule.anchor
    key = f"{saved.id}-{saved.revision}"
    _open(seen, key)
    seen.selectbox(key=f"grace-{key}").set_value("Any").run()
    seen.button(key="save").click().run()
    assert next(line.schedule for line in _lines(full) if line.schedule.id == saved.id).options.grace is None


def test_form_tells_of_a_time_that_clocks_skip(full):
    seen, _, key = _form(full)
    seen.text_input(key=f"cron-{key}").input("30 2 * * SUN").run()
    assert "none of the five falls in that hour, but a later one does" in words(seen)


def _type(box, text):
    """What AppTest cannot do by itself: another option than those that are listed."""
    box.options = [*box.options, text]
    return box.set_value(text)


def test_zones_are_a_few_and_any_other_is_typed(full):
    seen, _, key = _form(full)
    zones = seen.selectbox(key=f"zone-{key}")
    assert len(zones.options) < 6
    _type(zones, "America/New_York").run()
    assert "America/New\\_York" in words(seen)
    _type(seen.selectbox(key=f"zone-{key}"), "Europe/Berlim").run()
    assert "Europe/Berlin" in seen.error[0].value


def test_pause_until_a_date_is_shown_with_it(full):
    seen, schedule, _ = _form(full)
    seen.button(key="pause").click().run()
    seen.text_input(key="pause-reason").input("The source moves.")
    seen.datetime_input(key="pause-until").set_value(datetime(2026, 12, 24, 3, 0))
    seen.button(key="confirm-pause").click().run()
    assert not seen.exception
    paused = next(line.schedule for line in _lines(full) if line.schedule.id == schedule.id)
    assert paused.paused_until == datetime(2026, 12, 24, 2, tzinfo=UTC)
    seen, _, _ = _form(full)
    assert "Paused until Thu 24 Dec, 03:00: The source moves." in seen.info[0].value


def test_click_on_a_model_in_the_list_opens_its_schedule_and_marks_its_row(full):
    other = _lines(full)[1]
    seen = visit("schedules.py")
    seen.button(key=f"due-{other.schedule.id}").click().run()
    assert not seen.exception
    assert f"chosen-{other.schedule.id}" in [one.key for one in seen.button]
    assert other.model in [one.value for one in seen.subheader]
    assert seen.query_params["schedule"] == str(other.schedule.id)


def test_long_list_has_pages_and_begins_with_that_of_the_chosen_one(told):
    runtime = told(*(Story(f"m-{n:02}", weeks=0) for n in range(MOST + 2)))
    ids = {line.model: line.schedule.id for line in _lines(runtime)}
    assert len(ids) == MOST + 2
    assert listed(visit("schedules.py", model=f"m-{MOST:02}")) == [
        ids[f"m-{MOST:02}"],
        ids[f"m-{MOST + 1:02}"],
    ]
    assert listed(visit("schedules.py")) == [ids[f"m-{n:02}"] for n in range(MOST)]


def listed(seen):
    keys = [one.key or "" for one in seen.button]
    return [int(key.split("-")[1]) for key in keys if key.startswith(("chosen-", "due-"))]
