"""Source guesses: how a source's texts are read where a file does not say so itself."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from core.defining.sample import Sample
from core.domain.errors import SourceFault
from core.domain.sources import SourceSpec

OTHER_ENCODING = "cp1252"
"""What text that is no UTF-8 most likely is; every byte but five is a character of it."""
_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?(?:[eE][+-]?\d+)?")

Look = Callable[[SourceSpec], Sample]


@dataclass(frozen=True)
class Settled:
    """A sample with the source as it was read. `notes`: reasons of the keys that were guessed."""

    sample: Sample
    spec: SourceSpec
    notes: Mapping[str, str]

    def source(self, time: str | None) -> dict[str, Any]:
        """The [source] of a model file, given the column of times."""
        found = {field.name: getattr(self.spec, field.name) for field in fields(SourceSpec)}
        plain = {key: value for key, value in found.items() if value not in (None, "")}
        told = self.sample[time].time_format if time in self.sample.names and time else None
        return plain if told is None or "time_format" in plain else {**plain, "time_format": told}


def settle(spec: SourceSpec, look: Look) -> Settled:
    """Look at a source, and once more where its encoding or its decimal mark had to be guessed."""
    notes: dict[str, str] = {}
    try:
        sample = look(spec)
    except SourceFault as error:
        if spec.encoding is not None or error.faults[0].key != "source.encoding":
            raise
        spec = replace(spec, encoding=OTHER_ENCODING)
        sample = look(spec)
        notes["encoding"] = f"It is no UTF-8; {OTHER_ENCODING} is the next most likely."
    if spec.decimal is None and (found := _with_commas(sample)):
        spec = replace(spec, decimal=",")
        sample = look(spec)
        notes["decimal"] = f"{', '.join(found[:3])}: numbers with a comma before the decimals."
    return Settled(sample, spec, notes)


def _with_commas(sample: Sample) -> list[str]:
    return [
        column.name
        for column in sample.columns
        if column.textual and _comma_marks_decimals([str(value) for value in column.first])
    ]


def _comma_marks_decimals(texts: Sequence[str]) -> bool:
    """Some may have no comma; then those that have one must not all look like 1,234: thousands."""
    found = [match for text in texts if (match := _COMMA.fullmatch(text))]
    decimals = [match[1] for match in found if match[1]]
    if len(found) < len(texts) or not decimals:
        return False
    return len(decimals) == len(texts) or any(len(digits) != 3 for digits in decimals)
