"""What is in force and from where: the command line, else the configuration file, else what notecheck does alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from notecheck.checks.registry import CHECKS
from notecheck.config.suppressions import code_of, made, read_sidecars
from notecheck.config.tables import Source, read_source
from notecheck.errors import InputError, did_you_mean
from notecheck.policy.book import Book
from notecheck.records import Ruling, Suppression

FILE, PROJECT = "notecheck.toml", "pyproject.toml"
DEFAULT = "default"
SEVERITIES = ("error", "warning", "info")
_TABLE = ("tool", "notecheck")
_PLACE = re.compile(r"\d{2}")
_SUPPRESS = ("note", "code", "reason", "until", "line")


@dataclass(frozen=True, slots=True)
class Setting:
    """One value in force. ``origin`` is ``file:line``, ``command line``, an environment variable or ``default``."""

    key: str
    value: Any
    origin: str = DEFAULT


DEFAULTS: tuple[Setting, ...] = (
    Setting("payer", None),
    Setting("mac", None),
    Setting("state", None),
    Setting("place_of_service", None),
    Setting("select", ()),
    Setting("ignore", ()),
    Setting("severities", {}),
    Setting("policy", ()),
    Setting("payers", ()),
    Setting("redact", None),
    Setting("models", True),
)
"""Every key that a configuration may hold, beside ``suppress``, with what holds where nothing is set."""

KEYS = (*(setting.key for setting in DEFAULTS), "suppress")


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting in force, and the suppressions of the configuration file. ``source`` names the file, or None."""

    settings: Mapping[str, Setting]
    suppressions: tuple[Suppression, ...] = ()
    source: str | None = None

    def value(self, key: str) -> Any:
        """The value in force for a key of KEYS."""
        return self.settings[key].value

    def usual(self) -> dict[str, str]:
        """Payer, contractor, state and place for claims that do not say them themselves."""
        keys = ("payer", "mac", "state", "place_of_service")
        return {key: self.value(key) for key in keys if self.value(key) is not None}

    def ruling(self, note: Path | None = None) -> Ruling:
        """What is in force for one note: checks, severities, and the suppressions of file and sidecar."""
        beside = read_sidecars(note) if note is not None else ()
        return Ruling(
            select=self.value("select"),
            ignore=self.value("ignore"),
            severities=tuple(self.value("severities").items()),
            suppressions=(*beside, *self.suppressions),
        )

    def over(self, origin: str, **given: Any) -> Config:
        """The same with the values given (None and empty ones give nothing) in their places."""
        said = {key: Setting(key, value, origin) for key, value in given.items() if value is not None and value != ()}
        return replace(self, settings={**self.settings, **said})

    def judged(self, book: Book) -> Config:
        """The same, once payer, contractor, state and place are known. Raises InputError NC-I92 with the place."""
        self._known("payer", book.coverage.payers)
        self._known("mac", book.coverage.macs)
        self._known("state", book.coverage.states)
        place = self.settings["place_of_service"]
        if place.value is not None and not _PLACE.fullmatch(place.value):
            raise _wrong(
                place.origin, f"place_of_service: '{place.value}' is not a place", "Write two digits, as in 11."
            )
        return self

    def _known(self, key: str, known: Any) -> None:
        setting = self.settings[key]
        if setting.value is not None and setting.value not in known:
            raise _wrong(
                setting.origin,
                f"{key}: there is no '{setting.value}'",
                did_you_mean(setting.value, known) + "Mend the word.",
            )


def load(named: Path | None = None, start: Path | None = None) -> Config:
    """What is set: by the file named, else by the nearest one from the folder ``start`` (the current one) upward.

    In one folder notecheck.toml comes before the table [tool.notecheck] of pyproject.toml; files of folders further up
    are not read. Raises InputError NC-I90 to NC-I94 with file, line and mend.
    """
    source = _named(named) if named else _nearest((start or Path.cwd()).resolve())
    found = {setting.key: setting for setting in DEFAULTS}
    if source is None:
        return Config(found)
    for key in source.data:
        if key not in KEYS:
            raise InputError(
                "NC-I91",
                f"unknown key '{key}'",
                where=source.where(key),
                next_step=did_you_mean(key, KEYS) + "Take it out, or mend its name.",
            )
    for key, value in source.data.items():
        if key != "suppress":
            found[key] = Setting(key, _read(key, value, source), source.where(key))
    return Config(found, _suppressions(source), str(source.path))


