"""``notecheck feedback``: one page for a provider over many answers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli.screen import deliver
from notecheck.errors import InputError


class FeedbackFormat(StrEnum):
    """How the page is written."""

    md = "md"
    html = "html"


def feedback(
    results: Annotated[
        Path, typer.Argument(metavar="RESULTS", help="Folder with files of `check --format json`, or of a scan.")
    ],
    provider: Annotated[
        str, typer.Option(metavar="NAME", help="Notes of this provider alone, as signed or as the scan knows it.")
    ] = "",
    as_format: Annotated[FeedbackFormat, typer.Option("--format", help="md or html.")] = FeedbackFormat.md,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page to a file.")] = None,
    redact: Annotated[
        bool, typer.Option("--redact/--no-redact", help="Mask names, dates, numbers, places in quotations.")
    ] = True,
) -> None:
    """Say what stays open in a provider's notes, how often, and what the template could ask.

    Exit codes: 0 done, 2 could not run.
    """
    from notecheck.feedback import gaps, page
    from notecheck.feedback.results import answers

    found = [answer for answer in answers(results) if not provider or answer.is_by(provider)]
    if not found:
        raise InputError(
            "NC-I98",
            "no answer is of a note of this provider",
            where="--provider",
            next_step="Write the name as it is signed, or leave the option out for all notes.",
        )
    made = gaps.feedback(found, provider, redact=redact)
    deliver(page.html(made) if as_format is FeedbackFormat.html else page.markdown(made), output)
