"""``notecheck audit``, ``sample`` and ``agree``: the picture of a scan, and the tool checked by a human auditor."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli.own_policies import OwnPolicies, own_folders
from notecheck.cli.screen import deliver
from notecheck.errors import InputError

ScanFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The --out folder of a scan.")]


class AuditFormat(StrEnum):
    """How an audit is written."""

    html = "html"
    md = "md"
    csv = "csv"
    xlsx = "xlsx"


def audit(
    folder: ScanFolder,
    fees: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV with the columns code and fee: shows money at risk.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write; DIR/audit.html when left out. CSV: a folder.")
    ] = None,
    as_format: Annotated[
        AuditFormat, typer.Option("--format", help="html for a page, md, csv for a file a table, xlsx for a workbook.")
    ] = AuditFormat.html,
    worst: Annotated[
        int, typer.Option("--worst", min=0, max=1000, metavar="N", help="Notes listed first, each with its report.")
    ] = 100,
    pages: Annotated[bool, typer.Option("--pages/--no-pages", help="Write the reports of those notes.")] = True,
    own_policy: OwnPolicies = None,
) -> None:
    """Write the audit of a scan: readiness, gaps, trend, use of codes, copied notes, the notes to look at first."""
    from notecheck.audit import forms
    from notecheck.audit.money import read_fees
    from notecheck.audit.picture import picture, tables
    from notecheck.scan.store import Store

    target = output or folder / ("audit-csv" if as_format is AuditFormat.csv else f"audit.{as_format.value}")
    prices = read_fees(fees) if fees else None
    with Store(folder, read_only=True) as store:
        shown = picture(store, fees=prices, worst=worst)
        if as_format is AuditFormat.html:
            from notecheck.audit import note_pages, page
            from notecheck.audit.originals import originals
            from notecheck.policy import book

            keys = [one.note.key for one in shown.worst]
            policies = book.load(list(own_folders(own_policy)))
            links = note_pages.write_pages(store, keys, target.parent, policies) if pages else {}
            texts = originals(store, page.quoted_keys(shown)) if pages else {}
            deliver(page.render(shown, texts=texts, links=links), target)
        elif as_format is AuditFormat.md:
            deliver(forms.markdown(tables(shown), f"Audit of {len(shown.batch.notes)} notes"), target)
        elif as_format is AuditFormat.csv:
            _made(target)
            for name, content in forms.csv_files(tables(shown)).items():
                deliver(content, target / name)
        else:
            _saved(tables(shown), target)
    typer.echo(f"{target}")


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritten(folder, error) from None


def _saved(tables: object, target: Path) -> None:
    from notecheck.audit.forms import write_workbook

    try:
        write_workbook(tables, target)  # type: ignore[arg-type]
    except OSError as error:
        raise _unwritten(target, error) from None


def _unwritten(where: Path, error: OSError) -> InputError:
    return InputError(
        "NC-A05",
        f"the audit cannot be written ({error.strerror})",
        where=str(where),
        next_step="Name a place that you may write to with --output.",
    )
