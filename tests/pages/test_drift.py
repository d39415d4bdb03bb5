"""Drift: the map, the column chosen, and what is said where there is nothing to show."""

import json
from dataclasses import replace

import pytest

from core.domain.drift import WindowDrift
from core.domain.profiles import NAMES
from core.monitoring.drift_verdict import FEW_BLOCKS, MISSING
from core.monitoring.ranking import furthest, ranked
from core.monitoring.showing import shown
from pages._parts.drift_map import STEPS
from pages._parts.drift_out import missing_rows, spread_rows
from pages._parts.drift_words import names_words
from tests.pages.seed import Story
from tests.pages.visiting import visit, words

STORY = Story("hotel", "binary", "accuracy", 0.80, -0.0015, None, 0.765, moves=1.0)


def _charts(seen) -> list[dict]:
    return [json.loads(element.proto.spec) for element in seen.main if element.type == "plotly_chart"]


def _page(runtime, name="hotel"):
    return runtime.views.drift(name, runtime.now())


def _map(seen) -> dict:
    return next(chart for chart in _charts(seen) if chart["data"][0]["type"] == "heatmap")


def test_count_in_the_head_is_that_of_the_coloured_cells_of_the_last_window(told):
    runtime = told(STORY)
    line = _page(runtime).windows[-1]
    seen = visit("drift.py", model="hotel")
    coloured = [row[-1] for row in _map(seen)["data"][0]["z"] if row[-1]]
    assert 0 < len(coloured) == len(line.drifted)
    assert f"{len(coloured)} of 7 columns differ" in words(seen)
    assert max(coloured) == STEPS.index(line.strength)


def test_overview_says_how_strong_drift_is_and_in_how_many_columns(told):
    line = _page(told(STORY)).windows[-1]
    seen = words(visit("overview.py"))
    assert f"{len(line.drifted)} of 7 columns" in seen
    assert line.strength.capitalize() in seen


def test_rows_are_ordered_by_drift_times_importance(told):
    runtime = told(STORY)
    page = _page(runtime)
    names = [rank.column for rank in ranked(page.last, page.importance)]
    assert _map(visit("drift.py", model="hotel"))["layout"]["yaxis"]["ticktext"] == names
    weights = [
        page.last.columns[name].distance / page.last.columns[name].usual * max(0, page.importance[name])
        for name in names
    ]
    assert weights == sorted(weights, reverse=True)


def test_column_of_the_address_is_the_chosen_one(told):
    told(STORY)
    seen = visit("drift.py", model="hotel", column="market")
    assert seen.selectbox(key="column").value == "market"
    chart = _charts(seen)
    assert any("B<br>" in text for one in chart for text in one["data"][0].get("text", ()))


def test_chosen_column_is_framed_in_the_map(told):
    told(STORY)
    seen = visit("drift.py", model="hotel", column="market")
    layout = _map(seen)["layout"]
    place = layout["yaxis"]["ticktext"].index("market")
    assert [layout["shapes"][0][end] for end in ("y0", "y1")] == [place - 0.5, place + 0.5]


def test_column_in_the_address_that_is_not_there_is_no_fault(told):
    told(STORY)
    seen = visit("drift.py", model="hotel", column="nonsense")
    assert not seen.exception
    assert seen.selectbox(key="column").value == "temperature"


def test_calendar_columns_are_left_out_and_named(told):
    told(STORY)
    seen = visit("drift.py", model="hotel")
    assert "month" not in _map(seen)["layout"]["yaxis"]["ticktext"]
    assert "Left out, since they move on with time: month (the calendar)." in words(seen)


def test_missing_and_new_values_stand_beside_those_of_the_training_rows(told):
    told(STORY)
    seen = words(visit("drift.py", model="hotel", column="room_type"))
    assert "(was 1.3\N{NO-BREAK SPACE}%)" in seen
    assert "2.0\N{NO-BREAK SPACE}% of the values" in seen


def test_new_values_are_named_with_how_often_they_came(told):
    new = _page(told(STORY)).fresh("room_type")
    seen = words(visit("drift.py", model="hotel", column="room_type"))
    assert new["suite"] > new["loft"] > 0
    assert f"suite\N{NO-BREAK SPACE}({new['suite']}), loft\N{NO-BREAK SPACE}({new['loft']})" in seen


def test_many_new_values_are_named_as_far_as_there_is_room():
    said = names_words({f"c{n:02}": 100 - n for n in range(9)} | {"x" * 40: 500, "": 1})
    assert said.replace("\N{NO-BREAK SPACE}", " ") == (
        f"{'x' * 23}… (500), c00 (100), c01 (99), c02 (98), c03 (97) and 6 more"
    )
    assert names_words({str(n): 1 for n in range(NAMES)}).endswith("and 45 or more")
    assert names_words({}) == ""


def test_column_that_changed_the_most_is_drawn_whatever_the_version_needs(told):
    page = _page(told(STORY))
    order = furthest(ranked(page.last, page.importance), page.last)
    last = page.last.columns
    assert order == sorted(order, key=lambda name: -last[name].distance / last[name].usual)
    for chosen, said in (("market", "Most changed: "), (order[0], "Most changed after it: ")):
        seen = visit("drift.py", model="hotel", column=chosen)
        drawn = order[0] if chosen != order[0] else order[1]
        assert said + drawn in words(seen).replace("\\", "")
        shown_as = [chart for chart in seen.main if chart.type == "plotly_chart"]
        assert f"Values of {drawn}:" in shown_as[-1].proto.alt


