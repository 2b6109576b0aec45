"""Any claim over known codes is judged without a crash, and what the tool suggests passes its own checks.

Facts are taken from the built notes once; the claims vary.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date

import pytest
from golden_facts import book
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_coded_notes import ROWS, text_of

from notecheck.checks import run
from notecheck.checks.base import Case
from notecheck.checks.registry import CHECKS
from notecheck.coding.suggest import suggest
from notecheck.policy import claimrules
from notecheck.records import Claim, ClaimLine, Facts

BOOK = book()
CODES = [*sorted(BOOK.codes.rows), "99999", "ABCDE", "0000F"]
MARKS = ["", "LT", "RT", "50", "59", "XS", "XE", "25", "24", "57", "26", "TC", "KX", "JW", "JZ", "52", "53", "76", "GA", "F1"]
DAYS = st.dates(date(2014, 1, 1), date(2028, 12, 31)).map(date.isoformat)
PAYERS = ["medicare", "uhc", "aetna", "evicore", "commercial"]
PLACES = ["11", "19", "22", "24", "12", "99", None]
MACS = [None, "noridian", "palmetto", "ngs", "novitas", "fcso", "wps", "cgs"]
# checks that a claim made of the suggested lines must pass: codes, counts, sides, units and edits
OWN = {
    "PRC001", "PRC003", "PRC004", "PRC005", "PRC006", "PRC007", "LVL001", "LVL002", "LVL005", "LVL006", "LVL007", "LVL009",
    "LVL010", "LAT002", "LAT004", "LAT005", "LAT007", "IMG004", "MOD002", "NCC001", "NCC002", "NCC003",
}  # fmt: skip
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def noted(checker) -> list[Facts]:
    """Facts of every built note with a procedure."""
    found = [checker.extract(text_of(row)) for row in ROWS]
    return [facts for facts in found if facts.procedures]


LINES = st.lists(
    st.builds(
        ClaimLine,
        st.sampled_from(CODES),
        st.lists(st.sampled_from(MARKS[1:]), max_size=3).map(tuple),
        st.one_of(st.integers(0, 400).map(float), st.floats(0.1, 9.9), st.just(1.0)),
        st.lists(st.sampled_from(["M54.16", "M47.816", "G43.709", "M54.5", "XXX", "M17.11"]), max_size=3).map(tuple),
    ),
    max_size=6,
)
CLAIMS = st.builds(
    lambda lines, day, payer, place, mac: Claim(
        tuple(lines), payer=payer, place_of_service=place, date_of_service=day, mac=mac
    ),
    LINES,
    st.one_of(DAYS, st.none(), st.just("2026-02-30")),
    st.sampled_from(PAYERS),
    st.sampled_from(PLACES),
    st.sampled_from(MACS),
)


def judged(facts: Facts, claim: Claim) -> tuple[Case, tuple]:
    day = date(2026, 3, 3)
    with contextlib.suppress(ValueError):
        day = date.fromisoformat(claim.date_of_service or "")
    case = Case(facts, BOOK, day, suggest(facts, claim, BOOK), claim)
    return case, run.run(case)[0]


@given(number=st.integers(0, 10_000), claim=CLAIMS)
@QUICK
def test_any_claim_is_judged(noted, number, claim):
    facts = noted[number % len(noted)]
    known = {check.code: check for check in CHECKS}
    for finding in judged(facts, claim)[1]:
        assert finding.name == known[finding.code].name
        assert finding.severity in ("error", "warning", "info")
        assert finding.message and finding.fix and finding.evidence
        assert finding.source.strip(), finding


def together(parts: list[Facts]) -> Facts:
    """One note that documents the procedures of several."""
    first = parts[0]
    return replace(
        first,
        procedures=tuple(dict.fromkeys(p for f in parts for p in f.procedures)),
        diagnoses=tuple(dict.fromkeys(d for f in parts for d in f.diagnoses)),
        vials=tuple(v for f in parts for v in f.vials),
        statements=tuple(dict.fromkeys(s for f in parts for s in f.statements)),
    )


@given(
    numbers=st.lists(st.integers(0, 10_000), min_size=1, max_size=3, unique=True),
    payer=st.sampled_from(PAYERS),
    place=st.sampled_from(PLACES),
    day=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
)
@QUICK
def test_what_is_suggested_passes_the_own_edits(noted, numbers, payer, place, day):
    facts = together([noted[number % len(noted)] for number in numbers])
    asked = Claim((), payer=payer, place_of_service=place, date_of_service=day.isoformat())
    lines = suggest(facts, asked, BOOK).lines
    tables = BOOK.codes
    distinct = set(claimrules.modifiers().distinct) | {"25"}
    for line in lines:
        row = tables.row(line.code, day)
        assert row is not None, f"{line.code} is not in force on {day}"
        if row.mue is not None and "50" not in line.modifiers:
            assert sum(o.units for o in lines if o.code == line.code and "JW" not in o.modifiers) <= max(
                row.mue, sum(1 for o in lines if o.code == line.code and {"59", "LT", "RT"} & set(o.modifiers))
            ), line
        if row.add_on_of:
            allowed = {*row.add_on_of, *rules_extra(line.code)}
            assert allowed & {o.code for o in lines}, f"{line.code} without its primary"
        for other in lines:
            pair = tables.pair(line.code, other.code, day) if other.code != line.code else None
            if pair is not None and pair.column2 == line.code:
                assert pair.modifier_indicator == "1", pair
                assert distinct & {*line.modifiers, *other.modifiers}, pair
    billed = Claim(
        tuple(ClaimLine(s.code, s.modifiers, s.units, s.icd10) for s in lines),
        payer=payer,
        place_of_service=place,
        date_of_service=day.isoformat(),
    )
    loud = [f for f in judged(facts, billed)[1] if f.severity != "info" and f.code in OWN]
    assert not loud, [(f.code, f.message) for f in loud]


def rules_extra(code: str) -> tuple[str, ...]:
    from notecheck.coding import rules

    return rules.load().counting.extra_primaries.get(code, ())


def test_a_suggestion_without_a_note_is_empty():
    nothing = suggest(Facts("made-up"), None, BOOK)
    assert nothing.lines == ()
