"""Builds the ICD-10-CM table of this project from an installed ``simple-icd-10-cm``. Run by hand once a release.

``python -m notecheck.policy.icd10_build [OLDER ...]`` writes ``codes.txt.gz``, ``titles.txt.gz``, ``shards.csv``,
``plain.txt.gz``, ``excludes1.txt.gz`` and ``changes.csv`` under ``patterns/icd10``. Each OLDER is an earlier code list
(``NAME=FILE``; plain list or CDC order file): only codes whose state differs between the lists are kept in
``changes.csv``. The data are those of the CDC and
NCHS, in the public domain; the package is not needed when the tool runs.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

from notecheck import locate
from notecheck.policy import crosswalk

RELEASE = "2026-04-01"

_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_REFERENCE = re.compile(rf"({_CODE})(?:-({_CODE})|\.?-)?")


def main(arguments: list[str]) -> int:
    """Write the four files. Returns the process exit code."""
    import simple_icd_10_cm as source  # type: ignore[import-untyped]

    folder = locate.patterns() / "icd10"
    everything = list(dict.fromkeys(source.get_all_codes()))
    codes = sorted(code for code in everything if source.is_category_or_subcategory(code))
    leaves = {code for code in codes if source.is_leaf(code)}
    write_sharded(
        folder, [(_bare(code), code in leaves, source.get_description(code)) for code in codes], crosswalk.TITLED
    )
    # notes of whole blocks are left out: "radiculitis NOS" under G50-G59 would set carpal tunnel against a neck root
    notes = {anchor: references(source.get_excludes1(anchor)) for anchor in codes}
    rows = sorted({(_bare(anchor), " ".join(refs)) for anchor, refs in notes.items() if refs})
    write(folder / "excludes1.txt.gz", (f"{anchor}\t{refs}" for anchor, refs in rows))

    newest = {_bare(code): ("b" if code in leaves else "h") for code in codes}
    older = [(name, read_list(Path(path))) for name, path in (item.split("=", 1) for item in arguments)]
    if older:
        columns = [*older, (RELEASE, newest)]
        write_changes(folder / "changes.csv", columns)
    sys.stdout.write(f"{len(codes)} codes, {len(leaves)} billable, {len(rows)} Excludes1 notes\n")
    return 0


def references(notes: Iterable[str]) -> tuple[str, ...]:
    """Codes named by Excludes1 notes: ``M511`` for a code and all below it, ``G56:G58`` for a range."""
    found: list[str] = []
    for note in notes:
        for inside in _IN_BRACKETS.findall(note):
            if "with" in inside:  # "E08-E13 with .42" would exclude far too much
                continue
            for first, last in _REFERENCE.findall(inside):
                found.append(f"{_bare(first)}:{_bare(last)}" if last else _bare(first))
    return tuple(sorted(set(found)))


def read_list(path: Path) -> dict[str, str]:
    """Code to ``b`` (billable) or ``h`` (header), from a CDC order file or a plain list of codes."""
    lines = [line.rstrip("\n") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if re.match(r"\d{5} ", lines[0]):
        return {line[6:14].strip(): ("b" if line[14] == "1" else "h") for line in lines}
    named = (line.strip() for line in lines)
    names = sorted({name.replace(".", "") for name in named if re.fullmatch(r"[A-Z]\d[0-9A-Z.]+", name)})
    return {
        name: "h" if position + 1 < len(names) and names[position + 1].startswith(name) else "b"
        for position, name in enumerate(names)
    }


def write(path: Path, lines: Iterable[str]) -> None:
    """One gzip file without a time stamp, so that the same data give the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as stream:
        stream.write(("\n".join(lines) + "\n").encode("utf-8"))


def write_sharded(folder: Path, codes: Sequence[tuple[str, bool, str]], titled: str) -> None:
    """Codes and titles as one gzip member for each first letter, so that a question reads one letter only.

    ``shards.csv`` tells where each member begins; ``plain.txt.gz`` holds the titles of complete codes of the letters
    ``titled`` in plain spelling, for finding a code by its official title.
    """
    rows = ["letter,codes_at,codes_size,titles_at,titles_size"]
    letters = sorted({code[0] for code, _, _ in codes})
    ends = [0, 0]
    with (folder / "codes.txt.gz").open("wb") as names, (folder / "titles.txt.gz").open("wb") as titles:
        for letter in letters:
            of = [row for row in codes if row[0][0] == letter]
            row = [letter]
            lines = ([code + ("" if leaf else "*") for code, leaf, _ in of], [title for _, _, title in of])
            for which, (stream, text) in enumerate(zip((names, titles), lines, strict=True)):
                member = gzip.compress(("\n".join(text) + "\n").encode("utf-8"), 9, mtime=0)
                row += [str(ends[which]), str(len(member))]
                ends[which] += stream.write(member)
            rows.append(",".join(row))
    (folder / "shards.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    complete = ((code, title) for code, leaf, title in codes if leaf and code[0] in titled)
    write(folder / "plain.txt.gz", (f"{crosswalk.plain(title.lower())}\t{code}" for code, title in complete))


def write_changes(path: Path, columns: list[tuple[str, dict[str, str]]]) -> None:
    """Codes that are not in the same state in every list; ``-`` where a list lacks the code."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["code", *(name for name, _ in columns)])
    for code in sorted({code for _, states in columns for code in states}):
        states = [states.get(code, "-") for _, states in columns]
        if len(set(states)) > 1:
            table.writerow([code, *states])
    path.write_text(out.getvalue(), encoding="utf-8")


def _bare(code: str) -> str:
    return code.replace(".", "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
