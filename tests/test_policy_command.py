"""``notecheck policy``: list, show, lint, new, diff, impact, myths, and a practice's own folder from end to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Done

import notecheck
from notecheck import locate
from notecheck.errors import InputError
from notecheck.impact import impact
from notecheck.policy import book as policy_book
from notecheck.policy import coverage_load, overview, own

Run = Callable[..., Done]
NOTE = """LEFT L5-S1 TRANSFORAMINAL EPIDURAL STEROID INJECTION - 05/12/2026
Left leg pain for ten weeks from an L5-S1 disc herniation with S1 radiculopathy, 7/10, he cannot sit through a shift. Straight leg raise positive.
MRI: left L5-S1 herniation. Physical therapy and naproxen for five weeks failed.
Consent signed. Time-out held. Fluoroscopy, contrast confirmed epidural spread, images saved. 22 gauge needle, dexamethasone 10 mg with 1 mL of 0.25%
bupivacaine. No complications. Tolerated well, discharged home. Oswin Maric, MD. Electronically signed 05/12/2026
"""
CLAIM = {
    "payer": "uhc", "date_of_service": "2026-05-12", "place_of_service": "11",
    "lines": [{"code": "64483", "modifiers": ["LT"], "units": 1, "icd10": ["M51.17"]}],
}  # fmt: skip


def own_folder(place: Path, weeks: int = 8) -> Path:
    """A folder that asks ``weeks`` of care for United's epidurals."""
    folder = place / "own"
    own.write_new(coverage_load.load(), folder, "uhc", "epidural", date(2024, 7, 1))
    file = folder / "uhc" / "epidural" / "topic.yaml"
    text = file.read_text(encoding="utf-8").replace("value: 4", f"value: {weeks}")
    file.write_text(text.replace("confidence: unsure", "confidence: verified"), encoding="utf-8")
    return folder


def test_list_names_every_payer_and_topic(run_notecheck: Run) -> None:
    rows = json.loads(run_notecheck("policy", "list", "--json").stdout)
    coverage = coverage_load.load()
    assert {(r["payer"], r["topic"]) for r in rows} == set(coverage.folders)
    assert sum(r["requirements"] for r in rows) == sum(
        len(t.requirements) for ts in coverage.topics.values() for t in ts
    )
    shown = run_notecheck("policy", "list", "uhc").stdout
    assert "epidural" in shown and "medicare" not in shown


def test_show_gives_the_value_of_day_and_contractor(run_notecheck: Run) -> None:
    def value(day: str, **place: str) -> Any:
        options = [part for key, name in place.items() for part in (f"--{key}", name)]
        page = json.loads(
            run_notecheck("policy", "show", "medicare/trigger-point", "--on", day, *options, "--json").stdout
        )
        return next(r for r in page[0]["requirements"] if r["slug"] == "exam-findings")

    assert value("2026-09-05", state="TX")["value"]["count"] == 1
    assert value("2026-09-06", state="TX")["value"]["of"] == ["taut-band"]
    assert value("2026-09-06", mac="cgs")["source"].startswith("L39656 v9")
    assert value("2020-01-01", mac="wps")["gap"] == "no-edition"
    shown = run_notecheck("policy", "show", "medicare/facet", "--mac", "ngs", "--on", "2026-05-01").stdout
    assert "12 weeks" in shown and "L35936" in shown and "Answered by: symptom_weeks" in shown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("policy", "show", "epidurel"), "NC-I83"),
        (("policy", "list", "medicair"), "NC-I83"),
        (("policy", "show", "epidural", "--mac", "nobody"), "NC-I83"),
        (("policy", "show", "epidural", "--state", "ZZ"), "NC-I83"),
        (("policy", "show", "epidural", "--on", "soon"), "NC-I84"),
        (("policy", "diff", "epidural", "--from", "2026-01-01", "--to", "2024-01-01"), "NC-I36"),
        (("policy", "myths", "nothing"), "NC-I83"),
        (("policy", "impact", "nowhere"), "NC-I81"),
        (("policy", "list", "--policy", "nowhere"), "NC-I80"),
        (("policy", "new", "Acme Health", "epidural", "--in", "x"), "NC-I85"),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence(
    run_notecheck: Run, arguments: tuple[str, ...], code: str
) -> None:
    done = run_notecheck(*arguments)
    assert done.returncode == 2 and done.stderr.startswith(f"{code}  ") and len(done.stderr.splitlines()) == 1


