"""Decimals: exact numbers as Arrow holds them, and the type that fits all that were seen."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa

MOST_DIGITS = {16: 38, 32: 76}  # by bytes


class Digits:
    """How many digits the decimals seen so far have on either side of the point."""

    def __init__(self) -> None:
        self._before = self._after = 0

    def see(self, values: Sequence[Decimal | int]) -> None:
        """ValueError for one that is no number."""
        for value in values:
            _, digits, exponent = Decimal(value).as_tuple()
            if not isinstance(exponent, int):
                raise ValueError(f"{value} is no number")
            self._before = max(self._before, len(digits) + exponent)
            self._after = max(self._after, -exponent)

    @property
    def kind(self) -> pa.DataType | None:
        """As many digits as fit before the point, since later values may be larger; None: too many in all."""
        for width, most in MOST_DIGITS.items():
            if self._before + self._after <= most:
                return (pa.decimal128 if width == 16 else pa.decimal256)(most, self._after)
        return None


def decimals(values: Sequence[Decimal | int | None], kind: pa.DataType) -> pa.Array:
    """An array (n,) of a decimal type. ValueError for a value that has other digits than the type holds."""
    width, limit = kind.byte_width, 10**kind.precision
    parts = [_unscaled(Decimal(value or 0), kind.scale) for value in values]
    if any(abs(part) >= limit for part in parts):
        raise ValueError("more digits than the type has")
    data = b"".join(part.to_bytes(width, "little", signed=True) for part in parts)
    there = np.fromiter((value is not None for value in values), bool, len(values))
    validity = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(kind, len(parts), [validity, pa.py_buffer(data)])


def _unscaled(value: Decimal, scale: int) -> int:
    """value × 10^scale, as tuples: the arithmetic of decimals would round beyond 28 digits."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is no number")
    number, shift = int("".join(map(str, digits))), exponent + scale
    number, rest = divmod(number * int(10 ** max(shift, 0)), int(10 ** max(-shift, 0)))
    if rest:
        raise ValueError(f"{value} has more decimals than {scale}")
    return -number if sign else number
