"""Memory of a monitoring: it holds blocks of rows, never something of every row."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from tests.home_kit import place_of

DAY = 80_000
"""Rows of a window."""
START = np.datetime64("2026-01-01T00:00:00", "us")


def peak_of(folder: Path, days: int, window: str) -> float:
    """The most bytes that NumPy and Python held at a time in a monitoring."""
    n = days * DAY
    random = np.random.default_rng(0)
    columns = {
        "t": START + np.arange(n) * np.timedelta64(86_400_000_000 // DAY, "us"),
        "x": np.zeros(n),
        "said": random.normal(size=n),
        "y": random.normal(size=n),
    }
    place = place_of(folder, columns, window=window, prediction="said", label_delay="3 hours")
    tracemalloc.start()
    try:
        place.work("monitor")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("window", ["1 days", f"{DAY} rows"])
def test_memory_of_a_monitoring_does_not_grow_with_rows(tmp_path: Path, window: str) -> None:
    peaks = []
    for days in (3, 15):
        (tmp_path / str(days)).mkdir()
        peaks.append(peak_of(tmp_path / str(days), days, window))
    assert peaks[1] < 1.1 * peaks[0]
