"""What pages say of how a version was made, and what they leave out where nobody knows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pages._parts.palette import LIGHT
from pages._parts.version_words import learnt_until, rows_of, settings_of, strategy_told, trained_in
from pages._parts.versions_chart import LEAST, versions_figure
from tests.home_kit import version_of
from tests.pages.visiting import visit, words

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("strategy", "lineage", "said"),
    [
        ("scratch", {}, "from scratch"),
        (
            "warm_start",
            {"continues": 11, "why": "continues v11 on 636 rows that it did not know"},
            "warm start, continues v11 on 636 rows that it did not know",
        ),
        ("warm_start", {"full": True, "why": "from scratch: every 8th time"}, None),
        (
            "ensemble",
            {"members": [9, 10], "weights": [0.25, 0.75], "continues": 9, "why": "2 fits as one"},
            "ensemble of v9 (25 %), v10 (75 %): 2 fits as one",
        ),
    ],
)
def test_strategy_and_its_reason_are_told_once(
    strategy: str, lineage: dict[str, object], said: str | None
) -> None:
    version = version_of(1, 1, NOW, strategy=strategy, lineage=lineage)
    assert strategy_told(version) == (said or "warm start, from scratch: every 8th time")


def test_nothing_is_told_of_what_an_adopted_version_learnt() -> None:
    version = version_of(1, 1, NOW, code={"adopted": "own.skops"}, rows=0)
    told = {rows_of(version), learnt_until(version, "UTC"), settings_of(version), trained_in(version)}
    assert told == {"not known"}


def test_few_versions_stand_in_the_middle_of_their_chart() -> None:
    few = [version_of(1, 1, NOW, number=number, scores={"rmse": 1.0}) for number in (1, 2, 3)]
    for versions in (few, [replace(few[0], number=number) for number in range(1, LEAST + 3)]):
        left, right = versions_figure(versions, "rmse", LIGHT).layout.xaxis.range
        assert right - left >= LEAST
        assert (left + right) / 2 == pytest.approx((len(versions) - 1) / 2, abs=0.2)


def test_adopted_version_is_told_as_one_on_its_page_and_beside_another(full) -> None:  # type: ignore[no-untyped-def]
    version = full.views.versions("air-time", full.now()).versions[-1]
    with full.home.transaction() as t:
        t.database["versions"].update(
            (version.model_id, version.number), {"code": '{"adopted": "own.skops"}', "rows": 0}
        )
    seen = visit("version.py", model="air-time", version=str(version.number))
    assert not seen.exception
    said = words(seen)
    assert "own.skops" in said
    for part in ("Seed", "Parameters", "Packages", "Kept as", "Trained in"):
        assert f">{part}<" not in said
    pair = f"{version.number},{version.number - 1}"
    beside = words(visit("versions.py", model="air-time", versions=pair))
    assert f"v{version.number} was adopted: what it was trained on is not known." in beside
    assert "fewer" not in beside
