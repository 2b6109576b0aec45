"""Before the procedure, over time, and why: preauth, episodes, rolling months, explanations, the visit's elements."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import notecheck
from notecheck.checks.coverage.judge_frequency import Window, months_later
from notecheck.errors import InputError
from notecheck.policy import wording
from notecheck.policy.coverage_load import shapes

FOLDER = Path(__file__).parent / "own_cases"
CASES = {
    case["case_id"]: case
    for case in map(json.loads, (FOLDER / "cases.jsonl").read_text(encoding="utf-8").splitlines())
}


def text(name: str) -> str:
    return (FOLDER / "notes" / name).read_text(encoding="utf-8")


def parts(case_id: str) -> tuple[str, list[str], dict[str, Any]]:
    case = CASES[case_id]
    return text(case["note"]), [text(name) for name in case["chart"]], json.loads(json.dumps(case["claim"]))


# before the procedure


def test_a_complete_visit_note_carries_the_request(checker: notecheck.Checker) -> None:
    _, (visit,), claim = parts("hopd-mbb-authorized-novitas")
    claim.pop("authorization")
    before = checker.check(visit, claim, mode="preauth")
    assert before.readiness == "ready" and before.mode == "preauth"
    assert [(p.family, p.region, p.laterality) for p in before.planned] == [("facet-injection", "lumbar", "left")]
    assert [(n.programme, n.need, n.number) for n in before.authorization] == [("hopd-facet", "required", None)]
    missing = [f for f in before.findings if f.name == "authorization-missing"]
    assert [f.severity for f in missing] == ["info"]
    assert not before.suggested.lines


def test_what_the_visit_note_lacks_is_missing_before_and_open_after(checker: notecheck.Checker) -> None:
    """The same matter of the chart: an error where the visit note is all there is, a warning in a procedure note."""
    note, (visit,), claim = parts("gap-esi-no-imaging")
    before = checker.check(visit, claim, mode="preauth")
    after = checker.check(note, claim)
    assert [f.severity for f in before.findings if f.name == "imaging-correlation-missing"] == ["error"]
    assert [f.severity for f in after.findings if f.name == "imaging-correlation-missing"] == ["warning"]


def test_procedure_note_requirements_are_not_applicable_before(checker: notecheck.Checker) -> None:
    _, (visit,), claim = parts("tfesi-first-palmetto")
    items = {i.item: i for i in checker.check(visit, claim, mode="preauth").checklist}
    for name in ("image-guidance", "contrast-used", "sedation-limit", "no-biologics"):
        item = items[f"epidural/{name}"]
        assert item.status == "not-applicable" and "still to come" in item.because, name
    assert items["epidural/conservative-failure"].status == "met"


def test_without_lines_the_plan_is_read(checker: notecheck.Checker) -> None:
    _, (visit,), claim = parts("tfesi-repeat-noridian")
    claim.pop("lines")
    planned = checker.check(visit, claim, mode="preauth").planned
    assert [(p.family, p.levels, p.laterality) for p in planned] == [
        ("epidural-transforaminal", ("L4-L5",), "bilateral")
    ]


def test_what_is_planned_only_for_later_is_not_judged(checker: notecheck.Checker) -> None:
    _, (visit,), claim = parts("mbb1-cervical-palmetto")
    claim.pop("lines")
    assert [p.family for p in checker.check(visit, claim, mode="preauth").planned] == ["facet-injection"]


@pytest.mark.parametrize(
    ("state", "place", "day", "programmes"),
    [
        ("TX", "11", "2026-05-07", ["wiser-epidural"]),
        ("TX", "11", "2026-01-14", []),
        ("TX", "11", "2026-01-15", ["wiser-epidural"]),
        ("NC", "11", "2026-05-07", []),
        ("TX", "21", "2026-05-07", []),
    ],
)
def test_programmes_depend_on_state_place_and_day(
    checker: notecheck.Checker, state: str, place: str, day: str, programmes: list[str]
) -> None:
    _, (visit,), claim = parts("wiser-tfesi-texas")
    claim |= {"state": state, "place_of_service": place, "date_of_service": day, "mac": None, "authorization": None}
    assert [n.programme for n in checker.check(visit, claim, mode="preauth").authorization] == programmes


def test_an_unknown_mode_is_refused(checker: notecheck.Checker) -> None:
    with pytest.raises(InputError, match="NC-I35"):
        checker.check("Pain.", mode="later")  # type: ignore[arg-type]


def test_the_command_shows_plan_and_request(run_notecheck: Any, tmp_path: Path) -> None:
    _, (visit,), claim = parts("hopd-mbb-authorized-novitas")
    (tmp_path / "visit.txt").write_text(visit, encoding="utf-8")
    (tmp_path / "claim.json").write_text(json.dumps(claim), encoding="utf-8")
    done = run_notecheck("check", "visit.txt", "--claim", "claim.json", "--mode", "preauth")
    assert done.returncode == 0, done.stderr
    assert "Planned: left" in done.stdout and "Request 64493: required" in done.stdout and "UTN123" in done.stdout


# rolling months


@pytest.mark.parametrize(
    ("day", "earlier", "counts"),
    [
        ("2026-03-04", "2025-03-05", True),
        ("2026-03-04", "2025-03-04", False),
        ("2026-01-10", "2025-01-11", True),
        ("2026-01-10", "2025-01-10", False),
        ("2025-02-10", "2024-02-11", True),  # 365 days, one of them 29 February
        ("2025-02-28", "2024-02-29", False),
        ("2025-02-27", "2024-02-29", True),
    ],
)
def test_twelve_months_are_those_of_the_calendar(day: str, earlier: str, counts: bool) -> None:
    assert Window(date.fromisoformat(day), months=12).holds(date.fromisoformat(earlier)) is counts


def test_a_short_month_ends_on_its_last_day() -> None:
    assert months_later(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert months_later(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert months_later(date(2025, 11, 15), 12) == date(2026, 11, 15)


def test_a_leap_year_session_still_counts_against_the_limit(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("tfesi-repeat-noridian")
    claim["date_of_service"] = "2025-02-10"
    entry = {"code": "64483", "family": "epidural-transforaminal", "region": "lumbar", "relief_percent": 70}
    days = ["2024-02-11", "2024-05-20", "2024-08-20", "2024-11-05"]
    claim["history"] = [{**entry, "date": day, "relief_days": 91} for day in days]
    over = checker.check(note, claim, chart=chart)
    claim["history"][0]["date"] = "2024-02-10"
    within = checker.check(note, claim, chart=chart)
    assert "sessions-exceed-limit" in {f.name for f in over.findings}
    assert "sessions-exceed-limit" not in {f.name for f in within.findings}


# episodes


def test_an_episode_tells_the_sequence_with_relief_and_limits(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("rfa-repeat-fcso")
    (episode,) = checker.check(note, claim, chart=chart).episodes
    assert [(s.date, s.kind, s.number, s.relief_percent, s.known_from) for s in episode.steps] == [
        ("2025-01-15", "ablation", 1, 75, "claim"),
        ("2025-11-12", "ablation", 2, None, "this note"),
    ]
    assert [(c.sessions, c.limit) for c in episode.counts] == [(2, 2)]
    assert episode.next_eligible == "2026-01-15"  # the first of the two leaves the rolling year


def test_the_next_day_after_a_first_epidural_is_the_fourteenth(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("tfesi-first-palmetto")
    (episode,) = checker.check(note, claim, chart=chart).episodes
    assert episode.next_eligible == "2026-07-02"
    late = {w.requirement: (w.date, w.binding) for w in episode.waiting}
    assert late["repeat-relief"] == ("2026-09-16", False)


def test_blocks_lead_to_the_ablation_in_one_episode(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("rfa-first-ngs")
    (episode,) = checker.check(note, claim, chart=chart).episodes
    assert [(s.kind, s.number) for s in episode.steps] == [
        ("diagnostic block", 1), ("diagnostic block", 2), ("ablation", 1),
    ]  # fmt: skip


def test_an_earlier_note_counts_and_its_relief_is_carried_on(checker: notecheck.Checker) -> None:
    """The first block known from its note alone: date, levels and side from there, relief from today's note."""
    first, _, _ = parts("mbb2-lumbar-wps")
    first = first.replace("02/26/2026", "01/29/2026").replace("Second (confirmatory) diagnostic", "First diagnostic")
    first = first.replace(" First block 01/29/2026 with 0.5% bupivacaine: 90% relief for 7 hours. Today repeat; if again", " If")
    note, _, claim = parts("mbb2-lumbar-wps")
    claim.pop("history")
    (episode,) = checker.check(note, claim, earlier=[first]).episodes
    told = episode.steps[0]
    assert (told.date, told.known_from, told.laterality) == ("2026-01-29", "earlier note", "bilateral")
    assert told.relief_percent == 90


