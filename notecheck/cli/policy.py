"""``notecheck policy``: what the policies ask, what changed, what a change would do to earlier answers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from notecheck.cli import policy_pages as pages
from notecheck.cli.own_policies import OwnPolicies, own_folders
from notecheck.cli.screen import show
from notecheck.errors import InputError, did_you_mean
from notecheck.policy import book as policy_book
from notecheck.policy import coverage_load, overview, own
from notecheck.policy.coverage import Coverage

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Coverage policies: list and show them, what changed, what a change does, a folder of your own, myths.",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Topic = Annotated[str, typer.Argument(metavar="TOPIC", help="epidural, or of one payer medicare/epidural.")]
Mac = Annotated[str | None, typer.Option(metavar="MAC", help="Medicare contractor, as in palmetto.")]
State = Annotated[str | None, typer.Option(help="State instead of the contractor, as in TX.")]


@app.command("list")
def listed(
    payer: Annotated[str | None, typer.Argument(metavar="[PAYER]", help="Only this payer.")] = None,
    policy: OwnPolicies = None,
    as_json: AsJson = False,
) -> None:
    """List payers and topics: how many requirements, since when, of which contractors."""
    rows = overview.listed(_coverage(policy), payer)
    if as_json:
        typer.echo(json.dumps([pages.topic_json(row) for row in rows], indent=1))
    else:
        show(lambda width: pages.topics(rows, width))


@app.command("show")
def shown(
    topic: Topic,
    mac: Mac = None,
    state: State = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Day of service; today when left out.")] = None,
    policy: OwnPolicies = None,
    as_json: AsJson = False,
) -> None:
    """Show every requirement of a topic as it stands on a day: value, source, confidence."""
    coverage = _coverage(policy)
    day = _day(on, "--on") if on else date.today()
    contractor = _contractor(coverage, mac, state)
    found = [(t, overview.on_day(coverage, t, day, contractor)) for t in overview.topics_named(coverage, topic)]
    if as_json:
        typer.echo(json.dumps([pages.rules_json(t, rules, day, contractor) for t, rules in found], indent=1))
    else:
        show(lambda width: pages.rules(found, day, contractor, width))


@app.command()
def lint(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="A policy folder of your own; else the shipped one.")
    ] = None,
) -> None:
    """Judge policy files: one line for each fault, with file, line and mend. Exit 1 when there are any."""
    found = list(own.faults(folder))
    for fault in found:
        typer.echo(str(fault))
    if found:
        raise typer.Exit(1)
    typer.echo("No fault found.")


@app.command()
def new(
    payer: Annotated[str, typer.Argument(metavar="PAYER", help="A payer, known or new, as in acme-health.")],
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="As in epidural.")],
    folder: Annotated[Path, typer.Option("--in", metavar="FOLDER", help="The policy folder of your own.")],
) -> None:
    """Write a first policy file of your own, to be filled in."""
    for path in own.write_new(coverage_load.load(), folder, payer, topic, date.today()):
        typer.echo(f"Written: {path}")
    typer.echo(f"Fill it in, then: notecheck policy lint {folder}")


@app.command()
def diff(
    topic: Topic,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The earlier day of service.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="The later day of service.")],
    policy: OwnPolicies = None,
    as_json: AsJson = False,
) -> None:
    """What changed in force between two days: new and ended requirements, other values, newer texts."""
    coverage = _coverage(policy)
    days = _day(first, "--from"), _day(last, "--to")
    found = [c for t in overview.topics_named(coverage, topic) for c in overview.changes(coverage, t, *days)]
    if as_json:
        typer.echo(json.dumps([pages.change_json(change) for change in found], indent=1))
    else:
        show(lambda width: pages.changes(found, *days, width))


@app.command()
def impact(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of stored answers (--format json).")],
    policy: OwnPolicies = None,
    as_json: AsJson = False,
) -> None:
    """Which stored answers today's policies would change. The notes are not needed. Exit 1 when any would."""
    from notecheck import impact as again

    found = again.impact(folder, policy_book.load(own_folders(policy)))
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=1, ensure_ascii=True))
    else:
        show(lambda width: pages.impact(found, width))
    if found.changed:
        raise typer.Exit(1)


@app.command()
def myths(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="Only this topic, as in facet.")] = None,
    as_json: AsJson = False,
) -> None:
    """What billing articles say against what the policies say, with sources."""
    every = overview.myths()
    found = [m for m in every if topic in (None, m.topic)]
    if not found:
        known = {m.topic for m in every}
        near = did_you_mean(topic or "", known)
        raise InputError("NC-I83", f"no myth on '{topic}'", where="policy", next_step=near + "Leave the topic out.")
    if as_json:
        typer.echo(json.dumps([m.model_dump(mode="json") for m in found], indent=1))
    else:
        show(lambda width: pages.myths(found, width))


def _coverage(policy: list[Path] | None) -> Coverage:
    return coverage_load.load_with(own_folders(policy))


def _day(written: str, option: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InputError(
            "NC-I84", f"'{written}' is no date", where=option, next_step="Write year, month and day, as in 2026-03-04."
        ) from None


def _contractor(coverage: Coverage, mac: str | None, state: str | None) -> str | None:
    if mac and mac.lower() not in coverage.macs:
        near = did_you_mean(mac, coverage.macs)
        raise InputError("NC-I83", f"no contractor '{mac}'", where="--mac", next_step=near + "payers.yaml lists them.")
    if state and state.upper() not in coverage.states:
        near = did_you_mean(state, coverage.states)
        raise InputError("NC-I83", f"no state '{state}'", where="--state", next_step=near + "Write two letters.")
    return coverage.mac(mac.lower() if mac else None, state.upper() if state else None)
