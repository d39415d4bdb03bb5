"""How far Student's t strays from 0."""

import pytest
from scipy.stats import t

from core.domain.student import t_within


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 9, 31, 200])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 1 - 0.05 / 50, 1 - 1e-9])
def test_t_within_is_scipys(freedom: int, confidence: float) -> None:
    assert t_within(confidence, freedom) == pytest.approx(t.isf((1 - confidence) / 2, freedom), rel=1e-5)
