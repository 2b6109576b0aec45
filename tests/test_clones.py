"""Copied notes: planted copies are found, honest notes from one template are not; fingerprints are pure and quick."""

from __future__ import annotations

import random
import time

import pytest
from clone_notes import Made, copied, honest

from notecheck.audit.clones import Kept, find, groups, passages, template_of, template_share
from notecheck.scan.fingerprint import RUN, fingerprint, opened


def kept(made: Made) -> Kept:
    return Kept(made.key, fingerprint(made.text), made.patient, made.provider, made.day)


def batch(seed: int, *, told: bool, providers: int = 6, each: int = 120, copies: int = 100, edits: float = 0.05) -> tuple[list[Made], list[Made]]:
    notes = [honest(seed, p, n, told=told) for p in range(providers) for n in range(each)]
    chosen = random.Random(seed).sample(notes, copies)
    return notes, [copied(one, seed, edits=edits, swap=number % 2 == 0) for number, one in enumerate(chosen)]


@pytest.mark.parametrize(("seed", "told"), [(7101, False), (7102, True)], ids=["facts only", "with a history"])
def test_planted_copies_are_found_and_honest_templates_are_not(seed: int, told: bool) -> None:
    notes, copies = batch(seed, told=told)
    pairs = find([kept(one) for one in (*notes, *copies)])
    planted = {frozenset((one.key, one.copy_of)) for one in copies}
    found = {frozenset((pair.first, pair.second)) for pair in pairs}
    recall = len(planted & found) / len(planted)
    falsely = {key for pair in found - planted for key in pair}
    assert recall >= 0.98, recall
    assert len(falsely) <= 0.01 * len(notes), sorted(falsely)


def test_a_provider_with_a_handful_of_notes() -> None:
    notes, copies = batch(7103, told=False, providers=60, each=8, copies=30)
    found = {frozenset((pair.first, pair.second)) for pair in find([kept(one) for one in (*notes, *copies)])}
    planted = {frozenset((one.key, one.copy_of)) for one in copies}
    assert len(planted & found) >= 0.98 * len(planted)
    assert len({key for pair in found - planted for key in pair}) <= 0.01 * len(notes)


def test_copies_from_copies_make_one_group_and_say_whose_they_are() -> None:
    notes, _ = batch(7104, told=True, providers=2, each=40, copies=0)
    first = notes[3]
    second = copied(first, 1)
    third = copied(second, 2)
    again = Made("again", first.text, first.patient, first.provider, first.day)
    pairs = find([kept(one) for one in (*notes, second, third, again)])
    assert groups(pairs) == (tuple(sorted((first.key, second.key, third.key, "again"))),)
    kinds = {frozenset((pair.first, pair.second)): pair.kind for pair in pairs}
    assert kinds[frozenset((first.key, "again"))] == "same visit"
    assert kinds[frozenset((first.key, second.key))] == "another patient"


def test_passages_are_those_copied_and_no_template() -> None:
    notes, _ = batch(7105, told=True, providers=1, each=40, copies=0)
    first, second = notes[0], copied(notes[0], 1, edits=0.0)
    template = template_of([kept(one) for one in notes])
    shared = passages(kept(first), kept(second), template)
    assert shared and shared[0].particular >= 10
    for passage in shared[:3]:
        words = [text[a:b].lower().split() for text, (a, b) in ((first.text, passage.first), (second.text, passage.second))]
        assert len(set(words[0]) & set(words[1])) >= 0.5 * len(set(words[0])), words
    assert 0.3 < template_share(kept(first), template) < 0.9
    assert passages(kept(notes[1]), kept(notes[2]), template) == () or passages(kept(notes[1]), kept(notes[2]), template)[0].particular < 10


def test_identical_blank_texts_and_strange_fingerprints_are_no_copies() -> None:
    same = [Kept(f"n{n}", fingerprint("Procedure cancelled by the patient."), f"P{n}", "dr-1", "2026-01-02") for n in range(30)]
    assert find([*same, Kept("none", b""), Kept("other", b"something else"), Kept("empty", fingerprint(""))]) == ()
    assert find([]) == () and groups([]) == ()


def test_a_fingerprint_forgets_day_side_and_level_but_no_other_number() -> None:
    one = "On March 4, 2026 the left L4-5 foramen took 2 mL of contrast. BP 128/76, HR was 72, SpO2 98%."
    assert opened(fingerprint(one)).runs == opened(fingerprint(one.replace("March 4, 2026", "5/6/2025").replace("left L4-5", "right L5-S1"))).runs
    assert opened(fingerprint(one)).runs != opened(fingerprint(one.replace("2 mL", "3 mL"))).runs
    assert opened(fingerprint(one)).vitals == {"blood pressure": "128/76", "pulse": "72", "oxygen": "98"}


def test_places_of_a_fingerprint_point_at_its_words() -> None:
    text = "  Straße, ödem\r\nand   İstanbul: pain 7/10 at C7-T1 on the left side.\n"
    mark = opened(fingerprint(text))
    words = [text[a:b] for a, b in zip(mark.starts, mark.stops, strict=True)]
    assert words[:5] == ["Straße", "ödem", "and", "İstanbul", "pain"] and "C7-T1" in words and words[-1] == "side"
    assert len(mark.runs) == len(words) - RUN + 1
    assert opened(fingerprint("")).runs == opened(fingerprint("three words only")).runs
    with pytest.raises(ValueError):
        opened(b"no fingerprint")


def test_a_fingerprint_takes_less_than_a_millisecond_for_each_kilobyte() -> None:
    text = "\n".join(honest(7106, 0, n, told=True).text for n in range(20))
    best = min(_seconds(text) for _ in range(5))
    assert best * 1000 / (len(text) / 1000) < 1.0


def _seconds(text: str) -> float:
    began = time.process_time()
    fingerprint(text)
    return time.process_time() - began
