"""Tables: reads one table of a model file by its keys, and collects what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.defining.keys import MODEL_KEYS, Key
from core.defining.kinds import Wrong
from core.defining.near import did_you_mean
from core.domain.errors import Fault


@dataclass
class Faults:
    """The faults of one file, in the order in which they are found."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, key: str | None, problem: str, fix: str) -> None:
        self.found.append(Fault(self.file, key, problem, fix))

    def about(self, key: str) -> bool:
        """Whether something of this key is wrong already."""
        return any(fault.key == key for fault in self.found)


def read_table(
    plain: Mapping[str, Any], keys: Sequence[Key], later: Sequence[str], faults: Faults, prefix: str = ""
) -> dict[str, Any]:
    """The readable values of a table by key; what is wrong with the others goes to `faults`."""
    known = {key.name: key for key in keys}
    values = {}
    for name, value in plain.items():
        if name not in known:
            _strange(name, known, later, faults, prefix)
            continue
        try:
            values[name] = known[name].read(value)
        except Wrong as wrong:
            for one in (wrong, *wrong.others):
                faults.add(prefix + name, one.problem, one.fix or known[name].right)
    for key in keys:
        if key.required and key.name not in plain:
            faults.add(prefix + key.name, "It is missing.", key.right)
    return values


def _strange(name: str, known: Mapping[str, Key], later: Sequence[str], faults: Faults, prefix: str) -> None:
    if name in later:
        faults.add(prefix + name, f"`{name}` is not built yet.", "Leave it out.")
    elif prefix and name in {key.name for key in MODEL_KEYS}:
        faults.add(
            prefix + name, f"`{name}` belongs to the model.", "Move it above the first line in brackets."
        )
    else:
        hint = did_you_mean(name, (*known, *later)) or f"The keys are: {', '.join(known)}."
        faults.add(prefix + name, f"There is no key `{name}`.", hint)
