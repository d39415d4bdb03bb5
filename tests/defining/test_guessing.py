"""Guesses: what a model file would say of rows, and which columns give the answer away."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.defining.guessing import Given, propose
from core.defining.reading import read_text
from core.defining.suggested_file import plain_of, write
from core.defining.window_guess import content
from core.domain.clock import micros
from core.domain.errors import BadInput
from core.domain.spans import Span
from core.entrypoints.samples import look_at

NOW = micros(datetime(2026, 11, 25, tzinfo=UTC))
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
DICE = np.random.default_rng(0)


def hours(n: int) -> np.ndarray:
    return np.datetime64("2026-01-05T00:00:00", "us") + np.arange(n) * np.timedelta64(1, "h")


def rows(n: int = 2_000, **columns: object) -> dict[str, object]:
    x = DICE.normal(size=n)
    return {"at": hours(n), "x": x, "out": x + DICE.normal(size=n), **columns}


def looked(folder: Path, columns: dict[str, object], name: str = "rows.parquet", **source: str):
    path = folder / name
    table = pa.table(columns)
    if path.suffix == ".csv":
        pc_csv.write_csv(table, path)
    else:
        pq.write_table(table, path)
    return look_at({"path": str(path), **source}, str(folder), "UTC")


def proposed(folder: Path, columns: dict[str, object], **chosen: str):
    return propose(looked(folder, columns).sample, "UTC", NOW, Given(**chosen))


def leaking(proposal, *, sure: bool = True) -> dict[str, str]:
    return {leak.column: leak.why for leak in proposal.leaks if leak.sure is sure}


def test_time_is_the_column_whose_order_the_rows_keep(tmp_path):
    n = 500
    shuffled = DICE.permutation(hours(n))
    proposal = proposed(tmp_path, {"created": shuffled, **rows(n)})
    assert proposal.value("time") == "at"
    assert set(proposal.times) == {"at", "created"}


def test_whole_numbers_are_times_only_by_their_name(tmp_path):
    seconds = (hours(300) - np.datetime64("1970-01-01", "us")) // np.timedelta64(1, "s")
    proposal = proposed(tmp_path, {"customer": seconds, "ts": seconds, "y": DICE.normal(size=300)})
    assert proposal.times == ("ts",)


def test_target_is_told_by_its_name_wherever_it_stands(tmp_path):
    n = 400
    proposal = proposed(tmp_path, {"is_churned": DICE.integers(0, 2, n), **rows(n)}, time="at")
    assert (proposal.value("target"), proposal.value("task")) == ("is_churned", "binary")
    assert proposal.value("positive") == 1


def test_task_follows_from_the_target(tmp_path):
    n = 600
    columns = rows(
        n,
        words=DICE.choice(["a", "b", "c"], n).tolist(),
        truth=DICE.random(n) < 0.5,
        stars=DICE.integers(1, 6, n),
    )
    found = {
        target: proposed(tmp_path, columns, target=target).value("task")
        for target in ("words", "truth", "stars", "out")
    }
    assert found == {"words": "multiclass", "truth": "binary", "stars": "multiclass", "out": "regression"}


def test_positive_class_without_a_yes_is_the_rarer_one(tmp_path):
    n = 400
    kinds = np.where(DICE.random(n) < 0.3, "spam", "ham").tolist()
    assert proposed(tmp_path, rows(n, kind=kinds), target="kind").value("positive") == "spam"


def test_rare_class_is_not_judged_by_accuracy(tmp_path):
    n = 1_000
    proposal = proposed(tmp_path, rows(n, fraud=(np.arange(n) % 20 == 0).astype(int)))
    assert (proposal.value("target"), proposal.value("metric")) == ("fraud", "roc_auc")


def test_column_that_alone_tells_the_class_is_a_leak_and_left_out(tmp_path):
    n = 1_000
    y = DICE.integers(0, 2, n)
    proposal = proposed(tmp_path, rows(n, status=np.where(y, "gone", "kept").tolist(), churned=y))
    assert "It alone tells churned in 100.0 % of rows" in leaking(proposal)["status"]
    assert proposal.excluded == ("status",)


def test_column_that_only_helps_is_no_leak(tmp_path):
    n = 2_000
    y = DICE.integers(0, 2, n)
    helpful = np.where(DICE.random(n) < 0.8, y, 1 - y)
    proposal = proposed(tmp_path, rows(n, helpful=helpful, churned=y))
    assert leaking(proposal) == {}
    assert proposal.excluded == ()


def test_column_of_its_own_value_in_every_row_is_no_leak(tmp_path):
    n = 1_000
    y = DICE.integers(0, 2, n)
    assert leaking(proposed(tmp_path, rows(n, serial=np.arange(n), churned=y))) == {}


@settings(max_examples=12, deadline=None)
@given(sign=st.sampled_from(["+", "-", "*"]), seed=st.integers(0, 1000))
def test_parts_whose_sum_difference_or_product_is_the_target_are_leaks(tmp_path_factory, sign, seed):
    dice, n = np.random.default_rng(seed), 300
    a, b = dice.integers(1, 90, n), dice.integers(1, 90, n)
    cnt = {"+": a + b, "-": a - b, "*": a * b}[sign]
    proposal = proposed(tmp_path_factory.mktemp("parts"), rows(n, a=a, b=b, cnt=cnt), target="cnt")
    assert set(leaking(proposal)) == {"a", "b"}
    assert all("cnt in every row" in why for why in leaking(proposal).values())


def test_target_in_another_unit_and_sum_of_many_are_leaks(tmp_path):
    n = 500
    parts = {name: DICE.gamma(2.0, 5.0, n) for name in ("food", "rooms", "drinks")}
    total = sum(parts.values())
    found = leaking(proposed(tmp_path, rows(n, **parts, cents=total * 100 + 7, total=total), target="total"))
    assert set(found) == {"food", "rooms", "drinks", "cents"}
    assert "another unit" in found["cents"]


def test_time_that_tells_the_outcome_is_a_leak_and_says_when_the_label_was_known(tmp_path):
    n = 1_000
    y = DICE.integers(0, 2, n)
    closed = hours(n) + np.where(y == 1, 1, 5) * np.timedelta64(1, "D")
    proposal = proposed(tmp_path, rows(n, closed=closed, churned=y))
    assert "distance from at" in leaking(proposal)["closed"]
    assert proposal.value("label_time") == "closed"
    assert "closed" in proposal.excluded


def test_value_with_which_only_one_class_comes_is_pointed_at_and_kept(tmp_path):
    n = 2_000
    y = DICE.integers(0, 2, n)
    parking = np.where((y == 0) & (DICE.random(n) < 0.2), 1, 0)
    proposal = proposed(tmp_path, rows(n, parking=parking, churned=y))
    assert "always 0" in leaking(proposal, sure=False)["parking"]
    assert proposal.excluded == ()


def test_predictions_of_another_model_are_left_out(tmp_path):
    n = 300
    proposal = proposed(tmp_path, rows(n, prediction=DICE.normal(size=n)), target="out")
    assert proposal.excluded == ("prediction",)


def test_column_without_values_free_text_and_lists_are_left_out_and_an_id_joins(tmp_path):
    n = 400
    columns = rows(
        n,
        order_id=np.arange(n) + 7,
        empty=pa.nulls(n, pa.string()),
        words=[f"what {i} said" for i in range(n)],
        parts=[[1, 2]] * n,
    )
    proposal = proposed(tmp_path, columns, target="out")
    assert proposal.value("id") == "order_id"
    assert proposal.excluded == ("empty", "words", "parts")


def test_source_without_rows_says_so(tmp_path):
    with pytest.raises(BadInput, match="holds no rows"):
        proposed(tmp_path, {"at": pa.array([], pa.timestamp("us")), "out": pa.array([], pa.float64())})


def test_bytes_are_left_out_and_never_the_target(tmp_path):
    keys = pa.array([bytes([i % 2]) * 16 for i in range(400)], pa.binary(16))
    proposal = proposed(tmp_path, rows(400, raw=pa.array([b"a", b"b"] * 200), label=keys), target="out")
    assert {"raw", "label"} <= {*proposal.excluded}
    assert not {"raw", "label"} & {*proposal.targets}


def test_numbers_named_as_codes_are_categories(tmp_path):
    n = 500
    proposal = proposed(tmp_path, rows(n, store_id=DICE.integers(0, 9, n)), target="out")
    assert proposal.value("categorical") == ["store_id"]


def test_window_gives_enough_windows_with_enough_rows(tmp_path):
    week = proposed(tmp_path, rows(24 * 7 * 40), target="out")
    assert (week.value("window"), week.content.windows, week.content.rows) == ("7 days", 40, 168)
    assert week.keys["window"].reason == "Weeks of about 168 rows; 40 of them; the first version after 10."
    few = proposed(tmp_path, rows(200), target="out")
    assert few.value("window") == "10 rows"


def test_what_windows_would_hold_is_what_they_hold(tmp_path):
    sample = looked(tmp_path, rows(24 * 70)).sample
    found = content(sample["at"], sample.rows, Span(2, "days"), "UTC")
    assert (found.windows, found.rows) == (35, 48)


def test_rows_that_ended_long_ago_stand_for_now(tmp_path):
    assert proposed(tmp_path, rows(24 * 7 * 20), target="out").value("as_of") == "data"
    new = {**rows(24 * 7 * 20), "at": hours(24 * 7 * 20) + np.timedelta64(180, "D")}
    assert proposed(tmp_path, new, target="out").value("as_of") is None


def test_sample_is_bounded_spread_and_counts_every_row(tmp_path):
    n = 130_000
    sample = looked(tmp_path, {"at": hours(n), "k": np.arange(n), "y": DICE.normal(size=n)}).sample
    assert sample.rows == n
    assert 8_000 < sample.taken <= 20_000
    tenths = np.histogram(sample["k"].numbers, bins=10, range=(0, n))[0]
    assert tenths.min() > 0.8 * sample.taken / 10


def test_decimal_commas_encoding_and_form_of_times_are_guessed_and_said(tmp_path):
    lines = ["wann;größe;ort;y"]
    lines += [
        f"{1 + i // 24 % 28:02d}.0{1 + i // 672}.2026 {i % 24:02d}:00;{i},5;Köln;{i % 7}" for i in range(900)
    ]
    (tmp_path / "r.csv").write_bytes("\n".join(lines).encode("cp1252"))
    settled = look_at({"path": "r.csv"}, str(tmp_path), "UTC")
    assert set(settled.notes) == {"encoding", "decimal"}
    assert settled.sample["größe"].numbers[1] == 1.5
    time = propose(settled.sample, "UTC", NOW).value("time")
    assert settled.source(time) == {
        "path": "r.csv",
        "decimal": ",",
        "encoding": "cp1252",
        "time_format": "%d.%m.%Y %H:%M",
    }


@pytest.mark.parametrize(
    ("texts", "comma"),
    [
        ([f"{value:.6f}".replace(".", ",") for value in DICE.normal(size=2_500)], True),
        (["5", "-4,1e-05", "1.234,5"], True),
        (["567", "1,234"], False),
        (["5,2", "about 5"], False),
        (["5", "6x"], False),
    ],
)
def test_decimal_commas_are_told_from_thousands_and_in_many_values(tmp_path, texts, comma):
    (tmp_path / "r.csv").write_text("a;x\n" + "".join(f"{i};{text}\n" for i, text in enumerate(texts)))
    settled = look_at({"path": "r.csv"}, str(tmp_path), "UTC")
    assert ("decimal" in settled.notes) == comma


def test_what_is_said_of_a_source_wins_over_a_guess(tmp_path):
    (tmp_path / "r.csv").write_text("t,a\n" + "".join(f"0{1 + i % 9}/02/2026,{i}\n" for i in range(50)))
    settled = look_at({"path": "r.csv", "time_format": "%m/%d/%Y"}, str(tmp_path), "UTC")
    assert settled.source("t")["time_format"] == "%m/%d/%Y"
    for wrong in ("ascii", "utf-16"):
        (tmp_path / "r.csv").write_bytes("t,a\n2026-01-01,ö\n".encode())
        with pytest.raises(BadInput) as refused:
            look_at({"path": "r.csv", "encoding": wrong}, str(tmp_path), "UTC")
        assert refused.value.faults[0].key == "source.encoding"


def test_suggested_file_reads_back_to_what_is_proposed(tmp_path):
    n = 1_500
    y = DICE.integers(0, 2, n)
    columns = rows(n, order_id=np.arange(n), status=np.where(y, 'a "quoted" # word', "b").tolist(), churned=y)
    settled = looked(tmp_path, columns, "odd # name.csv")
    proposal = propose(settled.sample, "UTC", NOW)
    text = write(proposal, "m", settled.source("at"))
    assert tomllib.loads(text) == plain_of(proposal, "m", settled.source("at"))
    assert "# It alone tells churned" in text
    assert read_text(text, tmp_path).model.exclude == ("status",)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "hotel_bookings",
            {
                "target": "is_canceled",
                "time": "arrival_date",
                "label_time": "reservation_status_date",
                "exclude": ["reservation_status", "reservation_status_date"],
            },
        ),
        (
            "bike_sharing_hourly",
            {"target": "cnt", "time": "timestamp", "exclude": ["casual", "registered"], "metric": "rmse"},
        ),
    ],
)
def test_leaks_of_real_data_are_named(file, expected):
    path = DATA / f"{file}.parquet"
    if not path.is_file():
        pytest.skip("the shared data sets are not beside this clone")
    settled = look_at({"path": str(path)}, "/", "UTC")
    plain = plain_of(propose(settled.sample, "UTC", NOW), "m", settled.source(None))
    assert {key: plain[key] for key in expected} == expected
