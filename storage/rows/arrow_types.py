"""Arrow types as a schema holds them: plain, and as text that reads back."""

import re

import pyarrow as pa

_TIMESTAMP = re.compile(r"timestamp\[(s|ms|us|ns)(?:, tz=(.+))?\]")
_DECIMAL = re.compile(r"decimal(32|64|128|256)\((\d+), (-?\d+)\)")
_BYTES = re.compile(r"fixed_size_binary\[(\d+)\]")


def plain(kind: pa.DataType) -> pa.DataType:
    """The type without its packing: dictionaries as their values, large and view strings as strings."""
    if pa.types.is_dictionary(kind):
        return plain(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    return kind


def readable(kind: pa.DataType) -> bool:
    """A type of single values that `named` knows."""
    try:
        return bool(named(str(kind)) == kind)
    except ValueError:
        return False


def named(text: str) -> pa.DataType:
    """The type that `str(type)` gave as text. ValueError for one that holds more than single values."""
    if match := _TIMESTAMP.fullmatch(text):
        return pa.timestamp(match[1], match[2])
    if match := _DECIMAL.fullmatch(text):
        return getattr(pa, f"decimal{match[1]}")(int(match[2]), int(match[3]))
    if match := _BYTES.fullmatch(text):
        return pa.binary(int(match[1]))
    return pa.type_for_alias(text)
