"""Models as files: init, apply, models, show, remove, recipes."""

import os
from pathlib import Path

import click

from core.domain.clock import WallClock
from core.domain.errors import BadInput
from core.entrypoints.commands.output import say, show
from core.entrypoints.commands.shared import opened, with_home, with_output


@click.command()
@click.argument("data")
@click.option("--to", type=click.Path(path_type=Path), help="Write the model file there; it must not exist.")
@click.option("--query", help="What to select, where DATA is the address of a database.")
@with_home
def init(data: str, to: Path | None, query: str | None) -> None:
    """Look at rows and print a model file with its guesses and their reasons."""
    from core.entrypoints.suggesting import suggest

    if to is not None and to.exists():
        raise BadInput("It is there already.", "Give --to a new name, or move it away.", file=str(to))
    base = os.path.abspath(to.parent if to is not None else ".")
    text = suggest(data, query, base, WallClock().now())
    if to is None:
        click.echo(text, nl=False)
        return
    to.write_text(text, "utf-8")
    say(f"Wrote {to}. Look it through, then: evermodel apply {to}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Tell what would change; save nothing.")
@with_output
def apply(files: tuple[Path, ...], check: bool, as_json: bool) -> None:
    """Make models as their files say."""
    with opened() as runtime:
        done = runtime.would_apply(files) if check else runtime.apply(files)
    show([applied.plain() for applied in done], as_json)


@click.command()
@with_output
def models(as_json: bool) -> None:
    """List the models and how they stand."""
    with opened() as runtime:
        found = [standing.plain() for standing in runtime.views.overview(runtime.now())]
    show(
        found,
        as_json,
        ("name", "health", "champion", "metric", "next_run", "paused", "why"),
        empty="There are no models yet. Apply a model file first.",
    )


@click.command(name="show")
@click.argument("model")
@with_output
def show_model(model: str, as_json: bool) -> None:
    """Print a model as a model file."""
    from core.defining.plain import to_plain
    from core.defining.printing import print_file
    from core.scheduling.words import in_words

    with opened() as runtime:
        kept, schedules = runtime.kept(model), runtime.schedules(model)
    if not as_json:
        click.echo(print_file(kept, schedules), nl=False)
        return
    listed = [
        {
            "name": schedule.name,
            **schedule.rule.plain(),
            "words": in_words(schedule.rule),
            "catch_up": schedule.options.catch_up,
            "overlap": schedule.options.overlap,
            **schedule.options.plain(),
            "paused": schedule.paused,
        }
        for schedule in schedules
    ]
    show(
        {
            **to_plain(kept.model),
            "schedules": listed,
            "file": kept.file,
            "applied": kept.applied,
            "columns": kept.survey.schema.plain(),
        },
        as_json,
    )


@click.command()
@click.argument("model")
@click.option(
    "--keep-files", is_flag=True, help="Leave its artifacts, snapshots and predictions in the home."
)
@with_home
def remove(model: str, keep_files: bool) -> None:
    """Remove a model; never asks."""
    with opened() as runtime:
        kept = runtime.kept(model)
        runtime.remove(model)
        if not keep_files:
            runtime.let_go(kept)
    say(f"Removed {model}" + (", its files are kept." if keep_files else " and its files."))


@click.command()
@with_output
def recipes(as_json: bool) -> None:
    """List the recipes and the parameters that they take."""
    from core.retraining.recipes import catalogue

    found = [
        {"name": recipe.name, "tasks": list(recipe.tasks), "parameters": dict(recipe.parameters)}
        for recipe in catalogue()
    ]
    short = [{**recipe, "parameters": list(recipe["parameters"])} for recipe in found]
    show(found if as_json else short, as_json)


COMMANDS: tuple[click.Command, ...] = (init, apply, models, show_model, remove, recipes)
