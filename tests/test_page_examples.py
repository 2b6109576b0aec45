"""The notes that a check's page prints as failing and passing do fail and pass: every page, none left out.

Words and billed lines are taken from the page itself. ``tests/coded/pages.yaml`` gives what surrounds them where the
page prints the billed lines, ``tests/coded/pages_whole.yaml`` where claim, chart or history are told in words.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from notecheck.checks.notices import NOTICES
from notecheck.checks.registry import CHECKS
from notecheck.config.suppressions import read_file
from notecheck.records import Ruling

CODED = Path(__file__).parent / "coded"
FRAMES = yaml.safe_load((CODED / "pages.yaml").read_text(encoding="utf-8"))
WHOLE = yaml.safe_load((CODED / "pages_whole.yaml").read_text(encoding="utf-8"))
BY_CODE = {check.code: check for check in CHECKS}
PAGES = {check.code: inspect.cleandoc(check.__doc__ or "") for check in (*CHECKS, *NOTICES)}

NOTE = """PROCEDURE NOTE
Date of service: {day:%m/%d/%Y}
Diagnosis: {dx}
Procedure: {title}
Description: {words} {more}
No complications.
"""
QUOTE = re.compile(r'"([^"]+)"')
LINE = re.compile(
    r"\b([0-9A-Z]\d{3}[0-9A-Z])((?:-[A-Z0-9]{2})*)(?: x(\d+))?(?:,? (one|two|three|four|\d+) units?)?(?![\w-])"
)
NUMBER = {"one": 1, "two": 2, "three": 3, "four": 4}


@dataclass(frozen=True)
class Example:
    words: str
    lines: tuple[tuple[str, tuple[str, ...], float], ...]


def part(code: str, heading: str) -> str:
    return " ".join(PAGES[code].partition(f"## {heading}")[2].partition("\n##")[0].split())


def example(code: str, passing: bool) -> Example:
    failing = part(code, "A note that fails")
    text = part(code, "A note that passes") if passing else failing
    quoted = QUOTE.findall(text) or QUOTE.findall(failing)
    billed = QUOTE.sub("", text).partition(";")[0]
    lines = tuple(
        (m[1], tuple(m[2].split("-")[1:]), float(m[3] or NUMBER.get(m[4] or "one", m[4] or 1)))
        for m in LINE.finditer(billed)
    )
    return Example(" ".join(words if words.endswith(".") else words + "." for words in quoted), lines)


def run(checker, code: str, passing: bool):
    frame = FRAMES[code]
    shown = example(code, passing)
    assert shown.words and shown.lines, "the page quotes no words or bills no line"
    day = frame.get("day", date(2026, 3, 4))
    title = frame.get("title_passing", frame["title"]) if passing else frame["title"]
    note = NOTE.format(day=day, dx=frame["dx"], title=title, words=shown.words, more=frame["more"])
    also = tuple((c.split("-")[0], tuple(c.split("-")[1:]), 1.0) for c in frame.get("also", ()))
    claim = {
        "payer": "medicare",
        "date_of_service": day.isoformat(),
        "place_of_service": frame.get("pos", "11"),
        "lines": [
            {"code": c, "modifiers": list(marks), "units": units, "icd10": [frame["icd"]]}
            for c, marks, units in (*also, *shown.lines)
        ],
    }
    return [f for f in checker.check(note, claim).findings if f.code == code]


def not_passing(code: str, found):
    """Findings that a passing note may not have: an information is none, unless the check gives nothing louder."""
    return [f.message for f in found if f.severity != "info" or BY_CODE[code].severity == "info"]


@pytest.mark.parametrize("code", FRAMES)
def test_the_failing_note_of_the_page_fails(checker, code):
    assert run(checker, code, False), example(code, False)


@pytest.mark.parametrize("code", FRAMES)
def test_the_passing_note_of_the_page_passes(checker, code):
    assert not not_passing(code, run(checker, code, True)), example(code, True)


# What a page prints outside its quotations and what has to be found in the claim or the note.
CODE = re.compile(r"\b(?=\w*\d)([0-9A-Z]\d{3}[0-9A-Z])((?:-[A-Z0-9]{2})*)(?: x(\d+))?(?![\w-])")
DIAGNOSIS = re.compile(r"\b[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![\w-])")
PLACE = re.compile(r"\bplace (\d\d)\b")
PROVIDER = re.compile(r"\b\d{10}\b")
DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
OR = re.compile(r"\b[Oo]r: ")


@dataclass(frozen=True)
class Told:
    """One example of a page, ready to be judged."""

    printed: str
    note: str
    chart: tuple[str, ...]
    claim: dict | None


def merged(*parts: dict) -> dict:
    made: dict = {}
    for given in parts:
        for key, value in given.items():
            made[key] = merged(made[key], value) if isinstance(value, dict) and key in made else value
    return made


def note_of(spec: dict, quoted: tuple[str, ...] = (), whole: tuple[str, ...] = ()) -> str:
    """An ordinary note of the file, with the parts that the example changes and the words of the page in them.

    ``quoted`` are the quotations by number; those that the passing example leaves out are the failing one's.
    """
    day = spec.get("day", date(2026, 3, 4))
    parts = WHOLE["notes"][spec["note"]] | spec.get("put", {})
    text = "\n".join(parts[key] for key in parts if "{" + key + "}" not in "".join(parts.values()))
    fields = parts | {
        "words": " ".join(words if words.endswith((".", ",")) else f"{words}." for words in whole),
        "day": f"{day:%m/%d/%Y}",
        "side": spec.get("side", "right"),
        "level": spec.get("level", "L4-L5"),
        **{str(place): words for place, words in enumerate(quoted, start=1)},
    }
    for _ in range(2):
        text = re.sub(r"\{(\w+)\}", lambda found: fields[found[1]], text)
    return text


def claim_of(spec: dict) -> dict | None:
    if "lines" not in spec:
        return None
    icd = spec["icd"] if isinstance(spec["icd"], list) else [spec["icd"]]
    lines = []
    for written in spec["lines"]:
        code, *marks = written.partition(" ")[0].split("-")
        units = float(written.partition(" x")[2] or 1)
        lines.append({"code": code, "modifiers": marks, "units": units, "icd10": icd})
    usual = {"payer": "medicare", "mac": "noridian", "place_of_service": "11"}
    usual["date_of_service"] = spec.get("day", date(2026, 3, 4)).isoformat()
    return usual | {"lines": lines} | spec.get("claim", {})


def told(code: str, passing: bool) -> list[Told]:
    """The examples under one heading of a page: several where the page gives several ways to pass."""
    heading = "A note that passes" if passing else "A note that fails"
    given = WHOLE["pages"][code]
    changed = given["pass" if passing else "fail"]
    specs = changed if isinstance(changed, list) else [changed]
    ways = OR.split(part(code, heading))
    before = QUOTE.findall(part(code, "A note that fails"))
    made = []
    for number in range(max(len(specs), len(ways))):
        printed = ways[min(number, len(ways) - 1)]
        own = QUOTE.findall(printed)
        quoted = (*own, *before[len(own) :])
        common = {key: value for key, value in given.items() if key not in ("fail", "pass")}
        spec = merged(common, specs[min(number, len(specs) - 1)])
        chart = tuple(note_of(other) for other in spec.get("chart", ()))
        made.append(Told(printed, note_of(spec, quoted, tuple(own or before)), chart, claim_of(spec)))
    return made


@pytest.mark.parametrize("code", WHOLE["pages"])
def test_the_failing_example_fails(checker, code):
    for shown in told(code, False):
        found = checker.check(shown.note, shown.claim, chart=shown.chart).findings
        assert [f for f in found if f.code == code], (shown, sorted({f.code for f in found}))


@pytest.mark.parametrize("code", WHOLE["pages"])
def test_the_passing_example_passes(checker, code):
    for shown in told(code, True):
        found = [f for f in checker.check(shown.note, shown.claim, chart=shown.chart).findings if f.code == code]
        assert not not_passing(code, found), shown


@pytest.mark.parametrize("passing", [False, True], ids=["fails", "passes"])
@pytest.mark.parametrize("code", WHOLE["pages"])
def test_what_the_page_prints_is_what_is_judged(code, passing):
    for shown in told(code, passing):
        outside = QUOTE.sub("", shown.printed)
        claim = shown.claim or {"lines": []}
        lines = [(ln["code"], tuple(ln["modifiers"]), ln["units"]) for ln in claim["lines"]]
        elsewhere = str(claim.get("authorization", "")) + str(claim.get("history", ""))
        for found in CODE.finditer(outside):
            marks = tuple(found[2].split("-")[1:])
            fits = [ln for ln in lines if ln[0] == found[1] and set(marks) <= set(ln[1]) and ln[2] == float(found[3] or ln[2])]
            assert fits or (not marks and found[1] in elsewhere), (found[0], lines)
        billed = {code for ln in claim["lines"] for code in ln["icd10"]}
        for found in DIAGNOSIS.finditer(outside):
            assert found[0] in billed or found[0] in elsewhere, (found[0], billed)
        for found in PLACE.finditer(outside):
            assert found[1] == claim["place_of_service"]
        for found in PROVIDER.finditer(outside):
            assert found[0] == claim["provider"]
        for found in DAY.finditer(outside):
            day = date.fromisoformat(found[0])
            assert found[0] == claim["date_of_service"] or f"{day:%m/%d/%Y}" in shown.note
        asked = QUOTE.findall(shown.printed)
        assert all(words.rstrip(".") in shown.note for words in asked), (asked, shown.note)


@pytest.mark.parametrize("check", NOTICES, ids=[check.code for check in NOTICES])
def test_the_page_of_a_notice_does_as_it_says(checker, check, tmp_path):
    line = re.search(r"`(notecheck:ignore [^`]+)`", part(check.code, "A note that fails"))[1]
    claim = claim_of({"lines": ["64520-LT"], "icd": "G90.522"})
    other = claim_of({"lines": ["64520-RT"], "icd": "G90.522"})
    text = note_of({"note": "sympathetic", "side": "left"})

    def codes(line, claim):
        file = tmp_path / "note.notecheck"
        file.write_text(line + "\n", encoding="utf-8")
        report = checker.check(text, claim, ruling=Ruling(suppressions=read_file(file)))
        return [n.code for n in report.notices], [s.finding.code for s in report.suppressed]

    assert check.code in codes(line, claim)[0]
    later = re.sub(r"until=\S+", "until=2999-12-31", line)
    notices, suppressed = codes(later, other)
    assert check.code not in notices and "LAT002" in suppressed
    open_ended, suppressed = codes(re.sub(r" until=\S+", "", line), other)
    assert check.code not in open_ended and "LAT002" in suppressed


def test_every_page_is_run():
    assert not set(FRAMES) & set(WHOLE["pages"])
    assert set(FRAMES) | set(WHOLE["pages"]) | {notice.code for notice in NOTICES} == set(PAGES)
