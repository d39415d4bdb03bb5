"""The log on the page of a run: its newest part, however much there is of it."""

from core.engine.processes import log_path
from core.entrypoints.runtime import Runtime
from pages._parts.run_log import SHOWN
from tests.pages.visiting import visit, words


def written(full: Runtime, text: str) -> int:
    """A log of a model's last run."""
    standing = full.views.versions("air-time", full.now()).standing
    assert standing.last is not None
    path = log_path(full.home.folder, standing.last.run.id)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return standing.last.run.id


def test_short_log_is_shown_whole(full: Runtime) -> None:
    run = written(full, "begun\nfitted\n")
    seen = visit("run.py", run=str(run))
    assert not seen.exception
    assert seen.code[0].value == "begun\nfitted"
    assert "The newest of" not in words(seen)


def test_of_a_long_log_only_whole_lines_of_its_end_are_sent(full: Runtime) -> None:
    line = "é" * 70
    run = written(full, "".join(f"{number} {line}\n" for number in range(60_000)))
    seen = visit("run.py", run=str(run))
    assert not seen.exception
    shown = seen.code[0].value
    assert len(shown.encode()) <= SHOWN
    assert shown.endswith(f"59999 {line}")
    assert shown.splitlines()[0].endswith(line)
    assert "\ufffd" not in shown
    assert "The newest of 8.8 MB" in words(seen)


def test_of_a_line_that_is_longer_than_what_is_shown_the_end_is(full: Runtime) -> None:
    run = written(full, "begun\n" + "\r".join(f"epoch {number}" for number in range(20_000)) + "\n")
    shown = visit("run.py", run=str(run)).code[0].value
    assert shown.endswith("epoch 19999")
    assert SHOWN - 2 <= len(shown) <= SHOWN


def test_run_that_was_rejected_stays_so_when_a_person_promotes_its_version_later(full: Runtime) -> None:
    page = full.views.versions("air-time", full.now())
    version = next(
        one for one in reversed(page.versions) if one.state == "rejected" and one.verdict["answer"] == "worse"
    )
    full.promote("air-time", version.number, "It is known better.", by="a person")
    line = full.views.run(version.run_id).line
    assert (line.run.version, line.version_state) == (version.number, "rejected")
