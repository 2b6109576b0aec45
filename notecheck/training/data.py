"""Where the training data lie: the folder ``tests`` of the source distribution. An installed package has none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from notecheck.errors import InputError

_PACKAGE = Path(__file__).resolve().parents[1]


def folder() -> Path:
    """The folder ``tests`` beside the package, else in the working folder. Raises InputError NC-I97 without one."""
    tests = _PACKAGE.parent / "tests"
    for found in (tests, Path.cwd() / "tests"):
        if (found / "models").is_dir() and (found / "own").is_dir():
            return found
    raise InputError(
        "NC-I97",
        "the training data are not here; an installed package does not carry them",
        where=str(tests),
        next_step="Unpack the source distribution, or clone the project, and run the command there.",
    )


def hashed(paths: Iterable[Path]) -> str:
    """One hash over files, for cards: which data a model was made from."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of a text table with ``|`` between its columns; lines with ``#`` in front are remarks."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [cell.strip() for cell in line.split(" | ")]


@dataclass(frozen=True, slots=True)
class Coded:
    """A diagnosis phrase with the codes that count as right, best first; ``known`` to the crosswalk's rules or not."""

    phrase: str
    codes: tuple[str, ...]
    region: str | None
    side: str | None
    known: bool


def held_diagnoses(tests: Path) -> tuple[Coded, ...]:
    """Phrases for measuring only, from ``models/icd-held.txt``: part one for the crosswalk's diagnoses, then others."""
    path = tests / "models" / "icd-held.txt"
    first, _, second = path.read_text(encoding="utf-8").partition("# Part two")
    in_first = {line.split(" | ")[0].strip() for line in first.splitlines()}
    out = []
    for phrase, codes, *rest in rows(path):
        given = dict(part.split("=") for part in (rest[0].split(", ") if rest else ()))
        known = phrase in in_first
        out.append(Coded(phrase, tuple(codes.split("|")), given.get("region"), given.get("side"), known))
    if not second:
        raise InputError("NC-I98", "the second part is missing", where=path.name, next_step="Restore the file.")
    return tuple(out)


def icd_files(tests: Path) -> tuple[Path, ...]:
    """What the index is made from, beside the code set."""
    return (tests / "models" / "phrases.txt", tests / "models" / "synonyms.txt")


def known_phrases(tests: Path) -> list[tuple[str, str]]:
    """Spelled-out phrases with one code each."""
    return [(row[0], row[1]) for row in rows(icd_files(tests)[0])]


def synonyms(tests: Path) -> list[tuple[str, str]]:
    """Words of patients and clinics, and the words of the official titles that they stand for."""
    return [(row[0], row[1]) for row in rows(icd_files(tests)[1])]
