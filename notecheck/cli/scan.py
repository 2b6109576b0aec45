"""``notecheck scan``: many notes into one store, with a progress bar, and what it holds at the end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from notecheck.cli import scan_pages as pages
from notecheck.cli.configured import ConfigFile, Models, in_force, known
from notecheck.cli.failure import for_spark_alone
from notecheck.cli.own_policies import OwnPolicies
from notecheck.cli.screen import as_json_text, show

if TYPE_CHECKING:
    from notecheck.scan.request import Progress, Request

CLEAN, FINDINGS = 0, 1
STOPPED = 128

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results: audit.duckdb and Parquet.")]
ClaimsFile = Annotated[
    Path | None, typer.Option("--claims", metavar="FILE", help="Claims: JSON, CSV, X12 837P or CMS-1500-like JSON.")
]
Workers = Annotated[int, typer.Option("--workers", min=0, metavar="N", help="Worker processes; 0: one a processor.")]
Payer = Annotated[
    str | None, typer.Option(help="Payer where neither claim nor file names a known one; medicare when left out.")
]
Mac = Annotated[str | None, typer.Option(help="Medicare contractor where the claim names none, as in palmetto.")]
State = Annotated[str | None, typer.Option(help="State instead of the contractor, as in TX.")]
Pos = Annotated[str | None, typer.Option(help="Place of service where the claim names none, as in 11 or 24.")]
Seconds = Annotated[float, typer.Option("--seconds", min=1, help="Longest time for one note, in seconds.")]


class Engine(StrEnum):
    """Where notes are judged."""

    embedded = "embedded"
    spark = "spark"


def _column(what: str) -> Any:
    return typer.Option(metavar="NAME", help=f"Column of tables that holds the {what}.")


def scan(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files and folders with notes; for Spark tables, URLs too.")
    ],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder for the results: audit.duckdb and Parquet.")],
    claims: ClaimsFile = None,
    workers: Workers = 0,
    payer: Payer = None,
    mac: Mac = None,
    state: State = None,
    pos: Pos = None,
    own_policy: OwnPolicies = None,
    config: ConfigFile = None,
    models: Models = None,
    seconds: Seconds = 60,
    baseline: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Results of an earlier scan: show only what is new.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Judge every note anew, unchanged ones too.")] = False,
    ocr: Annotated[bool, typer.Option("--ocr", help="Read pictures of pages with Tesseract, if installed.")] = False,
    text_col: Annotated[str | None, _column("text of the note")] = None,
    id_col: Annotated[str | None, _column("name of the note")] = None,
    patient_col: Annotated[str | None, _column("patient")] = None,
    provider_col: Annotated[str | None, _column("provider")] = None,
    encounter_col: Annotated[str | None, _column("encounter")] = None,
    date_col: Annotated[str | None, _column("date of service")] = None,
    payer_col: Annotated[str | None, _column("payer")] = None,
    engine: Annotated[Engine, typer.Option(help="Where notes are judged: processes here, or Apache Spark.")] = (
        Engine.embedded
    ),
    master: Annotated[
        str | None, typer.Option(metavar="URL", help="Spark: its master, as local[2] or spark://host:7077.")
    ] = None,
    spark_conf: Annotated[
        list[str] | None, typer.Option("--spark-conf", metavar="KEY=VALUE", help="Spark: a setting of its own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers at the end as JSON.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 also when there are findings.")] = False,
) -> None:
    """Judge every note of files and folders, new and changed ones only when run again, into a folder of results.

    Exit codes: 0 nothing above info, 1 findings, refused documents or claims not understood, 2 could not run, 130
    stopped by Ctrl-C.
    """
    from notecheck.read.columns import Columns
    from notecheck.scan.compare import compare, refuse_same
    from notecheck.scan.joined import Setting
    from notecheck.scan.request import Request
    from notecheck.scan.run import scan as run_scan
    from notecheck.scan.store import Store
    from notecheck.scan.summary import summary

    if engine is Engine.spark:
        from notecheck.spark.sources import local

        out = local(out)
    here = Path(out)
    if baseline is not None:
        refuse_same(baseline, here)
        Store(baseline, read_only=True).close()
    set_to = known(in_force(config, own_policy, payer=payer, mac=mac, state=state, place_of_service=pos, models=models))
    request = Request(
        sources=tuple(map(Path, sources)),
        out=here,
        claims=claims,
        setting=Setting(**set_to.usual()),
        workers=workers,
        own=set_to.value("policy"),
        payers=set_to.value("payers"),
        config=set_to,
        models=set_to.value("models"),
        seconds=seconds,
        again=again,
        ocr=ocr,
        columns=Columns(text_col, id_col, patient_col, provider_col, encounter_col, date_col, None, payer_col),
    )
    if engine is Engine.spark:
        from notecheck.cli import scan_spark

        progress = scan_spark.run(request, sources, out, master, spark_conf or (), workers=workers, again=again)
        if progress is None:
            return
    elif master is not None or spark_conf:
        raise for_spark_alone("--master" if master is not None else "--spark-conf")
    else:
        with Stopping() as stopping, _meter(request) as told:
            progress = run_scan(request, told=told, stopped=stopping.asked)
        if progress.stopped:
            typer.echo(pages.stopped_words(progress, here), err=True)
            raise typer.Exit(STOPPED + stopping.number)
    with Store(here, read_only=True) as store:
        held = summary(store)
    new = compare(baseline, here) if baseline is not None else None
    if as_json:
        answer: dict[str, object] = {"run": pages.run_json(progress), **held.to_dict()}
        typer.echo(as_json_text(answer | ({"new": new.to_dict()} if new else {})))
    else:
        show(lambda width: pages.summary_page(progress, held, here, new, width))
    bad = new.worse if new else held.above_info or held.refused_count or held.unread_claims
    if bad and not exit_zero:
        raise typer.Exit(FINDINGS)


class Stopping:
    """Ctrl-C and a polite kill ask the scan to stop; a second Ctrl-C stops it at once."""

    def __init__(self) -> None:
        self.number = 0
        self._before: list[tuple[int, Any]] = []

    def __enter__(self) -> Stopping:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before.append((number, signal.signal(number, self._hear)))
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)

    def asked(self) -> bool:
        """True once a signal came."""
        return self.number != 0

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.number:
            raise KeyboardInterrupt
        self.number = number


class _meter:
    """How far the scan is: a bar on a terminal, a line every few seconds elsewhere. Both go to the error stream."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._show: pages.Bar | pages.Lines | None = None

    def __enter__(self) -> Callable[[Progress], None]:
        from notecheck.scan.expected import expected

        total = expected(source for source in self._request.sources if source.exists())
        shown = pages.Bar(total) if sys.stderr.isatty() else pages.Lines(total)
        shown.start()
        self._show = shown
        return shown.tell

    def __exit__(self, *_: object) -> None:
        if self._show is not None:
            self._show.stop()
