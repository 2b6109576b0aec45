"""``notecheck watch``: judge what is dropped into a folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from notecheck.cli.configured import ConfigFile, Models, in_force, known
from notecheck.cli.own_policies import OwnPolicies
from notecheck.cli.scan import ClaimsFile, Mac, Out, Payer, Pos, Seconds, State, Stopping, Workers
from notecheck.report.page import plain

if TYPE_CHECKING:
    from notecheck.scan.request import Progress


def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder into which notes are dropped.")],
    out: Out,
    claims: ClaimsFile = None,
    workers: Workers = 1,
    payer: Payer = None,
    mac: Mac = None,
    state: State = None,
    pos: Pos = None,
    own_policy: OwnPolicies = None,
    config: ConfigFile = None,
    models: Models = None,
    seconds: Seconds = 60,
    settle: Annotated[
        float, typer.Option(min=0.1, help="Seconds that a file must stand still before it counts as complete.")
    ] = 2,
    poll: Annotated[bool, typer.Option("--poll", help="Look at the files oneself, for network drives.")] = False,
) -> None:
    """Judge what lies in a folder and then what is dropped into it, until Ctrl-C, into the same results as scan.

    One line on the screen for each note. Exit codes: 0 stopped by Ctrl-C, 2 could not run.
    """
    from notecheck.scan.joined import Setting
    from notecheck.scan.request import Request
    from notecheck.scan.watch import watch as watched

    set_to = known(in_force(config, own_policy, payer=payer, mac=mac, state=state, place_of_service=pos, models=models))
    request = Request(
        sources=(folder,),
        out=out,
        claims=claims,
        setting=Setting(**set_to.usual()),
        workers=workers,
        own=set_to.value("policy"),
        payers=set_to.value("payers"),
        config=set_to,
        models=set_to.value("models"),
        seconds=seconds,
    )
    typer.echo(f"Watching {folder}; Ctrl-C ends it. Results: {out}", err=True)
    with Stopping() as stopping:
        for number, done in enumerate(watched(request, settle=settle, poll=poll, stopped=stopping.asked)):
            _say(done, out, first=number == 0)


def _say(done: Progress, out: Path, *, first: bool) -> None:
    if first:
        unchanged = f", {done.unchanged} unchanged" if done.unchanged else ""
        told = f"{done.judged} judged{unchanged}, {done.refused} refused"
        typer.echo(f"{_now()}  {done.documents} documents at the start: {told}")
        return
    if done.trouble:
        typer.echo(f"{_now()}  {plain(done.trouble)} It is tried again.", err=True)
        return
    from notecheck.scan.store import Store

    with Store(out, read_only=True) as store:
        rows = store.query(
            "SELECT source, member, status, readiness, errors, warnings, reason FROM notes "
            "WHERE note_key IN (SELECT unnest(?::VARCHAR[])) ORDER BY source, member",
            [done.keys],
        )
    for source, member, status, readiness, errors, warnings, reason in rows:
        where = f"{Path(source).name}, {member}" if member else Path(source).name
        found = f"{readiness}  {errors} errors  {warnings} warnings" if status == "judged" else f"refused  {reason}"
        typer.echo(f"{_now()}  {plain(where)}  {plain(found)}")
    if done.gone:
        typer.echo(f"{_now()}  {done.gone} no longer there")


def _now() -> str:
    return datetime.now().strftime("%H:%M:%S")
