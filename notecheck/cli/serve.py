"""``notecheck serve``: the page and the API on this machine."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from notecheck.cli.configured import ConfigFile, Models, in_force, known
from notecheck.cli.own_policies import OwnPolicies

if TYPE_CHECKING:
    from notecheck.web.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; this computer alone by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 picks a free one.")] = 8765,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that judge; one for each core, at most four.")
    ] = None,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let other computers in. Needs a token; notes cross the network.")
    ] = False,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Name under which the server is called. Repeatable.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File with the token; else NOTECHECK_TOKEN.")
    ] = None,
    own_policy: OwnPolicies = None,
    config: ConfigFile = None,
    models: Models = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print no line for each request.")] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Open the paste page, the batch page and the HTTP API on this machine. Ctrl+C stops it."""
    from notecheck.web import serve as server
    from notecheck.web.settings import settings

    chosen = settings(
        host,
        port,
        allow_remote=allow_remote,
        names=allow_host or [],
        token_file=token_file,
        workers=workers,
    )
    set_to = known(in_force(config, own_policy, models=models))
    chosen = replace(
        chosen,
        policy=set_to.value("policy"),
        payers=set_to.value("payers"),
        usual=set_to.usual(),
        ruling=set_to.ruling(),
        models=set_to.value("models"),
    )
    if not quiet:
        _log()
    if chosen.token:
        typer.echo(
            "Warning: other computers can reach this server, and notes cross the network unencrypted. "
            "Put it behind a proxy with TLS, and give the token to nobody who may not read the notes.",
            err=True,
        )
    typer.echo("Loading; this takes some seconds.", err=True)

    def ready(running: Settings) -> None:
        typer.echo(f"notecheck is ready: {running.address}   (Ctrl+C stops it)", err=True)
        if open_page:
            import webbrowser

            webbrowser.open(running.address)

    server.run(chosen, ready)


def _log() -> None:
    """Method, route, status and time of each request on the error stream."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log = logging.getLogger("notecheck.web")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
