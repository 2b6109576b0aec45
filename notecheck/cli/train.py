"""``notecheck train``: makes the learned models anew from the data of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; the folder models/ of the project by default.")
    ] = None,
) -> None:
    """Train the models from the data under tests/ and write them with their cards. Deterministic.

    Needs the source distribution and `pip install 'notecheck[train]'`.
    """
    from notecheck import locate
    from notecheck.training import data, run

    tests = data.folder()
    folder = output or locate.models()
    for path in run.train(tests, folder):
        typer.echo(f"{path}  {path.stat().st_size / 1024:.0f} kB")
