"""Rule fields: when a schedule is due, as a person types it. Keys and texts are those of a model file."""

import streamlit as st

from core.domain.calendars import LAST, LONGEST, ORDINALS, UNITS, WEEKDAYS, Calendar
from core.domain.schedules import Rule
from core.domain.spans import ELAPSED
from core.domain.wording import capital
from pages._parts.here import zone

Plain = dict[str, object]
KINDS = {"every": "Every …", "calendar": "Calendar", "cron": "Cron"}
MONDAYS = Calendar(1, "weeks", ("monday",), ("03:00",))
NTH = [f"{ordinal} {weekday}" for ordinal in ORDINALS for weekday in WEEKDAYS]
DAYS: list[str | int] = [*range(1, LONGEST + 1), LAST, *NTH]


def rule_fields(rule: Rule, key: str, default_zone: str) -> Plain:
    """The rule as it stands in the fields, whether it holds or not."""
    kind = st.segmented_control(
        "Kind",
        list(KINDS),
        default=_kind(rule),
        required=True,
        format_func=KINDS.__getitem__,
        key=f"kind-{key}",
        label_visibility="collapsed",
        width="stretch",
    )
    fields = {"every": _every, "calendar": _calendar, "cron": _cron}[kind or _kind(rule)]
    return fields(rule, key) | {"zone": _zone(default_zone, key)} | _bounds(rule, key)


def _kind(rule: Rule) -> str:
    return next(kind for kind in KINDS if getattr(rule, kind) is not None)


def _every(rule: Rule, key: str) -> Plain:
    left, right = st.columns(2)
    units = list(ELAPSED)
    amount = left.number_input(
        "Every", 1, 1_000_000, rule.every.amount if rule.every else 1, key=f"amount-{key}"
    )
    unit = right.selectbox(
        "Unit", units, units.index(rule.every.unit) if rule.every else 3, key=f"unit-{key}"
    )
    return {"every": f"{int(amount)} {unit if amount != 1 else str(unit)[:-1]}"}


def _calendar(rule: Rule, key: str) -> Plain:
    present = rule.calendar or MONDAYS
    left, middle, right = st.columns([2, 3, 3])
    every = left.number_input("Every", 1, 10_000, present.every, key=f"calendar-every-{key}")
    unit = middle.selectbox("Unit", list(UNITS), UNITS.index(present.unit), key=f"calendar-unit-{key}")
    at = right.text_input(
        "At",
        ", ".join(present.at),
        key=f"calendar-at-{key}",
        help="A time of day, or several: 03:00, 15:00.",
    )
    plain: Plain = {"every": int(every), "unit": unit, "at": [one for one in _listed(at) if one]}
    if unit != "days":
        plain["on"] = _on(present, str(unit), key)
    return {"calendar": plain}


def _on(present: Calendar, unit: str, key: str) -> list[str | int]:
    choices: list[str | int] = [*WEEKDAYS] if unit == "weeks" else DAYS
    fitting = [*present.on] if present.unit == unit else [choices[0]]
    return st.multiselect("On", choices, fitting, key=f"calendar-on-{unit}-{key}", format_func=_day)


def _day(on: str | int) -> str:
    if isinstance(on, int):
        return str(on)
    if on == LAST:
        return "Last day"
    return " ".join([capital(on.split()[0]), *(word.capitalize() for word in on.split()[1:])])


def _listed(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",")]


def _cron(rule: Rule, key: str) -> Plain:
    line = st.text_input(
        "Minute, hour, day, month, weekday",
        rule.cron or "0 3 * * 1",
        key=f"cron-{key}",
        help="As Debian's cron reads it: 0 3 * * 1 is 03:00 on Mondays, */20 * * * * every 20 minutes.",
    )
    return {"cron": (line or "").strip()}


def _zone(default: str, key: str) -> str:
    """A few zones to choose from, any other by its name: a list of all six hundred makes the page slow."""
    near = list(dict.fromkeys([default, zone(), *filter(None, [st.context.timezone]), "UTC"]))
    chosen = st.selectbox(
        "Time zone",
        near,
        key=f"zone-{key}",
        accept_new_options=True,
        help="Or type another, such as Europe/Lisbon.",
    )
    return (chosen or default).strip()


def _bounds(rule: Rule, key: str) -> Plain:
    left, right = st.columns(2)
    start = left.text_input(
        "From, if later than now", rule.start or "", key=f"start-{key}", placeholder="2026-12-24 03:00"
    )
    end = right.text_input("Until, if it ends", rule.end or "", key=f"end-{key}", placeholder="2027-12-24")
    return {name: text.strip() for name, text in (("start", start), ("end", end)) if text and text.strip()}
