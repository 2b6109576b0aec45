"""``notecheck codes``: load the full CMS files, list the editions, take an update back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli.screen import show
from notecheck.errors import InputError
from notecheck.policy import book as policy_book
from notecheck.policy.cms import update as tables
from notecheck.report.page import Page

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Code tables: load the full files of CMS, list the editions at hand, take an update back.",
)


@app.command()
def update(
    ncci: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Procedure-to-procedure edits of a quarter. Repeat for all four files."),
    ] = None,
    mue: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Medically-unlikely edits, practitioner services table.")
    ] = None,
    icd10: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="ICD-10-CM code descriptions in tabular order.")
    ] = None,
    lcd: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Download of the Medicare Coverage Database.")
    ] = None,
    edition: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day of the edition, where the file name does not tell.")
    ] = None,
) -> None:
    """Load full CMS files. Each is judged whole first; the edition before stays and can be restored."""
    asked: dict[tables.Asked, list[Path]] = {
        "ncci": ncci or [],
        "mue": mue or [],
        "icd10": icd10 or [],
        "lcd": lcd or [],
    }
    if not any(asked.values()):
        raise InputError(
            "NC-I56",
            "no file was named",
            where="codes update",
            next_step="Give --ncci, --mue, --icd10 or --lcd with the downloaded file.",
        )
    done = tables.update(asked, policy_book.load(), day=_day(edition))
    for one in done:
        typer.echo(f"{tables.SHOWN[one.kind]}: edition of {one.day}, {one.rows} rows, in {one.path}")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the editions at hand and their age. Warns when a newer one must exist."""
    book = policy_book.load()
    standing = tables.status(book, date.today())
    outdated = tables.outdated(book)
    if as_json:
        answer = {"editions": [s.to_dict() for s in standing], "policies_outdated": [o.to_dict() for o in outdated]}
        typer.echo(json.dumps(answer, indent=1))
        return
    show(lambda width: _page(width, standing, outdated).renderable())


@app.command()
def restore(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="ncci, ncci-hospital, mue, icd10 or lcd.")],
) -> None:
    """Take back the last update of one kind; the edition before holds again."""
    taken, back = tables.restore(kind)
    typer.echo(f"{tables.SHOWN[taken.kind]}: the edition of {taken.day} was taken off.")
    if back:
        typer.echo(f"The one that it had replaced is back: {back.rows} rows, from {back.sources}.")


def _page(width: int, standing: tuple[tables.Standing, ...], outdated: tuple[tables.Outdated, ...]) -> Page:
    page = Page(width)
    page.columns([("table", "edition", "origin", "rows", "age")], (50, 10, 8, 9), style="bold")
    for one in standing:
        age = "1 month" if one.months == 1 else f"{one.months} months"
        page.columns([(tables.SHOWN[one.kind], one.day.isoformat(), one.origin, str(one.rows), age)], (50, 10, 8, 9))
    old = [one for one in standing if one.newest and not one.fresh]
    if old or outdated:
        page.blank()
    for one in old:
        what = "a fiscal year" if one.kind == "icd10" else "a quarter"
        page.hang(
            "Warning:",
            f"{tables.SHOWN[one.kind]}: the newest edition ({one.day}) is older than {what}. Download the current files"
            " from CMS and load them with `notecheck codes update`.",
            10,
            label_style="bold",
        )
    for policy in outdated:
        page.hang(
            "Warning:",
            f"{policy.lcd}: the coverage database has version {policy.loaded} from {policy.begins or 'a day not told'};"
            f" notecheck judges by {policy.shipped}.",
            10,
            label_style="bold",
        )
    return page


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(
            "NC-I27",
            f"'{text}' is not a date",
            where="--edition",
            next_step="Write year, month, day, as in 2026-10-01.",
        ) from None
