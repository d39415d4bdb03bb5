"""Rows as JSON, made by SQLite: so one statement gives lists within rows."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def columns_of(word: "type[DataclassInstance]") -> tuple[str, ...]:
    """Of a table whose columns are the fields of a word."""
    return tuple(field.name for field in fields(word))


def row_object(alias: str, names: Sequence[str], more: Mapping[str, str] | None = None) -> str:
    """Columns of one table as a JSON object. `more`: its further keys, each an expression."""
    values = {name: f'{alias}."{name}"' for name in names} | dict(more or {})
    return "json_object(" + ", ".join(f"'{name}', {value}" for name, value in values.items()) + ")"
