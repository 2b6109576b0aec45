"""Labelled sentences and notes from the annotated notes of the project: two packed files under ``tests/models``.

A sentence has a topic where the patterns quote it as proof and the annotation agrees. Where the annotation says that a
note holds a statement and the patterns quote none, the topic is open for every sentence of that note.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck.annotate.topics import OF_PROCEDURE, TOPICS, sentences
from notecheck.records import Evidence, Facts, Note
from notecheck.training.data import rows

if TYPE_CHECKING:
    from notecheck.engine import Checker

FILE, NOTES = "sentences.txt.gz", "notes.txt.gz"
WRITTEN = ("unusual-train.txt", "unusual-more.txt")
"""Hand-written statements in unusual words, and sentences that only sound like some."""

SNIPPETS, GROUPS = "snippets.txt", "word-classes.txt"
_GENERATED, _SEED = 240, 20261122
_FIELDS = {
    "conservative_care": "care", "functional_limitation": "function", "function_scales": "function",
    "symptom_weeks": "duration", "exam": "exam", "imaging_studies": "imaging", "consent": "consent",
    "time_out": "time-out", "response_stated": "response", "complications_stated": "complications",
    "guidance": "guidance",
}  # fmt: skip
_STATEMENTS = {"rationale": "rationale", "image-retention": "images", "condition-stated": "response"}
_TOLD = frozenset({"failed", "partial", "helped", "not-tolerated", "contraindicated"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """One sentence: the note it is from, its topics, the topics on which it teaches nothing, its text."""

    note: str
    topics: frozenset[str]
    open: frozenset[str]
    text: str


def read(tests: Path) -> list[Labelled]:
    """The stored sentences and those of the hand-written lists."""
    out = []
    lines = gzip.decompress((tests / "models" / FILE).read_bytes()).decode().splitlines()
    for line in lines:
        note, topics, left_open, text = line.split("\t")
        out.append(Labelled(note, _set(topics), _set(left_open), text))
    return [*out, *(one for name in WRITTEN for one in written(tests, name)), *snippets(tests)]


def written(tests: Path, name: str) -> list[Labelled]:
    """The sentences of one hand-written list; each is a note of its own."""
    out = []
    lines = (tests / "models" / name).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        topics, _, text = line.partition(" | ")
        if text and not line.startswith("#"):
            known = frozenset(topics.split("+")) - {"none"}
            out.append(Labelled(f"{name.removesuffix('.txt')}-{number}", known, frozenset(), text))
    return out


def snippets(tests: Path) -> list[Labelled]:
    """Short pieces from the banks and the examples of the patterns; each teaches the topics it was written for."""
    out = []
    for number, row in enumerate(rows(tests / "models" / SNIPPETS)):
        has, teaches, text = row[0], row[1], " | ".join(row[2:])
        known = frozenset(has.split("+")) - {"none"}
        left_open = frozenset(TOPICS) - known - frozenset(teaches.split("+"))
        out.append(Labelled(f"snippet-{number}", known, left_open, text))
    return out


def groups(tests: Path) -> tuple[str, ...]:
    """The groups of everyday words, ``group word word ...``."""
    return tuple(f"{name} {words}" for name, words in rows(tests / "models" / GROUPS))


def build(checker: Checker, tests: Path) -> int:
    """Write both files anew; returns the number of sentences. Takes minutes: every note is read."""
    lines, rows = [], []
    for name, text, gold in _notes(tests):
        facts = checker.extract(Note(text))
        for one in labelled(name, text, gold, facts):
            lines.append("\t".join((one.note, " ".join(sorted(one.topics)), " ".join(sorted(one.open)), one.text)))
        rows.append("\t".join((name, " ".join(_families(gold)), " ".join(sorted(read_families(facts))))))
    _put(tests / "models" / FILE, lines)
    _put(tests / "models" / NOTES, rows)
    return len(lines)


def read_families(facts: Facts) -> frozenset[str]:
    """Families that the patterns name in a note at all: done, planned or done earlier."""
    return frozenset((*(p.family for p in facts.procedures), *facts.plan, *facts.history))


def _families(gold: dict[str, Any]) -> list[str]:
    return sorted({p["family"] for p in gold.get("procedures") or []})


def _put(path: Path, lines: list[str]) -> None:
    path.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))


def labelled(name: str, text: str, gold: dict[str, Any], facts: Facts) -> Iterator[Labelled]:
    """The sentences of one note with what evidence and annotation say of them."""
    said = gold_topics(gold)
    proofs = [(topic, e) for topic, e in _proofs(facts) if said.get(topic, True) or e.field == "statements"]
    quoted = {topic for topic, _ in proofs}
    left_open = frozenset(topic for topic in TOPICS if said.get(topic) and topic not in quoted)
    if not gold:  # not annotated beyond this: no procedure was done
        left_open = frozenset(TOPICS) - OF_PROCEDURE
        proofs = []
    for start, end in sentences(text):
        topics = frozenset(topic for topic, e in proofs if e.start < end and start < e.end)
        yield Labelled(name, topics, left_open - topics, " ".join(text[start:end].split()))


def gold_topics(gold: dict[str, Any]) -> dict[str, bool]:
    """What an annotated note holds; rationale and kept images are not annotated."""
    care = gold.get("conservative_care") or []
    return {
        "care": bool(care),
        "care-outcome": any(c.get("outcome") in _TOLD for c in care),
        "function": bool(gold.get("functional_limitation") or gold.get("function_scales")),
        "duration": gold.get("symptom_weeks") is not None,
        "exam": bool(gold.get("exam")),
        "imaging": bool(gold.get("imaging_studies")),
        "relief": any(r.get("source") != "this-procedure" for r in gold.get("relief") or []),
        "consent": bool(gold.get("consent")),
        "time-out": bool(gold.get("time_out")),
        "response": bool(gold.get("response_stated")),
        "complications": bool(gold.get("complications_stated")),
        "guidance": any(p.get("guidance") for p in gold.get("procedures") or []),
    }


def _proofs(facts: Facts) -> Iterator[tuple[str, Evidence]]:
    told = {c.modality for c in facts.conservative_care if c.outcome in _TOLD}
    for e in (*facts.evidence, *(e for p in facts.procedures for e in p.evidence)):
        if e.field in _FIELDS:
            yield _FIELDS[e.field], e
        if e.field == "conservative_care" and e.value in told:
            yield "care-outcome", e
        if e.field == "statements" and e.value in _STATEMENTS:
            yield _STATEMENTS[e.value], e
        if e.field == "relief":
            yield ("response" if "this-procedure" in e.value else "relief"), e


def own_notes(tests: Path, *splits: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, text and annotation of the invented notes of some parts of ``own/split.json``."""
    split = json.loads((tests / "own" / "split.json").read_text(encoding="utf-8"))
    wanted = {name for part in splits for name in split[part]}
    for line in (tests / "own" / "facts.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line) if line.strip() else {"note_id": ""}
        if gold["note_id"] in wanted:
            path = tests / "own" / "notes" / f"{gold['note_id']}.txt"
            yield gold["note_id"], path.read_text(encoding="utf-8"), gold


def _notes(tests: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield from own_notes(tests, "dev", "third-dev")
    for path in sorted((tests / "own" / "negatives").glob("*.txt")):
        yield path.stem, path.read_text(encoding="utf-8"), {}
    yield from generated(tests, _SEED, _GENERATED)


def generated(tests: Path, seed: int, count: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Notes of the generator of the tests, with their facts."""
    import importlib
    import sys

    if str(tests) not in sys.path:
        sys.path.insert(0, str(tests))
    for one in importlib.import_module("generator.note").corpus(seed, count):
        yield one.note_id, one.text, one.facts


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())
