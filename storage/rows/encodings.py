"""Encodings of text files, and where one does not hold."""

import codecs
import gzip
from typing import Any

from core.domain.errors import BadInput, SourceFault
from storage.rows.listing import DataFile


def known_encoding(encoding: str | None) -> str:
    """The encoding's own name; UTF-8 where none is given. BadInput for one that does not exist."""
    try:
        return codecs.lookup(encoding or "utf-8").name
    except LookupError as error:
        raise BadInput(
            f"{encoding!r} is no encoding.",
            'Write "utf-8", "latin-1" or "cp1252", for example.',
            key="source.encoding",
        ) from error


def opened(file: DataFile, encoding: str | None = None, newline: str | None = "") -> Any:
    """The file as text (as bytes without an encoding), decompressed."""
    opening: Any = gzip.open if file.compressed else open
    if encoding is None:
        return opening(file.path, "rb")
    return opening(file.path, "rt", encoding=encoding, newline=newline)


def bad_byte(file: DataFile, encoding: str) -> SourceFault | None:
    """The first byte that is not of the encoding; None if all are."""
    decoder = codecs.getincrementaldecoder(encoding)()
    number, before = 0, 0
    with opened(file) as lines:
        for number, line in enumerate(lines, 1):
            try:
                decoder.decode(line)
            except UnicodeDecodeError as error:
                byte, at = error.object[error.start], before + error.start + 1
                problem = (
                    f"Line {number} holds 0x{byte:02x} (byte {at:,} of the file), which is not {encoding}."
                )
                return _fault(file, problem)
            before += len(line)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _fault(file, f"Line {number} ends in the middle of a character of {encoding}.")
    return None


def _fault(file: DataFile, problem: str) -> SourceFault:
    fix = 'Say under [source] what it is, such as encoding = "latin-1".'
    return SourceFault(problem, fix, file=file.name, key="source.encoding")