def _named(path: Path) -> Source:
    source = read_source(path, _TABLE if path.name == PROJECT else ())
    if source is None:
        raise InputError("NC-I90", "there is no [tool.notecheck]", where=str(path), next_step="Add the table.")
    return source


def _nearest(folder: Path) -> Source | None:
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return read_source(place / FILE)
        if (place / PROJECT).is_file() and (source := read_source(place / PROJECT, _TABLE)):
            return source
    return None


def _read(key: str, value: Any, source: Source) -> Any:
    """One value, judged and in the form in which it is used."""
    where = source.where(key)
    if key in ("payer", "mac", "place_of_service"):
        return _text(key, value, where).lower()
    if key == "state":
        return _text(key, value, where).upper()
    if key in ("redact", "models"):
        if not isinstance(value, bool):
            raise _wrong(where, f"{key}: neither true nor false", "Write true or false, without quotation marks.")
        return value
    if key == "severities":
        return _severities(value, source)
    texts = _texts(key, value, where)
    if key in ("select", "ignore"):
        return tuple(_family_or_code(text, where) for text in texts)
    return tuple(_path(key, text, source) for text in texts)


def _path(key: str, text: str, source: Source) -> Path:
    path = source.path.parent / Path(text).expanduser()
    if not path.exists():
        raise _wrong(source.where(key), f"{key}: there is no '{text}'", "Name it from the folder of this file on.")
    return path


def _severities(value: Any, source: Source) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _wrong(source.where("severities"), "severities: no table", 'Write [severities], then DOC013 = "warning".')
    found = {}
    for name, severity in value.items():
        where = source.where("severities", name)
        if severity not in SEVERITIES:
            raise _wrong(
                where,
                f"'{severity}' is no severity",
                did_you_mean(str(severity), SEVERITIES) + "Write error, warning or info.",
            )
        found[code_of(name, where)] = severity
    return found


def _suppressions(source: Source) -> tuple[Suppression, ...]:
    given = source.data.get("suppress", [])
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise _wrong(source.where("suppress"), "suppress: no list of tables", "Write [[suppress]] above each.")
    found = []
    for number, one in enumerate(given):
        where = source.where("suppress", number)
        for key in one:
            if key not in _SUPPRESS:
                raise InputError(
                    "NC-I91",
                    f"unknown key '{key}'",
                    where=source.where("suppress", number, key),
                    next_step=did_you_mean(key, _SUPPRESS) + f"Known: {', '.join(_SUPPRESS)}.",
                )
        words = {key: _day_or_text(value, key, source.where("suppress", number, key)) for key, value in one.items()}
        if not words.get("note"):
            raise _wrong(
                where, "suppress: the note is missing", "Add note: its name, or its id. For all notes use ignore."
            )
        found.append(
            made(
                words.get("code", ""),
                words.get("reason", ""),
                words.get("until"),
                words.get("line"),
                where,
                words["note"],
            )
        )
    return tuple(found)


def _day_or_text(value: Any, key: str, where: str) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return _text(key, value, where)


def _text(key: str, value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(where, f"{key}: no text", f'Write {key} = "...", in quotation marks.')
    return value.strip()


def _texts(key: str, value: Any, where: str) -> Sequence[str]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise _wrong(where, f"{key}: no list of texts", f'Write {key} = ["...", "..."].')
    return [one.strip() for one in value]


def _family_or_code(text: str, where: str) -> str:
    families = {check.code[:3] for check in CHECKS}
    return text.upper() if text.upper() in families else code_of(text, where)


def _wrong(where: str, what: str, mend: str) -> InputError:
    return InputError("NC-I92", what, where=where, next_step=mend)
