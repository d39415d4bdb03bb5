"""Add a model, and change or delete it later: what the pages say and do."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from core.domain.errors import NotAllowed
from core.entrypoints.runtime import Runtime
from tests.home_kit import add_version
from tests.pages.seed import Story
from tests.pages.visiting import SHELL, visit, words

DICE = np.random.default_rng(0)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Six weeks of hours; `status` gives `churned` away."""
    n = 24 * 7 * 6
    y = DICE.integers(0, 2, n)
    columns = {
        "at": np.datetime64("2026-01-05T00:00:00") + np.arange(n) * np.timedelta64(1, "h"),
        "x": DICE.normal(size=n),
        "status": np.where(y, "gone", "kept").tolist(),
        "churned": y,
    }
    path = tmp_path / "clients.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def given(path: object) -> AppTest:
    """The page after a first visitor has named the rows and had them read."""
    seen = visit("welcome.py")
    if any(button.key == "connect" for button in seen.button):
        seen.button(key="connect").click().run()
    seen.text_input(key="add-path").input(str(path))
    return seen.button(key="test-path").click().run()


def field(seen: AppTest, kind: str, name: str) -> object:
    """A field whose key says what its default follows from."""
    return next(one for one in getattr(seen, kind) if (one.key or "").startswith(f"add-{name}-"))


def errors(seen: AppTest) -> list[str]:
    return [error.value for error in seen.error if "scheduler" not in error.value]


def test_first_visitor_is_led_from_three_steps_to_the_rows(told):
    told()
    seen = visit("overview.py")
    seen.button(key="connect").click().run()
    assert seen.title[0].value == "Add a model"
    assert "Where are the rows?" in words(seen)


def test_rows_alone_make_a_model_whose_history_is_lived_through(told, rows):
    runtime = told()
    seen = given(rows)
    assert "1,008 rows, 4 columns" in words(seen)
    assert "**status**: it gives the answer away." in words(seen)
    seen.button(key="create").click().run()
    assert not seen.exception
    assert errors(seen) == []
    assert seen.title[0].value == "clients is added"
    kept, text = runtime.text_of("clients")
    assert (kept.model.target, kept.model.time, kept.model.exclude) == ("churned", "at", ("status",))
    assert f'path = "{rows}"' in text
    with runtime.home.reading() as stores:
        (run,) = stores.runs.open()
    assert (run.kind, run.model_id) == ("backfill", kept.id)


def test_leak_that_a_person_keeps_is_a_feature(told, rows):
    runtime = told()
    seen = given(rows)
    field(seen, "checkbox", "leak-status").check().run()
    seen.button(key="create").click().run()
    assert "status" in runtime.kept("clients").features


def test_target_chosen_anew_is_guessed_from_anew(told, rows):
    told()
    seen = given(rows)
    field(seen, "selectbox", "target").set_value("x").run()
    assert field(seen, "selectbox", "task").value == "regression"
    assert "gives the answer away" not in words(seen)
    assert field(seen, "selectbox", "metric").value == "rmse"


def test_choices_stay_while_another_page_is_looked_at(told, rows):
    told()
    seen = given(rows)
    field(seen, "selectbox", "target").set_value("x").run()
    seen.switch_page("runs.py").run()
    seen.switch_page("welcome.py").run()
    assert field(seen, "selectbox", "target").value == "x"


def test_address_alone_reads_the_rows_again(told, rows):
    told()
    seen = visit("welcome.py", rows=str(rows), target="x")
    assert "1,008 rows" in words(seen)
    assert field(seen, "selectbox", "target").value == "x"


@pytest.mark.parametrize("path", ["/nowhere/rows.csv", ""])
def test_rows_that_cannot_be_read_give_one_clear_error_and_the_ways_to_read_them(told, path):
    told()
    seen = given(path)
    assert not seen.exception
    if path:
        (error,) = errors(seen)
        assert "There is no such file or folder" in error
        assert "model file" not in error
        assert "Read it another way" not in error
        assert "Read it another way" in words(seen)
    assert not any(button.key == "create" for button in seen.button)


