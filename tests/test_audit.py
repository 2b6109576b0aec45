"""The audit of a scan: its numbers, its page, its other forms, and money at risk, on a synthetic store."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from audit_store import REQUIREMENTS, write

import notecheck
from notecheck.annotate.second_look import MAY_BE
from notecheck.audit import forms, note_pages, page
from notecheck.audit.batch import billed_lines
from notecheck.audit.clones import Pair
from notecheck.audit.money import at_risk, read_fees
from notecheck.audit.picture import Picture, picture, tables
from notecheck.audit.tables import Table
from notecheck.config import settings
from notecheck.errors import InputError
from notecheck.records import Note
from notecheck.scan import second
from notecheck.scan.judging import done
from notecheck.scan.payers import NOT_KNOWN
from notecheck.scan.rows import Layout, Place, checksum, refused_rows, rows
from notecheck.scan.store import Store
from notecheck.scan.work import Read

COUNT, COPIES = 320, 8


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan") / "results"
    write(folder, COUNT, 4, providers=8, copies=COPIES)
    return folder


@pytest.fixture(scope="module")
def shown(scanned: Path) -> Picture:
    with Store(scanned, read_only=True) as store:
        return picture(store, worst=40)


def named(shown: Picture) -> dict[str, Table]:
    return {table.slug: table for table in tables(shown)}


def test_every_table_of_readiness_counts_every_note_once(shown: Picture) -> None:
    made = named(shown)
    for slug in ("family", "payer", "provider", "month"):
        rows = made[slug].rows
        assert sum(row[1] for row in rows) == COUNT
        assert all(row[1] == row[2] + row[3] + row[4] for row in rows)
    months = [row[0] for row in made["month"].rows]
    assert months == sorted(months)


def test_gaps_are_those_of_the_checklist(shown: Picture, scanned: Path) -> None:
    with Store(scanned, read_only=True) as store:
        counted = dict(store.query("SELECT requirement, count(*) FILTER (WHERE answer IN ('not-met', 'unclear')) FROM checklist GROUP BY 1"))
        worst = store.query("SELECT count(*) FILTER (WHERE answer = 'not-met'), count(*) FILTER (WHERE answer <> 'not-applicable') FROM checklist c JOIN notes n USING (note_key) WHERE provider = 'dr-3' AND requirement = 'facet/diagnostic-relief'")  # fmt: skip
    rows = named(shown)["gaps"].rows
    assert {row[0]: row[3] + row[4] for row in rows} == {name: count for name, count in counted.items() if count}
    weights = [row[3] + row[4] for row in rows]
    assert weights == sorted(weights, reverse=True) and rows[-1][6] == 1
    heat = named(shown)["heat"]
    cell = next(row for row in heat.rows if row[0] == "dr-3")[heat.heads.index("facet/diagnostic-relief")]
    assert worst[0][1] and cell >= worst[0][0] / worst[0][1]
    assert set(heat.heads[2:]) <= set(REQUIREMENTS)


def test_planted_providers_and_copies_are_found(shown: Picture) -> None:
    outlying = {(use.provider, use.measure) for use in shown.uses if use.outlying}
    assert ("dr-4", "visit-with-25") in outlying
    hold = {use.provider: use.rate for use in shown.uses if use.measure == "hold"}
    assert max(hold, key=hold.__getitem__) == "dr-5"
    found = {frozenset((pair.first, pair.second)) for pair in shown.copies.pairs}
    keys = {note.note_id: note.key for note in shown.batch.notes}
    planted = {frozenset((keys[name], keys[name.removesuffix("-copy")])) for name in keys if name.endswith("-copy")}
    assert len(planted) == COPIES and len(planted & found) >= 0.98 * COPIES
    first = shown.copies.compared[0]
    assert isinstance(first.pair, Pair) and "blood pressure" in first.equal and first.passages[0].words > 20
    assert {one.provider for one in shown.copies.alike} == {f"dr-{n}" for n in range(8)}


def test_the_worst_notes_come_first(shown: Picture) -> None:
    order = [(w.note.errors, w.note.warnings) for w in shown.worst]
    assert len(order) == 40 and order == sorted(order, reverse=True)
    assert all(w.first for w in shown.worst)


def test_the_page_is_one_file_that_asks_nothing(shown: Picture, scanned: Path, tmp_path: Path) -> None:
    fees = tmp_path / "fees.csv"
    fees.write_text("code,fee\n64483,200\n", encoding="utf-8")
    with Store(scanned, read_only=True) as store:
        shown = replace(shown, money=at_risk(store, billed_lines(store), read_fees(fees)))
    written = page.render(shown)
    assert not re.search(r'(?:src|href)="(?!#)[^"]*//', written) and "<script src" not in written and "@import" not in written
    ids = re.findall(r'\bid="([^"]+)"', written)
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    for link in re.findall(r'href="#([^"]+)"', written):
        assert link in ids, link
    for colour in ("#010201", "#010202", "DejaVu"):
        assert colour not in written
    assert written.count("<svg role=") == 6 and written.count('<th scope="col"') > 30
    assert len(written.encode()) < 1_000_000


def test_names_that_would_run_stay_words(tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>$x_1$"
    folder = tmp_path / "scan"
    write(folder, 40, 5, providers=2)
    with Store(folder) as store:
        store._db.execute("UPDATE notes SET provider = ? WHERE provider = 'dr-1'", [evil])
        store._db.execute("UPDATE notes SET provider = '=1+1\x07' WHERE provider = 'dr-0'")
        made = picture(store, worst=30)
    html = page.render(made)
    assert "<img" not in html and "&lt;img src=x" in html and "\x07" not in html
    names = {row["Provider"] for row in csv.DictReader(forms.csv_files(tables(made))["provider.csv"].splitlines())}
    assert names == {evil, "'=1+1\\x07"}
    assert "<img" not in forms.markdown(tables(made), "x")
    from openpyxl import load_workbook

    forms.write_workbook(tables(made), tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx")["provider"]
    cells = {cell.value: cell for cell in sheet["A"]}
    assert cells["=1+1\\x07"].data_type == "s" and cells["=1+1\\x07"].quotePrefix
    assert sheet["F2"].number_format == "0.0%"


def test_money_at_risk_only_counts_lines_that_an_error_reaches(shown: Picture, scanned: Path, tmp_path: Path) -> None:
    fees = tmp_path / "fees.csv"
    fees.write_text('Code,Fee\n64483,"$1,000.50"\n64493,200\n', encoding="utf-8")
    with Store(scanned, read_only=True) as store:
        made = replace(shown, money=at_risk(store, billed_lines(store), read_fees(fees)))
        billed = store.query("SELECT code, count(*) FROM claims WHERE code IN ('64483', '64493') GROUP BY 1")
        other = store.query("SELECT count(*) FROM claims WHERE code NOT IN ('64483', '64493')")[0][0]
        hold = {key for (key,) in store.query("SELECT note_key FROM notes WHERE readiness = 'hold'")}
    assert made.money is not None
    price = {"64483": Decimal("1000.50"), "64493": Decimal(200)}
    assert made.money.billed == sum(price[code] * count for code, count in billed)
    assert made.money.without_fee == other
    assert 0 < made.money.at_risk < made.money.billed
    assert {line.key for line in made.money.lines} <= hold
    assert {"money-provider", "money-family"} <= set(named(made)) and "money-provider" not in named(shown)
    assert sum(row[2] for row in named(made)["money-family"].rows) == pytest.approx(float(made.money.at_risk))
    for bad in ("code,fee\n64483,free\n", "a,b\n1,2\n", "code,fee\n", "code,fee\n64483,-5\n"):
        fees.write_text(bad, encoding="utf-8")
        with pytest.raises(InputError, match="NC-A11"):
            read_fees(fees)


def test_a_scan_without_notes_is_named(tmp_path: Path) -> None:
    Store(tmp_path / "empty", create=True).close()
    with Store(tmp_path / "empty", read_only=True) as store, pytest.raises(InputError, match="NC-A01"):
        picture(store)


def test_the_worst_notes_get_their_report_with_the_words_of_the_source(checker: notecheck.Checker, top: Path, tmp_path: Path) -> None:
    """Judged, stored, judged again from the store: the same findings, and the words of the file where it is unchanged."""
    text = (top / "sample_notes" / "tfesi-left-billed-right.txt").read_text(encoding="utf-8")
    claim = json.loads((top / "sample_notes" / "tfesi-left-billed-right.claim.json").read_text(encoding="utf-8"))
    keys = []
    with Store(tmp_path / "scan", create=True) as store:
        for name in ("same.txt", "changed.txt", "gone.txt"):
            file = tmp_path / name
            file.write_text(text, encoding="utf-8")
            place = Place(source=str(file), note_id=file.stem, content_hash=checksum(text))
            store.write([rows(checker.check(Note(text, str(file), file.stem), claim), place, Layout.of(text))])
            keys.append(place.note_key)
        (tmp_path / "changed.txt").write_text(text + "\nAddendum.", encoding="utf-8")
        (tmp_path / "gone.txt").unlink()
        stored = store.report(keys[0])
        assert stored is not None
        links = note_pages.write_pages(store, keys, tmp_path / "scan", checker.book)
        made = page.render(picture(store), links=links)
        (tmp_path / "same.txt.notecheck").write_text('notecheck:ignore LAT002 reason="agreed on the telephone"\n', encoding="utf-8")
        ruled = [note_pages.again(store, held, checker.book, settings.load(start=tmp_path)) for key in keys[:2] if (held := note_pages.of_key(store, key))]
    accepted, other = ({f.code for f in report.findings} for report in ruled if report)
    assert other - accepted == {"LAT002"} and [s.finding.code for s in ruled[0].suppressed] == ["LAT002"]
    pages = {key: (tmp_path / "scan" / links[key]).read_text(encoding="utf-8") for key in keys}
    for key, written in pages.items():
        assert {f["code"] for f in stored["findings"]} <= set(re.findall(r"\b[A-Z]{3}\d{3}\b", written))
        assert f'href="{links[key]}"' in made
    assert 'class="text"' in pages[keys[0]] and "line 9" in pages[keys[0]]
    assert 'class="text"' not in pages[keys[1]] + pages[keys[2]]


def test_the_command_writes_every_form(tmp_path: Path, run_notecheck) -> None:
    scanned = tmp_path / "results"
    write(scanned, 40, 5, providers=2)
    for form, made in (("md", "audit.md"), ("csv", "audit-csv/worst.csv"), ("xlsx", "audit.xlsx")):
        done = run_notecheck("audit", scanned, "--format", form)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert (scanned / made).stat().st_size > 500
    done = run_notecheck("audit", scanned, "--no-pages", "--worst", "5", "--output", scanned / "a.html")
    assert done.returncode == 0 and (scanned / "a.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run_notecheck("audit", scanned / "nowhere").returncode == 2


PROCEDURE = """PROCEDURE NOTE
Date of service: {day}
DIAGNOSIS: Lumbar radiculopathy.
PROCEDURE: Left L4-L5 transforaminal epidural steroid injection under fluoroscopy.
What could go wrong was gone through line by line and she nodded to all of it.
A time-out was held. With a 22 gauge needle the left L4-L5 foramen was entered, 1 mL of iohexol showed the nerve root, and
dexamethasone 10 mg was injected. No complications.
Electronically signed by A. Example, MD
"""
VISIT = "OFFICE VISIT\nDate of service: 03/10/2025\nLeft leg pain for five months.\nStraight leg raise positive on the left.\nA. Example, MD\n"


def _no_ruling(source: str, member: str | None) -> None:
    return None


def test_a_report_of_the_audit_is_that_of_the_scan_with_chart_history_and_sentences_to_read(
    checker: notecheck.Checker, tmp_path: Path
) -> None:
    texts = {"a": PROCEDURE.format(day="01/06/2025"), "p": PROCEDURE.format(day="03/10/2025"), "v": VISIT}
    with Store(tmp_path / "scan", create=True) as store:
        for name, text in texts.items():
            (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
            encounter = None if name == "a" else "E1"
            place = Place(str(tmp_path / f"{name}.txt"), patient="P1", encounter=encounter, note_id=name, content_hash=checksum(text))
            answer = done(checker, Read(place, text))
            assert answer.rows is not None, answer.trouble
            store.write([answer.rows])
        for task in list(second.tasks(store, second.due(store), _no_ruling)):
            answer = done(checker, task)
            assert answer.rows is not None, answer.trouble
            store.write([answer.rows])
        key = next(key for key, in store.query("SELECT note_key FROM notes WHERE note_id = 'p'"))
        held = note_pages.of_key(store, key)
        assert held is not None
        again = note_pages.again(store, held, checker.book)
        links = note_pages.write_pages(store, [key], tmp_path / "scan", checker.book)
        shown = picture(store)
    whole = checker.check(Note(texts["p"], "p.txt", "p"), chart=[Note(VISIT, "v.txt", "v")], earlier=[texts["a"]])
    assert again is not None
    one, other = ({k: v for k, v in report.to_dict().items() if k not in ("source", "chart")} for report in (again, whole))
    assert one == other and MAY_BE in json.dumps(one["findings"])
    page_of = (tmp_path / "scan" / links[key]).read_text(encoding="utf-8")
    assert MAY_BE in page_of and "Straight leg raise positive" in page_of
    assert sum(gap.to_read for gap in shown.gaps) == sum(item["because"].endswith(MAY_BE) for item in one["checklist"])
    assert shown.batch.beside == 1 and any("NCCI" in name for name in shown.batch.editions)


def test_what_the_numbers_leave_out_is_listed(tmp_path: Path) -> None:
    write(tmp_path / "scan", 6, 5, providers=2)
    with Store(tmp_path / "scan", create=True) as store:
        place = Place("notes/x.pdf", "page 2")
        store.write([refused_rows(place, "NC-I10", "page 2 is a picture", "Use --ocr.")])
        store.set_unmatched([{"claim_id": "K7", "codes": ["64483"], "reason": "no document of this name"}])
        store.query("UPDATE notes SET payer_named = 'Far Away Mutual', payer_by = ? WHERE status = 'judged'", ["default" + NOT_KNOWN])
        shown = picture(store)
    made = {table.slug: table.rows for table in tables(shown)}
    assert made["refused"] == (("x.pdf, page 2", "NC-I10", "page 2 is a picture", "Use --ocr."),)
    assert made["unmatched"] == (("K7", "", "", "64483", "no document of this name"),)
    assert {row[0] for row in made["payers"]} == {"Far Away Mutual"}
    html = page.render(shown)
    assert all(words in html for words in ("page 2 is a picture", "K7", "Far Away Mutual", "NCCI 2024-07-01"))


def test_a_store_that_lacks_newer_columns_can_still_be_read(tmp_path: Path) -> None:
    write(tmp_path / "scan", 6, 5, providers=2)
    with Store(tmp_path / "scan", create=True) as store:
        for column in ("payer_named", "payer_by", "editions"):
            store.query(f"ALTER TABLE notes DROP COLUMN {column}")
    with Store(tmp_path / "scan", read_only=True) as store:
        assert len(picture(store).batch.notes) == 6 and store.query("SELECT payer_by FROM notes LIMIT 1") == [(None,)]
