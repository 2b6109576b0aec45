"""Suppressions: from the sidecar file beside a note, and from the configuration. Never from inside a note."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from notecheck.checks.registry import CHECKS
from notecheck.errors import InputError, did_you_mean
from notecheck.read.notes import read_bytes
from notecheck.records import Suppression

ENDING = ".notecheck"
"""Ending of the name of a file of suppressions."""
FORM = 'Write notecheck:ignore CODE reason="..." until=2026-12-31.'
_LINE = re.compile(r"notecheck:ignore\s+(?P<code>\S+)(?P<rest>.*)")
_PART = re.compile(r"""\s+(?P<key>[^\s="']+)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))""")
_KEYS = ("reason", "until", "line")


def sidecars(note: Path) -> tuple[Path, ...]:
    """The sidecar files of a note that are there: ``visit.txt.notecheck``, then ``visit.notecheck``."""
    beside = (note.with_name(note.name + ENDING), note.with_suffix(ENDING))
    return tuple(dict.fromkeys(path for path in beside if path != note and _there(path)))


def _there(path: Path) -> bool:
    """Whether there is such a file. One that cannot be asked for counts as there: reading it will say why."""
    try:
        return path.is_file()
    except OSError as error:
        return error.errno != errno.ENAMETOOLONG


def read_sidecars(note: Path) -> tuple[Suppression, ...]:
    """What the sidecar files of a note suppress; nothing where there are none.

    Raises InputError NC-I93 (a line that is no suppression, or lacks its reason), NC-I94 (no such check), and NC-I03 to
    NC-I05 for a file that cannot be read.
    """
    return tuple(one for path in sidecars(note) for one in read_file(path))


def read_file(path: Path) -> tuple[Suppression, ...]:
    """The suppressions of one sidecar file: one on each line; ``#`` begins a remark."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("NC-I93", "not UTF-8 text", where=str(path), next_step="Save it as UTF-8.") from None
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return tuple(_of_line(line, f"{path.name}:{number}") for number, line in lines if line and line[0] != "#")


def made(
    code: str, reason: str, until: str | None, line: str | None, where: str, note: str | None = None
) -> Suppression:
    """A suppression, judged: the check is known, the reason given, the day a day."""
    if not reason.strip():
        raise InputError(
            "NC-I93", "the reason is missing", where=where, next_step='Add reason="...": why it is accepted.'
        )
    if until is not None and not _is_day(until):
        raise InputError(
            "NC-I93",
            f"until: '{until}' is no date",
            where=where,
            next_step="Write year, month and day, as in 2026-12-31.",
        )
    return Suppression(code_of(code, where), " ".join(reason.split()), until, where, note, line)


def code_of(name: str, where: str) -> str:
    """The code of a check named by code or name. Raises InputError NC-I94."""
    for check in CHECKS:
        if name.lower() in (check.code.lower(), check.name):
            return check.code
    known = [word for check in CHECKS for word in (check.code, check.name)]
    raise InputError(
        "NC-I94",
        f"there is no check '{name}'",
        where=where,
        next_step=did_you_mean(name, known) + "See `notecheck rules`.",
    )


def _of_line(line: str, where: str) -> Suppression:
    found = _LINE.fullmatch(line)
    if not found:
        raise InputError("NC-I93", "this is no suppression", where=where, next_step=FORM)
    parts: dict[str, str] = {}
    rest, at = found["rest"], 0
    while part := _PART.match(rest, at):
        at = part.end()
        _refuse(part["key"], parts, where)
        parts[part["key"]] = part["quoted"] if part["quoted"] is not None else part["bare"]
    if rest[at:].strip() and not rest[at:].lstrip().startswith("#"):
        raise InputError("NC-I93", "this cannot be read to its end", where=where, next_step=FORM)
    return made(found["code"], parts.get("reason", ""), parts.get("until"), parts.get("line"), where)


def _refuse(key: str, seen: Iterable[str], where: str) -> None:
    if key not in _KEYS:
        raise InputError("NC-I93", f"unknown key '{key}'", where=where, next_step=did_you_mean(key, _KEYS) + FORM)
    if key in seen:
        raise InputError("NC-I93", f"'{key}' stands twice", where=where, next_step="Keep one of them.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
