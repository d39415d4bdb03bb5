"""The [[triggers]] of a model file: read, refused with the key that is wrong, and compared in words."""

from pathlib import Path

import pytest

from core.defining.differences import differences
from core.defining.reading import read_file
from core.domain.errors import BadInput
from core.domain.models import Model
from core.domain.spans import Span
from core.domain.triggers import WHENS, Persist, Trigger

HEAD = 'name = "bikes"\ntask = "regression"\ntarget = "cnt"\ntime = "at"\nwindow = "14 days"\n'


def read(folder: Path, *triggers: str, limit: str = "limit = 100\n") -> Model:
    path = folder / "bikes.toml"
    tables = "".join(f"[[triggers]]\n{trigger}\n" for trigger in triggers)
    path.write_text(f'{HEAD}{limit}[source]\npath = "bikes.csv"\n{tables}')
    return read_file(path).model


def faults(folder: Path, *triggers: str, limit: str = "limit = 100\n") -> dict[str | None, str]:
    with pytest.raises(BadInput) as caught:
        read(folder, *triggers, limit=limit)
    return {fault.key: f"{fault.problem} {fault.fix}" for fault in caught.value.faults}


def test_trigger_has_the_contracts_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, 'when = "drift"').triggers == (Trigger("drift", Persist(2, 3)),)


@pytest.mark.parametrize("when", WHENS)
def test_trigger_needs_nothing_but_when(tmp_path: Path, when: str) -> None:
    (trigger,) = read(tmp_path, f'when = "{when}"').triggers
    assert trigger.plain() == {"when": when}


def test_every_kind_of_trigger_is_read(tmp_path: Path) -> None:
    model = read(
        tmp_path,
        'when = "performance"\npersist = "1 of 2"\ncool_down = "7 days"',
        'when = "new_data"\nrows = 1000',
        'when = "age"\nafter = "30 days"',
    )
    assert model.triggers == (
        Trigger("performance", Persist(1, 2), cool_down=Span(7, "days")),
        Trigger("new_data", rows=1000),
        Trigger("age", after=Span(30, "days")),
    )


@pytest.mark.parametrize(
    ("trigger", "key", "said"),
    [
        ('persist = "2 of 3"', "when", "It is missing"),
        ('when = "mood"', "when", "drift, performance, new_data, age"),
        ('when = "drift"\npersist = "3 of 2"', "persist", "2 of 3"),
        ('when = "drift"\npersist = 2', "persist", "2 of 3"),
        ('when = "drift"\ncool_down = "soon"', "cool_down", "7 days"),
        ('when = "drift"\nrows = 5', "rows", "means nothing"),
        ('when = "age"\nafter = "30 days"\npersist = "2 of 3"', "persist", "means nothing"),
        ('when = "new_data"\nrows = 0', "rows", "below 1"),
        ('when = "drift"\nlevel = 3', "level", "There is no key"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(tmp_path: Path, trigger: str, key: str, said: str) -> None:
    found = faults(tmp_path, trigger)
    assert list(found) == [f"triggers[0].{key}"]
    assert said in found[f"triggers[0].{key}"]


def test_performance_needs_a_limit(tmp_path: Path) -> None:
    found = faults(tmp_path, 'when = "performance"', limit="")
    assert "no limit" in found["triggers[0].when"]


def test_limit_that_cannot_be_read_is_the_one_thing_said(tmp_path: Path) -> None:
    assert list(faults(tmp_path, 'when = "performance"', limit='limit = "low"\n')) == ["limit"]


def test_two_triggers_of_a_kind_are_refused(tmp_path: Path) -> None:
    found = faults(tmp_path, 'when = "drift"', 'when = "drift"\npersist = "1 of 1"')
    assert "Two triggers" in found["triggers[1].when"]


def test_differences_name_the_trigger(tmp_path: Path) -> None:
    none, some = read(tmp_path), read(tmp_path, 'when = "drift"')
    other = read(tmp_path, 'when = "drift"\npersist = "1 of 1"', 'when = "age"\nafter = "30 days"')
    assert differences(none, some) == ("trigger drift: added",)
    assert differences(some, none) == ("trigger drift: removed",)
    assert differences(some, other) == (
        "trigger age, after 30 days: added",
        "trigger drift → drift, persist 1 of 1",
    )