def test_wrong_guess_of_a_file_is_put_right_on_the_page(told, tmp_path):
    told()
    lines = [f"2026-01-{1 + i // 24:02d} {i % 24:02d}:00|{DICE.integers(0, 2)}" for i in range(400)]
    (tmp_path / "odd.csv").write_text("\n".join(["at|bought,net", *lines]) + "\n")
    seen = given(tmp_path / "odd.csv")
    assert "Line 2 has 1 columns, and the header has 2" in errors(seen)[0]
    field(seen, "selectbox", "delimiter").set_value("|").run()
    assert errors(seen) == []
    assert "400 rows, 2 columns" in words(seen)
    assert field(seen, "selectbox", "target").value == "bought,net"


def test_rows_without_times_say_what_is_missing(told, tmp_path):
    told()
    (tmp_path / "r.csv").write_text("a,b\n" + "".join(f"{i},{i % 3}\n" for i in range(50)))
    seen = given(tmp_path / "r.csv")
    assert "No column holds times" in errors(seen)[0]


def test_name_that_is_taken_is_said_before_and_refused_after(told, rows):
    runtime = told()
    seen = given(rows)
    seen.button(key="create").click().run()
    again = given(rows)
    assert field(again, "text_input", "name").value == "clients-2"
    field(again, "text_input", "name").input("clients").run()
    again.button(key="create").click().run()
    assert "There is a model clients already" in errors(again)[0]
    assert runtime.views.health_line().models == ["clients"]


def test_wrong_field_is_named_and_nothing_can_be_created(told, rows):
    told()
    seen = given(rows)
    field(seen, "text_input", "name").input("two words").run()
    assert "Name:" in errors(seen)[0]
    assert seen.button(key="create").disabled


def test_database_is_a_source_by_its_address_and_one_query(told, rows, tmp_path):
    import sqlite3

    runtime = told()
    table = pq.read_table(rows).to_pylist()
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table clients (at text, x real, status text, churned integer)")
        values = [(str(row["at"]), row["x"], row["status"], row["churned"]) for row in table]
        database.executemany("insert into clients values (?, ?, ?, ?)", values)
    database.close()
    seen = visit("welcome.py")
    seen.button(key="connect").click().run()
    seen.segmented_control(key="add-kind").set_value("database").run()
    seen.text_input(key="add-url").input(f"sqlite:///{tmp_path}/shop.db")
    seen.text_area(key="add-query").input("select * from clients").run()
    seen.button(key="test-database").click().run()
    assert "1,008 rows, 4 columns" in words(seen)
    seen.button(key="create").click().run()
    assert errors(seen) == []
    assert runtime.kept("shop").survey.rows == 1_008


def test_query_that_is_no_select_is_put_right_in_its_own_field(told, tmp_path):
    told()
    (tmp_path / "shop.db").touch()
    seen = visit("welcome.py")
    seen.button(key="connect").click().run()
    seen.segmented_control(key="add-kind").set_value("database").run()
    seen.text_input(key="add-url").input(f"sqlite:///{tmp_path}/shop.db")
    seen.text_area(key="add-query").input("delete from clients").run()
    seen.button(key="test-database").click().run()
    (error,) = errors(seen)
    assert "Write one SELECT as the query" in error


def changed(seen: AppTest, old: str, new: str) -> AppTest:
    area = seen.text_area[0]
    assert old in area.value
    return area.input(area.value.replace(old, new)).run()


@pytest.fixture
def added(told, rows) -> Runtime:
    runtime: Runtime = told()
    runtime.add(
        {
            "name": "clients",
            "task": "binary",
            "target": "churned",
            "time": "at",
            "window": "7 days",
            "exclude": ["status"],
            "source": {"path": str(rows)},
        }
    )
    return runtime


def test_edit_says_what_it_would_change_and_then_saves_it(added):
    seen = visit("model.py", model="clients")
    assert "Nothing is changed." in words(seen)
    changed(seen, 'window = "7 days"', 'window = "3 days"\nlimit = 0.7')
    assert "limit: nothing → 0.7" in words(seen)
    assert "window: 7 days → 3 days" in words(seen)
    assert added.kept("clients").model.limit is None
    seen.button(key="save").click().run()
    assert added.kept("clients").model.limit == 0.7


