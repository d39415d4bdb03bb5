"""Performance: how well a model does, window by window, and what was retrained when."""

from collections.abc import Sequence

import streamlit as st

from core.domain.models import Model
from core.domain.read_models import PerformancePage, Standing
from core.domain.windows import Window
from core.domain.wording import METRIC_WORDS, capital, score
from pages._parts.address import choose
from pages._parts.charts import show
from pages._parts.empty import nothing
from pages._parts.head import choose_model, head
from pages._parts.here import now, runtime, watch, zone
from pages._parts.palette import palette
from pages._parts.performance_chart import best_guess, performance_figure
from pages._parts.window_table import window_table
from pages._parts.words import age, day, one_window, percent, windows

RANGES = ("13", "26", "52", "all")
LEGEND = (
    "Dots: measured, once labels are in. Grey line: the simplest guess. Top: version promoted, × not "
    "promoted. "
    "Foot: why it was made, | a schedule or a person, ◆ error or drift."
)


def main() -> None:
    name, place = choose_model()
    watch(name)
    page = runtime().views.performance(name, now())
    head(place, page.standing)
    _metrics(page.standing, page.windows)
    measured = [window for window in page.windows if window.metrics]
    if not measured:
        _nothing_yet(page)
        return
    metric, amount = _choices(page.standing.model, measured)
    shown = page.windows if amount is None else page.windows[-amount:]
    _chart(page, shown, metric)
    st.subheader(f"{capital(one_window(page.standing.model))} by {one_window(page.standing.model)}")
    window_table(page.standing.model, shown, metric, zone())


def _metrics(standing: Standing, all_windows: Sequence[Window]) -> None:
    model, value = standing.model, standing.value
    first, second, third, fourth = st.columns(4, gap="small")
    label = f"{capital(METRIC_WORDS[model.metric])}, last labelled {one_window(model)}"
    first.metric(
        label,
        score(model.metric, value, standing.promoted),
        _since_promoted(standing),
        border=True,
        delta_color="off",
        delta_arrow="off",
    )
    gain, of = _gain(model, standing.recent[-4:])
    second.metric(
        "Better than the simplest guess", gain, of, border=True, delta_color="off", delta_arrow="off"
    )
    labelled, rows = standing.labels
    third.metric(
        f"Labels in, last {windows(model, 4)}",
        percent(labelled, rows),
        f"{labelled:,} of {rows:,} rows" if rows else "no rows yet",
        border=True,
        delta_color="off",
        delta_arrow="off",
    )
    champion = standing.champion
    fourth.metric(
        "Champion",
        f"v{champion.number}" if champion else "–",
        f"{age(now() - champion.created)} old" if champion else f"{len(all_windows)} windows seen",
        border=True,
        delta_color="off",
        delta_arrow="off",
    )


def _since_promoted(standing: Standing) -> str:
    if standing.value is None:
        return "no labels yet"
    if standing.promoted is None or standing.champion is None:
        return "nothing to compare with"
    then = score(standing.model.metric, standing.promoted, standing.value)
    return f"{then} when v{standing.champion.number} was promoted"


def _gain(model: Model, recent: Sequence[Window]) -> tuple[str, str]:
    """How much better than the best trivial baseline, on the mean of the last labelled windows."""
    metric, guess = model.metric, best_guess(recent, model.metric)
    pairs = [
        (value, base)
        for window in recent
        if (value := window.metrics.get(metric)) is not None
        and guess is not None
        and (base := window.baseline.get(guess, {}).get(metric)) is not None
    ]
    if not pairs:
        return "–", "nothing to compare with"
    own, other = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    if metric == "bias":
        own, other = abs(own), abs(other)
    gain = other - own if model.lower_is_better or metric == "bias" else own - other
    sign = "+" if gain > 0 else ""
    what = "lower" if model.lower_is_better else "higher"
    return f"{sign}{score(metric, gain, own)}", f"{what} is better; last {windows(model, len(pairs))}"


def _choices(model: Model, measured: Sequence[Window]) -> tuple[str, int | None]:
    names = [metric for metric in model.metrics if any(metric in window.metrics for window in measured)]
    names = [model.metric, *(name for name in names if name != model.metric)]
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="charthead"
    ):
        title = st.container(width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            metric = choose(
                "Metric", names, names[0], "metric", METRIC_WORDS.__getitem__, most=4, scope=model.name
            )
            picked = choose(
                "Range",
                RANGES,
                "52",
                "range",
                lambda one: "All" if one == "all" else windows(model, int(one)),
            )
        title.subheader(f"{capital(METRIC_WORDS[metric])} per {one_window(model)}")
    return metric, None if picked == "all" else int(picked)


def _chart(page: PerformancePage, shown: Sequence[Window], metric: str) -> None:
    model = page.standing.model
    values = [value for window in shown if (value := window.metrics.get(metric)) is not None]
    if not values:
        nothing("No measure in this range.", "Choose a longer one above.")
        return
    alt = (
        f"{METRIC_WORDS[metric]} of {model.name} per {one_window(model)}, {len(values)} measured: "
        f"{score(metric, values[0])} at first, {score(metric, values[-1])} at last, "
        f"between {score(metric, min(values))} and {score(metric, max(values))}."
    )
    show(performance_figure(model, shown, page.versions, metric, zone(), palette()), "performance", alt)
    st.caption(LEGEND)


def _nothing_yet(page: PerformancePage) -> None:
    model, count = page.standing.model, len(page.windows)
    st.subheader(f"{capital(METRIC_WORDS[model.metric])} per {one_window(model)}")
    if not page.windows:
        nothing(
            "No rows looked at yet.",
            f"Run `evermodel backfill {model.name}` to live through the rows that are "
            "there, or wait for the first closed window.",
        )
    elif page.standing.champion is None:
        nothing(
            "No version yet.",
            f"{windows(model, count)} of rows are known; the first version is made after "
            f"{windows(model, model.initial)}.",
        )
    else:
        waiting = [window for window in page.windows if window.version and window.closed]
        rows = sum(window.rows for window in waiting)
        said = f"{rows:,} rows up to {day(waiting[-1].end, zone())} wait for theirs; " if waiting else ""
        nothing("No labels yet.", f"{said}The chart begins with the first that come.")


main()
