"""Scores a run of notes; a module of its own, so that worker processes can import it."""

from __future__ import annotations

import notecheck
from generator.note import sample
from notecheck.evaluate.tally import Miss, Tally, misses
from notecheck.records import Note

_CHECKER: notecheck.Checker | None = None
Part = tuple[Tally, list[tuple[Miss, list[str]]]]


def scored(task: tuple[int, int, int]) -> Part:
    """The notes ``start`` to ``stop`` of one seed: counts, and every miss with the features of its note."""
    global _CHECKER
    _CHECKER = _CHECKER or notecheck.load()
    seed, start, stop = task
    tally, found = Tally(), []
    for number in range(start, stop):
        one = sample(seed, number)
        note = Note(one.text, note_id=one.note_id)
        facts = _CHECKER.extract(note)
        tally.add(one.facts, facts.to_dict())
        found += [(miss, one.features) for miss in misses(one.facts, facts, note)]
    return tally, found
