"""The table [source]: files, or a database; what it says is checked, printed, and never tells a password."""

import pytest

from core.defining.printing import print_file
from core.defining.reading import read_text
from core.domain.errors import BadInput

TOP = 'name = "m-1"\ntask = "regression"\ntarget = "y"\ntime = "t"\nwindow = "1 days"\n[source]\n'
URL = 'url = "postgresql+psycopg://me:s3cret@host/name"\n'
QUERY = 'query = "select * from rows"\n'


def faults(folder, source):
    with pytest.raises(BadInput) as caught:
        read_text(TOP + source, folder)
    return {fault.key: fault.problem for fault in caught.value.faults}


def test_a_database_has_a_url_and_a_query(tmp_path):
    spec = read_text(TOP + URL + QUERY + 'time_unit = "s"\n', tmp_path).model.source
    assert (spec.path, spec.query, spec.time_unit) == ("", "select * from rows", "s")
    assert spec.place == "postgresql+psycopg://me:***@host/name"


@pytest.mark.parametrize(
    ("source", "key", "problem"),
    [
        ("", "source.path", "It is missing."),
        (URL, "source.query", "It is missing."),
        (QUERY, "source.url", "It is missing."),
        ('url = "rows.db"\n' + QUERY, "source.url", "It is no address of a database."),
        ('url = ""\n' + QUERY, "source.url", "It is empty."),
        (URL + "query = 3\n", "source.query", "3 is no text."),
        (URL + QUERY + 'path = "a.csv"\n', "source.path", "Its rows come from a database already."),
        (URL + QUERY + 'delimiter = ";"\n', "source.delimiter", "It says how files are read."),
        (URL + QUERY + 'decimal = ","\n', "source.decimal", "It says how files are read."),
        (URL + QUERY + 'encoding = "latin-1"\n', "source.encoding", "It says how files are read."),
    ],
)
def test_a_fault_of_a_source_is_told_once_with_its_key(tmp_path, source, key, problem):
    assert faults(tmp_path, source) == {key: problem}


def test_a_printed_file_names_a_variable_in_place_of_a_password(tmp_path):
    model = read_text(TOP + URL + QUERY, tmp_path).model
    printed = print_file(model)
    assert "s3cret" not in printed
    assert printed.startswith("# The password is not printed: set the variable M_1_PASSWORD.\n")
    assert read_text(printed, tmp_path).model.source.url == (
        "postgresql+psycopg://me:${M_1_PASSWORD}@host/name"
    )
    assert read_text(print_file(model, passwords=True), tmp_path).model == model


def test_a_printed_file_keeps_the_variables_that_the_file_names(tmp_path):
    text = TOP + URL.replace("s3cret", "${WORD}") + QUERY
    printed = print_file(read_text(text, tmp_path).model)
    assert "${WORD}@host" in printed
    assert "#" not in printed
