"""A TOML file as tables whose every key knows its line, so that a fault can be told with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notecheck.errors import InputError
from notecheck.read.notes import read_bytes

Place = tuple[str | int, ...]

_HEAD = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_AT_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True)
class Source:
    """One configuration file: its name, its content, the lines of its keys, and the table that is ours."""

    path: Path
    data: Mapping[str, Any]
    lines: Mapping[Place, int]
    below: Place = ()

    def where(self, *place: str | int) -> str:
        """``file:line`` of a key, or of the nearest thing above it."""
        full = (*self.below, *place)
        while full and full not in self.lines:
            full = full[:-1]
        return f"{self.path}:{self.lines[full]}" if full else str(self.path)


def read_source(path: Path, below: Place = ()) -> Source | None:
    """The file's table ``below`` (all of it when empty), or None where there is no such table.

    Raises InputError NC-I01 to NC-I05 (no readable file) and NC-I90 (not TOML) with the line.
    """
    raw = read_bytes(path)
    try:
        text = raw.decode("utf-8-sig")
        data: Any = tomllib.loads(text)
    except UnicodeDecodeError:
        raise InputError("NC-I90", "not UTF-8 text", where=str(path), next_step="Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _not_toml(path, str(error), len(text.splitlines())) from None
    for part in below:
        data = data.get(part) if isinstance(data, Mapping) else None
    if data is None and below:
        return None
    if not isinstance(data, Mapping):
        raise InputError(
            "NC-I90", "this is no table", where=str(path), next_step=f"Write [{'.'.join(map(str, below))}]."
        )
    return Source(path, data, key_lines(text), below)


def key_lines(text: str) -> dict[Place, int]:
    """The line, from 1, of every key and table heading; tables of an array carry their number."""
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _HEAD.match(line):
            table = _parts(head[2])
            if head[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                found.setdefault(table, number)
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            parts = _parts(key[1])
            for depth in range(1, len(parts) + 1):
                found.setdefault((*table, *parts[:depth]), number)
    return found


def _parts(text: str) -> Place:
    return tuple(part.strip("\"'") for part in _PART.findall(text))


def _not_toml(path: Path, said: str, last: int) -> InputError:
    at = _AT_LINE.search(said)
    line = f":{at[1] or last}" if at else ""
    what = _AT_LINE.sub("", said).strip().rstrip(".")
    return InputError("NC-I90", f"not TOML: {what}", where=f"{path}{line}", next_step="Mend the line.")
