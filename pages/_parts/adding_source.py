"""Adding, first: where the rows are, read and shown, and how to read them where a guess is wrong."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from core.defining.source_guesses import Settled
from core.domain.errors import EvermodelError, Fault
from pages._parts.adding_draft import remember, remembered, seeded
from pages._parts.here import plain, runtime

Source = dict[str, Any]
KINDS = {"path": "A file, folder or glob", "upload": "Upload a file", "database": "A database"}
DELIMITERS = {None: "As guessed", ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar |"}
DECIMALS = {None: "As guessed", ".": "Point: 1.5", ",": "Comma: 1,5"}
ENCODINGS = {
    None: "As guessed",
    "utf-8": "UTF-8",
    "cp1252": "Western European (cp1252)",
    "latin-1": "Latin-1",
    "utf-16": "UTF-16",
    "cp1251": "Cyrillic (cp1251)",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
}
UNITS = {None: "As guessed", "s": "Seconds", "ms": "Milliseconds", "us": "Microseconds", "ns": "Nanoseconds"}
FIXES = {
    "the path under [source]; it starts at the model file's folder": "the path; write all of it, from / on",
    "the url under [source]; its path starts at the model file's folder": "the address; write the whole path",
    "the path under [source]": "the path",
    "the url under [source]": "the address",
    "the query under [source]": "the query",
    "one SELECT under [source]": "one SELECT as the query",
    "under [source]": "under “Read it another way”",
}
"""What a fault says of a model file, as this page's fields are called."""
HEAD, ROW, LETTER, WIDEST = 34, 28, 8, 420
"""Pixels of the preview: its head, a row, a letter, the widest column."""
LETTERS = 18
"""Of a text that the usual width holds."""
UPLOADS = ["csv", "tsv", "parquet", "jsonl", "ndjson", "json", "gz"]


def choose_rows() -> tuple[Settled, Source, str] | None:
    """(The rows as they were read, their [source], the zone of their times); None until they can be read."""
    st.subheader("1 · Where are the rows?")
    kind = st.segmented_control(
        "Where",
        list(KINDS),
        required=True,
        format_func=KINDS.__getitem__,
        key=seeded("kind", "path", list(KINDS)),
        label_visibility="collapsed",
        wrap=True,
    )
    source = {"path": _path, "upload": _upload, "database": _database}[kind or "path"]()
    if source is None:
        return None
    place = st.container()
    options, zone = _options(source)
    with place:
        return _looked(source | options, zone)


def _path() -> Source | None:
    asked = st.query_params.get("rows", "")
    with st.container(horizontal=True, vertical_alignment="bottom", key="add-where"):
        typed = st.text_input(
            "On the machine that runs Evermodel",
            key=seeded("path", asked),
            placeholder="/data/bookings.parquet, or /data/bookings/*.csv",
            help="CSV, Parquet or JSON Lines; a whole folder of files, or a glob. Nothing is copied.",
        )
        path = (typed or "").strip()
        _test("path", path)
    if remembered("tested") != path and path != asked:
        return None
    if path:
        st.query_params["rows"] = path
    return {"path": path} if path else None


def _upload() -> Source | None:
    given = st.file_uploader(
        "CSV, Parquet or JSON Lines; it is kept in Evermodel's home",
        UPLOADS,
        key="adding-upload",
        max_upload_size=200,
    )
    if given is not None and remembered("upload-id") != given.file_id:
        try:
            with st.spinner("Keeping the file …"):
                kept = runtime().upload(given.name, given.getbuffer())
        except EvermodelError as error:
            _refused(error)
            return None
        remember("upload-id", given.file_id)
        remember("upload", (str(kept), given.name))
    kept_before = remembered("upload")
    if kept_before is None:
        return None
    if given is None:
        st.caption(f"Uploaded: {plain(kept_before[1])}")
    return {"path": kept_before[0]}


def _database() -> Source | None:
    address = st.text_input(
        "Address",
        key=seeded("url", ""),
        placeholder="postgresql+psycopg://reader:${DB_PASSWORD}@host/shop, or sqlite:////data/shop.db",
        help="As SQLAlchemy writes it. ${NAME} stands for a variable of Evermodel's environment.",
    )
    query = st.text_area(
        "Query: one SELECT",
        key=seeded("query", ""),
        placeholder="select * from bookings",
        height=90,
        help="It is asked for one span of time after another, never for everything at once.",
    )
    url, asked = (address or "").strip(), (query or "").strip()
    with st.container(horizontal=True, horizontal_alignment="left"):
        _test("database", f"{url} {asked}")
    return {"url": url, "query": asked} if url and remembered("tested") == f"{url} {asked}" else None


