"""What a model file says of its rows where a guess would be wrong, from the file to the rows."""

import pytest

from core.defining.reading import read_text
from core.domain.clock import iso, moment
from storage.rows import open_source

TOP = """name = "m"
task = "regression"
target = "y"
time = "t"
window = "1 days"
zone = "Europe/Lisbon"
[source]
path = "rows.csv"
"""


@pytest.mark.parametrize(
    ("options", "text", "first", "row"),
    [
        ('delimiter = "|"', "t|y|n\n2026-01-02|1|a,b;c\n", "2026-01-02T00:00:00+00:00", (1, "a,b;c")),
        ('delimiter = "\\t"', "t\ty\tn\n2026-01-02\t1\ta\n", "2026-01-02T00:00:00+00:00", (1, "a")),
        ('decimal = ","', "t;y;n\n2026-07-02;1,5;a\n", "2026-07-01T23:00:00+00:00", (1.5, "a")),
        ('encoding = "latin-1"', "t,y,n\n2026-01-02,1,é\n", "2026-01-02T00:00:00+00:00", (1, "é")),
        ('encoding = "utf-16"', "t,y,n\n2026-01-02,1,é\n", "2026-01-02T00:00:00+00:00", (1, "é")),
        (
            'time_format = "%d/%m/%Y %H:%M"',
            "t,y,n\n02/07/2026 10:30,1,a\n",
            "2026-07-02T09:30:00+00:00",
            (1, "a"),
        ),
        ('time_unit = "s"', "t,y,n\n3600,1,a\n", "1970-01-01T01:00:00+00:00", (1, "a")),
        ('time_unit = "ms"', "t,y,n\n3600000,1,a\n", "1970-01-01T01:00:00+00:00", (1, "a")),
    ],
)
def test_an_option_of_the_file_puts_a_guess_right(tmp_path, options, text, first, row):
    encoding = options.split('"')[1] if options.startswith("encoding") else "utf-8"
    (tmp_path / "rows.csv").write_bytes(text.encode(encoding))
    model = read_text(TOP + options + "\n", tmp_path).model
    survey = open_source(model).survey()
    assert survey.first is not None
    assert iso(moment(survey.first)) == first
    rows = open_source(model, survey.schema).read(None, None).table.to_pylist()
    assert [(found["y"], found["n"]) for found in rows] == [row]
