"""What several test files share."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from web_server import Served, serving

import notecheck
from notecheck import locate
from notecheck.cli.app import main
from notecheck.policy import book as policy_book
from notecheck.policy.book import Book
from notecheck.report import schema

TOP = Path(__file__).resolve().parents[1]
PACKAGE = Path(notecheck.__file__).resolve().parent


@pytest.fixture(autouse=True)
def user_data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the user's own tables: no test sees those of the machine, or of another test."""
    folder = tmp_path_factory.mktemp("user-data")
    monkeypatch.setenv(locate.USER_DATA, str(folder))
    return folder


@cache
def answer_format() -> jsonschema_rs.Draft202012Validator:
    """The published schema of the JSON answer."""
    return jsonschema_rs.Draft202012Validator(json.loads(schema.text()))


class Watched(notecheck.Checker):
    """A Checker whose every answer is held against the published schema."""

    def check(self, *args: Any, **named: Any) -> notecheck.Report:
        report = super().check(*args, **named)
        answer_format().validate(report.to_dict())
        return report


@pytest.fixture(scope="session")
def checker() -> notecheck.Checker:
    """One Checker for the whole run; building it is slow. Whatever it answers is in the published format."""
    return Watched()


@pytest.fixture(scope="session")
def without_models() -> notecheck.Checker:
    """One Checker whose learned models stay closed, for the whole run."""
    return notecheck.load(models=False)


@pytest.fixture(scope="session")
def annotator(checker: notecheck.Checker):
    """The annotate room of that Checker."""
    return checker._annotator


@pytest.fixture(scope="session")
def book() -> Book:
    """The tables, without the language pipeline."""
    return policy_book.load()


@pytest.fixture(scope="session")
def top() -> Path:
    """The project's top folder."""
    return TOP


@pytest.fixture(scope="session")
def package() -> Path:
    """The folder of the package under test, installed or not."""
    return PACKAGE


@dataclass(frozen=True)
class Done:
    """How a run of the command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run_notecheck(
    checker: notecheck.Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Runs the command in this process, in an empty folder, with the checker that is already built."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notecheck, "load", lambda: checker)

    def run(*args: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["notecheck", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        code = end.value.code
        return Done(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run


@pytest.fixture
def run_process(tmp_path: Path) -> Callable[..., Done]:
    """Runs ``python -m notecheck ARGS`` in an empty folder, as a user does. Slow: the tables are read anew."""

    def run(*args: object, stdin: bytes = b"", env: dict[str, str] | None = None) -> Done:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("NOTECHECK")}
        environment |= {locate.USER_DATA: os.environ[locate.USER_DATA]}
        environment |= {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(PACKAGE.parent), **(env or {})}
        done = subprocess.run(
            [sys.executable, "-m", "notecheck", *map(str, args)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment,
            timeout=300,
        )
        return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One ``notecheck serve`` with one worker for the whole run."""
    data = tmp_path_factory.mktemp("served-data")
    with serving(folder=tmp_path_factory.mktemp("served"), **{locate.USER_DATA: str(data)}) as running:
        yield running
