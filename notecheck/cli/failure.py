"""How the command fails: one sentence on the error stream, exit 2, never words of the note."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import typer

from notecheck.errors import InputError, NotecheckError
from notecheck.report.page import plain

DEBUG = "NOTECHECK_DEBUG"


def guarded(run: Callable[[], object], failed: int) -> None:
    """Run the command; turn every error into one sentence and the exit code ``failed``."""
    for stream in (sys.stdout, sys.stderr):
        # a terminal that cannot show a character shows its number instead of stopping
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")
    try:
        run()
    except NotecheckError as error:
        _leave(plain(str(error)), failed)
    except Exception as error:
        if os.environ.get(DEBUG):
            traceback.print_exc()
        _leave(_fault(error), failed)


def twice_from_stdin() -> InputError:
    """The error for two documents named ``-``."""
    return InputError(
        "NC-I41", "'-' is named twice", where="NOTE", next_step="Pipe one document, name files for the rest."
    )


def diff_in_other_format(name: str) -> InputError:
    """The error for ``--diff`` with a format that cannot show it."""
    return InputError(
        "NC-I43", f"--diff cannot be printed as {name}", where="--diff", next_step="Leave --format out, or use json."
    )


def for_spark_alone(option: str) -> InputError:
    """The error for an option of the Spark engine with the embedded one."""
    return InputError("NC-S14", f"{option} is for Spark alone", where=option, next_step="Add --engine spark.")


def nothing_to_evaluate() -> InputError:
    """The error for ``evaluate`` without annotated notes and without ``--models``."""
    return InputError(
        "NC-I99", "GOLD and NOTES are missing", where="evaluate", next_step="Name both, or use --models."
    )


def _fault(error: Exception) -> str:
    """A fault in notecheck itself: kind and place only, since the message of an exception may quote the note."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}notecheck{os.sep}" in f.filename]
    place = ""
    if frames:
        module = frames[-1].filename.rpartition(f"{os.sep}notecheck{os.sep}")[2].replace(os.sep, "/")
        place = f" in {module}, line {frames[-1].lineno}"
    return (
        f"NC-X01  the check stopped on a fault of notecheck itself ({type(error).__name__}{place}). "
        f"Set {DEBUG}=1 and run again for the traceback, which may quote the note."
    )


def _leave(sentence: str, code: int) -> None:
    typer.echo(sentence, err=True)
    raise SystemExit(code)
