"""Models on or off is one setting: check, scan, watch, serve and evaluate obey it, from the file and from the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer

import notecheck
import notecheck.engine
import notecheck.scan.run
import notecheck.scan.watch
import notecheck.web
from notecheck.cli.configured import checker_for, in_force
from notecheck.scan import worker
from notecheck.scan.edition import edition
from notecheck.scan.run import Request, pool_for
from notecheck.web import jobs
from notecheck.web.app import pool_of
from notecheck.web.settings import Settings

OFF = "models = false\n"


@pytest.fixture
def off(tmp_path: Path) -> Path:
    """A configuration that leaves the models closed."""
    file = tmp_path / "notecheck.toml"
    file.write_text(OFF, encoding="utf-8")
    return file


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, checker: notecheck.Checker) -> list[bool]:
    """What ``notecheck.load`` was asked for, each time."""
    asked: list[bool] = []

    def load(policy: Sequence[Path] = (), payers: Sequence[Path] = (), *, models: bool = True) -> notecheck.Checker:
        asked.append(models)
        return checker

    monkeypatch.setattr(notecheck, "load", load)
    monkeypatch.setattr(notecheck.engine, "load", load)
    return asked


def test_the_command_line_is_above_the_file(off: Path, tmp_path: Path, loaded: list[bool]) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text("", encoding="utf-8")
    for config in (in_force(off), in_force(off, models=True), in_force(empty), in_force(empty, models=False)):
        checker_for(config)
    assert loaded == [False, True, True, False]


@pytest.mark.parametrize("command", ["check", "query", "explain", "packet", "evaluate"])
def test_commands_that_judge_here_obey_the_file(
    command: str, off: Path, tmp_path: Path, run_notecheck: Callable[..., Any], loaded: list[bool]
) -> None:
    note = tmp_path / "a.txt"
    note.write_text("PROCEDURE: Left L5-S1 transforaminal epidural steroid injection.\n", encoding="utf-8")
    gold = tmp_path / "facts.jsonl"
    gold.write_text("", encoding="utf-8")
    words = {
        "check": (note,),
        "query": (note,),
        "explain": ("DOC013", note),
        "packet": (note, "--output", tmp_path / "p.html"),
        "evaluate": (gold, tmp_path),
    }[command]
    run_notecheck(command, *words, "--config", off)
    assert loaded == [False]


@pytest.mark.parametrize("command", ["scan", "watch"])
@pytest.mark.parametrize(("words", "open_ones"), [((), False), (("--models",), True)])
def test_scan_and_watch_obey(
    command: str,
    words: tuple[str, ...],
    open_ones: bool,
    off: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run_notecheck: Callable[..., Any],
) -> None:
    asked: list[Request] = []

    def taken(request: Request, **_: object) -> None:
        asked.append(request)
        raise typer.Exit(0)

    monkeypatch.setattr(notecheck.scan.run, "scan", taken)
    monkeypatch.setattr(notecheck.scan.watch, "watch", taken)
    run_notecheck(command, tmp_path, "--out", tmp_path / "out", "--config", off, *words)
    assert [request.models for request in asked] == [open_ones]


def test_the_workers_of_a_scan_are_told(tmp_path: Path, loaded: list[bool]) -> None:
    for models in (False, True):
        pool = pool_for(Request((tmp_path,), tmp_path / "out", models=models), 1)
        assert pool._work.keywords == {"models": models}  # type: ignore[attr-defined]
        worker._pipeline((), (), models)
    assert loaded == [False, True]
    assert edition() != edition(models=False), "answers with models are no answers without"


def test_spark_takes_it_from_the_settings(off: Path, loaded: list[bool]) -> None:
    work = pytest.importorskip("notecheck.spark.work")
    for options in (
        work.Options(config=in_force(off)),
        work.Options(config=in_force(off, models=True)),
        work.Options(),
    ):
        pool = work._pool.__wrapped__(options.own, options.payers, options.models, 1.0)
        worker._pipeline((), (), pool._work.keywords["models"])
    assert loaded == [False, True, True]


@pytest.mark.parametrize(("words", "open_ones"), [((), False), (("--models",), True)])
def test_serve_obeys(
    words: tuple[str, ...],
    open_ones: bool,
    off: Path,
    monkeypatch: pytest.MonkeyPatch,
    run_notecheck: Callable[..., Any],
) -> None:
    from notecheck.web import serve

    asked: list[Settings] = []
    monkeypatch.setattr(serve, "run", lambda chosen, ready: asked.append(chosen))
    run_notecheck("serve", "--quiet", "--config", off, *words)
    assert [one.models for one in asked] == [open_ones]


def test_the_workers_of_the_server_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    class Told:
        def __init__(self, policy: object, payers: object, *, models: bool) -> None:
            asked.append(models)

    monkeypatch.setattr(jobs, "Remembering", Told)
    monkeypatch.setattr(jobs.Desk, "__call__", lambda self, name, data: None)
    for models in (False, True):
        jobs.build(jobs.Practice(models=models))
        assert pool_of(Settings(models=models))._argument.models is models  # type: ignore[attr-defined]
    assert asked == [False, True]
