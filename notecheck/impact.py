"""Which stored answers would now come out differently: judged again from their facts and claims, without the notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from notecheck.engine import judge
from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.records import Claim, Facts, Report
from notecheck.records.stored import unpack

_NEEDED = ("note_id", "readiness", "facts", "findings", "checklist", "claim", "chart", "day")
_ENDINGS = (".json", ".jsonl")


@dataclass(frozen=True, slots=True)
class Turned:
    """A checklist item whose answer changed; ``before`` or ``after`` is empty where there was, or is, no such item."""

    item: str
    before: str
    after: str
    because: str
    source: str

    def to_dict(self) -> dict[str, object]:
        return {
            "item": self.item,
            "before": self.before,
            "after": self.after,
            "because": self.because,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Changed:
    """One stored answer that would now be another. A finding is its code, severity and line."""

    file: str
    note_id: str
    day: str
    before: str
    after: str
    items: tuple[Turned, ...]
    gained: tuple[tuple[str, str, str], ...]
    lost: tuple[tuple[str, str, str], ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "file": self.file,
            "note_id": self.note_id,
            "day": self.day,
            "readiness": {"before": self.before, "after": self.after},
            "items": [item.to_dict() for item in self.items],
            "findings_gained": [_finding(f) for f in self.gained],
            "findings_lost": [_finding(f) for f in self.lost],
        }


@dataclass(frozen=True, slots=True)
class Impact:
    """What a folder of answers holds: how many were judged again, which changed."""

    judged: int
    changed: tuple[Changed, ...]

    def to_dict(self) -> dict[str, object]:
        return {"judged": self.judged, "changed": [one.to_dict() for one in self.changed]}


def impact(folder: Path, book: Book) -> Impact:
    """Judge every stored answer of a folder (``*.json``, ``*.jsonl``, what ``--format json`` printed) by ``book``.

    Raises InputError NC-I81 (no folder, no answers), NC-I82 (a file that holds none, or one of an older version).
    """
    if not folder.is_dir():
        raise InputError("NC-I81", "no such folder", where=str(folder), next_step="Name a folder of JSON answers.")
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in _ENDINGS)
    if not files:
        raise InputError(
            "NC-I81", "no JSON file in this folder", where=str(folder),
            next_step="Store answers there first: notecheck check ... --format json --output FILE.",
        )  # fmt: skip
    changed: list[Changed] = []
    judged = 0
    for file in files:
        for where, stored in _answers(file):
            judged += 1
            if found := compared(stored, book, where=where, file=file.relative_to(folder).as_posix()):
                changed.append(found)
    return Impact(judged, tuple(changed))


def compared(stored: Mapping[str, Any], book: Book, *, where: str, file: str = "") -> Changed | None:
    """One stored answer against the answer of today's policies; None when nothing changed."""
    now = _again(stored, book, where)
    before, after = _items(stored["checklist"]), _items(now.to_dict()["checklist"])
    turned = tuple(
        _turned(name, before, after) for name in {**before, **after} if _status(before, name) != _status(after, name)
    )
    had = [_key(f) for f in stored["findings"]]
    has = [(f.code, f.severity, f.line or "") for f in now.findings]
    gained, lost = _without(has, had), _without(had, has)
    if not (turned or gained or lost or stored["readiness"] != now.readiness):
        return None
    return Changed(
        file, str(stored["note_id"]), str(stored["day"]), str(stored["readiness"]), now.readiness, turned, gained, lost
    )


def _again(stored: Mapping[str, Any], book: Book, where: str) -> Report:
    lacking = [key for key in _NEEDED if key not in stored]
    if lacking:
        raise InputError(
            "NC-I82", f"no answer that can be judged again: '{lacking[0]}' is missing", where=where,
            next_step="Store the answer again with this version, --format json.",
        )  # fmt: skip
    try:
        facts = unpack(Facts, stored["facts"])
        claim = unpack(Claim, stored["claim"]) if stored["claim"] else None
        chart = tuple(unpack(Facts, document) for document in stored["chart"])
        day = date.fromisoformat(stored["day"])
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InputError(
            "NC-I82", f"no answer that can be judged again ({type(error).__name__})", where=where,
            next_step="Store the answer again with this version, --format json.",
        ) from None  # fmt: skip
    return judge(facts, claim, chart, book, day=day, note_id=str(stored["note_id"]))


def _answers(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every answer of a file: one object, a list of them, or one on each line."""
    try:
        text = file.read_text(encoding="utf-8")
        found = (
            [json.loads(line) for line in text.splitlines() if line.strip()]
            if file.suffix.lower() == ".jsonl"
            else json.loads(text)
        )
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(
            "NC-I82",
            f"not JSON ({type(error).__name__})",
            where=str(file),
            next_step="Take the file out of the folder.",
        ) from None
    listed = found if isinstance(found, list) else [found]
    for number, stored in enumerate(listed, start=1):
        where = f"{file}, answer {number}" if len(listed) > 1 else str(file)
        if not isinstance(stored, dict):
            raise InputError("NC-I82", "no object", where=where, next_step="Take the file out of the folder.")
        yield where, stored


def _items(checklist: Any) -> dict[str, Mapping[str, Any]]:
    return {str(item["item"]): item for item in checklist}


def _status(items: Mapping[str, Mapping[str, Any]], name: str) -> str:
    return str(items[name]["status"]) if name in items else ""


def _turned(name: str, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Turned:
    shown = after.get(name) or before[name]
    return Turned(
        name, _status(before, name), _status(after, name), str(shown.get("because", "")), str(shown["source"])
    )


def _key(finding: Mapping[str, Any]) -> tuple[str, str, str]:
    return (str(finding["code"]), str(finding["severity"]), str(finding.get("line") or ""))


def _without(
    some: Sequence[tuple[str, str, str]], others: Iterable[tuple[str, str, str]]
) -> tuple[tuple[str, str, str], ...]:
    """What the first has and the second has not, each as often as it is there more."""
    left = list(others)
    found = []
    for key in some:
        if key in left:
            left.remove(key)
        else:
            found.append(key)
    return tuple(found)


def _finding(key: tuple[str, str, str]) -> dict[str, str]:
    return {"code": key[0], "severity": key[1], "line": key[2]}
