"""A home that an older Evermodel made opens, and its versions show as they were."""

from dataclasses import asdict
from pathlib import Path

import pytest

import storage.database
from core.domain.clock import micros
from core.domain.runs import Asked
from core.entrypoints.runtime import Runtime
from core.entrypoints.settings import Settings
from storage.columns import to_json, us
from storage.database import Home
from storage.exporting import card_of
from storage.migrations.home import migrations
from storage.sqlite import Migrations
from storage.stores import Stores
from storage.versions import MAPPINGS, MOMENTS
from tests.home_kit import NOW, FakeClock, add_model, version_of

LATER_COLUMNS = ("strategy", "experiment", "verdict", "lineage", "shadowed")
LATER_KEYS = ("strategy", "script", "experiment", "half_life", "leave_out", "gate_rules", "ensemble", "warm")


def former() -> Migrations:
    """Those that came before how versions were made was kept."""
    some = Migrations("evermodel")
    some._migrations.extend(migrations._migrations[:2])
    return some


def fill(t: Stores) -> None:
    """A model with two versions, the second champion, as they were written then."""
    kept = add_model(t)
    for key in LATER_KEYS:
        t.database.execute("update models set definition = json_remove(definition, ?)", [f"$.{key}"])
    run, _ = t.runs.queue(Asked(kept.id, "retrain", "manual"), NOW)
    t.database.execute(
        "insert into snapshots values (?, 's', ?, 1, ?, 1)",
        [kept.id, us(NOW), to_json([{"hash": "0" * 40, "cut": us(NOW), "rows": 1, "first": 0}])],
    )
    for number, state in ((1, "retired"), (2, "champion")):
        code = {"recipe": "own:made", "file": "own.py", "sha256": "1" * 64}
        version = version_of(
            kept.id, run.id, NOW, number=number, state=state, code=code, scores={"rmse": 1.5}, live_from=NOW
        )
        row = {name: value for name, value in asdict(version).items() if name not in LATER_COLUMNS}
        row |= {name: us(row[name]) for name in MOMENTS}
        row |= {name: to_json(row[name]) for name in MAPPINGS if name in row}
        t.database.table("versions").insert(row)
        t.database.execute(
            "insert into promotions (model_id, number, live_from, at, by, why)"
            " values (?, ?, ?, ?, 'gate', '')",
            [kept.id, number, micros(NOW) + number, us(NOW)],
        )


def test_versions_of_a_former_home_show_and_say_that_they_cannot_be_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(storage.database, "migrations", former())
        old = Home(tmp_path)
        with old.transaction() as t:
            fill(t)
            assert "makings" not in t.database.table_names()
        old.close()
    home = Home(tmp_path)
    views = Runtime(home, Settings(), FakeClock()).views
    page = views.versions("m", NOW)
    assert [(one.number, one.state, one.strategy, one.lineage) for one in page.versions] == [
        (1, "retired", "scratch", {}),
        (2, "champion", "scratch", {}),
    ]
    assert (page.proofs, page.bought[2].answer) == ({}, "none")
    one = views.version("m", 2, NOW)
    assert one.unprovable is not None
    assert "older Evermodel" in one.unprovable
    assert (one.findings, one.note, one.snapshot.rows) == (None, None, 1)  # type: ignore[union-attr]
    with home.reading() as stores:
        kept = stores.models.get("m")
        assert stores.makings.get(kept.id, 2) is None
        assert card_of(stores, kept, one.version).startswith("# m v2")
    assert next(iter(views.overview(NOW))).champion.number == 2  # type: ignore[union-attr]
    home.close()
