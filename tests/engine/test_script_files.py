"""Files of a script: whatever it leaves where its progress is told, nobody waits for it."""

import os
from pathlib import Path

import pytest

from core.engine.script_files import Progress
from tests.home_kit import Quiet


class Told(Quiet):
    """Keeps what was told of the progress."""

    def __init__(self) -> None:
        self.progresses: list[tuple[float, str]] = []

    def progress(self, share: float, words: str) -> None:
        self.progresses.append((share, words))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "progress"


@pytest.fixture
def told() -> Told:
    return Told()


def test_progress_that_is_no_number_is_passed_over(file: Path, told: Told) -> None:
    progress = Progress(file, told)
    file.write_text("0.5 half\nnan lost\n")
    progress.look()
    assert told.progresses == [(0.5, "half")]


def test_progress_that_is_a_pipe_or_a_folder_holds_nobody_up(file: Path, told: Told) -> None:
    progress = Progress(file, told)
    file.unlink()
    os.mkfifo(file)
    progress.look()
    file.unlink()
    file.mkdir()
    progress.look()
    assert told.progresses == []
    file.rmdir()
    file.write_text("0.5 half\n")
    progress.look()
    assert told.progresses == [(0.5, "half")]


def test_words_of_a_script_are_told_without_what_only_a_terminal_understands(file: Path, told: Told) -> None:
    progress = Progress(file, told)
    file.write_bytes(b"0.5 \x1b[31mred\x1b[0m \x1b]0;title\x07 \x00caf\xc3\xa9\n")
    progress.look()
    assert told.progresses == [(0.5, "red  café")]
