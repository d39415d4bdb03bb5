"""Output: documents as JSON or as tables on standard output, everything else on standard error."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click

from core.domain.clock import iso
from core.domain.errors import Fault


def show(
    document: object, as_json: bool, columns: Sequence[str] = (), empty: str = "There is nothing yet."
) -> None:
    """Print one document: as JSON, else a list as a table (of `columns`, or all), a mapping as lines, with
    each list of mappings in it as a table of its own.
    """
    if as_json:
        click.echo(json.dumps(plain(document), ensure_ascii=False, allow_nan=False, indent=1))
    elif isinstance(document, Mapping):
        click.echo("\n".join(_line(key, value) for key, value in document.items()))
    elif isinstance(document, Sequence):
        click.echo(table(document, columns) if document else empty)


def say(words: str) -> None:
    """A message to a person."""
    click.echo(words, err=True)


def show_faults(faults: Sequence[Fault], as_json: bool) -> None:
    """Errors: a list under --json, else a line each."""
    if as_json:
        say(json.dumps([fault.plain() for fault in faults], ensure_ascii=False))
    else:
        say("\n".join(f"Error: {fault}" for fault in faults))


def plain(value: object) -> object:
    """What JSON can hold: times in ISO 8601 with their offset, what is not finite as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str] = ()) -> str:
    """Rows as lines of aligned columns under their names."""
    names = columns or list(rows[0])
    lines = [list(names), *([cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _line(key: str, value: object) -> str:
    if isinstance(value, list | tuple) and value and all(isinstance(part, Mapping) for part in value):
        return "\n  ".join([f"{key}:", *table(value).splitlines()])
    return f"{key + ':':<14} {cell(value)}"


def cell(value: object) -> str:
    """A value in a few characters; times in UTC."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {cell(part)}" for key, part in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value)) or "–"
    return str(value)
