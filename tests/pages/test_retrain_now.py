"""Retrain now."""

from tests.pages.visiting import visit, words


def test_press_queues_a_run_and_shows_it_in_place(full):
    seen = visit("performance.py", model="air-time")
    seen.button(key="retrain").click().run()
    open_ = full.views.standing("air-time", full.now()).open
    assert open_ is not None
    assert open_.run.trigger == "manual"
    assert f"run {open_.run.id}" in words(seen)


def test_two_presses_make_one_run_and_the_second_says_so(full):
    first, second = visit("versions.py", model="air-time"), visit("versions.py", model="air-time")
    first.button(key="retrain").click().run()
    second.button(key="retrain").click().run()
    with full.home.reading() as stores:
        assert len([run for run in stores.runs.open() if run.model_id == 1]) == 1
    assert "one run answers for both" in second.info[0].value


def test_end_of_the_run_is_said_and_its_version_is_there_without_a_reload(full):
    seen = visit("versions.py", model="air-time")
    seen.button(key="retrain").click().run()
    run = full.views.standing("air-time", full.now()).open.run
    with full.home.transaction() as stores:
        stores.runs.claim(run.id, "t", 1, 0.0, full.now())
        stores.runs.end(run.id, "t", "failed", full.now(), error="The rows are gone.")
    seen.run()
    assert f"Run {run.id} ended: <b>Failed</b>" in words(seen)
    assert "The rows are gone." in words(seen)


def test_cancel_of_a_waiting_run_ends_it(full):
    seen = visit("performance.py", model="air-time")
    seen.button(key="retrain").click().run()
    run = full.views.standing("air-time", full.now()).open.run
    seen.button(key=f"cancel-{run.id}").click().run()
    assert full.views.run(run.id).line.run.state == "cancelled"
