"""``notecheck template``: judge a provider's blank template, or write a good one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli.screen import as_json_text, deliver, show
from notecheck.errors import InputError

app = typer.Typer(no_args_is_help=True, help="Judge a blank procedure template, or write one.")

Payer = Annotated[str, typer.Option(help="Payer profile whose policy the template must serve.")]
Mac = Annotated[str | None, typer.Option(help="Medicare contractor, as in palmetto.")]
Day = Annotated[str | None, typer.Option("--dos", metavar="DATE", help="Day whose policies hold; today by default.")]


@app.command()
def check(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="Text file with the blank template.")],
    family: Annotated[str, typer.Option(help="Procedure family, as in epidural-transforaminal.")],
    payer: Payer = "medicare",
    mac: Mac = None,
    dos: Day = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what a template never asks for, what it fills in beforehand, and what will read the same in every note.

    Exit codes: 0 nothing found, 1 weaknesses found, 2 could not run.
    """
    from notecheck.cli.documents import read_documents

    note = read_documents([template])[0]
    day = _day(dos)

    import notecheck
    from notecheck.blank import check_template

    found = check_template(notecheck.load(), note, family, payer=payer, mac=mac, day=day)
    if as_json:
        deliver(as_json_text(found.to_dict()), None)
    else:
        from notecheck.report import template as page

        show(lambda width: page.render(found.to_dict(), note.source, width=width))
    if found.gaps:
        raise typer.Exit(1)


@app.command()
def new(
    family: Annotated[str, typer.Argument(metavar="FAMILY", help="Procedure family, as in epidural-transforaminal.")],
    payer: Payer = "medicare",
    mac: Mac = None,
    dos: Day = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the template to a file.")] = None,
) -> None:
    """Write a blank template that asks for everything the policy needs and fills in nothing."""
    from notecheck.blank import new_template
    from notecheck.policy import book

    deliver(new_template(book.load(), family, payer=payer, mac=mac, day=_day(dos)), output)


def _day(written: str | None) -> date:
    try:
        return date.fromisoformat(written) if written else date.today()
    except ValueError:
        raise InputError(
            "NC-I48", f"'{written}' is no date", where="--dos", next_step="Write it as in 2026-03-04."
        ) from None
