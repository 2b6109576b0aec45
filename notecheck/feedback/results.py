"""Answers of many notes: a folder of JSON reports, or the folder of a scan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notecheck.errors import InputError

SCAN_FILE = "audit.duckdb"
_WORDS = re.compile(r"[^\W\d_]{2,}")
_TITLES = {"dr", "md", "do", "np", "pa", "crna", "rn", "phd", "mbbs", "fnp", "apn", "aprn"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One stored answer. ``names`` are the people that are known of it, ``providers`` those who may be its author."""

    note_id: str
    day: str
    report: Mapping[str, Any]
    providers: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def month(self) -> str:
        """``2026-03``, or an empty text where the day is not known."""
        return self.day[:7]

    def is_by(self, provider: str) -> bool:
        """True where all words of ``provider`` are in one of the names, whatever their order and titles."""
        wanted = _name_words(provider)
        return bool(wanted) and any(wanted <= _name_words(name) for name in self.providers)


def answers(folder: Path) -> Iterator[Answer]:
    """Every answer of a folder, in a stable order. Raises InputError NC-I96 (no folder, or none in it) or NC-I97."""
    if (folder / SCAN_FILE).is_file():
        yield from _of_scan(folder)
        return
    files = sorted(folder.rglob("*.json")) if folder.is_dir() else []
    found = False
    for path in files:
        for report in _reports(path):
            found = True
            yield _answer(report)
    if not found:
        raise InputError(
            "NC-I96",
            "no answers are in this folder",
            where=str(folder),
            next_step="Name a folder with files of `check --format json`, or the --out folder of a scan.",
        )


def _reports(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise InputError(
            "NC-I97", "not a JSON file that can be read", where=str(path), next_step="Take it out of the folder."
        ) from None
    for one in data.get("reports", [data]) if isinstance(data, dict) else []:
        if isinstance(one, dict) and "readiness" in one and isinstance(one.get("findings"), list):
            yield one


def _of_scan(folder: Path) -> Iterator[Answer]:
    from notecheck.scan.store import Store

    with Store(folder, read_only=True) as store:
        sql = (
            "SELECT patient, provider, author, CAST(day AS VARCHAR) AS day, CAST(report AS VARCHAR) AS report"
            " FROM notes WHERE status = 'judged' AND report IS NOT NULL AND gone IS NOT TRUE ORDER BY day, note_key"
        )
        for row in store.stream(sql):
            people = [row["provider"] or "", row["author"] or ""]
            yield _answer(json.loads(row["report"]), row["day"] or "", people, row["patient"] or "")


def _answer(report: Mapping[str, Any], day: str = "", people: list[str] | None = None, patient: str = "") -> Answer:
    integrity = report.get("facts", {}).get("integrity") or {}
    providers = tuple(dict.fromkeys(name for name in (*(people or ()), integrity.get("signer") or "") if name))
    claim = report.get("claim") or {}
    told = day or claim.get("date_of_service") or next(iter(integrity.get("dates_of_service") or ()), "") or ""
    return Answer(
        note_id=str(report.get("note_id", "")),
        day=str(told),
        report=report,
        providers=providers,
        names=tuple(name for name in (*providers, patient) if name),
    )


def _name_words(name: str) -> set[str]:
    return {word.lower() for word in _WORDS.findall(name)} - _TITLES
