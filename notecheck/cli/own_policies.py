"""A practice's own policy folders: from the option, else from the environment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

VARIABLE = "NOTECHECK_POLICY"

OwnPolicies = Annotated[
    list[Path] | None,
    typer.Option("--policy", metavar="FOLDER", help=f"Folder with policies of your own; also {VARIABLE}. Repeatable."),
]


def own_folders(given: Sequence[Path] | None) -> tuple[Path, ...]:
    """The folders named, else those of the environment variable, parted as in PATH; empty when there are none."""
    if given:
        return tuple(given)
    return tuple(Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part)
