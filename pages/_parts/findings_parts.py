"""Findings parts: what the judged rows say in detail, of one version or of several side by side."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.findings import CHALLENGER, CHAMPION, Apart, Findings
from core.domain.models import Model
from core.domain.versions import Version
from core.domain.views.version import VersionDetail
from core.domain.wording import METRIC_WORDS, capital, minus, score
from pages._parts.charts import show
from pages._parts.empty import nothing
from pages._parts.findings_chart import calibration_figure, errors_figure, importance_figure
from pages._parts.findings_out import Told, apart_rows, curve_rows, error_rows, importance_rows, segment_rows
from pages._parts.palette import palette, theme
from pages._parts.tables import table
from pages._parts.taking_out import Row, csv_button
from pages._parts.title_line import title_line
from pages._parts.version_table import difference
from pages._parts.words import day_and_time

MOST, COLUMNS, FEATURES = 9, 12, 10
"""Rows of a table; columns of the importances; features of a row that differs."""
NOT_COMPUTED = (
    "It is computed for the version that serves, soon after its promotion; of those that a backfill lived "
    "through, for the last."
)
COULD_NOT = "It was tried and could not be: the log of the run by “new version” says why."


def told_of(versions: Sequence[Version], details: Mapping[int, VersionDetail], same_rows: bool) -> list[Told]:
    """Each version with what judged it; `same_rows`: both sides of the first one's."""
    found = [details[one.number].findings if one.number in details else None for one in versions]
    if same_rows and found[0] is not None:
        names = (f"v{versions[0].number}", f"v{versions[1].number}")
        return [Told(name, found[0], side) for name, side in zip(names, (CHALLENGER, CHAMPION), strict=True)]
    pairs = zip(versions, found, strict=True)
    return [Told(f"v{one.number}", its, CHALLENGER) for one, its in pairs if its is not None]


def segments_part(model: Model, told: Sequence[Told], key: str) -> None:
    """Scores by segment; of two on the same rows, the largest loss of the first at the top."""
    places = dict.fromkeys(place for one in told for place in one.segments())
    with _head("By segment", lambda: segment_rows(model, told), f"{key}-segments", bool(places)):
        if not places:
            nothing(
                "No segments.",
                "They are the values of text columns and of those in `categorical` that 30 judged rows have.",
            )
            return
        lines = [_segment_line(model, told, place) for place in _worst_first(model, told, list(places))]
        right = [_rows_head(told), *(one.name for one in told)]
        st.caption(f"{capital(METRIC_WORDS[told[0].findings.metric])} on the judged rows with each value.")
        table(lines, f"{key}-segments-{len(lines)}", "The score of each segment.", MOST, right=right)


def calibration_part(model: Model, told: Sequence[Told], key: str) -> None:
    """For classes: how often it came where it was said; for numbers: how large the errors were."""
    if model.task == "regression":
        _errors(told, key)
        return
    labels = list(dict.fromkeys(curve.label for one in told for curve in one.curves()))
    with _head("Calibration", lambda: curve_rows(told), f"{key}-calibration", bool(labels)):
        if not labels:
            nothing("No chances to check.", "The judged versions gave classes alone, or nothing judged them.")
            return
        label = labels[0]
        if len(labels) > 1:
            label = (
                st.segmented_control("Class", labels, default=label, key=f"{key}-class", required=True)
                or label
            )
        st.caption(
            f"How often “{label}” came, where a version said how likely it is. On the line: as often as said."
        )
        colors = side_colors(len(told))
        curves = [
            (one.name, color, curve)
            for one, color in zip(told, colors, strict=True)
            for curve in one.curves()
            if curve.label == label
        ]
        alt = f"Share of {label} that came against the chance said, of {', '.join(one.name for one in told)}."
        show(calibration_figure(curves, palette()), f"{key}-calibration-chart", alt)


def _errors(told: Sequence[Told], key: str) -> None:
    errors = told[0].findings.errors if told else None
    with _head("Errors", lambda: error_rows(told), f"{key}-errors", errors is not None):
        if errors is None:
            nothing("No errors to count.", "Nothing judged this version.")
            return
        both = _same_rows(told)
        other = told[1].name if both else "the champion then"
        alone = f" Of {told[0].name} alone: other rows judged the others." if told[1:] and not both else ""
        grey = f" and {other} as grey bars" if errors.champion else ""
        st.caption(
            f"{told[0].name} as the blue outline{grey}, rows a bar; the outer bars hold what lies beyond."
            f"{alone}"
        )
        alt = f"How large the errors of {told[0].name} were on {told[0].findings.rows:,} rows."
        show(errors_figure(errors, (told[0].name, other), palette()), f"{key}-errors-chart", alt)