def test_show_lowers_the_severity_by_the_confidence(run_notecheck: Run) -> None:
    page = json.loads(run_notecheck("policy", "show", "aetna/epidural", "--on", "2026-05-01", "--json").stdout)
    found = {r["slug"]: (r["confidence"], r["severity"]) for r in page[0]["requirements"]}
    assert found["repeat-relief"] == ("unsure", "info") and found["one-modality"] == ("verified-2", "warning")


def test_diff_tells_values_from_newer_texts(run_notecheck: Run) -> None:
    found = json.loads(
        run_notecheck(
            "policy", "diff", "medicare/trigger-point", "--from", "2024-01-01", "--to", "2026-10-01", "--json"
        ).stdout
    )
    exam = {c["kind"]: c for c in found if c["slug"] == "exam-findings"}
    assert exam["value"]["macs"] == ["fcso", "novitas"] and exam["new"]["macs"] == [
        "cgs",
        "ngs",
        "noridian",
        "palmetto",
        "wps",
    ]
    assert next(c for c in found if c["slug"] == "gate" and c["kind"] == "ended")["macs"] == ["fcso", "novitas"]
    text = run_notecheck("policy", "diff", "medicare/epidural", "--from", "2024-01-01", "--to", "2026-06-01").stdout
    assert "Newer text, same demand" in text and "L38994 v14 -> L38994 v20" in text
    same = run_notecheck("policy", "diff", "medicare/epidural", "--from", "2026-06-01", "--to", "2026-06-02").stdout
    assert "Nothing changed" in same


def test_every_dated_change_of_a_topic_shows_in_its_diff() -> None:
    """From the data: a value that follows another one is a change between their days, for one of its contractors."""
    coverage = coverage_load.load()
    for topics in coverage.topics.values():
        for topic in topics:
            for requirement in topic.requirements:
                for before in requirement.values:
                    for after in requirement.values:
                        if before.ends and before.ends < after.starts and before.shares_mac(after):
                            found = overview.changes(coverage, topic, before.ends, after.starts)
                            assert requirement.slug in {c.slug for c in found}


def test_myths_have_both_sides_and_name_requirements_that_exist(run_notecheck: Run) -> None:
    coverage = coverage_load.load()
    every = overview.myths()
    assert len({m.slug for m in every}) == len(every) >= 30
    for myth in every:
        if myth.requirement:
            payer, topic, slug = myth.requirement.split("/")
            found = coverage.topic(payer, topic)
            assert found is not None and slug in {r.slug for r in found.requirements}, myth.slug
    told = " ".join(f"{m.heard} {m.says}" for m in every)
    assert "six weeks" in told and "four of ten" in told and "64561" in told and "counted for each nerve" in told
    page = run_notecheck("policy", "myths", "facet").stdout
    assert "80 percent" in page and "64561" not in page


def test_myths_agree_with_the_data() -> None:
    """Where a myth names a requirement with a number, the number of the policy is not that of the myth."""
    coverage = coverage_load.load()
    day = date(2026, 5, 1)

    def number(payer: str, topic: str, slug: str, key: str = "") -> float | None:
        found = coverage.topic(payer, topic)
        assert found is not None
        rule = coverage.rule(found, slug, day, "palmetto")
        assert rule is not None
        return rule.number(key)

    assert number("medicare", "epidural", "conservative-failure") == 4
    assert number("medicare", "sacroiliac", "conservative-failure") == 4
    assert number("medicare", "facet", "conservative-failure") is None
    assert number("medicare", "facet", "ablation-two-blocks", "percent") == 80
    assert number("medicare", "sacroiliac", "provocative-tests") == 3


def test_a_new_folder_lints_and_is_judged_by(run_notecheck: Run, run_process: Run, tmp_path: Path) -> None:
    assert run_notecheck("policy", "new", "acme-health", "epidural", "--in", "mine").returncode == 0
    assert run_notecheck("policy", "lint", "mine").stdout == "No fault found.\n"
    assert "there already" in run_notecheck("policy", "new", "acme-health", "epidural", "--in", "mine").stderr
    rows = json.loads(run_notecheck("policy", "list", "acme-health", "--policy", "mine", "--json").stdout)
    assert [(r["topic"], r["own"]) for r in rows] == [("epidural", True)]
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    options = (
        "check",
        "note.txt",
        "--cpt",
        "64483-LT",
        "--icd",
        "M51.17",
        "--payer",
        "acme-health",
        "--dos",
        "2026-12-01",
        "--format",
        "json",
        "--exit-zero",
    )
    assert run_notecheck(*options).returncode == 2, "the payer is not known without the folder"
    done = run_process(*options, env={"NOTECHECK_POLICY": "mine"})
    assert done.returncode == 0, done.stderr
    assert [c["item"] for c in json.loads(done.stdout)["checklist"]] == ["epidural/conservative-failure"]


