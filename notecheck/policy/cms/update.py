"""Loading, listing and taking back editions: what ``notecheck codes`` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.policy.cms import expected as bounds
from notecheck.policy.cms import mcd, mue, ncci, order, shelf

Asked = Literal["ncci", "mue", "icd10", "lcd"]
SHOWN: Mapping[shelf.Kind, str] = {
    "ncci": "NCCI procedure-to-procedure edits, practitioner",
    "ncci-hospital": "NCCI procedure-to-procedure edits, hospital",
    "mue": "NCCI medically-unlikely edits, practitioner",
    "icd10": "ICD-10-CM",
    "lcd": "Medicare Coverage Database",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One edition at hand: shipped or loaded, ``months`` old; ``fresh`` unless a newer one must exist."""

    kind: shelf.Kind
    day: date
    origin: Literal["shipped", "loaded"]
    rows: int
    months: int
    fresh: bool
    newest: bool
    sources: str = ""

    def to_dict(self) -> dict[str, object]:
        """Plain JSON types."""
        return {
            "kind": self.kind,
            "edition": self.day.isoformat(),
            "origin": self.origin,
            "rows": self.rows,
            "age_months": self.months,
            "fresh": self.fresh,
            "newest": self.newest,
            "sources": self.sources,
        }


@dataclass(frozen=True, slots=True)
class Outdated:
    """A policy text that this tool ships in an older revision than the loaded coverage database has."""

    lcd: str
    shipped: str
    loaded: int
    begins: str

    def to_dict(self) -> dict[str, object]:
        """Plain JSON types."""
        return {"lcd": self.lcd, "shipped": self.shipped, "loaded": f"v{self.loaded}", "from": self.begins}


def update(files: Mapping[Asked, Sequence[Path]], book: Book, *, day: date | None = None) -> tuple[shelf.Edition, ...]:
    """Judge the files of each kind whole and put the sound ones on the shelf, in the order NCCI, MUE, ICD-10-CM, LCD.

    Raises InputError NC-I50 to NC-I57 at the first file that is not sound; kinds loaded before it stay, and the kind
    that is refused keeps its old edition.
    """
    kinds = bounds.load().kinds
    done: list[shelf.Edition] = []
    if files.get("ncci"):
        pairs = [
            (p.column1, p.column2)
            for p in book.codes.pairs.values()
            if p.modifier_indicator in ("0", "1") and p.confidence.startswith("verified")
        ]
        done += ncci.load(files["ncci"], dict(kinds), pairs, day)
    if files.get("mue"):
        limited = [
            code for code, rows in book.codes.rows.items() if rows[-1].mue is not None and rows[-1].valid_to is None
        ]
        done += mue.load(files["mue"], kinds["mue"], limited, day)
    if files.get("icd10"):
        sample = [code.replace(".", "") for code, _ in book.icd10.titles("M")][::20]
        done += order.load(files["icd10"], kinds["icd10"], sample, day)
    if files.get("lcd"):
        done += mcd.load(files["lcd"], kinds["lcd"], sorted(_shipped_lcds(book)), day)
    return tuple(done)


def status(book: Book, today: date) -> tuple[Standing, ...]:
    """Every edition at hand, shipped and loaded, by kind and day. Raises InputError NC-I57 for a broken shelf."""
    found: list[Standing] = []
    for kind in shelf.KINDS:
        loaded = shelf.editions(kind)
        rows = [(e.day, "loaded", e.rows, e.sources) for e in loaded]
        begins = _shipped(kind, book)
        if begins:
            rows.append((begins, "shipped", _shipped_rows(kind, book), ""))
        for at, (begun, origin, count, sources) in enumerate(sorted(rows)):
            age = _months(begun, today)
            found.append(
                Standing(
                    kind=kind,
                    day=begun,
                    origin="loaded" if origin == "loaded" else "shipped",
                    rows=count,
                    months=age,
                    fresh=not _outlived(kind, begun, today),
                    newest=at == len(rows) - 1,
                    sources=sources,
                )
            )
    return tuple(found)


def outdated(book: Book) -> tuple[Outdated, ...]:
    """LCDs that stand in the loaded coverage database in a later revision than the one that this tool ships."""
    editions = shelf.editions("lcd")
    if not editions:
        return ()
    shipped = _shipped_lcds(book)
    base = editions[-1].open()
    try:
        rows = base.execute("SELECT id, max(version), starts FROM lcd GROUP BY id").fetchall()
    finally:
        base.close()
    newer = []
    for number, version, begins in rows:
        have = shipped.get(number, "")
        known = _version(have)
        if known is not None and version > known:
            newer.append(Outdated(number, have, version, begins))
    return tuple(sorted(newer, key=lambda o: o.lcd))


def restore(kind: str) -> tuple[shelf.Edition, shelf.Edition | None]:
    """Take back the last update of a kind; see :func:`shelf.restore`. Raises InputError NC-I56."""
    for known in shelf.KINDS:
        if kind == known:
            return shelf.restore(known)
    raise InputError(
        "NC-I56",
        f"'{kind}' is no kind of table",
        where="codes restore",
        next_step=f"Name one of {', '.join(shelf.KINDS)}.",
    )


def _shipped(kind: shelf.Kind, book: Book) -> date | None:
    if kind == "icd10":
        return book.icd10.release.released
    return {"ncci": book.codes.days.get("ptp"), "mue": book.codes.days.get("mue")}.get(kind)


def _shipped_rows(kind: shelf.Kind, book: Book) -> int:
    if kind == "icd10":
        return book.icd10.size
    if kind == "ncci":
        return sum(p.modifier_indicator != "none" for p in book.codes.pairs.values())
    return sum(rows[-1].mue is not None for rows in book.codes.rows.values())


def _shipped_lcds(book: Book) -> dict[str, str]:
    """LCD number to the latest revision that the shipped policies name, as in ``v14``."""
    found: dict[str, str] = {}
    for topics in book.coverage.topics.values():
        for topic in topics:
            for route in topic.policies:
                for edition in route.editions:
                    if edition.id.startswith("L") and _version(edition.revision) is not None:
                        found[edition.id] = edition.revision
    return found


def _version(revision: str) -> int | None:
    digits = revision.removeprefix("v")
    return int(digits) if revision.startswith("v") and digits.isdecimal() else None


def _months(begun: date, today: date) -> int:
    return (today.year - begun.year) * 12 + today.month - begun.month - (today.day < begun.day)


def _outlived(kind: shelf.Kind, begun: date, today: date) -> bool:
    """NCCI and MUE hold for their calendar quarter, ICD-10-CM for its fiscal year (October to September)."""
    if kind == "icd10":
        return _fiscal(begun) < _fiscal(today)
    if kind == "lcd":
        return _months(begun, today) >= bounds.load().kinds[kind].months
    return (begun.year, (begun.month - 1) // 3) < (today.year, (today.month - 1) // 3)


def _fiscal(day: date) -> int:
    return day.year + (day.month >= 10)
