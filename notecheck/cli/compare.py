"""``notecheck compare``: two scans side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli import scan_pages as pages
from notecheck.cli.screen import as_json_text, show


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder of the earlier scan.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Folder of the later scan.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 also when findings appeared.")] = False,
) -> None:
    """Show which findings appeared, vanished or changed between two scans, or two editions of the rules.

    Exit codes: 0 nothing above info appeared, 1 something did, 2 could not run.
    """
    from notecheck.scan.compare import compare as compared

    found = compared(before, after)
    if as_json:
        typer.echo(as_json_text(found.to_dict()))
    else:
        show(lambda width: pages.comparison_page(found, width))
    if found.worse and not exit_zero:
        raise typer.Exit(1)
