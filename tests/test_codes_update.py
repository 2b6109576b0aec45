"""``notecheck codes``: the published layouts are read, what is not sound is refused in words, editions stay and return."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from made_cms import Edit, mcd_zip, mue_text, mue_zip, ncci_text, ncci_zips, order_text, order_zip

import notecheck
from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.policy.cms import expected as bounds
from notecheck.policy.cms import loaded, shelf
from notecheck.policy.cms import update as tables

DAY = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def small_files_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds on rows as they are, but for the least number: made files are small."""
    real = bounds.load()
    kinds = {kind: found.model_copy(update={"least_rows": 10}) for kind, found in real.kinds.items()}
    monkeypatch.setattr(bounds, "load", lambda: real.model_copy(update={"kinds": kinds}))


@pytest.fixture(scope="module")
def shipped_edits(request: pytest.FixtureRequest) -> list[Edit]:
    """The shipped pairs as CMS would print them."""
    from notecheck.policy import book

    pairs = book.load().codes.pairs.values()
    return [(p.column1, p.column2, "20240101", "*", p.modifier_indicator) for p in pairs if p.modifier_indicator in "01"]


@pytest.fixture(scope="module")
def shipped_limits() -> list[tuple[str, int, str]]:
    from notecheck.policy import book

    rows = [rows[-1] for rows in book.load().codes.rows.values() if rows[-1].mue is not None]
    return [(row.code, row.mue or 0, f"{row.mai} Date of Service Edit: Policy") for row in rows]


def refused(code: str, words: str, run: Callable[[], object]) -> None:
    with pytest.raises(InputError) as caught:
        run()
    assert caught.value.code == code, caught.value
    assert words in str(caught.value)
    assert caught.value.next_step and caught.value.where
    assert "\n" not in str(caught.value)


# NCCI


def test_the_four_files_of_a_quarter_are_loaded(tmp_path: Path, book: Book, shipped_edits: list[Edit]) -> None:
    extra: list[Edit] = [("64483", "20999", "20261001", "*", "0")]
    (edition,) = tables.update({"ncci": ncci_zips(tmp_path, [*shipped_edits, *extra])}, book)
    assert (edition.kind, edition.day, edition.rows) == ("ncci", DAY, len(shipped_edits) + 1)
    codes = loaded.for_day(book, DAY).codes
    found = codes.pair("20999", "64483", DAY)
    assert found and (found.column1, found.column2, found.modifier_indicator) == ("64483", "20999", "0")
    assert found.note == "Standards of medical / surgical practice"
    assert "2026-10-01, as loaded" in codes.source("ptp")
    assert "NCCI 2026-10-01, as loaded" in codes.editions
    assert book.codes.pair("20999", "64483", DAY) is None, "the shipped tables stay as they are"


