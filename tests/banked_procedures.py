"""The bank of short invented notes with the procedures they document, and how close the tool comes.

    python tests/banked_procedures.py a b        figures for each field, and every note that differs

A bank file holds notes: ``### id title``, the note, then one line ``= family key=value ...`` for each procedure, or ``= none``.
Keys: tech, reg, lev, side, app, guid, con, site. A key left out means that the note states nothing; ``*`` is not compared;
``left|right`` accepts either. ``inj=lidocaine:40,saline`` gives drugs with their mg; without it they are not compared.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

BANK = Path(__file__).parent / "procedure_bank"
SCALARS = {
    "tech": "technique",
    "reg": "region",
    "side": "laterality",
    "app": "approach",
    "con": "contrast",
    "site": "site",
}
LISTS = {"lev": "levels", "guid": "guidance", "inj": "injectate"}


@dataclass(frozen=True)
class Banked:
    name: str
    text: str
    procedures: tuple[dict, ...]


def read(letter: str) -> list[Banked]:
    out = []
    for block in ("\n" + (BANK / f"{letter}.txt").read_text(encoding="utf-8")).split("\n### ")[1:]:
        head, *lines = block.splitlines()
        text = "\n".join(line for line in lines if not line.startswith("= "))
        wanted = [line[2:].split() for line in lines if line.startswith("= ") and line != "= none"]
        procedures = tuple({"family": first, **dict(pair.split("=", 1) for pair in rest)} for first, *rest in wanted)
        out.append(Banked(head.split()[0], text + "\n", procedures))
    return out


def said(procedure: dict) -> dict[str, str]:
    """One found procedure in the words of the bank."""
    out = {key: procedure[name] for key, name in SCALARS.items() if procedure[name] is not None}
    out |= {key: ",".join(map(_worded, procedure[name])) for key, name in LISTS.items() if procedure[name]}
    return {"family": procedure["family"], **out}


def _worded(part: str | dict) -> str:
    if isinstance(part, str):
        return part
    return part["drug"] if part["mg"] is None else f"{part['drug']}:{part['mg']:g}"


def facts(procedure: dict) -> set[tuple[str, str]]:
    out = set()
    for key, value in procedure.items():
        out |= {(key, part) for part in value.split(",")} if key in LISTS else {(key, value)}
    return out


def settled(want: dict, got: dict) -> tuple[dict, dict]:
    """Both sides with the free fields taken out and the accepted other readings made equal."""
    want, got = {"inj": "*"} | want, dict(got)
    for key, value in list(want.items()):
        if value == "*":
            want.pop(key)
            got.pop(key, None)
        elif "|" in value:
            want[key] = got[key] if got.get(key) in value.split("|") else value.split("|")[0]
    return want, got


def paired(want: list[dict], got: list[dict]) -> list[tuple[dict | None, dict | None]]:
    pairs: list[tuple[dict | None, dict | None]] = []
    left = list(got)
    for one in want:
        same = [g for g in left if g["family"] == one["family"]]
        best = max(same, key=lambda g: len(facts(one) & facts(g)), default=None)
        if best is not None:
            left.remove(best)
        pairs.append((one, best))
    return pairs + [(None, g) for g in left]


def compare(note: Banked, got: list[dict], counts: Counter) -> bool:
    """Counts the facts that agree, were missed or were invented; whether the whole note is right."""
    right = True
    for want, found in paired(list(note.procedures), got):
        a, b = settled(want, found) if want and found else (want or {}, found or {})
        wanted = {(k, v) for k, v in facts(a) if v != "*"}
        had = facts(b)
        for kind, group in (("tp", wanted & had), ("fn", wanted - had), ("fp", had - wanted)):
            counts.update((key, kind) for key, _ in group)
        right = right and wanted == had
    return right


def f1(counts: Counter, key: str | None = None) -> float:
    kinds = {
        kind: sum(n for (k, t), n in counts.items() if t == kind and key in (None, k)) for kind in ("tp", "fn", "fp")
    }
    return 2 * kinds["tp"] / max(1, 2 * kinds["tp"] + kinds["fn"] + kinds["fp"])


def main(letters: list[str]) -> None:
    import notecheck

    checker = notecheck.load()
    counts: Counter = Counter()
    wrong: list[str] = []
    notes = [note for letter in letters for note in read(letter)]
    for note in notes:
        got = [said(p) for p in checker.extract(note.text).to_dict()["procedures"]]
        if not compare(note, got, counts):
            wrong.append(note.name)
            sys.stdout.write(f"{note.name}\n")
            for want, found in paired(list(note.procedures), got):
                a, b = settled(want, found) if want and found else (want, found)
                if a != b:
                    sys.stdout.write(f"    want {' '.join(f'{k}={v}' for k, v in (a or {}).items())}\n")
                    sys.stdout.write(f"    got  {' '.join(f'{k}={v}' for k, v in (b or {}).items())}\n")
    for key in ("family", *SCALARS, *LISTS):
        n = {t: counts[(key, t)] for t in ("tp", "fn", "fp")}
        sys.stdout.write(f"{key:8} f1 {f1(counts, key):.3f}  {n}\n")
    sys.stdout.write(f"all      f1 {f1(counts):.3f}   notes right {len(notes) - len(wrong)}/{len(notes)}\n")
    sys.stdout.write(f"misses {' '.join(wrong)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
