"""Student: how far Student's t strays from 0. NumPy and scipy are not needed for it, so pages may ask."""

import math


def t_within(confidence: float, freedom: int) -> float:
    """The t that Student's distribution stays within, either way, with this probability in (0, 1).

    `freedom`: its degrees, 1 or more. By halving, to all digits, from the sums of Abramowitz and Stegun,
    26.7.3 and 26.7.4.
    """
    low, high = 0.0, math.pi / 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _within(middle, freedom) < confidence else (low, middle)
    return math.tan(low) * math.sqrt(freedom)


def _within(angle: float, freedom: int) -> float:
    """The probability of t / √freedom within ± tan(angle)."""
    odd, sine, cosine = freedom % 2, math.sin(angle), math.cos(angle)
    term, total = (cosine if odd else 1.0), 0.0
    for k in range(1 + odd, freedom, 2):
        total += term
        term *= cosine**2 * k / (k + 1)
    return 2 / math.pi * (angle + sine * total) if odd else sine * total
