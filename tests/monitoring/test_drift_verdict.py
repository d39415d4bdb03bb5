"""Drift verdict: what moved is found and graded, what did not stays quiet, and what is not told says why."""

import numpy as np
import pyarrow as pa
import pytest

from core.domain.spans import Span
from core.monitoring.drift_verdict import FEW_BLOCKS, FEW_ROWS, MISSING, columns_of, verdict_of
from core.monitoring.usual import ALARMS, budget
from tests.drift_kit import reference_of, window_of
from tests.learning_kit import rows_of

DAYS = 12
N = DAYS * 24 * 10


def drawn(n: int, seed: int, moved: float = 0.0) -> dict[str, object]:
    random = np.random.default_rng(seed)
    return {
        "x": random.normal(moved, 1, n),
        "skewed": random.lognormal(0, 1, n),
        "kind": random.choice(np.array([f"k{i}" for i in range(30)]), n),
        "gaps": pa.array(random.normal(size=n), mask=random.random(n) < 0.2),
    }


def reference_rows(n: int = N, days: int = DAYS):  # type: ignore[no-untyped-def]
    return rows_of(drawn(n, 0), time=np.linspace(0, days * 86_400_000_000 - 1, n).astype(np.int64))


REFERENCE = reference_of(reference_rows())


def judged(columns: dict[str, object]):  # type: ignore[no-untyped-def]
    return columns_of(REFERENCE, window_of(REFERENCE, columns), {})


def test_windows_of_the_same_kind_stay_quiet() -> None:
    said = [verdict_of(judged(drawn(240, seed))) for seed in range(1, 101)]
    assert said.count("drift") <= 5
    assert set(said) <= {"ok", "drift"}


@pytest.mark.parametrize("rows", [40, 100, 5000])
def test_windows_with_fewer_or_more_rows_stay_quiet_too(rows: int) -> None:
    assert sum(verdict_of(judged(drawn(rows, seed))) == "drift" for seed in range(1, 41)) <= 2


def test_the_further_a_column_moves_the_stronger_the_word() -> None:
    words = [judged(drawn(5000, 5, moved))["x"].strength for moved in (0.0, 0.2, 0.27, 1.0)]
    assert words == [None, "unusual", "strong", "very strong"]
    found = judged(drawn(240, 5, 3.0))
    assert [name for name, column in found.items() if column.verdict == "drift"] == ["x"]
    assert found["x"].usual is not None
    assert found["x"].distance is not None
    assert found["x"].distance > 2 * found["x"].usual


def test_missing_and_new_values_are_found() -> None:
    lost = {**drawn(240, 3), "gaps": pa.nulls(240, pa.float64())}
    found = judged(lost)["gaps"]
    assert (found.verdict, found.distance, found.missing, found.why) == ("drift", None, 1.0, MISSING)
    new = judged({**drawn(240, 3), "kind": ["unheard"] * 120 + ["k1"] * 120})["kind"]
    assert (new.verdict, new.new) == ("drift", 0.5)


def test_too_short_a_reference_and_too_few_rows_say_so() -> None:
    short = reference_of(reference_rows(days=3))
    found = columns_of(short, window_of(short, drawn(240, 1, 3.0)), {})
    assert {column.why for column in found.values()} == {FEW_BLOCKS}
    assert verdict_of(found) == "unknown"
    assert found["x"].distance is not None
    assert found["x"].distance > 0.5
    assert judged(drawn(20, 1, 3.0))["x"].why == FEW_ROWS


def test_what_the_blocks_of_the_reference_do_is_usual() -> None:
    # a stream with a wave of its own, which independent rows would not have
    time = np.linspace(0, DAYS * 86_400_000_000 - 1, N).astype(np.int64)
    random = np.random.default_rng(1)
    wave = np.where(time // 86_400_000_000 % 3 == 0, 1.0, 0.0)
    reference = reference_of(rows_of({"x": wave + random.normal(size=N)}, time=time))
    high = window_of(reference, {"x": 1 + random.normal(size=240)})
    higher = window_of(reference, {"x": 2.5 + random.normal(size=240)})
    assert columns_of(reference, high, {})["x"].verdict == "ok"
    assert columns_of(reference, higher, {})["x"].verdict == "drift"


def test_columns_left_out_are_named_and_still_measured() -> None:
    rows = reference_rows()
    counted = rows_of({"x": rows.table.column("x"), "row": np.arange(N)}, time=rows.time)
    reference = reference_of(counted)
    found = columns_of(
        reference, window_of(reference, {"x": drawn(240, 1)["x"], "row": N + np.arange(240)}), {}
    )
    assert (found["row"].verdict, found["row"].why, found["row"].distance) == ("unknown", "counter", 1.0)
    assert verdict_of(found) == "ok"


def test_the_budget_is_an_alarm_a_month_and_at_most_one_window_in_twenty() -> None:
    assert budget(Span(1, "months")) == budget(Span(14, "days")) == budget(Span(500, "rows")) == ALARMS
    assert budget(Span(1, "days")) == pytest.approx(1 / 30.4)
    assert budget(Span(1, "hours")) == pytest.approx(1 / (24 * 30.4))
