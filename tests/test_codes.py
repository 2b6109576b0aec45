"""The code tables: what they hold, on which day, and that a broken file is refused."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

import pytest
from golden_facts import billed, case, note

from notecheck import locate
from notecheck.checks.coding.prc009_outdated_code import OutdatedCode
from notecheck.errors import DataError
from notecheck.policy import codes

TABLES = codes.load()
DAY = date(2026, 3, 3)


def test_the_tables_are_whole():
    assert len(TABLES.rows) >= 323
    assert len(TABLES.pairs) == 3092


def test_loading_is_fast():
    codes.load_from(locate.patterns() / "codes")
    best = min(_timed() for _ in range(5))
    assert best < 0.1


def _timed() -> float:
    begin = time.perf_counter()
    codes.load_from(locate.patterns() / "codes")
    return time.perf_counter() - begin


@pytest.mark.parametrize(
    ("code", "last_day"),
    [
        ("J1040", date(2024, 3, 31)),
        ("01935", date(2021, 12, 31)),
        ("64475", date(2009, 12, 31)),
        ("62311", date(2016, 12, 31)),
        ("64622", date(2011, 12, 31)),
        ("76005", date(2006, 12, 31)),
        ("S0020", date(2023, 6, 30)),
    ],
)
def test_an_ended_code_is_known_but_not_valid(code, last_day):
    assert TABLES.row(code, last_day) is not None
    assert TABLES.row(code, date.fromordinal(last_day.toordinal() + 1)) is None
    assert TABLES.any_row(code).valid_to == last_day


@pytest.mark.parametrize(("code", "first_day"), [("J1010", date(2024, 4, 1)), ("64466", date(2025, 1, 1))])
def test_a_new_code_begins_on_its_day(code, first_day):
    assert TABLES.row(code, first_day) is not None
    assert TABLES.row(code, date.fromordinal(first_day.toordinal() - 1)) is None


def test_one_code_may_have_two_periods():
    before, after = TABLES.row("64415", date(2022, 6, 1)), TABLES.row("64415", date(2023, 6, 1))
    assert (before.guidance, after.guidance) == ("separately-reportable", "included")


def test_an_unknown_code_is_none():
    assert TABLES.row("99999", DAY) is None
    assert TABLES.any_row("99999") is None


@pytest.mark.parametrize(
    ("one", "two", "indicator"), [("62370", "62368", "0"), ("27096", "20552", "1"), ("63650", "77003", "1")]
)
def test_an_edit_is_found_in_either_order(one, two, indicator):
    assert TABLES.pair(one, two, DAY).modifier_indicator == indicator
    assert TABLES.pair(two, one, DAY) == TABLES.pair(one, two, DAY)
    assert TABLES.pair(one, two, DAY).column1 == one


def test_a_pair_searched_without_edit_is_no_edit():
    assert TABLES.pair("62321", "62323", DAY) is None
    assert TABLES.free("62323", "62321").modifier_indicator == "none"


def test_an_edit_expected_from_a_later_year_does_not_count_before():
    later = next(pair for pair in TABLES.pairs.values() if pair.valid_from)
    assert TABLES.pair(later.column1, later.column2, date(2024, 7, 1)) is None
    assert TABLES.pair(later.column1, later.column2, later.valid_from) == later


def test_sources_name_table_and_edition():
    assert TABLES.source("mue") == "NCCI medically-unlikely edits, practitioner table 2024-07-01"
    assert "NCCI 2024-07-01" in TABLES.editions


def test_every_add_on_and_replacement_is_a_known_code():
    for periods in TABLES.rows.values():
        for row in periods:
            for other in (*row.add_on_of, *row.replaced_by):
                known = other in TABLES.rows or other in {"62267", "62284", "99483", "G0500"}
                assert known, f"{row.code} names {other}"


def test_every_pair_names_known_codes():
    assert {code for key in TABLES.pairs for code in key} <= set(TABLES.rows)


BROKEN = {
    "an unknown column": ("label,", "title,"),
    "a bad date": (",2024-04-01,", ",2024-04-31,"),
    "an unknown confidence": (",verified\n", ",certain\n"),
    "a cell too many": ("J3301,drug,", "J3301,drug,,"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_code_file_is_refused_with_file_and_line(tmp_path, fault):
    right, wrong = BROKEN[fault]
    _spoil(tmp_path, "codes.csv", right, wrong)
    with pytest.raises(DataError, match=r"NC-D05 .*codes\.csv:\d+"):
        codes.load_from(tmp_path)


def test_overlapping_days_of_one_code_are_refused(tmp_path):
    _spoil(tmp_path, "codes.csv", ",2022-12-31,,recalled", ",2023-06-30,,recalled")
    with pytest.raises(DataError, match="two rows for one day"):
        codes.load_from(tmp_path)


def test_a_dated_row_without_confidence_of_its_dates_is_refused(tmp_path):
    _spoil(tmp_path, "codes.csv", "2024-04-01,,,verified", "2024-04-01,,,")
    with pytest.raises(DataError, match="how well its dates are known"):
        codes.load_from(tmp_path)


@pytest.mark.parametrize(("right", "wrong"), [(",0,", ",2,"), ("column2", "second")])
def test_a_broken_pair_file_is_refused_with_file_and_line(tmp_path, right, wrong):
    _spoil(tmp_path, "ncci-pairs.csv", right, wrong)
    with pytest.raises(DataError, match=r"ncci-pairs\.csv:\d+"):
        codes.load_from(tmp_path)


def test_a_doubled_pair_is_refused(tmp_path):
    shutil.copytree(locate.patterns() / "codes", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "ncci-pairs.csv"
    first = path.read_text(encoding="utf-8").splitlines()[1]
    one, two, rest = first.split(",", 2)
    path.write_text(path.read_text(encoding="utf-8") + f"{two},{one},{rest}\n", encoding="utf-8")
    with pytest.raises(DataError, match="stands twice"):
        codes.load_from(tmp_path)


def _spoil(folder: Path, name: str, right: str, wrong: str) -> None:
    shutil.copytree(locate.patterns() / "codes", folder, dirs_exist_ok=True)
    text = (folder / name).read_text(encoding="utf-8")
    assert right in text
    (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")


@pytest.mark.parametrize(("day", "said"), [("2027-01-04", True), ("2026-12-30", False)])
def test_a_year_after_the_table_is_said_and_not_guessed(day, said):
    claim = billed("64483-LT", day=day)
    found = [f for f in OutdatedCode().find(case(note(), claim)) if "not known" in f.message]
    assert bool(found) is said
    assert all(f.severity == "info" and "July 2026" in f.source for f in found)