def test_edit_of_what_versions_rest_on_is_refused_with_the_reason(added):
    with added.home.transaction() as t:
        add_version(t, t.models.get("clients"))
    seen = visit("model.py", model="clients")
    changed(seen, 'window = "7 days"', 'window = "3 days"')
    assert "versions, and they rest on its window" in errors(seen)[0]
    assert seen.button(key="save").disabled


def test_edit_made_by_another_meanwhile_is_refused(added):
    seen = visit("model.py", model="clients")
    changed(seen, 'window = "7 days"', 'window = "3 days"')
    kept, text = added.text_of("clients")
    added.change("clients", kept.revision, "limit = 0.5\n" + text)
    with pytest.raises(NotAllowed):
        added.change("clients", kept.revision, text)


def test_delete_asks_first_and_says_what_goes_and_what_stays(added, rows):
    seen = visit("model.py", model="clients")
    seen.button(key="delete").click().run()
    assert "These go" in words(seen)
    assert "These stay" in words(seen)
    assert added.views.health_line().models == ["clients"]
    seen.button(key="confirm").click().run()
    assert added.views.health_line().models == []
    assert rows.exists()


@pytest.mark.parametrize("address", [{}, {"model": "air-time"}, {"model": "hotel"}], ids=str)
def test_after_a_deletion_the_page_says_so_and_no_other_model_stands_in_its_place(told, address):
    runtime = told(Story("air-time", weeks=0), Story("hotel", weeks=0))
    name, other = (address.get("model", "air-time"), "air-time" if "hotel" in address.values() else "hotel")
    seen = visit("model.py", **address)
    seen.button(key="delete").click().run()
    seen.button(key="confirm").click().run()
    assert not seen.exception
    assert runtime.views.health_line().models == [other]
    assert seen.title[0].value == f"{name} is deleted"
    assert other not in words(seen)


def test_uploaded_rows_are_kept_by_their_content_and_go_with_the_last_model_of_theirs(told, rows):
    runtime = told()
    content = rows.read_bytes()
    kept = runtime.upload("my ../clients.parquet", content)
    assert kept == runtime.upload("other.parquet", content)
    assert kept.parent == runtime.home.path("inbox", "uploads")
    assert kept.stat().st_mode & 0o777 == 0o600
    keys = {"task": "binary", "target": "churned", "time": "at", "window": "7 days"}
    for name in ("one", "two"):
        runtime.add({"name": name, **keys, "source": {"path": str(kept)}})
    for name, there in (("one", True), ("two", False)):
        model = runtime.kept(name)
        runtime.remove(name)
        runtime.let_go(model)
        assert kept.exists() is there


def test_upload_of_which_no_model_was_made_goes_after_a_day(told):
    runtime = told()
    old = runtime.upload("a.csv", b"a,b\n1,2\n")
    os.utime(old, (0, 0))
    new = runtime.upload("b.csv", b"a,b\n1,3\n")
    assert (old.exists(), new.exists()) == (False, True)


def test_upload_that_cannot_be_read_is_called_by_the_name_it_came_with(told):
    kept = told().upload("bookings.csv", b"")
    seen = AppTest.from_file(str(SHELL), default_timeout=30).switch_page("welcome.py")
    seen.session_state["adding-begun"] = True
    seen.session_state["adding"] = {"add-kind": "upload", "upload": (str(kept), "bookings.csv")}
    (error,) = errors(seen.run())
    assert error.startswith("bookings.csv: It is empty")


def test_history_that_was_cut_short_says_so_and_how_it_goes_on(added):
    run, _ = added.backfill("clients", 1)
    added.cancel(run.id)
    seen = words(visit("welcome.py", made="clients"))
    assert "Its history was cut short: cancelled." in seen
    assert "<code>evermodel backfill clients</code> goes on from there." in seen
    assert "is being made" not in seen
