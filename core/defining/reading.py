"""Reading: a model file, checked for itself; its source is looked at elsewhere."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.defining.definition import Definition
from core.defining.keys import LATER, MODEL_KEYS
from core.defining.recipe import check_recipe
from core.defining.scripting import check_script
from core.defining.sourcing import read_source
from core.defining.strategy import check_strategy
from core.defining.tables import Faults, read_table
from core.defining.timetable import read_timetable
from core.defining.together import check_together
from core.defining.triggering import read_triggers
from core.domain.errors import BadInput
from core.domain.models import Model
from core.domain.sources import SourceSpec


def read_file(path: Path) -> Definition:
    """The model and schedules of a file. BadInput holds every fault of the file, each with its key."""
    return read_plain(_toml(path), path.absolute().parent, str(path))


def read_text(text: str, folder: Path) -> Definition:
    """As `read_file`, of a model file's text that stands in no file; relative paths start at `folder`."""
    return read_plain(_parsed(text, ""), folder, "")


def read_plain(plain: Mapping[str, Any], folder: Path, file: str) -> Definition:
    """As `read_file`, of what TOML gave. `file`: for messages; empty where there is none."""
    faults = Faults(file)
    values = read_table(plain, MODEL_KEYS, LATER["model"], faults)
    check_together(values, faults)
    check_script(values, folder, faults)
    if "script" not in plain:
        check_recipe(values, folder, faults)
    check_strategy(values, faults)
    table = values.pop("source", {})
    source = {} if faults.about("source") else read_source(table, faults)
    if source.get("labels") is not None and "id" not in plain:
        faults.add("source.labels", "Labels apart from their rows need an id.", "Name it: id = the column.")
    schedules = read_timetable(values.pop("schedules", ()), values.get("zone", "UTC"), faults)
    has_limit = "limit" in values or faults.about("limit")
    values["triggers"] = read_triggers(values.pop("triggers", ()), has_limit, faults)
    if faults.found:
        raise BadInput.of(faults.found)
    values.setdefault("metric", "rmse" if values["task"] == "regression" else "accuracy")
    return Definition(Model(**values, source=SourceSpec(**source), folder=str(folder)), schedules, file)


def _toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"It cannot be read: {error.strerror}.", "Name a model file.", file=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput("It is not UTF-8 text.", "Save it as UTF-8.", file=str(path)) from error
    return _parsed(text, str(path))


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(file, text, str(error)) from error
    except RecursionError as error:
        raise BadInput(
            "Its brackets are nested too deeply.", "Write a plain model file.", file=file
        ) from error


def _syntax(file: str, text: str, message: str) -> BadInput:
    """What TOML's reader says, with the line that it stopped at."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    lines = text.splitlines() or [""]
    line = int(match[2]) if match and match[2] else len(lines)
    said = lines[line - 1].strip()[:60] if line <= len(lines) else ""
    problem = match[1] if match else message
    return BadInput(
        f"Not TOML: {problem}, at {said!r}." if said else f"Not TOML: {problem}.",
        'Write key = value, and texts in "quotes".',
        file=file,
        key=f"line {line}",
    )
