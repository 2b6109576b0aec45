"""The sample for a human auditor: drawing, the worksheet, and what agree makes of a filled-in one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from audit_store import write
from openpyxl import load_workbook

from notecheck.audit import worksheet
from notecheck.audit.agreement import agreement, tables
from notecheck.audit.sample import allotted, sample
from notecheck.errors import InputError
from notecheck.scan.store import Store


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan") / "results"
    write(folder, 160, 6, providers=4)
    return folder


def drawn(scanned: Path, **asked):
    with Store(scanned, read_only=True) as store:
        return sample(store, **({"per_provider": 20, "seed": 1} | asked))


def test_the_same_seed_draws_the_same_notes_and_another_seed_others(scanned: Path) -> None:
    first, again, other = drawn(scanned), drawn(scanned), drawn(scanned, seed=2)
    assert first == again and first.drawn != other.drawn
    assert Counter(one.note.provider for one in first.drawn) == {f"dr-{n}": 20 for n in range(4)}
    assert first.sizes == {f"dr-{n}": 40 for n in range(4)}
    assert len({one.note.key for one in first.drawn}) == 80


def test_strata_are_drawn_in_proportion_and_none_is_left_out(scanned: Path) -> None:
    for by in ("family", "readiness"):
        made = drawn(scanned, by=by)
        assert len(made.drawn) == 80
        counts = Counter(one.stratum for one in made.drawn)
        assert set(counts) == set(made.sizes)
        assert all(abs(counts[name] - size / 2) <= 2 for name, size in made.sizes.items())
    assert allotted({"a": 98, "b": 1, "c": 1}, 10) == {"a": 8, "b": 1, "c": 1}
    assert allotted({"a": 2, "b": 3}, 10) == {"a": 2, "b": 3}
    assert sum(allotted({"a": 5, "b": 5, "c": 5}, 2).values()) == 2
    with pytest.raises(InputError, match="NC-A20"):
        drawn(scanned, per_provider=0)


def test_a_blind_worksheet_shows_no_answer_and_asks_every_check_of_every_note(scanned: Path, tmp_path: Path) -> None:
    blind, seen = drawn(scanned, blind=True, per_provider=5), drawn(scanned, per_provider=5)
    worksheet.write(blind, tmp_path / "blind.xlsx", blind=True)
    worksheet.write(seen, tmp_path / "open.xlsx", blind=False)
    rows = list(load_workbook(tmp_path / "blind.xlsx")["Questions"].iter_rows(min_row=2, values_only=True))
    assert not any(row[6] or row[7] or row[8] for row in rows)
    asked = Counter(row[4] for row in rows if row[3] == "finding")
    assert set(asked.values()) == {20}
    book = load_workbook(tmp_path / "open.xlsx")
    assert book["Tool"].sheet_state == "veryHidden"
    shown = list(book["Questions"].iter_rows(min_row=2, values_only=True))
    assert any(row[8] == "the words" and row[9] == "line 1" for row in shown) and len(shown) < len(rows)
    assert any(str(row[13]).startswith("20552-LT x1 M54.16") for row in book["Notes"].iter_rows(min_row=2, values_only=True))
    choices = {str(v.sqref): v.formula1 for v in book["Notes"].data_validations.dataValidation}
    assert choices["K2:K21"] == '"ready,addendum,hold"'
    read = worksheet.read(tmp_path / "blind.xlsx")
    assert read.blind and [a.tool for a in read.answers] == [a.tool for a in blind.asked]
    assert agreement(read).in_full == 0 and agreement(read).estimates == () and agreement(read).open_questions == len(rows)


def fill(path: Path, *, wrong: int = 0) -> dict[str, list[str]]:
    """An auditor who agrees with everything, but for the first ``wrong`` findings, and misses LAT002 on two notes."""
    book = load_workbook(path)
    tool = book["Tool"]
    said: dict[str, list[str]] = {"tool alone": [], "missed": []}
    for row in range(2, book["Notes"].max_row + 1):
        if book["Notes"].cell(row, 1).value:
            book["Notes"].cell(row, 10).value = "yes"
            book["Notes"].cell(row, 11).value = tool.cell(row, 2).value
    for row in range(2, book["Questions"].max_row + 1):
        sheet = book["Questions"]
        answer = tool.cell(row, 1).value
        if sheet.cell(row, 4).value == "finding" and len(said["tool alone"]) < wrong:
            said["tool alone"].append(str(sheet.cell(row, 5).value))
            answer = "No "
        sheet.cell(row, 11).value = answer
    having = {row[1] for row in book["Questions"].iter_rows(min_row=2, values_only=True) if row[4] == "LAT002"}
    for row in range(2, book["Notes"].max_row + 1):
        if book["Notes"].cell(row, 1).value and book["Notes"].cell(row, 1).value not in having and len(said["missed"]) < 2:
            said["missed"].append(str(book["Notes"].cell(row, 2).value))
            book["Missed"].cell(1 + len(said["missed"]), 1).value = said["missed"][-1]
            book["Missed"].cell(1 + len(said["missed"]), 2).value = "LAT002"
    book.save(path)
    return said


def test_agreement_is_what_the_auditor_said(scanned: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    made = drawn(scanned)
    worksheet.write(made, path, blind=False)
    said = fill(path, wrong=4)
    found = agreement(worksheet.read(path))
    by = {check.check: check for check in found.checks}
    fired = Counter(asked.check for asked in made.asked if asked.kind == "finding")
    against = Counter(said["tool alone"])
    for code, check in by.items():
        assert check.tool_alone == against[code] and check.both == fired[code] - against[code]
        assert check.auditor_alone == (2 if code == "LAT002" else 0)
        assert check.both + check.tool_alone + check.auditor_alone + check.neither == 80
        assert check.precision == pytest.approx(check.both / fired[code])
    assert by["LAT002"].recall == pytest.approx(by["LAT002"].both / (by["LAT002"].both + 2))
    assert by["LAT002"].kappa is not None and by["LAT002"].kappa < 1
    assert found.verdicts == 1 and all(r.same == r.answered for r in found.requirements) and found.open_questions == 0
    estimates = {e.says: e for e in found.estimates}
    share = sum(one.note.readiness != "ready" for one in made.drawn) / 80
    first = estimates["notes that the auditor would not bill as they stand"]
    assert first.wilson.share == pytest.approx(share) and first.exact.low < share < first.exact.high
    assert estimates["notes on which tool and auditor differ"].wilson.share == 0
    assert [table.slug for table in tables(found)] == ["estimates", "checks", "requirements"]
    json.dumps(found.to_dict())


def test_a_stratified_estimate_is_weighted(scanned: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    worksheet.write(drawn(scanned, by="readiness", per_provider=12), path, blind=False)
    fill(path)
    found = agreement(worksheet.read(path))
    with Store(scanned, read_only=True) as store:
        truth = store.query("SELECT avg(CASE WHEN readiness = 'hold' THEN 1 ELSE 0 END) FROM notes")[0][0]
    assert {e.says: e for e in found.estimates}["notes on hold by the auditor"].wilson.share == pytest.approx(truth)


def test_a_strange_worksheet_is_refused_with_its_row(scanned: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    worksheet.write(drawn(scanned, per_provider=2), path, blind=False)
    book = load_workbook(path)
    book["Questions"].cell(5, 11).value = "perhaps"
    book.save(path)
    with pytest.raises(InputError, match=r"NC-A22.*Questions, row 5"):
        worksheet.read(path)
    for name, content in (("a.xlsx", b"no workbook"), ("b.txt", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match="NC-A21"):
            worksheet.read(tmp_path / name)


def test_a_sorted_worksheet_says_the_same_and_answers_are_not_written_over(scanned: Path, run_notecheck, tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    worksheet.write(drawn(scanned, per_provider=3), path, blind=False)
    assert not worksheet.has_answers(path)
    fill(path, wrong=2)
    before = agreement(worksheet.read(path))
    book = load_workbook(path)
    for name, by in (("Notes", 10), ("Questions", 4)):
        rows = [list(row) for row in book[name].iter_rows(min_row=2, values_only=True)]
        for number, row in enumerate(sorted(rows, key=lambda row: str(row[by]), reverse=True), 2):
            for column, value in enumerate(row, 1):
                book[name].cell(number, column).value = value
    book["Missed"].cell(2, 2).value = "laterality-modifier-mismatch"
    book.save(path)
    sorted_one = agreement(worksheet.read(path))
    assert (sorted_one.checks, sorted_one.requirements, sorted_one.verdicts) == (before.checks, before.requirements, before.verdicts)
    assert [(e.says, e.count, e.of) for e in sorted_one.estimates] == [(e.says, e.count, e.of) for e in before.estimates]
    again = run_notecheck("sample", scanned, "--per-provider", "3", "--output", path)
    assert again.returncode == 2 and "NC-A23" in again.stderr and worksheet.has_answers(path)
    book["Missed"].cell(2, 2).value = "LAT02"
    book.save(path)
    with pytest.raises(InputError, match=r"NC-A22.*Missed, row 2: there is no check 'LAT02'"):
        worksheet.read(path)


def test_the_commands(scanned: Path, run_notecheck, tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    done = run_notecheck("sample", scanned, "--per-provider", "3", "--seed", "7", "--stratify", "family", "--output", path)
    assert done.returncode == 0, done.stderr
    assert "12 notes" in done.stdout and path.stat().st_mode & 0o077 == 0
    fill(path, wrong=1)
    shown = run_notecheck("agree", path)
    assert shown.returncode == 0 and "Agreement by check" in shown.stdout and "Wilson" in shown.stdout
    answer = json.loads(run_notecheck("agree", path, "--format", "json").stdout)
    assert answer["notes"] == answer["read_in_full"] == 12
    assert run_notecheck("agree", tmp_path / "none.xlsx").returncode == 2