def _test(kind: str, what: str) -> None:
    """The button that has the rows read; the one that is primary until they were."""

    def tested() -> None:
        # What was typed last is known to the session only, where the button is pressed at once.
        fields = {"path": "{add-path}", "database": "{add-url} {add-query}"}[kind]
        for name in ("add-path", "add-url", "add-query"):
            fields = fields.replace(f"{{{name}}}", str(st.session_state.get(name) or "").strip())
        remember("tested", fields)
        remember("anew", True)

    st.button(
        "Test my source",
        icon=":material/table_eye:",
        key=f"test-{kind}",
        type="secondary" if remembered("tested") == what else "primary",
        on_click=tested,
    )


def _options(source: Source) -> tuple[Source, str]:
    """How texts and times are read, as a person says it."""
    with st.expander("Read it another way", icon=":material/tune:"):
        first, second, third = st.columns(3)
        found: Source = {}
        if "path" in source:
            for column, name, label, choices in (
                (first, "delimiter", "Between fields", DELIMITERS),
                (second, "decimal", "Decimal mark", DECIMALS),
                (third, "encoding", "Encoding of the text", ENCODINGS),
            ):
                found[name] = column.selectbox(
                    label,
                    list(choices),
                    format_func=choices.__getitem__,
                    key=seeded(name, None, list(choices), str(source)),
                )
        first, second, third = st.columns(3)
        found["time_format"] = first.text_input(
            "How times look",
            key=seeded("time_format", "", scope=str(source)),
            placeholder="%d/%m/%Y %H:%M",
            help="Day %d, month %m, year %Y, hour %H, minute %M, second %S.",
        )
        found["time_unit"] = second.selectbox(
            "Times that are numbers count",
            list(UNITS),
            format_func=UNITS.__getitem__,
            key=seeded("time_unit", None, list(UNITS), str(source)),
        )
        zone = third.text_input(
            "Zone of times that name none",
            key=seeded("zone", runtime().zone),
            help="A name of the IANA list, such as Europe/Lisbon.",
        )
    return {name: value for name, value in found.items() if value}, (zone or "UTC").strip()


def _looked(source: Source, zone: str) -> tuple[Settled, Source, str] | None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        st.error(
            f"There is no time zone {plain(zone)}. Write one such as Europe/Lisbon.", icon=":material/cancel:"
        )
        return None
    try:
        with st.spinner("Looking at the rows …"):
            settled = runtime().look(source, zone, bool(remembered("anew")) and "url" in source)
            remember("anew", False)
    except EvermodelError as error:
        _refused(error)
        return None
    _say(settled)
    return settled, source, zone


def _say(settled: Settled) -> None:
    sample = settled.sample
    looked = (
        f"; {sample.taken:,} of them, spread over all, were looked at" if sample.taken < sample.rows else ""
    )
    st.markdown(
        f":green-badge[:material/check_circle: Read] "
        f"**{sample.rows:,} rows, {len(sample.columns)} columns**{looked}."
    )
    for note in settled.notes.values():
        st.caption(plain(note))
    st.dataframe(
        list(sample.head),
        hide_index=True,
        row_height=ROW,
        height=HEAD + ROW * len(sample.head) + 2,
        column_config=_wide(sample.head),
        key="adding-preview",
        alt="The first rows.",
    )


def _wide(head: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Room for texts that a column of the usual width would cut off, times with their zone among them."""
    longest = {name: max(len(row.get(name) or "") for row in head) for name in head[0]} if head else {}
    return {
        name: st.column_config.TextColumn(width=min(WIDEST, 20 + LETTER * letters))
        for name, letters in longest.items()
        if letters > LETTERS
    }


def _refused(error: EvermodelError) -> None:
    """The one clear error, and where the way of reading can be changed."""
    st.error("  \n".join(plain(_without_path(fault)) for fault in error.faults), icon=":material/cancel:")


def _without_path(fault: Fault) -> str:
    place = f"{fault.key}: " if fault.key and not fault.key.startswith("source") else ""
    file = f"{_as_given(fault.file)}: " if fault.file else ""
    return f"{file}{place}{fault.problem} {_fix_here(fault.fix)}".strip()


def _as_given(file: str) -> str:
    """An upload under the name that it came with, not the one that it is kept by."""
    kept, name = remembered("upload") or ("", "")
    return str(name) if kept and Path(file).name == Path(str(kept)).name else file


def _fix_here(fix: str) -> str:
    """What to do next, where a person does it on this page."""
    for in_file, here in FIXES.items():
        fix = fix.replace(in_file, here)
    return fix
