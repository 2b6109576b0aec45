"""The command line: options in, one public call, the answer printed, an exit code.

Exit codes: 0 nothing above info, 1 findings, 2 the tool could not do its work (one sentence on the error stream).
"""

from __future__ import annotations

from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from notecheck.cli import audit, code_tables, configured, failure, policy, rulebook, several, template
from notecheck.cli.claim_options import ClaimOptions
from notecheck.cli.compare import compare
from notecheck.cli.configured import ConfigFile, Models, checker_for, in_force, known
from notecheck.cli.documents import read_documents
from notecheck.cli.feedback import feedback
from notecheck.cli.history import with_history
from notecheck.cli.icd import icd as icd_search
from notecheck.cli.own_policies import OwnPolicies
from notecheck.cli.packet import packet
from notecheck.cli.query import query
from notecheck.cli.scan import scan
from notecheck.cli.screen import as_json_text, as_text, deliver, show
from notecheck.cli.serve import serve
from notecheck.cli.train import models_measured, train
from notecheck.cli.watch import watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Group

    from notecheck.engine import Checker
    from notecheck.records import Note, Report

CLEAN, FINDINGS, FAILED = 0, 1, 2

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(code_tables.app, name="codes")
app.add_typer(template.app, name="template")
app.add_typer(policy.app, name="policy")
app.add_typer(configured.app, name="config")
app.command()(query)
app.command()(audit.audit)
app.command()(audit.sample)
app.command()(audit.agree)
app.command()(feedback)
app.command()(packet)
app.command("icd")(icd_search)
app.command()(train)
app.command()(serve)
app.command()(scan)
app.command()(compare)
app.command()(watch)


class Format(StrEnum):
    """How an answer is printed."""

    text = "text"
    json = "json"


class Page(StrEnum):
    """How a longer answer is given."""

    text = "text"
    html = "html"
    json = "json"


class ReportFormat(StrEnum):
    """How a report is printed or written."""

    text = "text"
    json = "json"
    html = "html"
    md = "md"
    csv = "csv"
    sarif = "sarif"


class Moment(StrEnum):
    """When a note is judged: the claim about to go out, or the procedure still to be approved."""

    prebill = "prebill"
    preauth = "preauth"


HistoryFiles = Annotated[
    list[Path] | None,
    typer.Option("--history", metavar="FILE", help="Earlier procedures: JSON, or an earlier note. Repeatable."),
]
AtMoment = Annotated[Moment, typer.Option("--mode", help="preauth judges a visit note before the procedure.")]
NoteFile = Annotated[str, typer.Argument(metavar="NOTE", help="File with one note, or - for piped text.")]
NoteFiles = Annotated[
    list[str], typer.Argument(metavar="NOTE...", help="File with one note, or - for piped text; or several files.")
]
Redact = Annotated[
    bool | None,
    typer.Option("--redact/--no-redact", help="Mask names, dates, numbers, places. Only SARIF does it unasked."),
]
AsFormat = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        typer.echo(f"notecheck {metadata.version('notecheck')}")
    except metadata.PackageNotFoundError:
        typer.echo("notecheck (run from a folder, not installed)")
    raise typer.Exit(CLEAN)


