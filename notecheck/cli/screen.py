"""Where answers go: the terminal, with its width and its lines as they are, or a file."""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import typer
from rich.console import Console, Group

from notecheck.errors import InputError
from notecheck.report.page import WIDEST


def show(render: Callable[[int], Group]) -> None:
    """Print what ``render`` makes for the width at hand; 100 columns where the output is no terminal."""
    width = min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else WIDEST
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.print(render(width), soft_wrap=True)


def as_text(render: Callable[[int], Group]) -> str:
    """The same lines as a string, at full width."""
    stream = io.StringIO()
    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.print(render(WIDEST), soft_wrap=True)
    return stream.getvalue()


def as_json_text(answer: Mapping[str, object]) -> str:
    """One JSON object, in ASCII only."""
    return json.dumps(answer, indent=1, ensure_ascii=True)


def deliver(text: str, output: Path | None) -> None:
    """Print ``text``, or write it to ``output`` as UTF-8, replacing the file in one step.

    Raises InputError NC-I74 when the file cannot be written.
    """
    if output is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    try:
        with tempfile.TemporaryDirectory(dir=output.parent) as folder:
            made = Path(folder) / output.name
            made.touch(mode=0o600)
            made.write_text(text, encoding="utf-8", newline="")
            made.replace(output)
    except OSError as error:
        raise InputError(
            "NC-I74",
            f"the report cannot be written ({error.strerror})",
            where=str(output),
            next_step="Name a file in a folder that exists and that you may write to.",
        ) from None
