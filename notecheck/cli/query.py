"""``notecheck query``: the questions that a note leaves to its author, and the lint of such questions."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli.claim_options import ClaimOptions
from notecheck.cli.configured import ConfigFile, checker_for, in_force, known
from notecheck.cli.documents import read_documents
from notecheck.cli.screen import as_json_text, deliver
from notecheck.errors import InputError
from notecheck.read.notes import read_note


class QueryFormat(StrEnum):
    """How a query is written."""

    text = "text"
    md = "md"
    json = "json"


def query(
    note: Annotated[str | None, typer.Argument(metavar="[NOTE]", help="Text file with one note, or -.")] = None,
    claim: Annotated[Path | None, typer.Option(help="The claim as a file.")] = None,
    cpt: Annotated[list[str] | None, typer.Option(metavar="LINE", help="A billed line. Repeatable.")] = None,
    icd: Annotated[list[str] | None, typer.Option(metavar="CODE", help="A diagnosis code. Repeatable.")] = None,
    payer: Annotated[str | None, typer.Option(help="Payer profile, medicare by default.")] = None,
    mac: Annotated[str | None, typer.Option(help="Medicare contractor.")] = None,
    state: Annotated[str | None, typer.Option(help="State instead of the contractor.")] = None,
    dos: Annotated[str | None, typer.Option(metavar="DATE", help="Date of service.")] = None,
    pos: Annotated[str | None, typer.Option(help="Place of service.")] = None,
    chart: Annotated[list[str] | None, typer.Option(metavar="FILE", help="A further document. Repeatable.")] = None,
    config: ConfigFile = None,
    as_format: Annotated[QueryFormat, typer.Option("--format", help="text, md or json.")] = QueryFormat.text,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the query to a file.")] = None,
    redact: Annotated[
        bool, typer.Option("--redact/--no-redact", help="Mask names, dates, numbers, addresses in what is quoted.")
    ] = False,
    lint: Annotated[
        Path | None, typer.Option("--lint", metavar="FILE", help="Judge the wording of a query or a template instead.")
    ] = None,
) -> None:
    """Write the question to the provider, with words of the record and an empty addendum; or --lint one.

    Exit codes: 0 done, 1 --lint found a fault, 2 could not run.
    """
    if lint is not None:
        _lint(lint)
        return
    if note is None:
        raise InputError("NC-I45", "no note is named", where="query", next_step="Name a note, or use --lint FILE.")
    set_to = known(in_force(config))
    own, payers = set_to.value("policy"), set_to.value("payers")
    options = ClaimOptions(
        claim, cpt or [], icd or [], payer, mac, state, dos, pos, None, own, payers, set_to.usual()
    )  # fmt: skip
    options.refuse_both_forms()
    documents = read_documents([note, *(chart or [])])
    billed = options.claim(documents[0].note_id)

    from notecheck.report.query import as_markdown, as_text, queries

    checker = checker_for(set_to)
    ruling = set_to.ruling(None if note == "-" else Path(note))
    report = checker.check(documents[0], billed, chart=documents[1:], ruling=ruling)
    if redact:
        from notecheck.report.redaction import redacted_report

        report, shown = redacted_report(report, documents)
        documents = list(shown)
    found = queries(report, documents)
    if as_format is QueryFormat.json:
        deliver(as_json_text({"note_id": report.note_id, "queries": [q.to_dict() for q in found]}), output)
    else:
        deliver((as_markdown if as_format is QueryFormat.md else as_text)(found, report), output)


def _lint(path: Path) -> None:
    from notecheck.report.querylint import lint

    faults = lint(read_note(str(path)).text)
    for fault in faults:
        typer.echo(f'{path}:{fault.line}: {fault.rule}: {fault.says} ("{fault.words}")')
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{path}: no fault of wording found.")
