"""Windows as the views read them: many, so as arrays, and without their digests."""

from typing import Any

from core.domain.windows import Window
from storage.views.objects import columns_of
from storage.windows import window_of

WINDOW_FIELDS = columns_of(Window)


def window_array(alias: str, *spared: str) -> str:
    """A window of a table as a JSON array, which `window_from` reads. `spared`: mappings left empty."""
    empty = {"digest": "''"} | dict.fromkeys(spared, "'{}'")
    return "json_array(" + ", ".join(empty.get(name, f'{alias}."{name}"') for name in WINDOW_FIELDS) + ")"


def window_from(values: list[Any]) -> Window:
    return window_of(dict(zip(WINDOW_FIELDS, values, strict=True)))
