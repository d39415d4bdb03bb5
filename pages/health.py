"""Health: how Evermodel itself does: the clock, the queue, the disk, what is late, and its settings."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from core.domain.views.health import HealthPage
from core.domain.wording import at, capital, in_bytes
from pages._parts import health_out as out
from pages._parts import health_signs as signs
from pages._parts.cells import badge
from pages._parts.empty import nothing
from pages._parts.here import notices, now, plain, runtime, scheduler, watch, zone
from pages._parts.rows_out import run_rows
from pages._parts.run_table import run_table
from pages._parts.tables import table
from pages._parts.taking_out import Row, csv_button
from pages._parts.title_line import title_line
from pages._parts.words import age

FOLDERS = {
    "tables": "Tables",
    "snapshots": "Rows that were learnt",
    "artifacts": "Versions",
    "champions": "Champions",
    "predictions": "Predictions",
    "inbox": "Uploaded rows",
    "logs": "Logs",
    "backups": "Backups",
}
WIDTHS: dict[str, int] = {"Setting": 150, "Value": 110, "From": 145}


def main() -> None:
    watch(every=10)
    page = runtime().views.health(now())
    found = _signs(page)
    with title_line("pagehead"):
        st.title("Health", width="content")
        csv_button(lambda: out.sign_rows(found), "health")
    notices()
    mark = signs.LOOK if any(sign.wrong for sign in found) else signs.GOOD
    st.html(f'<div class="em-why">{badge(mark)} {escape(signs.answer(found))}</div>')
    _told(found)
    _late(page)
    _bad(page)
    left, right = st.columns([2, 5], gap="medium")
    with left:
        _disk()
    with right:
        _settings()


def _signs(page: HealthPage) -> list[signs.Sign]:
    home, moment = runtime().home, now()
    version, takes_turns = runtime().sqlite()
    return [
        signs.scheduler(page, scheduler(), moment, zone()),
        signs.queue(page, moment),
        signs.disk(
            in_bytes(home.room.free), home.why_read_only(), home.room.short(runtime().settings.low_disk)
        ),
        signs.database(version, takes_turns),
        signs.punctual(page),
    ]


def _told(found: list[signs.Sign]) -> None:
    rows = "".join(
        f"<tr><td><b>{sign.what}</b></td><td>{badge(sign.state)}</td><td>{escape(sign.words)}</td></tr>"
        for sign in found
    )
    st.html(f'<table class="em-table em-signs"><tbody>{rows}</tbody></table>')


def _late(page: HealthPage) -> None:
    rows = [
        {"Model": name, "What is late": f"A run was due {at(due, zone())}, {age(now() - due)} ago."}
        for name, due in page.overdue.items()
    ]
    rows += [{"Model": name, "What is late": why} for name, all_why in page.waits.items() for why in all_why]
    if rows:
        _head("Late", lambda: out.late_rows(page), "late")
        table(rows, f"late-{len(rows)}", "What is late, by model.", 8, widths={"What is late": "large"})


def _bad(page: HealthPage) -> None:
    if not page.bad:
        st.subheader("Last errors")
        nothing("Nothing failed.", "Every run of the last 7 days reached its end.", "check_circle", "green")
        return
    _head("Last errors", lambda: run_rows(page.bad), "last-errors")
    picked = run_table(page.bad, now(), zone(), key="bad")
    if picked is not None:
        st.switch_page("run.py", query_params={"run": str(picked)})


def _disk() -> None:
    sizes = runtime().disk_use()
    _head("Disk use", lambda: out.disk_rows(sizes), "disk-use")
    rows = [
        {"What": words, "Size": in_bytes(sizes[name])} for name, words in FOLDERS.items() if sizes.get(name)
    ]
    other = sum(size for name, size in sizes.items() if name not in FOLDERS)
    rows += [{"What": "Other", "Size": in_bytes(other)}] if other else []
    rows.append({"What": "Together", "Size": in_bytes(sum(sizes.values()))})
    table(rows, "disk", "Disk use by folder of the home.", 12, right=["Size"])
    room = runtime().home.room
    folder = plain(str(runtime().home.folder))
    st.caption(f"{in_bytes(room.free)} of {in_bytes(room.total)} are free on the disk of {folder}.")


def _settings() -> None:
    told = runtime().settings_told()
    _head("Settings", lambda: out.setting_rows(told), "settings")
    rows = [
        {"Setting": one.name, "Value": _value(one.value), "From": one.source, "Meaning": capital(one.about)}
        for one in told
    ]
    table(rows, "settings", "Settings, each with where it comes from.", 14, widths=WIDTHS)
    st.caption(
        "From variables named EVERMODEL_…, then settings.toml in the home; read when the server starts. "
        "The command *evermodel check* looks whether every table and file is whole."
    )


def _head(title: str, rows: Callable[[], Sequence[Row]], name: str) -> None:
    """A table's title, and the button that saves what it is made of."""
    with title_line(f"head-{name}"):
        st.subheader(title, width="content")
        csv_button(rows, name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value) or "–"


main()
