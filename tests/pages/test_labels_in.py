"""Every chart of performance shows how many labels have come, and where none has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.domain.models import Model
from core.domain.sources import SourceSpec
from core.domain.spans import Span
from core.domain.views.performance import VersionMark
from core.domain.windows import Window
from pages._parts.palette import LIGHT
from pages._parts.performance_chart import best_guess, guess_of, performance_figure

START = datetime(2026, 1, 5, tzinfo=UTC)
MODEL = Model("m", "regression", "y", "t", Span(7, "days"), SourceSpec("r.csv"), "/")


def windows(*labelled: int) -> list[Window]:
    """Weeks of 200 rows."""
    weeks = [START + timedelta(weeks=i) for i in range(len(labelled) + 1)]
    made = [Window(i, weeks[i], weeks[i + 1], 200, n, True, True, 1, True) for i, n in enumerate(labelled)]
    return [replace(one, metrics={"rmse": 1.0 + one.index}) if one.labelled else one for one in made]


def figure(*labelled: int) -> object:
    return performance_figure(MODEL, windows(*labelled), [], "rmse", "UTC", LIGHT)


def test_bars_hold_the_share_of_labels_that_has_come() -> None:
    (bars,) = [trace for trace in figure(200, 200, 150, 50).data if trace.type == "bar"]  # type: ignore[attr-defined]
    assert list(bars.y) == [1.0, 1.0, 0.75, 0.25]
    assert list(bars.text) == ["all labels in"] * 2 + [
        "labels in: 75 % of 200 rows",
        "labels in: 25 % of 200 rows",
    ]


def test_windows_without_labels_are_washed_wherever_they_are() -> None:
    made = figure(200, 0, 200, 200, 0, 0)
    washes = [shape for shape in made.layout.shapes if shape.type == "rect"]  # type: ignore[attr-defined]
    weeks = [(shape.x0 - START.replace(tzinfo=None)).days // 7 for shape in washes]
    assert weeks == [1, 4]
    texts = [one.text for one in made.layout.annotations]  # type: ignore[attr-defined]
    assert texts.count("no labels<br>yet") == 2
    assert "labels in" in texts


def test_names_of_versions_are_ticks_that_a_narrow_plot_turns_upright() -> None:
    def mark(number: int, live: bool) -> VersionMark:
        when = START + timedelta(weeks=number)
        return VersionMark(number, "champion" if live else "rejected", "manual", when, when if live else None)

    made = performance_figure(
        MODEL, windows(*[200] * 8), [mark(1, True), mark(4, False)], "rmse", "UTC", LIGHT
    )
    names = made.layout.xaxis2
    assert [text.partition(">")[2][:1] or text for text in names.ticktext] == ["v1", "×"]
    assert [when.date() for when in names.tickvals] == [
        (START + timedelta(weeks=number)).date() for number in (1, 4)
    ]
    assert names.range == made.layout.xaxis.range
    assert tuple(names.autotickangles) == (0, -90)


def test_guess_that_shines_in_an_open_window_is_not_the_one_that_is_shown() -> None:
    *over, last = windows(200, 200, 40)
    usual = {"mean": {"rmse": 2.0}, "last": {"rmse": 3.0}}
    over = [replace(one, baseline=usual) for one in over]
    last = replace(last, closed=False, baseline={"mean": {"rmse": 2.0}, "last": {"rmse": 0.1}})
    assert best_guess([*over, last], "rmse") == "mean"
    assert guess_of(last, "mean", "rmse") is None
    assert best_guess([last], "rmse") is None
    few = replace(last, closed=True)
    assert best_guess([*over, few], "rmse") == "mean"
    assert best_guess([few], "rmse") == "last"
