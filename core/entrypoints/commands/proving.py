"""Proving: rebuild a version and compare."""

import click

from core.domain.errors import RunFailed
from core.entrypoints.commands.output import show
from core.entrypoints.commands.runs import follow
from core.entrypoints.commands.shared import opened, with_output


@click.command()
@click.argument("model")
@click.argument("number", type=int)
@with_output
def reproduce(model: str, number: int, as_json: bool) -> int:
    """Train a version again from its snapshot and compare; 0 only if it predicts the same."""
    with opened() as runtime:
        run, merged = runtime.reproduce(model, number)
        over = follow(runtime, run, merged)
        found = next((proof for proof in runtime.proofs(model, number) if proof.run_id == run.id), None)
    if found is None:
        said = over.error or over.reason or over.state.replace("_", " ")
        raise RunFailed(
            f"v{number} of {model} was not rebuilt: {said}", f"`evermodel run {run.id} --log` says more."
        )
    show({"model": model, "version": number, **found.plain()}, as_json)
    return 0 if found.same else 1


COMMANDS: tuple[click.Command, ...] = (reproduce,)
