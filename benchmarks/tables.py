"""Tables: figures as Markdown, and where they are kept."""

from collections.abc import Sequence
from pathlib import Path

README = Path(__file__).with_name("README.md")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def keep(name: str, text: str, file: Path = README) -> None:
    """Put a text between the marks of its name in the README."""
    first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
    whole = file.read_text(encoding="utf-8")
    before, _, rest = whole.partition(first)
    _, found, after = rest.partition(last)
    if not found:
        raise ValueError(f"{file.name} has no marks for {name}.")
    file.write_text(f"{before}{first}\n{text}\n{last}{after}", encoding="utf-8")
