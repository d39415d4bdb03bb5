"""Using: score rows by a version, and take a version out of the home."""

from pathlib import Path

import click

from core.entrypoints.commands.output import say, show
from core.entrypoints.commands.runs import waited
from core.entrypoints.commands.shared import opened, with_output

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("model")
@click.argument("file", type=PATH)
@click.option("--to", type=PATH, required=True, help="File to write: .csv or .parquet.")
@click.option("--version", "number", type=int, help="Version that scores; else the champion.")
@with_output
def predict(model: str, file: Path, to: Path, number: int | None, as_json: bool) -> None:
    """Score the rows of a file."""
    with opened() as runtime:
        scored = runtime.predict(model, file, to, number)
    version = scored.version.number
    if as_json:
        show(
            {"model": model, "version": version, "rows": scored.rows, "columns": scored.columns, "to": to},
            True,
        )
    else:
        say(f"v{version} of {model} scored {scored.rows:,} rows: {to} has {', '.join(scored.columns)}.")


@click.command()
@click.argument("model")
@click.argument("number", type=int)
@click.option("--to", type=PATH, required=True, help="New folder.")
@click.option("--rows", is_flag=True, help="The rows that it learnt too, as Parquet.")
@with_output
def export(model: str, number: int, to: Path, rows: bool, as_json: bool) -> None:
    """Write a version as a folder: its artifact, facts, list of rows and model card."""
    with opened() as runtime:
        files = runtime.export(model, number, to, rows=rows)
    if as_json:
        show({"model": model, "version": number, "to": to, "files": files}, True)
    else:
        say(f"v{number} of {model} is in {to}: {', '.join(files)}.")


@click.command()
@click.argument("model")
@click.argument("file", type=PATH)
@with_output
def adopt(model: str, file: Path, as_json: bool) -> int:
    """Make a version of a fitted estimator from elsewhere: a skops or joblib file."""
    with opened() as runtime:
        run = runtime.adopt(model, file)
        try:
            return waited(runtime, run, False, as_json)
        finally:
            runtime.adopted(run)


COMMANDS: tuple[click.Command, ...] = (adopt, predict, export)
