"""``notecheck config show``, and the option ``--config`` of the commands that judge notes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group

from notecheck.cli.own_policies import VARIABLE, own_folders
from notecheck.cli.screen import as_json_text, show

if TYPE_CHECKING:
    from notecheck.config.settings import Config
    from notecheck.engine import Checker

app = typer.Typer(no_args_is_help=True, help="Show what is set in notecheck.toml or [tool.notecheck], and from where.")

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="This configuration instead of the nearest notecheck.toml."),
]


Models = Annotated[
    bool | None, typer.Option("--models/--no-models", help="Open the learned models (the default), or leave them.")
]


class ShowFormat(StrEnum):
    """How the settings are printed."""

    text = "text"
    json = "json"


def in_force(named: Path | None, own_policy: list[Path] | None = None, **given: Any) -> Config:
    """What is in force: the command line (``given``, ``own_policy``), else the environment, else the configuration."""
    from notecheck.config import settings

    config = settings.load(named).over("command line", **given)
    own = own_folders(own_policy)
    return config.over("command line" if own_policy else VARIABLE, policy=own) if own else config


def known(config: Config) -> Config:
    """The same, once its payer, contractor, state and place are known to the policies in use."""
    from notecheck.policy import book

    return config.judged(book.load(config.value("policy"), config.value("payers"))) if config.usual() else config


def checker_for(config: Config) -> Checker:
    """The Checker with the policies, the payers and the models in force."""
    import notecheck

    own, payers, models = config.value("policy"), config.value("payers"), config.value("models")
    if own or payers:
        return notecheck.load(own, payers) if models else notecheck.load(own, payers, models=False)
    return notecheck.load() if models else notecheck.load(models=False)


@app.command("show")
def shown(
    config: ConfigFile = None,
    as_format: Annotated[ShowFormat, typer.Option("--format", help="text or json.")] = ShowFormat.text,
) -> None:
    """Print every setting in force and where it comes from."""
    found = known(in_force(config))
    rows = [(key, setting.value, setting.origin) for key, setting in found.settings.items()]
    if as_format is ShowFormat.json:
        values = {key: {"value": _plain(value), "from": origin} for key, value, origin in rows}
        accepted = [
            {"note": s.note_id, "code": s.code, "line": s.line, "reason": s.reason, "until": s.until, "from": s.where}
            for s in found.suppressions
        ]
        typer.echo(as_json_text({"file": found.source, "settings": values, "suppress": accepted}))
        return
    show(lambda width: _page(found, width))


def _page(found: Config, width: int) -> Group:
    from notecheck.report.page import Page

    page = Page(width)
    page.line(f"Configuration: {found.source or 'none found; every value is the default'}")
    page.blank()
    page.columns([("key", "value", "from")], (18, 50), style="bold")
    rows = [(key, _words(setting.value), setting.origin) for key, setting in found.settings.items()]
    for one in found.suppressions:
        until = f", until {one.until}" if one.until else ""
        rows.append(("suppress", f"{one.note_id}: {one.code} ({one.reason}{until})", one.where))
    name = Path(found.source).name if found.source else ""
    page.columns([(key, words, where.replace(found.source or "", name)) for key, words, where in rows], (18, 50))
    return page.renderable()


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {word}" for key, word in value.items()) or "-"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "-"
    return (
        "-"
        if value is None
        else {True: "yes", False: "no"}.get(value, str(value))
        if isinstance(value, bool)
        else str(value)
    )


def _plain(value: object) -> object:
    return [str(one) for one in value] if isinstance(value, tuple) else value
