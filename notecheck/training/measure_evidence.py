"""How many statements that the patterns miss the evidence model shows, and how often it shows a wrong one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from notecheck.annotate.topics import OF_PROCEDURE, TOPICS, found, sentences
from notecheck.records import Facts, Note
from notecheck.training.corpus import gold_topics, own_notes, written
from notecheck.training.scores import Share

if TYPE_CHECKING:
    from notecheck.annotate.second_look import SecondLook
    from notecheck.engine import Checker

HELD = "unusual-held.txt"
SECOND = "unusual-second.txt"
"""Written later and kept blind: its errors are counted, never listed."""

HERE = "{here}"
_JUDGED = tuple(topic for topic in TOPICS if topic not in ("rationale", "images"))


@dataclass
class Shown:
    """Counts over a set of notes: statements missed by the patterns, those shown, wrong candidates, by topic."""

    notes: int = 0
    missed: dict[str, int] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    gallery: list[str] = field(default_factory=list)

    def count(self, where: dict[str, int], topic: str) -> None:
        """One more of ``topic``."""
        where[topic] = where.get(topic, 0) + 1

    @property
    def share(self) -> Share:
        """Of the statements missed by the patterns, those shown."""
        return Share(sum(self.hits.values()), sum(self.missed.values()))

    @property
    def wrong_a_note(self) -> float:
        """Wrong candidates on average for one note."""
        return sum(self.wrong.values()) / self.notes if self.notes else 0.0

    def to_dict(self) -> dict[str, object]:
        return {
            "notes": self.notes,
            "shown of missed": self.share.to_dict(),
            "wrong a note": round(self.wrong_a_note, 3),
            "by topic": {t: [self.hits.get(t, 0), self.missed[t]] for t in TOPICS if t in self.missed},
            "wrong by topic": {t: n for t in TOPICS if (n := self.wrong.get(t, 0))},
        }


def carriers(tests: Path) -> list[str]:
    """Short invented procedure notes with a place for one sentence; they say little else."""
    return (tests / "models" / "carriers.txt").read_text(encoding="utf-8").split("\n----\n")


def on_unusual(checker: Checker, second: SecondLook, tests: Path, name: str = HELD) -> Shown:
    """Each hand-written sentence in a short note: is it missed, and is it then shown?"""
    out, frames = Shown(), carriers(tests)
    for number, one in enumerate(written(tests, name)):
        frame = frames[number % len(frames)]
        start = frame.index(HERE)
        text = frame.replace(HERE, one.text)
        facts = checker.extract(Note(text))
        open_topics = [topic for topic in TOPICS if not _has(topic, facts)]
        best = second.candidates(open_topics, [text], [facts])
        out.notes += 1
        for topic in open_topics:
            candidate = best.get(topic)
            inside = candidate is not None and candidate.start < start + len(one.text) and start < candidate.end
            if topic in one.topics:
                out.count(out.missed, topic)
                if inside:
                    out.count(out.hits, topic)
                else:
                    out.gallery.append(f"not shown  {topic}: {one.text}")
            elif candidate is not None:
                out.count(out.wrong, topic)
                out.gallery.append(f"wrong      {topic}: {candidate.text}")
    return out


def on_notes(checker: Checker, second: SecondLook, tests: Path, *splits: str) -> Shown:
    """Whole annotated notes: a statement that the annotation has and the patterns miss, and candidates for nothing.

    Rationale and kept images are not annotated and not counted.
    """
    out = Shown()
    for name, text, gold in own_notes(tests, *splits):
        facts = checker.extract(Note(text))
        said = gold_topics(gold)
        asked = [t for t in _JUDGED if (facts.procedures or t not in OF_PROCEDURE) and not _has(t, facts)]
        best = second.candidates(asked, [text], [facts])
        out.notes += 1
        for topic in asked:
            if said[topic]:
                out.count(out.missed, topic)
                if topic in best:
                    out.count(out.hits, topic)
            elif topic in best:
                out.count(out.wrong, topic)
                out.gallery.append(f"wrong      {name} {topic}: {best[topic].text}")
    return out


def sentences_a_note(texts: list[str]) -> float:
    """How many sentences a note has on average."""
    return sum(len(sentences(text)) for text in texts) / len(texts) if texts else 0.0


def _has(topic: str, facts: Facts) -> bool:
    """As ``found``, but kept images count only where they are stated."""
    if topic == "images":
        return "image-retention" in facts.statements or any(p.images_saved for p in facts.procedures)
    if topic == "rationale":
        return "rationale" in facts.statements
    return found(topic, facts)
