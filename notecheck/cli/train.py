"""``notecheck train``: makes the learned models anew from the data of the project, and measures them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from notecheck.cli.screen import as_json_text

if TYPE_CHECKING:
    from notecheck.engine import Checker


def train(
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; the folder models/ of the project by default.")
    ] = None,
    small: Annotated[
        bool, typer.Option("--small", help="Write nothing: train a part and compare with the stored models.")
    ] = False,
    corpus: Annotated[
        bool, typer.Option("--corpus", help="First label the sentences of all notes anew; takes minutes.")
    ] = False,
) -> None:
    """Train the models from the data under tests/ and write them with their cards. Deterministic.

    Needs the source distribution and `pip install 'notecheck[train]'`. Exit codes: 0 done, 1 --small found that the
    stored models are not what the data give, 2 could not run.
    """
    from notecheck import locate
    from notecheck.training import data

    tests = data.folder()
    if small:
        from notecheck.training.check_again import differences

        found = differences(tests, output)
        typer.echo("\n".join(found) if found else "The stored models are what the data give.")
        if found:
            raise typer.Exit(1)
        return
    from notecheck.training import run

    if corpus:
        from notecheck.training.corpus import build

        typer.echo(f"{build(_checker(False), tests)} sentences labelled")
    folder = output or locate.models()
    for path in run.train(tests, folder, typer.echo):
        typer.echo(str(path))


def models_measured(as_json: bool) -> str:
    """Every figure of the learned models, for people or as JSON."""
    from notecheck.training import data
    from notecheck.training.measure import measured

    figures = measured(_checker, data.folder(), say=_said)
    return as_json_text(figures) if as_json else "\n".join(_lines(figures)) + "\n"


def _said(line: str) -> None:
    typer.echo(line, err=True)


def _checker(models: bool) -> Checker:
    import notecheck

    return notecheck.load(models=models)


def _lines(figures: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    for name, value in figures.items():
        blank = "  " * depth
        if isinstance(value, Mapping) and "share" in value:
            low, high = value["ci95"]
            yield f"{blank}{name}: {value['share']:.3f} ({value['hits']} of {value['of']}, 95 % {low:.2f}-{high:.2f})"
        elif isinstance(value, Mapping):
            yield f"{blank}{name}"
            yield from _lines(value, depth + 1)
        elif name == "errors":
            yield from (f"{blank}{error}" for error in value)
        else:
            yield f"{blank}{name}: {value}"
