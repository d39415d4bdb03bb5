"""Sourcing: the table [source] of a model file: files, or a database's address and query."""

from collections.abc import Mapping
from typing import Any

from core.defining.keys import LATER, SOURCE_KEYS
from core.defining.tables import Faults, read_table

OF_FILES = ("delimiter", "decimal", "encoding")
URL = "postgresql+psycopg://me:${PASSWORD}@host/name"


def read_source(plain: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """The readable values of [source]; what is wrong goes to `faults`."""
    values = read_table(plain, SOURCE_KEYS, LATER["source"], faults, "source.")
    if "url" in plain or "query" in plain:
        _database(plain, values, faults)
    elif "path" not in plain and "inbox" not in plain:
        right = next(key.right for key in SOURCE_KEYS if key.name == "path")
        faults.add("source.path", "It is missing.", right)
    if "://" in values.get("path", ""):
        faults.add(
            "source.path",
            "Rows from other machines are not built yet.",
            "Name local files; a database has a url and a query.",
        )
    if values.get("delimiter") is not None and values["delimiter"] == values.get("decimal"):
        faults.add("source.decimal", "It is the delimiter too.", "Write two different characters.")
    return values


def _database(plain: Mapping[str, Any], values: Mapping[str, Any], faults: Faults) -> None:
    if "path" in plain:
        faults.add(
            "source.path", "Its rows come from a database already.", "Leave out path, or url and query."
        )
    if "url" not in plain:
        faults.add("source.url", "It is missing.", f'Write the database\'s address, such as url = "{URL}".')
    if "query" not in plain:
        faults.add(
            "source.query", "It is missing.", 'Write one SELECT, such as query = "select * from rows".'
        )
    for name in OF_FILES:
        if name in plain:
            faults.add(f"source.{name}", "It says how files are read.", "Leave it out for a database.")
    url = values.get("url")
    if url is not None and "://" not in url and "${" not in url:
        faults.add(
            "source.url", "It is no address of a database.", f'Write it as in "sqlite:///rows.db" or "{URL}".'
        )
