"""Where answers go: the terminal, with its width and its lines as they are, or a file."""

from __future__ import annotations

import io
import json
import shutil
import sys
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
    """Print ``text``, or write it to ``output`` in UTF-8. Raises InputError NC-I74 when the file cannot be written."""
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(
            "NC-I74",
            f"cannot be written ({error.strerror or 'no such folder'})",
            where=str(output),
            next_step="Name a file in a folder that exists.",
        ) from None