@app.callback()
def notecheck(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Compare an interventional-pain procedure note with the billed codes and the coverage policy. Works offline."""


@app.command()
def check(
    note: NoteFiles,
    claim: Annotated[
        Path | None, typer.Option(help="File with the claim: JSON, CSV, X12 837P or CMS-1500-like JSON.")
    ] = None,
    claim_id: Annotated[str | None, typer.Option(metavar="ID", help="Which claim of a file with several.")] = None,
    cpt: Annotated[
        list[str] | None, typer.Option(metavar="LINE", help="A billed line, as in 64483-RT or J1100x10. Repeatable.")
    ] = None,
    icd: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="A diagnosis code of every line, as in M54.16. Repeatable.")
    ] = None,
    payer: Annotated[
        str | None, typer.Option(help="medicare (the default), uhc, aetna ...: see `notecheck policy list`.")
    ] = None,
    mac: Annotated[str | None, typer.Option(help="Medicare contractor, as in palmetto.")] = None,
    state: Annotated[str | None, typer.Option(help="State instead of the contractor, as in TX.")] = None,
    dos: Annotated[str | None, typer.Option(metavar="DATE", help="Date of service, as in 2026-03-04.")] = None,
    pos: Annotated[str | None, typer.Option(help="Place of service, as in 11 or 24.")] = None,
    chart: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="A further document of the same patient. Repeatable.")
    ] = None,
    own_policy: OwnPolicies = None,
    config: ConfigFile = None,
    history: HistoryFiles = None,
    mode: AtMoment = Moment.prebill,
    as_format: Annotated[
        ReportFormat, typer.Option("--format", help="text for people, html for a page, json or sarif for programs.")
    ] = ReportFormat.text,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report to a file.")] = None,
    checklist: Annotated[bool, typer.Option("--checklist", help="List every item of the coverage checklist.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Explain every finding below the report.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the claim marked up line by line instead.")] = False,
    models: Models = None,
    ocr: Annotated[bool, typer.Option("--ocr", help="Read pages that are pictures, with Tesseract.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 also when there are findings.")] = False,
    redact: Redact = None,
) -> None:
    """Judge one note, and the claim for it when one is given; or several notes, each with its claim of one file.

    Exit codes: 0 nothing above info, 1 findings, 2 could not run.
    """
    set_to = known(in_force(config, own_policy, redact=redact, models=models))
    own, payers = set_to.value("policy"), set_to.value("payers")
    options = ClaimOptions(
        claim, cpt or [], icd or [], payer, mac, state, dos, pos, claim_id, own, payers, set_to.usual()
    )  # fmt: skip
    options.refuse_both_forms()
    if diff and as_format not in (ReportFormat.text, ReportFormat.json):
        raise failure.diff_in_other_format(as_format.value)
    several.refuse_for_one(
        note, {"chart": chart, "history": history, "cpt": cpt, "icd": icd, "claim_id": claim_id, "explain": explain}
    )
    read = read_documents([*note, *(chart or [])], ocr=ocr)
    papers = [[one] for one in read] if len(note) > 1 else [read]
    claims = several.claims_for(options, [documents[0] for documents in papers])
    claims[0], earlier = with_history(claims[0], history or [])
    rulings = [set_to.ruling(None if name == "-" else Path(name)) for name in note]
    checker = checker_for(set_to)
    judged: list[tuple[Report, Sequence[Note]]] = [
        (checker.check(p[0], billed, p[1:], mode=mode.value, earlier=earlier, ruling=ruling), p)
        for p, billed, ruling in zip(papers, claims, rulings, strict=True)
    ]
    why = checker.explain if explain and as_format is ReportFormat.text else None
    told = why("", read[0], claims[0], read[1:], mode=mode.value, earlier=earlier) if why else ()
    mask, asked = None, set_to.value("redact")
    if asked or (asked is None and as_format is ReportFormat.sarif):
        from notecheck.report.redaction import Redactor, masked

        if as_format is ReportFormat.sarif:
            # places and fingerprints are those of the notes as read
            mask = Redactor(read, *(report for report, _ in judged)).words
        else:
            judged, told = masked(judged, told)
    if as_format is ReportFormat.text:
        from notecheck.report import diff as marked_up
        from notecheck.report import text

        def page(width: int) -> Group:
            if diff:
                return text.together([marked_up.render(*one, width=width) for one in judged])
            return text.together(
                [text.render(*one, checklist=checklist, explanations=told, width=width) for one in judged]
            )

        if output is None:
            show(page)
        else:
            deliver(as_text(page), output)
    else:
        from notecheck.checks.cards import cards
        from notecheck.report.form import Manner, written_all

        manner = Manner(cards(), mask)
        deliver(written_all(judged, as_format.value, manner), output)
    if not exit_zero and any(finding.severity != "info" for report, _ in judged for finding in report.findings):
        raise typer.Exit(FINDINGS)


@app.command()
def extract(note: NoteFile, as_format: AsFormat = Format.text) -> None:
    """Print what one note documents, with the lines that prove it."""
    document = read_documents([note])[0]
    facts = _load().extract(document)
    if as_format is Format.json:
        from notecheck.report.json import as_json

        typer.echo(as_json(facts, [document]))
    else:
        from notecheck.report import facts as facts_page

        show(lambda width: facts_page.render(facts, document, width=width))


@app.command()
def evaluate(
    gold: Annotated[
        Path | None, typer.Argument(metavar="[GOLD]", help="Annotated facts, one JSON object on each line.")
    ] = None,
    notes: Annotated[Path | None, typer.Argument(metavar="[NOTES]", help="Folder with the notes.")] = None,
    models: Annotated[bool, typer.Option("--models", help="Measure the learned models; takes minutes.")] = False,
    as_format: Annotated[
        Page, typer.Option("--format", help="text for people, html for a page, json for programs.")
    ] = Page.text,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to a file instead of the screen.")] = None,
    config: ConfigFile = None,
) -> None:
    """Score the extraction on annotated notes: precision, recall and F1 for each field, with every error."""
    if models:
        deliver(models_measured(as_format is Page.json), output)
        return
    if gold is None or notes is None:
        raise failure.nothing_to_evaluate()
    from notecheck.evaluate import page
    from notecheck.evaluate.run import evaluate as measured

    result = measured(checker_for(in_force(config)), gold, notes)
    if as_format is Page.json:
        deliver(as_json_text(result.to_dict()), output)
    elif as_format is Page.html:
        deliver(page.html(result), output)
    elif output:
        deliver(as_text(lambda width: page.render(result, width=width)), output)
    else:
        show(lambda width: page.render(result, width=width))


@app.command()
def rules(as_format: AsFormat = Format.text) -> None:
    """List every check: code, severity, name and what it says."""
    if as_format is Format.json:
        typer.echo(rulebook.listed_as_json())
    else:
        show(rulebook.listed)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the answers that --format json gives."""
    from notecheck.report import schema as published

    typer.echo(published.text(), nl=False)


@app.command()
def rule(code: Annotated[str, typer.Argument(metavar="CODE", help="Code or name of a check, as in LAT002.")]) -> None:
    """Explain one check: what it looks for, why, examples, limits and sources."""
    typer.echo(rulebook.explained(code))


@app.command("explain")
def explain_finding(
    what: Annotated[str, typer.Argument(metavar="FINDING", help="Code or name of a finding, or a checklist item.")],
    note: NoteFile,
    claim: Annotated[Path | None, typer.Option(help="The claim as a JSON file.")] = None,
    chart: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="A further document of the same patient. Repeatable.")
    ] = None,
    history: HistoryFiles = None,
    mode: AtMoment = Moment.prebill,
    config: ConfigFile = None,
    as_format: AsFormat = Format.text,
) -> None:
    """Explain one finding or checklist item on a note: what is asked and where, and what in the note decided it."""
    set_to = known(in_force(config))
    own, payers = set_to.value("policy"), set_to.value("payers")
    options = ClaimOptions(claim, [], [], None, None, None, None, None, None, own, payers, set_to.usual())
    documents = read_documents([note, *(chart or [])])
    billed, earlier = with_history(options.claim(), history or [])
    told = checker_for(set_to).explain(what, documents[0], billed, documents[1:], mode=mode.value, earlier=earlier)
    if as_format is Format.json:
        typer.echo(as_json_text({"explanations": [one.to_dict() for one in told]}))
    else:
        from notecheck.report import explain as explanations

        show(lambda width: explanations.render(told, documents, width=width))


def _load() -> Checker:
    import notecheck

    return notecheck.load()


def main() -> None:
    """Entry point of the ``notecheck`` command. Always leaves through SystemExit."""
    failure.guarded(app, FAILED)