def test_text_and_workbook_give_the_same_edits(
    tmp_path: Path, book: Book, shipped_edits: list[Edit], monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = [*shipped_edits, ("10021", "19281", "20200101", "20231231", "9")]
    seen = []
    for sheets in (False, True):
        monkeypatch.setenv("NOTECHECK_DATA", str(tmp_path / f"data{sheets}"))
        (edition,) = tables.update({"ncci": ncci_zips(tmp_path / str(sheets), edits, sheets=sheets)}, book)
        base = edition.open()
        seen.append(base.execute("SELECT one, two, starts, ends, indicator FROM edit").fetchall())
        base.close()
    assert seen[0] == seen[1]
    assert ("10021", "19281", 20200101, 20231231, "9") in seen[0]


@pytest.mark.parametrize(
    ("day", "indicator"),
    [
        ("2018-12-31", None),
        ("2019-01-01", "0"),
        ("2020-06-30", "0"),
        ("2020-07-01", None),
        ("2022-03-31", None),
        ("2022-04-01", "1"),
        ("2026-11-01", "1"),
    ],
)
def test_the_date_of_service_picks_the_edit(
    tmp_path: Path, book: Book, shipped_edits: list[Edit], day: str, indicator: str | None
) -> None:
    history: list[Edit] = [
        ("64483", "20999", "20220401", "*", "1"),
        ("64483", "20999", "20220101", "20220101", "0"),  # taken back: never held
        ("64483", "20999", "20190101", "20200630", "0"),
        ("64484", "20999", "20190101", "*", "9"),
    ]
    tables.update({"ncci": ncci_zips(tmp_path, [*shipped_edits, *history])}, book)
    on = date.fromisoformat(day)
    codes = loaded.for_day(book, on).codes
    for pair in (("64483", "20999"), ("20999", "64483")):
        found = codes.pair(*pair, on)
        assert (found.modifier_indicator if found else None) == indicator
    assert codes.pair("64484", "20999", on) is None, "indicator 9 is no edit"


def test_a_check_uses_the_loaded_edition_and_names_it(
    tmp_path: Path, checker: notecheck.Checker, book: Book, shipped_edits: list[Edit]
) -> None:
    note = "PROCEDURE: Left L5-S1 transforaminal epidural steroid injection under fluoroscopic guidance with contrast."
    claim = {"date_of_service": "2026-10-05", "lines": [{"code": "64483", "modifiers": ["LT"]}, {"code": "20999"}]}
    before = {f.code for f in checker.check(note, claim).findings}
    tables.update({"ncci": ncci_zips(tmp_path, [*shipped_edits, ("64483", "20999", "20261001", "*", "0")])}, book)
    after = checker.check(note, claim)
    assert "NCC001" not in before
    bundled = next(f for f in after.findings if f.code == "NCC001")
    assert "2026-10-01, as loaded" in bundled.source


def test_wrong_ncci_files_are_refused_and_nothing_changes(tmp_path: Path, book: Book, shipped_edits: list[Edit]) -> None:
    good = ncci_zips(tmp_path / "good", shipped_edits, version="v322r0")
    (old,) = tables.update({"ncci": good}, book)

    def part(name: str, text: str) -> list[Path]:
        path = tmp_path / name
        path.write_bytes(text.encode("cp1252"))
        return [path]

    def give(paths: list[Path], day: date | None = None) -> Callable[[], object]:
        return lambda: tables.update({"ncci": paths}, book, day=day)

    text = ncci_text(shipped_edits)
    name = "ccipra-v323r0-f1.txt"
    refused("NC-I01", "no such file", give([tmp_path / "none.zip"]))
    refused("NC-I02", "folder", give([tmp_path]))
    refused("NC-I50", "expected name", give([mue_zip(tmp_path, [])]))
    (tmp_path / "cut.zip").write_bytes(good[0].read_bytes()[:-30])
    refused("NC-I50", "cut.zip", give([tmp_path / "cut.zip"]))
    refused("NC-I51", "columns", give(part(name, "64483\t20999\t\t20260101\t*\t0\twhy\r\n" * 20)))
    refused("NC-I51", "columns", give(part(name, text.replace("Modifier", "Mod"))))
    refused("NC-I52", "line 7: '6448' is no procedure code", give(part(name, ncci_text([("6448", "20999", "20260101", "*", "0")]))))
    refused("NC-I52", "line 7: '20261301' is no date", give(part(name, ncci_text([("64483", "20999", "20261301", "*", "0")]))))
    refused("NC-I52", "'7' is none of 0, 1, 9", give(part(name, ncci_text([("64483", "20999", "20260101", "*", "7")]))))
    refused("NC-I52", "ends (2025-01-01) before", give(part(name, ncci_text([("64483", "20999", "20260101", "20250101", "0")]))))
    refused("NC-I53", "at least 10", give(part(name, ncci_text(shipped_edits[:5]))))
    refused("NC-I53", "edits that are known", give(part(name, ncci_text([(f"{n:05d}", "20999", "20260101", "*", "0") for n in range(10000, 13000)]))))
    refused("NC-I53", "too far apart", give(part(name, ncci_text([*shipped_edits, *((f"{n:05d}", "20999", "20260101", "*", "0") for n in range(10000, 13000))]))))
    refused("NC-I53", "parts 1, 3, 4", give([p for p in ncci_zips(tmp_path / "missing", shipped_edits) if "f2" not in p.name]))
    refused("NC-I54", "cannot be told", give(part("renamed.txt", text)))
    refused("NC-I54", "different quarters", give([*good[:2], *ncci_zips(tmp_path / "other", shipped_edits)[2:]]))
    refused("NC-I54", "begins on 2027-01-01", give(part(name, ncci_text([*shipped_edits, ("64483", "20999", "20270101", "*", "0")]))))
    refused("NC-I55", "stand twice", give(part(name, ncci_text(shipped_edits * 2))))
    refused("NC-I55", "two modifier indicators", give(part(name, ncci_text([*shipped_edits, ("64483", "20999", "20260101", "*", "0"), ("64483", "20999", "20260101", "*", "1")]))))
    assert shelf.editions("ncci") == (old,)
    assert not list(shelf.folder("ncci").glob("making*")), "nothing half made stays"


def test_a_renamed_file_is_loaded_with_its_day(tmp_path: Path, book: Book, shipped_edits: list[Edit]) -> None:
    path = tmp_path / "edits of autumn.txt"
    path.write_bytes(ncci_text(shipped_edits).encode())
    (edition,) = tables.update({"ncci": [path]}, book, day=DAY)
    assert edition.day == DAY


def test_hospital_edits_are_kept_apart(tmp_path: Path, book: Book, shipped_edits: list[Edit]) -> None:
    (edition,) = tables.update({"ncci": ncci_zips(tmp_path, shipped_edits, who="oph")}, book)
    assert edition.kind == "ncci-hospital"
    assert loaded.for_day(book, DAY) is book, "professional claims are not judged by them"


def test_editions_stand_side_by_side_and_an_update_can_be_taken_back(
    tmp_path: Path, book: Book, shipped_edits: list[Edit]
) -> None:
    extra: Edit = ("64483", "20999", "20260101", "*", "0")
    tables.update({"ncci": ncci_zips(tmp_path / "a", shipped_edits, version="v322r0")}, book)
    tables.update({"ncci": ncci_zips(tmp_path / "b", [*shipped_edits, extra])}, book)
    assert [e.day for e in shelf.editions("ncci")] == [date(2026, 7, 1), DAY]
    july, october = date(2026, 9, 30), DAY
    assert loaded.for_day(book, july).codes.pair("64483", "20999", july) is None
    assert loaded.for_day(book, october).codes.pair("64483", "20999", october) is not None

    tables.update({"ncci": ncci_zips(tmp_path / "c", shipped_edits)}, book)  # the same quarter again
    assert loaded.for_day(book, october).codes.pair("64483", "20999", october) is None
    taken, back = tables.restore("ncci")
    assert (taken.day, back.rows if back else 0) == (DAY, len(shipped_edits) + 1)
    assert loaded.for_day(book, october).codes.pair("64483", "20999", october) is not None
    assert tables.restore("ncci")[1] is None
    assert [e.day for e in shelf.editions("ncci")] == [date(2026, 7, 1)]
    tables.restore("ncci")
    refused("NC-I56", "no edition", lambda: tables.restore("ncci"))
    refused("NC-I56", "no kind", lambda: tables.restore("nci"))
    assert loaded.for_day(book, october) is book


# MUE


def test_units_limits_hold_from_their_day(
    tmp_path: Path, book: Book, shipped_limits: list[tuple[str, int, str]]
) -> None:
    changed = [(code, 7 if code == "64484" else units, mai) for code, units, mai in shipped_limits if code != "64483"]
    tables.update({"mue": [mue_zip(tmp_path, changed)]}, book)
    now, before = loaded.for_day(book, DAY).codes, loaded.for_day(book, date(2026, 9, 30)).codes
    row = now.row("64484", DAY)
    assert row and (row.mue, row.mai) == (7, 3 if row.mai == 3 else row.mai)
    assert now.row("64483", DAY).mue is None, "no limit published"
    assert before is book.codes
    assert "2026-10-01, as loaded" in now.source("mue")


def test_wrong_units_tables_are_refused(
    tmp_path: Path, book: Book, shipped_limits: list[tuple[str, int, str]]
) -> None:
    def give(rows: list[tuple[str, object, str]], day: str = "10-01-2026") -> Callable[[], object]:
        return lambda: tables.update({"mue": [mue_zip(tmp_path, rows, day=day)]}, book)  # type: ignore[arg-type]

    sound = list(shipped_limits)
    refused("NC-I52", "no procedure code", give([*sound, ("1234", 1, "2 x")]))
    refused("NC-I52", "no number of units", give([*sound, ("A9999", "-1", "2 x")]))
    refused("NC-I52", "none of 1, 2, 3", give([*sound, ("A9999", 1, "9 x")]))
    refused("NC-I53", "at least 10", give(sound[:5]))
    refused("NC-I53", "known to have a limit", give([(f"{n:05d}", 1, "2 x") for n in range(30000, 30400)]))
    refused("NC-I54", "cannot be told", give(sound, "october"))
    refused("NC-I55", "different limits", give([*sound, (sound[0][0], 99, "2 x")]))
    plain = tmp_path / "hospital.csv"
    plain.write_text(mue_text(sound).replace("Practitioner Services", "Outpatient Hospital Services"))
    refused("NC-I51", "columns", lambda: tables.update({"mue": [plain]}, book, day=DAY))
    assert shelf.editions("mue") == ()


# ICD-10-CM


@pytest.fixture(scope="module")
def whole_order() -> list[tuple[str, bool, str]]:
    from notecheck.policy import icd10

    table = icd10.load()
    return [(code, table.state(code) == "billable", table.title(code)) for code in table._codes]


def test_a_new_release_holds_from_october(tmp_path: Path, book: Book, whole_order: list[tuple[str, bool, str]]) -> None:
    new = [line for line in whole_order if line[0] != "M5416"] + [("M5419", True, "Radiculopathy of the whole spine")]
    (edition,) = tables.update({"icd10": [order_zip(tmp_path, sorted(new))]}, book)
    assert edition.day == DAY
    table = loaded.for_day(book, DAY).icd10
    assert table.edition == "ICD-10-CM 2026-10-01, as loaded"
    assert (table.state("M54.16", DAY), table.state("M54.19", DAY)) == ("absent", "billable")
    assert table.title("M54.19") == "Radiculopathy of the whole spine"
    assert table.state("M54.1") == "header" and "M54.19" in table.children("M54.1")
    assert table.excludes1("M51.16", "M54.16"), "the notes of the shipped release stay in use"
    assert loaded.for_day(book, date(2026, 9, 30)).icd10 is book.icd10


def test_an_older_release_answers_only_for_its_half_year(
    tmp_path: Path, book: Book, whole_order: list[tuple[str, bool, str]]
) -> None:
    tables.update({"icd10": [order_zip(tmp_path, whole_order, year=2025)]}, book)
    assert loaded.for_day(book, date(2024, 12, 1)).icd10 is not book.icd10
    assert loaded.for_day(book, date(2025, 5, 1)).icd10 is book.icd10
    (april,) = tables.update({"icd10": [order_zip(tmp_path / "b", whole_order, year=2025, april=True)]}, book)
    assert april.day == date(2025, 4, 1)


def test_wrong_order_files_are_refused(tmp_path: Path, book: Book, whole_order: list[tuple[str, bool, str]]) -> None:
    def give(text: str, name: str = "icd10cm_order_2027.txt") -> Callable[[], object]:
        path = tmp_path / name
        path.write_text(text)
        return lambda: tables.update({"icd10": [path]}, book)

    some = whole_order[:400]
    refused("NC-I51", "order file", give("A000 Cholera\n"))
    refused("NC-I52", "line 401", give(order_text(some) + "00401 M54\n"))
    refused("NC-I52", "stands below it", give(order_text([("A00", True, "Cholera"), *(line for line in some if line[0] != "A00")])))
    refused("NC-I53", "at least 10", give(order_text(some[:3])))
    refused("NC-I53", "known to exist", give(order_text(some)))
    refused("NC-I54", "fiscal year", give(order_text(some), "order.txt"))
    refused("NC-I55", "stands twice", give(order_text([*some, (some[0][0], some[0][1], "Another title")])))
    assert shelf.editions("icd10") == ()


# Medicare Coverage Database


def shipped_lcds(book: Book, raised: str = "") -> list[tuple[int, int, str, str]]:
    found = tables._shipped_lcds(book)
    return [
        (int(number[1:]), int(version[1:]) + (number == raised), f"Policy {number}", "2026-11-01")
        for number, version in found.items()
    ]


def test_a_coverage_export_tells_which_policies_grew_old(tmp_path: Path, book: Book) -> None:
    export = mcd_zip(tmp_path, shipped_lcds(book, "L38994"), [(58745, 12, 38994, "64483", "M54.16")])
    (edition,) = tables.update({"lcd": [export]}, book)
    assert edition.day == date(2026, 10, 4)
    (old,) = tables.outdated(book)
    assert (old.lcd, old.begins) == ("L38994", "2026-11-01")
    base = edition.open()
    assert base.execute("SELECT code, covered FROM diagnosis").fetchall() == [("M5416", 1)]
    assert base.execute("SELECT lcd FROM related").fetchall() == [("L38994",)]
    everything = "".join(str(row) for row in base.iterdump())
    base.close()
    assert "not kept" not in everything, "code descriptions belong to their owner"


def test_wrong_coverage_exports_are_refused(tmp_path: Path, book: Book) -> None:
    good = shipped_lcds(book)
    refused("NC-I53", "at least 10", lambda: tables.update({"lcd": [mcd_zip(tmp_path, good[:3])]}, book))
    strangers = [(n, 1, "x", "2026-01-01") for n in range(10000, 10100)]
    refused("NC-I53", "known to exist", lambda: tables.update({"lcd": [mcd_zip(tmp_path, strangers)]}, book))
    twice = [*good, (good[0][0], good[0][1], "Another", "2026-01-01")]
    refused("NC-I55", "stands twice", lambda: tables.update({"lcd": [mcd_zip(tmp_path, twice)]}, book))
    articles = tmp_path / "only.zip"
    with zipfile.ZipFile(articles, "w") as archive:
        archive.writestr("article.csv", "article_id,article_version,title,article_eff_date\n")
    refused("NC-I51", "lcd.csv", lambda: tables.update({"lcd": [articles]}, book))
    deep = tmp_path / "deep.zip"
    content = b""
    for _ in range(5):
        with zipfile.ZipFile(deep, "w") as archive:
            archive.writestr("lcd.csv" if not content else "more.zip", content or "lcd_id\n")
        content = deep.read_bytes()
    refused("NC-I50", "nested too deep", lambda: tables.update({"lcd": [deep]}, book))


# the shelf and the command


def test_age_is_told_and_an_old_edition_warned_of(
    tmp_path: Path, book: Book, shipped_limits: list[tuple[str, int, str]]
) -> None:
    tables.update({"mue": [mue_zip(tmp_path, shipped_limits)]}, book)

    def fresh(today: date) -> dict[str, bool]:
        return {s.kind: s.fresh for s in tables.status(book, today) if s.newest}

    assert fresh(date(2026, 12, 31)) == {"ncci": False, "mue": True, "icd10": False}
    assert fresh(date(2027, 1, 1))["mue"] is False
    assert fresh(date(2026, 9, 30))["icd10"] is True
    old, new = (s for s in tables.status(book, date(2026, 12, 31)) if s.kind == "mue")
    assert (old.origin, old.newest, old.months) == ("shipped", False, 29)
    assert (new.origin, new.newest, new.months) == ("loaded", True, 2)


def test_a_file_that_is_no_edition_is_named(user_data: Path, book: Book) -> None:
    place = shelf.folder("mue")
    place.mkdir(parents=True)
    (place / "2026-10-01.sqlite").write_bytes(b"something else")
    refused("NC-I57", "2026-10-01.sqlite", lambda: loaded.for_day(book, DAY))


def test_the_command(run_notecheck, tmp_path: Path, shipped_limits: list[tuple[str, int, str]]) -> None:
    done = run_notecheck("codes", "update", "--mue", mue_zip(tmp_path, shipped_limits))
    assert (done.returncode, done.stderr) == (0, "")
    assert "edition of 2026-10-01" in done.stdout
    shown = run_notecheck("codes", "status")
    assert "Warning: NCCI procedure-to-procedure edits" in shown.stdout
    assert all(len(line) <= 100 for line in shown.stdout.splitlines())
    listed = json.loads(run_notecheck("codes", "status", "--json").stdout)
    assert {"mue", "ncci", "icd10"} == {e["kind"] for e in listed["editions"]}
    assert "taken off" in run_notecheck("codes", "restore", "mue").stdout
    for arguments, code in (
        (["codes", "update"], "NC-I56"),
        (["codes", "update", "--mue", "none.zip"], "NC-I01"),
        (["codes", "update", "--mue", "none.zip", "--edition", "autumn"], "NC-I27"),
        (["codes", "restore", "mue"], "NC-I56"),
    ):
        failed = run_notecheck(*arguments)
        assert failed.returncode == 2 and failed.stderr.startswith(f"{code}  "), failed.stderr


def test_the_bounds_are_dated_and_sourced() -> None:
    for kind, expected in bounds.load().kinds.items():
        assert kind in shelf.KINDS
        assert expected.source and expected.confidence
