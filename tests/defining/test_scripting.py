"""The keys of a script: which go together, what its arguments may name, and where its files must be."""

from pathlib import Path

import pytest

from core.defining.plain import from_plain, to_plain
from core.defining.printing import print_file
from core.defining.reading import read_file
from core.domain.errors import BadInput
from core.domain.scripts import filled, takes_rows

HEAD = """name = "m"
task = "regression"
target = "y"
time = "t"
window = "1 days"
"""
FOOT = '[source]\npath = "rows.csv"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "train.py").write_text("print(1)\n")
    return tmp_path


def faults(folder: Path, keys: str) -> dict[str | None, str]:
    """Key -> what is told of it."""
    file = folder / "m.toml"
    file.write_text(HEAD + keys + FOOT)
    with pytest.raises(BadInput) as caught:
        read_file(file)
    return {fault.key: f"{fault.problem} {fault.fix}" for fault in caught.value.faults}


def test_script_with_its_keys_prints_and_reads_back(folder: Path) -> None:
    keys = (
        'script = "scripts/train.py"\narguments = ["--data", "{train}", "{{}}"]\noutput = "m.joblib"\n'
        'owner = "sales team"\nexperiment = "e"\n'
    )
    file = folder / "m.toml"
    file.write_text(HEAD + keys + "[recipe_parameters]\nanything = 3\n" + FOOT)
    model = read_file(file).model
    assert (model.learner, model.owner) == ("scripts/train.py", "sales team")
    assert from_plain(to_plain(model)) == model
    file.write_text(print_file(model))
    assert read_file(file).model == model


@pytest.mark.parametrize(
    ("keys", "key", "words"),
    [
        ('script = "train.py"\n', "script", "There is no file"),
        (
            'script = "scripts/train.py"\nrecipe = "linear"\n',
            "recipe",
            "`script` and `recipe` are both given.",
        ),
        ('script = "scripts/train.py"\nhalf_life = "9 days"\n', "half_life", "are both given"),
        ('script = "scripts/train.py"\npython = "none/bin/python"\n', "python", "There is no interpreter"),
        ('script = "scripts/train.py"\npython = "scripts/train.py"\n', "python", "cannot be run"),
        ('script = "scripts"\n', "script", "is a folder"),
        ('script = "scripts/train.py"\noutput = "."\n', "output", "is a folder"),
        ('script = "scripts/train.py"\noutput = "../scripts/train.py"\n', "output", "is the script itself"),
        ('output = "m.joblib"\n', "output", "It means nothing without a script."),
        ('script = "scripts/train.py"\narguments = ["{tain}"]\n', "arguments[0]", "Did you mean train?"),
        ('script = "scripts/train.py"\narguments = ["a", "{train!r}"]\n', "arguments[1]", "no placeholder"),
        ('script = "scripts/train.py"\narguments = ["{"]\n', "arguments[0]", "has a single brace"),
        ('script = "scripts/train.py"\narguments = ["{}"]\n', "arguments[0]", "is no placeholder"),
    ],
)
def test_fault_names_the_key_and_what_would_be_right(folder: Path, keys: str, key: str, words: str) -> None:
    assert words in faults(folder, keys)[key]


def test_script_that_lies_elsewhere_is_pointed_at(folder: Path) -> None:
    (folder / "train.py").write_text("")
    assert "train.py" in faults(folder, 'script = "trian.py"\n')["script"]


def test_depends_on_past_may_be_false_and_is_not_built_otherwise(folder: Path) -> None:
    schedule = '[[schedules]]\nevery = "7 days"\ndepends_on_past = '
    file = folder / "m.toml"
    file.write_text(HEAD + FOOT + schedule + "false\n")
    assert len(read_file(file).schedules) == 1
    file.write_text(HEAD + FOOT + schedule + "true\n")
    with pytest.raises(BadInput, match="not built yet"):
        read_file(file)


def test_arguments_are_filled_and_doubled_braces_become_single() -> None:
    values = {"train": "/a b/{x}", "seed": "7"}
    assert filled(["--d={train}", "{{seed}}", "{seed}{seed}"], values) == ["--d=/a b/{x}", "{seed}", "77"]


def test_script_takes_its_rows_where_an_argument_or_its_text_says_so() -> None:
    assert takes_rows(["{train}"], "")
    assert takes_rows([], "os.environ['EVERMODEL_TRAIN']")
    assert not takes_rows(["{out}", "{{train}}"], "pd.read_csv('rows.csv')")
