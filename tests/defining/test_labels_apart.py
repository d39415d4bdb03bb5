"""Labels apart from their rows, as a model file names them."""

from pathlib import Path

import pytest

from core.defining.flow import examine
from core.defining.plain import survey_from_plain, survey_to_plain
from core.defining.printing import print_file
from core.defining.reading import read_file
from core.domain.errors import BadInput
from tests.defining.conftest import Files

FILE = """
name = "m"
task = "binary"
{id}target = "y"
time = "t"
label_time = "told"
window = "1 days"
[source]
path = "rows.csv"
labels = "told.csv"
"""


def written(folder: Path, rows: str, id: str = 'id = "id"\n') -> Path:
    (folder / "rows.csv").write_text("id,t,x\n" + rows)
    (folder / "told.csv").write_text("id,y,told\n1,no,2026-01-04\n2,yes,2026-01-05\n")
    (folder / "m.toml").write_text(FILE.format(id=id))
    return folder / "m.toml"


def test_labels_apart_need_an_id(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"source\.labels: Labels apart from their rows need an id"):
        read_file(written(tmp_path, "1,2026-01-01,5\n", id=""))


def test_columns_that_only_labels_have_are_kept_as_such(tmp_path: Path) -> None:
    (one,) = examine([written(tmp_path, "1,2026-01-01,5\n2,2026-01-02,6\n")], Files())
    assert one.survey.schema.from_labels == ("y", "told")
    assert one.survey.distinct_labels == ("no", "yes")
    assert survey_from_plain(survey_to_plain(one.survey)) == one.survey


def test_duplicate_ids_are_a_fault_of_the_id(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as raised:
        examine([written(tmp_path, "1,2026-01-01,5\n1,2026-01-02,6\n")], Files())
    (fault,) = raised.value.faults
    assert (fault.key, "1 stands on two rows that differ: x is 5" in fault.problem) == ("id", True)


def test_a_printed_model_names_its_labels(tmp_path: Path) -> None:
    definition = read_file(written(tmp_path, ""))
    (tmp_path / "again.toml").write_text(print_file(definition.model))
    assert read_file(tmp_path / "again.toml").model == definition.model
