"""The terminal: how wide it is, and a console that prints lines as they are."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from rich.console import Console, Group

from notecheck.report.page import WIDEST


def show(render: Callable[[int], Group]) -> None:
    """Print what ``render`` makes for the width at hand; 100 columns where the output is no terminal."""
    width = min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else WIDEST
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.print(render(width), soft_wrap=True)