def importance_part(model: Model, of: Sequence[tuple[str, Mapping[str, float] | None]], key: str) -> None:
    """Which columns each leans on, the first one's largest at the top. `of`: (name, importance) each."""
    known = [(name, importance) for name, importance in of if importance]
    with _head("What it leans on", lambda: importance_rows(model, known), f"{key}-importance", bool(known)):
        if not known:
            nothing("Not computed.", NOT_COMPUTED if of[0][1] is None else COULD_NOT)
            return
        columns = sorted(known[0][1], key=lambda name: -known[0][1][name])[:COLUMNS]
        missing = [name for name, importance in of if not importance]
        st.caption(
            f"How much worse the {METRIC_WORDS[model.metric]} is when a column's values are shuffled."
            + (f" {_colored([name for name, _ in known])}" if len(known) > 1 else "")
            + (f" {_missing(known[0][0], missing, len(known))}" if missing else "")
        )
        other = len(known) == 1 and not of[0][1]  # it keeps the colour that it has beside the first
        colors = side_colors(2)[1:] if other else side_colors(len(known))
        bars = [(name, color, importance) for (name, importance), color in zip(known, colors, strict=True)]
        alt = f"The columns that {known[0][0]} leans on: {', '.join(columns[:3])} the most."
        show(importance_figure(columns, bars, model.metric, palette()), f"{key}-importance-chart", alt)


def apart_part(findings: Findings | None, names: tuple[str, str], why_not: str, zone: str, key: str) -> None:
    """The judged rows on which two versions differ most. `why_not`: said where there are none."""
    some = findings is not None and bool(findings.apart)
    with _head("Predictions that differ most", lambda: apart_rows(findings, names), f"{key}-apart", some):
        if findings is None or not findings.apart:
            nothing("None to show.", why_not)
            return
        lines = [_apart_line(row, names, zone) for row in findings.apart]
        table(
            lines,
            f"{key}-apart",
            f"Rows where {names[0]} and {names[1]} differ most.",
            MOST,
            right=["Truth", *names],
        )


def _missing(shown: str, missing: Sequence[str], known: int) -> str:
    whose = f"Shown is {shown}; not" if known == 1 else "Not"
    return f"{whose} computed for {', '.join(missing)}."


def _colored(names: Sequence[str]) -> str:
    """v16 is blue, v15 grey."""
    strong = "white" if theme() == "dark" else "black"
    words = ("blue", "grey", "orange", "green", strong, "pale grey")
    said = [f"{name} is {color}" for name, color in zip(names, words, strict=False)]
    return f"{', '.join(said)}."


def side_colors(amount: int) -> list[str]:
    """Blue for the first, grey for the second, others for more."""
    colors = palette()
    return [colors.model, colors.gray, colors.second, colors.green, colors.text, colors.faint][:amount]


def _head(title: str, rows: Callable[[], Sequence[Row]], name: str, some: bool) -> DeltaGenerator:
    """`some`: there are rows to save."""
    place = st.container(key=f"part-{name}")
    with place, title_line():
        st.subheader(title, width="content")
        if some:
            csv_button(rows, name)
    return place


def _same_rows(told: Sequence[Told]) -> bool:
    """Whether the first two are both sides of one judging."""
    return len(told) > 1 and told[1].findings is told[0].findings


def _rows_head(told: Sequence[Told]) -> str:
    return "Rows" if len(told) < 2 or _same_rows(told) else f"Rows of {told[0].name}"


def _worst_first(
    model: Model, told: Sequence[Told], places: list[tuple[str, str | None]]
) -> list[tuple[str, str | None]]:
    if not _same_rows(told):
        return places

    def lead(place: tuple[str, str | None]) -> float:
        a, b = (one.value(segment) if (segment := one.segments().get(place)) else None for one in told[:2])
        if a is None or b is None:
            return float("inf")
        if model.metric == "bias":
            return abs(b) - abs(a)
        return b - a if model.lower_is_better else a - b

    return sorted(places, key=lead)


def _segment_line(model: Model, told: Sequence[Told], place: tuple[str, str | None]) -> dict[str, str]:
    column, value = place
    segments = [one.segments().get(place) for one in told]
    values = [one.value(segment) if segment else None for one, segment in zip(told, segments, strict=True)]
    rows = f"{segments[0].rows:,}" if segments[0] else "–"
    line = {"Where": f"{column} is {'missing' if value is None else value}", _rows_head(told): rows}
    line |= {one.name: score(model.metric, mine, values[0]) for one, mine in zip(told, values, strict=True)}
    if _same_rows(told):
        both = values[0] is not None and values[1] is not None
        line["Difference"] = difference(model.metric, values[0], values[1]) if both else "–"  # type: ignore[arg-type]
    return line


def _apart_line(row: Apart, names: tuple[str, str], zone: str) -> dict[str, str]:
    both = [_cell(row.challenger), _cell(row.champion)]
    if len(row.scores) == len(both):
        both = [f"{said} ({chance:.2f})" for said, chance in zip(both, row.scores, strict=True)]
    return {
        "Time": day_and_time(row.time, zone),
        "Truth": _cell(row.truth),
        **dict(zip(names, both, strict=True)),
        "Apart": _cell(row.apart),
        **{name: _cell(value) for name, value in list(row.features.items())[:FEATURES]},
    }


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return minus(f"{value:,.4g}") if isinstance(value, float) else str(value)
