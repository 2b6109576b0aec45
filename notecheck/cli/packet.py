"""``notecheck packet``: the index for a records request, as a page or as PDF."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli.claim_options import ClaimOptions
from notecheck.cli.configured import ConfigFile, checker_for, in_force, known
from notecheck.cli.documents import read_documents
from notecheck.cli.screen import deliver
from notecheck.errors import InputError


def packet(
    note: Annotated[str, typer.Argument(metavar="NOTE", help="File with the procedure note, or -.")],
    output: Annotated[Path, typer.Option(metavar="FILE", help="The packet: FILE.html or FILE.pdf.")],
    claim: Annotated[Path | None, typer.Option(help="The claim as a file.")] = None,
    cpt: Annotated[list[str] | None, typer.Option(metavar="LINE", help="A billed line. Repeatable.")] = None,
    icd: Annotated[list[str] | None, typer.Option(metavar="CODE", help="A diagnosis code. Repeatable.")] = None,
    payer: Annotated[str | None, typer.Option(help="Payer profile, medicare by default.")] = None,
    mac: Annotated[str | None, typer.Option(help="Medicare contractor.")] = None,
    state: Annotated[str | None, typer.Option(help="State instead of the contractor.")] = None,
    dos: Annotated[str | None, typer.Option(metavar="DATE", help="Date of service.")] = None,
    pos: Annotated[str | None, typer.Option(help="Place of service.")] = None,
    chart: Annotated[list[str] | None, typer.Option(metavar="FILE", help="A further document. Repeatable.")] = None,
    received: Annotated[str | None, typer.Option(metavar="DATE", help="Date on the request; starts the clock.")] = None,
    days: Annotated[int | None, typer.Option(help="Days that the letter gives, where it says so.")] = None,
    asker: Annotated[str, typer.Option(help="Who asks, as in medicare or upic; else by the payer.")] = "",
    config: ConfigFile = None,
    redact: Annotated[bool, typer.Option("--redact/--no-redact", help="Mask names, dates, numbers, places.")] = False,
) -> None:
    """Map each criterion of the policy to document, page and line, missing ones first.

    Exit codes: 0 done, 2 could not run.
    """
    kind = output.suffix.lower()
    if kind not in (".html", ".pdf"):
        raise InputError(
            "NC-I99", "neither .html nor .pdf", where=str(output), next_step="Name a file with one of these endings."
        )
    set_to = known(in_force(config))
    own, payers = set_to.value("policy"), set_to.value("payers")
    options = ClaimOptions(claim, cpt or [], icd or [], payer, mac, state, dos, pos, None, own, payers, set_to.usual())
    options.refuse_both_forms()
    day = _day(received)
    documents = read_documents([note, *(chart or [])])
    billed = options.claim(documents[0].note_id)

    from notecheck.packet import html, index, pdf
    from notecheck.packet.clock import clock

    timed = None
    if day:
        timed = clock(day, date.today(), payer=billed.payer if billed else "medicare", asker=asker, days=days)
    checker = checker_for(set_to)
    report = checker.check(documents[0], billed, chart=documents[1:])
    if redact:
        from notecheck.report.redaction import redacted_report

        report, shown = redacted_report(report, documents)
        documents = list(shown)
    made = index.packet(report, documents, timed)
    if kind == ".html":
        deliver(html.render(made), output)
    else:
        _put(pdf.render(made), output)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise InputError(
            "NC-I99", "no date", where="--received", next_step="Write year, month and day, as in 2026-03-04."
        ) from None


def _put(data: bytes, output: Path) -> None:
    """Write bytes in one step, readable by their owner only."""
    try:
        with tempfile.TemporaryDirectory(dir=output.parent) as folder:
            made = Path(folder) / output.name
            made.touch(mode=0o600)
            made.write_bytes(data)
            made.replace(output)
    except OSError as error:
        raise InputError(
            "NC-I74",
            f"the packet cannot be written ({error.strerror})",
            where=str(output),
            next_step="Name a file in a folder that exists and that you may write to.",
        ) from None
