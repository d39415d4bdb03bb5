"""Scripts: a person's own train.py, which knows nothing of Evermodel, and the code that made a version."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Protocol

from core.domain.learning import Artifact, Fitted

if TYPE_CHECKING:
    from core.domain.models import Kept, Model
    from core.domain.reports import Report
    from core.domain.rows import Rows

PLACEHOLDERS = ("train", "out", "previous", "parameters", "progress", "seed")
"""What `arguments` may name in braces: the rows' Parquet file, where the model is to be written, the
champion's file (nothing before the first), the parameters as JSON, the file for progress, the seed.
"""
TRAIN_VARIABLE = "EVERMODEL_TRAIN"
NOT_VOUCHED = "the script reads data of its own, so nobody can vouch that the judged rows were new to it"


@dataclass(frozen=True)
class Made:
    """What made a version. `code`: as `Version.code` keeps it; `environment`: package -> version."""

    code: Mapping[str, object] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


class Trainer(Protocol):
    """Runs a model's script, and knows what code of a person's own made a version."""

    def train(
        self, kept: "Kept", rows: "Rows", seed: int, previous: Artifact | None, report: "Report"
    ) -> Fitted:
        """The model that the script leaves when it is given exactly these rows, loaded and looked at.

        RunFailed: it cannot be started, ends badly, or leaves no model that can be used.
        """
        ...

    def made(self, model: "Model") -> Made:
        """Of a script: what `train` ran last; of a recipe: as it is now. The files are kept with the home."""
        ...


class Codes(Protocol):
    """The store of code: files of a person's own, each set of them once, by what they hold."""

    def keep(self, files: Mapping[str, bytes]) -> str:
        """Keep files by their relative paths; the name of the whole, as `whole` gives it."""
        ...

    def folder(self, whole: str) -> Path:
        """Where the files of a whole lie."""
        ...

    def verify(self, code: Mapping[str, object]) -> None:
        """ArtifactFault if a file of a version's code is gone, altered or new; `code`: the version's."""
        ...


def wrong_placeholders(arguments: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(position, problem) of each argument whose braces cannot be filled."""
    for position, argument in enumerate(arguments):
        try:
            parts = list(Formatter().parse(argument))
        except ValueError:
            yield position, f"{argument!r} has a single brace."
            continue
        for _, name, form, conversion in parts:
            if name is not None and (name not in PLACEHOLDERS or form or conversion):
                yield position, f"{{{name}}} is no placeholder."


def filled(arguments: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """The arguments with `values` in place of their placeholders; doubled braces become single ones."""
    return [
        "".join(text + (values[name] if name is not None else "") for text, name, _, _ in parts)
        for parts in (list(Formatter().parse(argument)) for argument in arguments)
    ]


def takes_rows(arguments: Iterable[str], text: str) -> bool:
    """Whether a script is told where the rows are: by an argument, or because its text asks for them.

    One that is not reads data of its own, and nobody can say whether it has seen the rows that judge it.
    """
    named = (name for argument in arguments for _, name, _, _ in Formatter().parse(argument))
    return "train" in named or TRAIN_VARIABLE in text


def noted(about: Mapping[str, object], note: str) -> dict[str, object]:
    """What a gate found, with one more thing to be known of it."""
    return {**about, "note": "; ".join(str(words) for words in (about.get("note"), note) if words)}


def vouched(reason: str, code: Mapping[str, object], judged: bool) -> str:
    """Why a judged version stands as it does; where its script reads data of its own, that goes with it.

    A tie stays that one word, by which it is known; its version tells the same by `code`.
    """
    doubtful = judged and code.get("vouched") is False and reason != "tie"
    return f"{reason}; {NOT_VOUCHED}" if doubtful else reason