def test_an_own_topic_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    coverage = coverage_load.load_with((own_folder(tmp_path),))
    topic = coverage.topic("uhc", "epidural")
    assert topic is not None and [r.slug for r in topic.requirements] == ["conservative-failure"]
    assert coverage.topic("uhc", "facet") == coverage_load.load().topic("uhc", "facet")
    last = own_folder(tmp_path / "second", weeks=12)
    both = coverage_load.load_with((tmp_path / "own", last)).topic("uhc", "epidural")
    assert both is not None and both.requirements[0].values[0].value == 12


def test_lint_tells_every_broken_topic_of_a_folder(run_notecheck: Run, tmp_path: Path) -> None:
    folder = own_folder(tmp_path)
    for name in ("facet", "sacroiliac"):
        own.write_new(coverage_load.load(), folder, "uhc", name, date(2026, 1, 1))
        file = folder / "uhc" / name / "topic.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("unit: weeks", "unit: moons"), encoding="utf-8")
    done = run_notecheck("policy", "lint", folder)
    lines = done.stdout.splitlines()
    assert done.returncode == 1 and len(lines) == 2
    assert all("'moons' is none of the known units" in line and "topic.yaml:" in line for line in lines)
    assert run_notecheck("policy", "lint").stdout == "No fault found.\n"


def test_impact_judges_stored_answers_again_without_the_notes(
    checker: notecheck.Checker, run_notecheck: Run, tmp_path: Path
) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    stored = checker.check(NOTE, CLAIM).to_dict()
    (answers / "one.json").write_text(json.dumps(stored), encoding="utf-8")
    other = checker.check(NOTE, {**CLAIM, "payer": "evicore"}).to_dict()
    (answers / "rest.jsonl").write_text(json.dumps(other) + "\n" + json.dumps(stored) + "\n", encoding="utf-8")
    same = impact(answers, policy_book.load())
    assert same.judged == 3 and same.changed == ()
    folder = own_folder(tmp_path)
    now = impact(answers, policy_book.load((folder,)))
    assert [c.file for c in now.changed] == ["one.json", "rest.jsonl"]
    turned = {t.item: (t.before, t.after) for t in now.changed[0].items}
    assert turned["epidural/conservative-failure"] == ("met", "not-met")
    assert turned["epidural/covered-indication"] == ("met", "")
    assert ("MED002", "error", "64483") in now.changed[0].gained
    done = run_notecheck("policy", "impact", answers, "--policy", folder)
    assert done.returncode == 1 and "3 answers judged again, 2 would change." in done.stdout
    assert "met -> not-met" in done.stdout and "Oswin" not in done.stdout and "shift" not in done.stdout
    assert run_notecheck("policy", "impact", answers).returncode == 0


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[1]",
        '{"note_id": "x"}',
        json.dumps(
            dict.fromkeys(("note_id", "readiness", "facts", "findings", "checklist", "claim", "chart", "day"), 1)
        ),
    ],
)
def test_a_file_that_is_no_answer_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"NC-I82  .*a\.json"):
        impact(tmp_path, policy_book.load())


def test_readiness_alone_is_a_change(checker: notecheck.Checker, tmp_path: Path) -> None:
    report = checker.check(NOTE, CLAIM)
    other = "hold" if report.readiness != "hold" else "ready"
    (tmp_path / "a.json").write_text(json.dumps(replace(report, readiness=other).to_dict()), encoding="utf-8")
    (changed,) = impact(tmp_path, policy_book.load()).changed
    assert (changed.before, changed.after, changed.items) == (other, report.readiness, ())


def test_readme_example_of_the_policy_folder_is_a_sound_topic(tmp_path: Path) -> None:
    """The example in patterns/policy/README.md is read by the loader itself."""
    readme = (locate.patterns() / "policy" / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```yaml\n")[2].partition("```")[0]
    assert yaml.safe_load(example)["topic"] == "epidural"
    file = tmp_path / "medicare" / "epidural" / "topic.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(example, encoding="utf-8")
    topic = coverage_load.load_with((tmp_path,)).topic("medicare", "epidural")
    assert topic is not None and [r.slug for r in topic.requirements] == ["pain-duration"]
