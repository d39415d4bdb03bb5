"""Reading: a model file, checked for itself; its source is looked at elsewhere."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.defining.definition import Definition
from core.defining.keys import LATER, MODEL_KEYS, SOURCE_KEYS
from core.defining.recipe import check_recipe
from core.defining.tables import Faults, read_table
from core.defining.timetable import read_timetable
from core.defining.together import check_together
from core.domain.errors import BadInput
from core.domain.models import Model
from core.domain.sources import SourceSpec


def read_file(path: Path) -> Definition:
    """The model and schedules of a file. BadInput holds every fault of the file, each with its key."""
    faults = Faults(str(path))
    folder = path.absolute().parent
    plain = _toml(path)
    values = read_table(plain, MODEL_KEYS, LATER["model"], faults)
    check_together(values, faults)
    if "script" not in plain:
        check_recipe(values, folder, faults)
    source = _source(values.pop("source", {}), faults)
    schedules = read_timetable(values.pop("schedules", ()), values.get("zone", "UTC"), faults)
    if faults.found:
        raise BadInput.of(faults.found)
    values.setdefault("metric", "rmse" if values["task"] == "regression" else "accuracy")
    return Definition(Model(**values, source=SourceSpec(**source), folder=str(folder)), schedules, str(path))


def _source(plain: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    if faults.about("source"):
        return {}
    values = read_table(plain, SOURCE_KEYS, LATER["source"], faults, "source.")
    if "://" in values.get("path", ""):
        faults.add("source.path", "Rows from other machines are not built yet.", "Name local files.")
    if values.get("delimiter") is not None and values["delimiter"] == values.get("decimal"):
        faults.add("source.decimal", "It is the delimiter too.", "Write two different characters.")
    return values


def _toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"It cannot be read: {error.strerror}.", "Name a model file.", file=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput("It is not UTF-8 text.", "Save it as UTF-8.", file=str(path)) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(path, text, str(error)) from error
    except RecursionError as error:
        raise BadInput(
            "Its brackets are nested too deeply.", "Write a plain model file.", file=str(path)
        ) from error


def _syntax(path: Path, text: str, message: str) -> BadInput:
    """What TOML's reader says, with the line that it stopped at."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    lines = text.splitlines() or [""]
    line = int(match[2]) if match and match[2] else len(lines)
    said = lines[line - 1].strip()[:60] if line <= len(lines) else ""
    problem = match[1] if match else message
    return BadInput(
        f"Not TOML: {problem}, at {said!r}." if said else f"Not TOML: {problem}.",
        'Write key = value, and texts in "quotes".',
        file=str(path),
        key=f"line {line}",
    )
