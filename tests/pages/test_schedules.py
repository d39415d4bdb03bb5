"""Schedules: the form."""

from tests.pages.visiting import visit, words


def _form(full, model="air-time"):
    seen = visit("schedules.py", model=model)
    line = next(line for line in _lines(full) if line.model == model)
    return seen, line.schedule, f"{line.schedule.id}-{line.schedule.revision}"


def _lines(full):
    from datetime import timedelta

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
        "at 03:00 on Monday, Europe/Berlin"
    ]
