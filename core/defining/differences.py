"""Differences between two definitions of a model, in words."""

import json
import os.path
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.defining.keys import MODEL_KEYS
from core.defining.plain import to_plain
from core.defining.triggering import words
from core.domain.addresses import without_password
from core.domain.models import Model
from core.domain.sources import Schema

NOTHING = {"features": "every other column", "history": "all", "origin": "by the first row", "as_of": "clock"}
TABLES = ("recipe_parameters", "source")


def differences(old: Model, new: Model) -> tuple[str, ...]:
    """What differs, a line a key in the contract's order: "limit: 100 → 120". Empty: the same model."""
    before, after = to_plain(old), to_plain(new)
    lines: list[str] = []
    folder = ["folder"] if _starts_there(old) or _starts_there(new) else []
    for key in [*(key.name for key in MODEL_KEYS if key.name in before), *folder]:
        if not _same(before[key], after[key]):
            lines += _lines(key, before[key], after[key])
    return tuple(lines)


def _starts_there(model: Model) -> bool:
    """Whether anything is looked for from the model file's folder; else the file may lie anywhere."""
    source = model.source
    paths = [os.path.expanduser(path) for path in (source.path, source.labels) if path]
    local = source.url is not None and source.url.startswith("sqlite")
    return ":" in model.recipe or local or not all(map(os.path.isabs, paths))


def changed_keys(old: Model, new: Model) -> set[str]:
    """The keys whose values differ."""
    before, after = to_plain(old), to_plain(new)
    return {key for key in before if not _same(before[key], after[key])}


def column_differences(old: Schema, new: Schema) -> tuple[str, ...]:
    """What became of a source's columns since they were fixed."""
    before, after = old.columns, new.columns
    gone = [f"column {name}: gone" for name in before if name not in after]
    added = [f"column {name}: added ({kind})" for name, kind in after.items() if name not in before]
    other = [
        f"column {name}: {before[name]} → {kind}"
        for name, kind in after.items()
        if name in before and before[name] != kind
    ]
    return (*gone, *added, *other)


def _same(old: object, new: object) -> bool:
    # Python's 1 == 1.0 == True are three different values of a file.
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def _lines(key: str, old: Any, new: Any) -> Iterator[str]:
    if key in TABLES:
        yield from _table(key, old, new)
    elif key == "triggers":
        yield from _triggers(old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield f"{key}: {_columns(old, new)}"
    else:
        yield f"{key}: {_said(key, old)} → {_said(key, new)}"


def _table(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if not _same(old.get(name), new.get(name)):
            before, after = _said(name, old.get(name)), _said(name, new.get(name))
            yield f"{key}.{name}: " + (f"{before} → {after}" if before != after else "another password")


def _triggers(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    before, after = ({trigger["when"]: words(trigger) for trigger in side} for side in (old, new))
    yield from (f"trigger {said}: removed" for when, said in before.items() if when not in after)
    yield from (f"trigger {said}: added" for when, said in after.items() if when not in before)
    both = [when for when in after if when in before]
    changed = [f"trigger {before[when]} → {after[when]}" for when in both if before[when] != after[when]]
    yield from changed
    if set(before) == set(after) and not changed:
        yield "triggers: in another order"


def _columns(old: Sequence[str], new: Sequence[str]) -> str:
    parts = [f"{name} added" for name in new if name not in old] + [
        f"{name} left out" for name in old if name not in new
    ]
    return ", ".join(parts) or "in another order"


def _said(key: str, value: object) -> str:
    if value is None:
        return NOTHING.get(key, "nothing")
    if isinstance(value, str):
        return without_password(value) if key == "url" else value or "nothing"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value) or "nothing"
    if key == "limit" and isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return json.dumps(value, ensure_ascii=False)