def test_no_second_chart_where_profiles_are_gone_or_there_is_no_other_column(told):
    runtime = told(replace(STORY, columns=1))
    seen = visit("drift.py", model="hotel")
    assert len(_charts(seen)) == 2
    with runtime.home.transaction() as stores:
        stores.database.execute("delete from profiles")
    seen = visit("drift.py", model="hotel")
    assert len(_charts(seen)) == 1
    assert "Most changed" not in words(seen)


def test_shares_are_drawn_in_percent_with_a_space(told):
    told(STORY)
    _, chart, _ = _charts(visit("drift.py", model="hotel", column="market"))
    assert chart["layout"]["yaxis"]["ticksuffix"] == "\N{NO-BREAK SPACE}%"
    assert sum(chart["data"][0]["y"]) == pytest.approx(100)


def test_rows_of_a_column_are_those_of_its_chart(told):
    page = _page(told(STORY))
    for column, places in (("market", {"value"}), ("temperature", {"from", "to"})):
        found = shown(*page.profiles, column)
        rows = spread_rows(page, column, found)
        assert [row["window"] for row in rows] == list(found.window)
        assert sum(row["training_rows"] for row in rows) == pytest.approx(1)
        assert places <= set(rows[0])
    missing = {row["column"]: row for row in missing_rows(page)}
    assert set(missing) == set(page.last.columns)
    assert json.loads(missing["room_type"]["new_names"]) == dict(page.fresh("room_type"))
    assert missing["market"]["missing_before"] == pytest.approx(page.missing_before("market"))


def test_without_importance_the_order_is_by_drift_and_says_so(told):
    runtime = told(STORY)
    with runtime.home.transaction() as stores:
        stores.database.execute("delete from importances")
    seen = visit("drift.py", model="hotel")
    assert "drift" in [note["text"] for note in _map(seen)["layout"]["annotations"]]
    assert "How much the model needs it is computed soon after a promotion." in words(seen)


def test_open_window_is_not_in_the_map(told):
    page = _page(told(STORY))
    assert page.windows[-1].index == STORY.weeks - 1


def test_map_shows_the_last_windows_alone(told):
    page = _page(told(STORY))
    assert [line.index for line in page.windows] == list(range(STORY.weeks - 26, STORY.weeks))


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (Story("m", weeks=0, cron=None), "No rows looked at yet."),
        (Story("m", weeks=5), "No version yet."),
        (Story("m", weeks=20, columns=0), "Not measured yet."),
    ],
)
def test_where_there_is_no_map_it_is_said_what_is_missing(told, story, said):
    told(story)
    seen = visit("drift.py", model="m")
    assert not seen.exception
    assert said in words(seen)


def test_too_few_blocks_are_said_and_nothing_is_coloured(told):
    runtime = told(STORY)
    last = _page(runtime).last
    early = {
        name: replace(column, verdict="unknown", strength=None, usual=None, why=FEW_BLOCKS)
        for name, column in last.columns.items()
    }
    with runtime.home.transaction() as stores:
        stores.drifts.save(1, [WindowDrift(last.index, last.reference, "unknown", early, "digest")])
    seen = visit("drift.py", model="hotel")
    assert "Too early to judge: it takes training rows of 6 weeks or more" in words(seen)
    assert {row[-1] for row in _map(seen)["data"][0]["z"]} == {None}
    assert "Too early" in words(visit("overview.py"))


def test_many_columns_are_drawn_as_far_as_they_fit_and_all_that_drifted(told):
    runtime = told(replace(STORY, columns=90))
    seen = visit("drift.py", model="hotel", column="column_89")
    names = _map(seen)["layout"]["yaxis"]["ticktext"]
    assert len(names) == 60
    assert {"column_89", *_page(runtime).windows[-1].drifted} <= set(names)
    assert "29 more columns that did not drift" in words(seen)


def test_page_reads_profiles_of_the_last_window_alone(told):
    runtime = told(STORY)
    with runtime.home.transaction() as stores:
        stores.database.execute('delete from profiles where "index" not in (-1, ?)', [STORY.weeks - 1])
    assert _page(runtime).profiles is not None


def test_profiles_that_are_gone_leave_the_verdict(told):
    runtime = told(STORY)
    with runtime.home.transaction() as stores:
        stores.database.execute("delete from profiles")
    seen = visit("drift.py", model="hotel")
    assert not seen.exception
    assert "No values to draw." in words(seen)


def test_column_that_only_misses_more_values_says_so(told):
    runtime = told(STORY)
    last = _page(runtime).last
    moved = {
        **last.columns,
        "price": replace(last.columns["price"], distance=0.01, why=MISSING, verdict="drift"),
    }
    with runtime.home.transaction() as stores:
        stores.drifts.save(1, [replace(last, columns=moved)])
    seen = words(visit("drift.py", model="hotel", column="price"))
    assert "Its missing values changed by more than is usual between weeks." in seen


def test_head_does_not_say_twice_that_columns_differ(told):
    told(STORY)
    seen = words(visit("drift.py", model="hotel"))
    assert "differ from the training rows of" in seen or "differs from the training rows of" in seen
    assert "differ from those that" not in seen
    assert "differ from those that" in words(visit("performance.py", model="hotel"))