def test_trigger_points_of_all_regions_count_together(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("gap-tpi-fourth")
    (episode,) = checker.check(note, claim, chart=chart).episodes
    assert [(c.sessions, c.limit) for c in episode.counts] == [(4, 3)]


def test_another_nerve_is_another_site(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("gap-nerve-fourth")
    for entry in claim["history"]:
        entry["code"] = "64418"
    assert "sessions-exceed-limit" not in {f.name for f in checker.check(note, claim, chart=chart).findings}


def test_the_sequence_from_claims_alone(checker: notecheck.Checker) -> None:
    _, _, claim = parts("rfa-first-ngs")
    (episode,) = checker.episodes(claim)
    assert [s.kind for s in episode.steps] == ["diagnostic block", "diagnostic block"]
    assert episode.next_eligible == "2026-07-01"


def test_history_files_of_each_kind(run_notecheck: Any, tmp_path: Path) -> None:
    note, _, claim = parts("mbb2-lumbar-wps")
    entries = claim.pop("history")
    (tmp_path / "note.txt").write_text(note, encoding="utf-8")
    (tmp_path / "claim.json").write_text(json.dumps(claim), encoding="utf-8")
    (tmp_path / "entries.json").write_text(json.dumps(entries), encoding="utf-8")
    earlier = {**claim, "date_of_service": "2026-01-29"}
    (tmp_path / "claims.json").write_text(json.dumps([earlier]), encoding="utf-8")
    first = note.replace("02/26/2026", "01/29/2026").replace("First block 01/29/2026", "First block")
    (tmp_path / "first.txt").write_text(first, encoding="utf-8")
    for name in ("entries.json", "claims.json", "first.txt"):
        done = run_notecheck("check", "note.txt", "--claim", "claim.json", "--history", name, "--format", "json")
        (episode,) = json.loads(done.stdout)["episodes"]
        assert [s["date"] for s in episode["steps"]] == ["2026-01-29", "2026-02-26"], name


def test_a_broken_history_file_is_refused_with_its_place(run_notecheck: Any, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Pain.", encoding="utf-8")
    (tmp_path / "history.json").write_text('[{"date": "2026-01-29", "relief": 50}]', encoding="utf-8")
    done = run_notecheck("check", "note.txt", "--history", "history.json")
    assert done.returncode == 2 and "relief" in done.stderr and "[0]" in done.stderr


# why


def test_a_finding_is_explained_with_its_policy_and_the_words(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("gap-esi-duration-three-weeks")
    (told,) = checker.explain("MED006", note, claim, chart)
    assert told.status == "not-met" and told.value == "4 weeks"
    assert "L38994" in told.source and told.confidence == "verified" and told.last_checked
    assert any("3 weeks" in e.text for e in told.evidence)
    assert told.satisfies and told.fails


def test_a_met_item_is_explained_too(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("tfesi-first-palmetto")
    for name in ("pain-duration", "epidural/pain-duration", "symptom-duration-insufficient"):
        (told,) = checker.explain(name, note, claim, chart)
        assert told.status == "met", name


def test_a_coding_finding_is_explained_by_its_page(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("tfesi-first-palmetto")
    claim["lines"][0]["modifiers"] = ["LT"]
    (told,) = checker.explain("LAT002", note, claim, chart)
    assert told.because and told.satisfies and told.fails


def test_review_figures_are_those_of_the_data(checker: notecheck.Checker) -> None:
    note, chart, claim = parts("gap-scs-no-psych")
    (told,) = checker.explain("MED014", note, claim, chart)
    assert [(r.figure, r.confidence) for r in told.reviews] == [(40, "verified-2")]
    note, chart, claim = parts("gap-esi-no-exam")
    assert not checker.explain("MED007", note, claim, chart)[0].reviews


def test_an_unknown_word_is_refused(checker: notecheck.Checker) -> None:
    with pytest.raises(InputError, match="NC-I43"):
        checker.explain("pain-durations", *parts("tfesi-first-palmetto")[:1])


def test_every_judge_has_wording_and_no_wording_is_left_over() -> None:
    assert {row.judge for row in wording.wordings().wording} == set(shapes())


def test_the_command_explains(run_notecheck: Any, tmp_path: Path) -> None:
    note, _, claim = parts("caudal-postlaminectomy-cgs")
    (tmp_path / "note.txt").write_text(note, encoding="utf-8")
    (tmp_path / "claim.json").write_text(json.dumps(claim), encoding="utf-8")
    one = run_notecheck("explain", "MED008", "note.txt", "--claim", "claim.json")
    assert one.returncode == 0 and "Written in" in one.stdout and "invented" in one.stdout
    both = run_notecheck("check", "note.txt", "--claim", "claim.json", "--explain", "--exit-zero")
    assert "Would not do" in both.stdout and "MED008" in both.stdout


# visits


def test_the_three_elements_and_the_codes(checker: notecheck.Checker) -> None:
    note, _, claim = parts("visit-time-palmetto")
    found = checker.check(note, claim).visit
    assert found is not None and found.status == "met"
    assert (found.problems.level, found.risk.level, found.decision) == ("moderate", "moderate", "moderate")
    assert found.minutes == 36 and found.code_by_time == "99214" and found.code_by_decision == "99214"


def test_a_note_that_does_not_say_is_unclear(checker: notecheck.Checker) -> None:
    _, _, claim = parts("visit-time-palmetto")
    text = "OFFICE VISIT 04/30/2026 Kerenza Bice\nSeen today.\nElectronically signed, Tamzin Pengelly, DO 04/30/2026"
    found = checker.check(text, claim).visit
    assert found is not None and found.status == "unclear" and found.decision is None


def test_no_visit_no_table(checker: notecheck.Checker) -> None:
    note, _chart, claim = parts("tfesi-first-palmetto")
    assert checker.check(note, claim).visit is None
