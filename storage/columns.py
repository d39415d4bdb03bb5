"""How words become columns and come back: moments as microseconds, mappings as JSON."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.domain.clock import micros, moment

Row = Mapping[str, Any]


def us(when: datetime | None) -> int | None:
    return None if when is None else micros(when)


def when(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def to_json(value: object) -> str:
    """Compact JSON; NaN and infinities are refused."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> Any:
    return json.loads(text)
