"""``notecheck scan --engine spark``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from notecheck.errors import InputError
from notecheck.scan.request import Progress, Request, claims_and_setting
from notecheck.scan.store import Store

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def run(
    request: Request,
    sources: Sequence[str],
    out: str,
    master: str | None,
    settings: Sequence[str],
    *,
    workers: int,
    again: bool,
) -> Progress | None:
    """Scan on Spark; what was done, or None where the results lie in a place that only Spark reaches.

    Results in a folder of this machine are gathered into audit.duckdb too. Raises what :func:`notecheck.spark.scan`
    raises, and InputError NC-S15 for options that Spark does not take.
    """
    from notecheck.spark.session import session
    from notecheck.spark.sources import is_url

    if workers:
        raise InputError(
            "NC-S15", "--workers is not for Spark", where="--workers",
            next_step="Write the number into --master: local[4].",
        )  # fmt: skip
    began = time.monotonic()
    claims, refused, setting = claims_and_setting(request)
    here = None if is_url(out) else Path(out).absolute()
    skipped = [path.absolute() for path in (here, request.claims) if path is not None]
    made = session(master, dict(_pair(one) for one in settings))
    try:
        from notecheck.spark import scan

        scan(
            made,
            sources,
            out if here is None else str(here),
            claims=claims,
            refused=refused,
            columns=request.columns,
            setting=setting,
            own=[str(path.absolute()) for path in request.own],
            payers=[str(path.absolute()) for path in request.payers],
            config=request.config,
            seconds=request.seconds,
            ocr=request.ocr,
            skipped=skipped,
        )
        if here is None:
            _say(made, out, time.monotonic() - began)
            return None
    finally:
        made.stop()
    with Store(here, create=True) as store:
        store.gather()
        documents, judged, with_others = store.query(
            "SELECT count(*), count(report), count(*) FILTER (history_hash <> '') FROM notes"
        )[0]
    return Progress(
        "end", documents, judged, refused=documents - judged, history=with_others, seconds=time.monotonic() - began
    )


def _say(made: SparkSession, out: str, seconds: float) -> None:
    rows = made.read.parquet(f"{out.rstrip('/')}/notes.parquet").groupBy("status", "readiness").count().collect()
    for row in sorted(rows, key=str):
        typer.echo(f"{row['count']:>8}  {row['status']}  {row['readiness'] or ''}".rstrip())
    typer.echo(f"{seconds:.0f} s. Results: {out}/*.parquet")


def _pair(text: str) -> tuple[str, str]:
    name, between, value = text.partition("=")
    if not between or not name.strip():
        raise InputError("NC-S15", f"'{text[:60]}' is no setting", where="--spark-conf", next_step="Write KEY=VALUE.")
    return name.strip(), value.strip()
