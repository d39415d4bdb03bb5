"""The model card and the export of versions that a gate judged, and that a person's own code made."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from storage.exporting import card_of, export
from tests.home_kit import Place, Places, day, days_of_rows


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    places = Places(tmp_path)
    yield places
    places.close()


def judged(places: Places, **said: object) -> Place:
    """Two versions, the second judged on 80 rows of two cities."""
    columns = days_of_rows(15)
    city = np.array(["Lisbon", "Porto"])[np.arange(len(columns["t"])) % 2]
    rules = {"gate": "not_worse", "judge_at_least": 80, "gate_rules": {"segments": ["city"]}}
    place = places.of({**columns, "city": city}, **{**(said or rules), "experiment": "cities"})
    for k in (8, 15):
        place.work("retrain", as_of=day(k))
    return place


def card_text(place: Place, number: int) -> str:
    with place.home.reading() as stores:
        return card_of(stores, place.kept, stores.versions.get(place.kept.id, number))


def test_a_card_tells_scores_with_their_interval_and_each_segment(places: Places) -> None:
    text = card_text(judged(places), 2)
    assert "It belongs to the experiment cities." in text
    assert "RMSE beside that champion: " in text
    assert " at 95 %" in text
    assert "## Segments" in text
    for city in ("Lisbon", "Porto"):
        assert f"| `city` | `{city}` | " in text
        assert f"- `city` = `{city}`: " in text
    assert "None" not in text
    assert "nan" not in text


def test_a_card_says_why_nothing_judged_it(places: Places) -> None:
    text = card_text(judged(places, gate="always"), 1)
    assert "It was not judged when it was made: " in text
    assert "## Segments" not in text


def test_a_card_tells_of_the_model_as_it_was_on_its_day(places: Places) -> None:
    place = judged(places)
    before = card_text(place, 1)
    with place.home.transaction() as t:
        t.database.execute("update models set definition = json_set(definition, '$.metric', 'mae')")
    assert card_text(place, 1) == before


def test_a_card_names_what_an_ensemble_joins(places: Places) -> None:
    place = judged(places, strategy="ensemble", ensemble={"size": 2})
    assert "- Strategy: ensemble, of v1, v2, weighted 0.5, 0.5" in card_text(place, 2)


def test_an_export_holds_the_code_and_no_folder_of_this_machine(places: Places, tmp_path: Path) -> None:
    place = places.of(days_of_rows(5))
    code = "from sklearn.linear_model import Ridge\n\n\ndef make():\n    return Ridge()\n"
    Path(place.kept.model.folder, "own.py").write_text(code)
    with place.home.transaction() as t:
        t.database.execute("update models set definition = json_set(definition, '$.recipe', 'own:make')")
    place.work("retrain")
    (version,) = place.versions()
    files = export(place.home, place.kept, version, tmp_path / "v1")
    assert files == [
        "model.skops",
        "version.json",
        "snapshot.json",
        "making.json",
        "probe.parquet",
        "code/own.py",
        "MODEL_CARD.md",
    ]
    assert (tmp_path / "v1" / "code" / "own.py").read_text() == code
    assert str(tmp_path) not in (tmp_path / "v1" / "making.json").read_text()
    assert json.loads((tmp_path / "v1" / "making.json").read_text())["model"]["recipe"] == "own:make"


def test_rows_that_a_version_learnt_go_with_it_where_they_are_asked_for(
    places: Places, tmp_path: Path
) -> None:
    place = judged(places, gate="always")
    version = place.versions()[1]
    assert "rows.parquet" not in export(place.home, place.kept, version, tmp_path / "without")
    assert "rows.parquet" in export(place.home, place.kept, version, tmp_path / "with", rows=True)
    rows = pq.read_table(tmp_path / "with" / "rows.parquet")
    assert len(rows) == version.rows
    assert {"t", "x", "y", "city"} <= set(rows.column_names)
