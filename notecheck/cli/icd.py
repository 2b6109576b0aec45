"""``notecheck icd``: ranked ICD-10-CM codes for a diagnosis in any words."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli.screen import as_json_text, deliver


class Side(StrEnum):
    """The side that the phrase leaves open."""

    left = "left"
    right = "right"
    bilateral = "bilateral"


class Region(StrEnum):
    """The region of the spine that the phrase leaves open."""

    cervical = "cervical"
    thoracic = "thoracic"
    lumbar = "lumbar"
    sacral = "sacral"


class IcdFormat(StrEnum):
    """How the list is printed."""

    text = "text"
    json = "json"


def icd(
    phrase: Annotated[str, typer.Argument(metavar="PHRASE", help='A diagnosis, as in "old tear of the meniscus".')],
    region: Annotated[Region | None, typer.Option(help="Region, where the phrase names none.")] = None,
    side: Annotated[Side | None, typer.Option(help="Side, where the phrase names none.")] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=20, help="How many codes.")] = 5,
    as_format: Annotated[
        IcdFormat, typer.Option("--format", help="text for people, json for programs.")
    ] = IcdFormat.text,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to a file.")] = None,
) -> None:
    """Rank ICD-10-CM codes for a diagnosis in any words. A list to choose from: the record decides.

    Exit codes: 0 done, 1 nothing near was found, 2 could not run.
    """
    from notecheck.annotate.icd_search import load

    search = load()
    hits = search.search(phrase, region=region.value if region else None, side=side.value if side else None, most=most)
    if as_format is IcdFormat.json:
        deliver(as_json_text({"phrase": phrase, "codes": [hit.to_dict() for hit in hits]}), output)
    else:
        lines = [f"{hit.icd10:<9} {hit.score:4.2f}  {hit.title}  [{hit.why}]" for hit in hits]
        deliver("\n".join(lines or ["No title or known phrase comes near."]) + "\n", output)
    if not hits:
        raise typer.Exit(1)
