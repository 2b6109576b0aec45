"""``notecheck audit``, ``sample`` and ``agree``: the picture of a scan, and the tool checked by a human auditor."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli.configured import ConfigFile, in_force
from notecheck.cli.own_policies import OwnPolicies
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
    no_pages: Annotated[bool, typer.Option("--no-pages", help="No reports of those notes, no quotations.")] = False,
    own_policy: OwnPolicies = None,
    config: ConfigFile = None,
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
            set_to = in_force(config, own_policy)
            policies = book.load(set_to.value("policy"), set_to.value("payers"))
            links = note_pages.write_pages(store, keys, target.parent, policies, set_to) if not no_pages else {}
            texts = originals(store, page.quoted_keys(shown)) if not no_pages else {}
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


class Strata(StrEnum):
    """What a sample is stratified by, within each provider."""

    family = "family"
    readiness = "readiness"


class AgreementFormat(StrEnum):
    """How an agreement is printed."""

    text = "text"
    json = "json"


def sample(
    folder: ScanFolder,
    per_provider: Annotated[int, typer.Option("--per-provider", metavar="N", help="Notes of each provider.")] = 20,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed draws the same notes.")] = 1,
    stratify: Annotated[
        Strata | None, typer.Option("--stratify", help="Draw from every procedure, or every verdict, in proportion.")
    ] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Hide what the tool found.")] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The worksheet; DIR/sample.xlsx when left out.")
    ] = None,
) -> None:
    """Draw a random sample of a scan and write the worksheet for a human auditor."""
    from notecheck.audit import worksheet
    from notecheck.audit.sample import sample as drawn_from
    from notecheck.scan.store import Store

    target = output or folder / "sample.xlsx"
    if target.exists() and worksheet.has_answers(target):
        raise InputError(
            "NC-A23",
            "this worksheet holds answers already",
            where=str(target),
            next_step="Name another file with --output, or take it away first.",
        )
    with Store(folder, read_only=True) as store:
        drawn = drawn_from(
            store, per_provider=per_provider, seed=seed, by=stratify.value if stratify else None, blind=blind
        )
    try:
        worksheet.write(drawn, target, blind=blind)
    except OSError as error:
        raise _unwritten(target, error) from None
    typer.echo(f"{target}: {len(drawn.drawn)} notes, {len(drawn.asked)} questions, {len(drawn.sizes)} strata")


def agree(
    filled: Annotated[Path, typer.Argument(metavar="WORKSHEET", help="The worksheet, filled in by the auditor.")],
    as_format: Annotated[
        AgreementFormat, typer.Option("--format", help="text for people, json for programs.")
    ] = AgreementFormat.text,
) -> None:
    """Compare tool and auditor: precision, recall and kappa by check, and the estimated error rates of the batch."""
    from notecheck.audit.agreement import agreement, tables
    from notecheck.audit.worksheet import read
    from notecheck.cli.screen import as_json_text, show

    found = agreement(read(filled))
    if as_format is AgreementFormat.json:
        typer.echo(as_json_text(found.to_dict()))
    else:
        from notecheck.audit.forms import as_lines

        show(lambda width: as_lines(tables(found), width))


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
