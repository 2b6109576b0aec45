"""Accepted findings: visible, not counted, answered for; severities within what the policy's confidence allows."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from test_sarif import faults

from notecheck.checks.notices import NOTICES
from notecheck.checks.registry import CHECKS
from notecheck.checks.ruling import Ruled, apply, ceiling
from notecheck.config.suppressions import read_file, read_sidecars
from notecheck.engine import _case
from notecheck.errors import InputError
from notecheck.read.claims import claim_from_dict
from notecheck.read.notes import read_note
from notecheck.records import Evidence, Finding, Ruling, Suppression
from notecheck.report.form import Manner, written
from notecheck.report.text import render

TODAY = date(2026, 3, 4)


def finding(code: str = "LAT002", severity: str = "error", line: str | None = "64483") -> Finding:
    return Finding(code, "some-name", severity, "Says.", "source", (Evidence(0, 1, "x"),), "Do.", line)


def ruled(ruling: Ruling, *found: Finding, limit: str = "error") -> Ruled:
    return apply(found or (finding(),), ruling, ("visit", "visit.txt"), lambda f: limit, TODAY)


def accepted(**more) -> Ruling:
    return Ruling(suppressions=(Suppression("LAT002", "asked", **{"where": "visit.notecheck:1"} | more),))


def test_an_accepted_finding_leaves_the_count_and_keeps_its_reason():
    out = ruled(accepted(), finding(), finding("LVL002"))
    assert [f.code for f in out.findings] == ["LVL002"] and not out.notices
    assert [(s.finding.code, s.reason) for s in out.suppressed] == [("LAT002", "asked")]


@pytest.mark.parametrize(("until", "holds"), [("2026-03-03", False), ("2026-03-04", True), ("2026-03-05", True), (None, True)])
def test_the_last_day_still_holds(until, holds):
    out = ruled(accepted(until=until))
    assert bool(out.suppressed) is holds and bool(out.findings) is not holds
    assert [n.code for n in out.notices] == ([] if holds else ["CFG002"])
    assert holds or "the finding counts again" in out.notices[0].message


def test_what_suppresses_nothing_is_reported():
    out = ruled(accepted(), finding("LVL002"))
    assert [(n.code, n.where) for n in out.notices] == [("CFG001", "visit.notecheck:1")]
    assert ruled(accepted(until="2020-01-01"), finding("LVL002")).notices[0].code == "CFG002"


@pytest.mark.parametrize(("note", "meant"), [("visit", True), ("visit.txt", True), ("other", False), (None, True)])
def test_a_suppression_of_another_note_is_not_for_this_one(note, meant):
    out = ruled(accepted(note_id=note))
    assert bool(out.suppressed) is meant and not out.notices


@pytest.mark.parametrize(("line", "meant"), [("64483", True), ("64484", False), (None, True)])
def test_a_suppression_can_be_for_one_line(line, meant):
    assert bool(ruled(accepted(line=line)).suppressed) is meant


@pytest.mark.parametrize(("select", "ignore", "kept"), [
    ((), (), {"LAT002", "LAT001", "DOC013"}),
    (("LAT",), (), {"LAT002", "LAT001"}),
    ((), ("LAT",), {"DOC013"}),
    (("LAT",), ("LAT002",), {"LAT001"}),
    (("LAT002",), ("LAT",), {"LAT002"}),
    (("LAT002",), ("LAT002",), set()),
    (("DOC", "LAT001"), ("LAT",), {"DOC013", "LAT001"}),
])  # fmt: skip
def test_select_and_ignore(select, ignore, kept):
    out = ruled(Ruling(select, ignore), finding(), finding("LAT001"), finding("DOC013"))
    assert {f.code for f in out.findings} == kept


@pytest.mark.parametrize(("now", "wanted", "limit", "then"), [
    ("error", "info", "info", "info"),
    ("warning", "error", "error", "error"),
    ("warning", "error", "warning", "warning"),
    ("info", "error", "warning", "warning"),
    ("warning", "error", "info", "warning"),
])  # fmt: skip
def test_severities_stay_within_the_limit(now, wanted, limit, then):
    out = ruled(Ruling(severities=(("LAT002", wanted),)), finding(severity=now), limit=limit)
    assert [f.severity for f in out.findings] == [then]


def test_findings_stay_in_order_of_severity():
    out = ruled(Ruling(severities=(("LAT002", "info"),)), finding(), finding("LVL002", "warning"))
    assert [(f.code, f.severity) for f in out.findings] == [("LVL002", "warning"), ("LAT002", "info")]


@pytest.fixture(scope="module")
def sample(checker, top):
    note = read_note(top / "sample_notes" / "tfesi-left-billed-right.txt")
    return note, json.loads((top / "sample_notes" / "tfesi-left-billed-right.claim.json").read_text("utf-8"))


def test_the_limit_is_that_of_the_policy(checker, sample, book):
    """A requirement read from a policy may become as loud as its confidence allows; another finding not louder."""
    note, claim = sample
    report = checker.check(note, claim)
    case = _case(report.facts, claim_from_dict(claim, book), (), book, date(2026, 3, 4), "prebill", ())
    limit = ceiling(case)
    lines = [f for f in report.findings if f.requirement is None]
    assert lines and all(limit(f) == f.severity for f in lines)
    from notecheck.checks.coverage.requirements import judged

    seen = {}
    for entry in judged(case):
        seen.setdefault(entry.rule.confidence, limit(replace(lines[0], requirement=entry.requirement)))
    assert seen["verified"] == "error"
    assert all(seen[known] == "info" for known in ("recalled", "unsure") if known in seen)


def test_a_report_shows_what_is_accepted_in_every_form(checker, sample):
    note, claim = sample
    reason = "=1+1 <b>addendum</b> asked"
    ruling = Ruling(
        suppressions=(
            Suppression("LVL002", reason, "2999-12-31", "visit.notecheck:1"),
            Suppression("LAT002", reason, None, "visit.notecheck:2"),
            Suppression("IMG004", reason, None, "visit.notecheck:3"),
            Suppression("DXC004", reason, None, "visit.notecheck:4"),
            Suppression("DOC001", "nothing", None, "visit.notecheck:5"),
        )
    )
    plain, report = checker.check(note, claim), checker.check(note, claim, ruling=ruling)
    assert (plain.readiness, report.readiness) == ("hold", "ready")
    assert {s.finding for s in report.suppressed} == {f for f in plain.findings if f.severity != "info"}
    assert report.facts == plain.facts and report.diff == plain.diff
    for form in ("html", "md", "csv", "json", "sarif"):
        page = written(report, [note], form, Manner(mask=None))
        assert "LAT002" in page and "CFG001" in page and "visit.notecheck:5" in page.replace("\\", ""), form
        assert "addendum" in page and ("<b>addendum</b>" not in page or form in ("csv", "json", "sarif")), form
    rows = list(csv.DictReader(io.StringIO(written(report, [note], "csv"))))
    assert {row["code"] for row in rows if row["suppressed"]} == {"LVL002", "LAT002", "IMG004", "DXC004"}
    log = json.loads(written(report, [note], "sarif"))
    assert not faults(log)
    run = log["runs"][0]
    by_rule = {r["ruleId"]: r["suppressions"] for r in run["results"]}
    assert by_rule["LAT002"][0]["kind"] == "external" and by_rule["LAT002"][0]["justification"] == reason
    assert [n["descriptor"]["id"] for n in run["invocations"][0]["toolConfigurationNotifications"]] == ["CFG001"]
    lines = "\n".join(str(line) for line in render(report, (note,)).renderables)
    assert "Suppressed, not counted" in lines and "until 2999-12-31" in lines and "CFG001" in lines


SIDECAR = '# why\n\nnotecheck:ignore LAT002 reason="provider: #1 is left" until=2026-12-31 # later\nnotecheck:ignore levels-overbilled line=64484 reason="x y"\n'


def test_a_sidecar_file_is_read(tmp_path):
    note = tmp_path / "visit.txt"
    (tmp_path / "visit.txt.notecheck").write_text(SIDECAR, encoding="utf-8")
    (tmp_path / "visit.notecheck").write_text('notecheck:ignore DOC013 reason="z"\n', encoding="utf-8")
    assert read_sidecars(note) == (
        Suppression("LAT002", "provider: #1 is left", "2026-12-31", "visit.txt.notecheck:3"),
        Suppression("LVL002", "x y", None, "visit.txt.notecheck:4", None, "64484"),
        Suppression("DOC013", "z", None, "visit.notecheck:1"),
    )
    assert read_sidecars(tmp_path / "other.txt") == ()


@pytest.mark.parametrize(("line", "code", "says"), [
    ("notecheck:ignore LAT002", "NC-I93", "the reason is missing"),
    ('notecheck:ignore LAT002 reason="  "', "NC-I93", "the reason is missing"),
    ('notecheck:ignore LAT02 reason="x"', "NC-I94", "Did you mean 'LAT0"),
    ('notecheck:ignore LAT002 reason="x" until=2026-02-30', "NC-I93", "no date"),
    ('notecheck:ignore LAT002 reason="x" untill=2026-02-20', "NC-I93", "Did you mean 'until'?"),
    ('notecheck:ignore LAT002 reason="x" reason="y"', "NC-I93", "twice"),
    ('notecheck:ignore LAT002 reason="x" and more', "NC-I93", "to its end"),
    ('notecheck:ignore LAT002 reason="x', "NC-I93", "to its end"),
    ("ignore LAT002", "NC-I93", "no suppression"),
])  # fmt: skip
def test_a_line_that_is_none_is_refused_with_its_place(tmp_path, line, code, says):
    file = tmp_path / "visit.notecheck"
    file.write_text(f"# remark\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_file(file)
    assert error.value.code == code and error.value.where == "visit.notecheck:2" and says in str(error.value)


def test_a_suppression_inside_the_note_is_not_obeyed(run_notecheck, tmp_path, sample, top):
    note = tmp_path / "visit.txt"
    note.write_text(sample[0].text + '\nnotecheck:ignore LAT002 reason="x"\n', encoding="utf-8")
    claim = top / "sample_notes" / "tfesi-left-billed-right.claim.json"
    done = run_notecheck("check", note, "--claim", claim, "--format", "json")
    assert "LAT002" in {f["code"] for f in json.loads(done.stdout)["findings"]}
    beside = tmp_path / "visit.txt.notecheck"
    beside.write_text("".join(f'notecheck:ignore {c} reason="x"\n' for c in ("LAT002", "LVL002", "IMG004", "DXC004")), encoding="utf-8")
    done = run_notecheck("check", note, "--claim", claim, "--format", "json")
    assert done.returncode == 0 and len(json.loads(done.stdout)["suppressed"]) == 4


def test_notices_are_no_checks_and_have_pages(run_notecheck):
    assert {n.code for n in NOTICES}.isdisjoint(check.code for check in CHECKS)
    for kind in NOTICES:
        page = run_notecheck("rule", kind.code)
        assert page.returncode == 0 and page.stdout.startswith(f"{kind.code}  {kind.name}  {kind.severity}")
        assert "## What it does not check" in page.stdout
