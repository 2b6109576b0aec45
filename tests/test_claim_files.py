"""Claims in every format: the same claim from each, faults with their place, several claims in one file, no traceback."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.read.claim_files import pick, read_claim, read_claims
from notecheck.read.claim_parts import us_day
from notecheck.records import Claim

SAMPLES = Path(__file__).resolve().parents[1] / "sample_notes"
STEM = "tfesi-left-billed-right"
X12 = (SAMPLES / f"{STEM}.claim.837").read_text(encoding="utf-8")
CSV = (SAMPLES / f"{STEM}.claim.csv").read_text(encoding="utf-8")
FORM = json.loads((SAMPLES / f"{STEM}.claim.1500.json").read_text(encoding="utf-8"))


def of(tmp_path: Path, book: Book, content: str | bytes, name: str = "claims.dat") -> tuple[Claim, ...]:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_claims(file, book)


def refused(tmp_path: Path, book: Book, content: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        of(tmp_path, book, content)
    assert caught.value.next_step and "\n" not in str(caught.value)
    return caught.value


# one claim in four formats


@pytest.mark.parametrize("ending", ["json", "csv", "837", "1500.json"])
def test_the_sample_claim_is_the_same_in_every_format(book: Book, ending: str) -> None:
    claim = read_claim(SAMPLES / f"{STEM}.claim.{ending}", book, note_id=STEM)
    assert [line.shown() for line in claim.lines] == ["64483-RT x1", "64484-RT x1", "77003 x1"]
    assert claim.icd10 == ("M54.16",)
    assert (claim.claim_id, claim.payer, claim.date_of_service, claim.place_of_service) == (
        "SAMPLE-1", "medicare", "2026-03-04", "11",
    )  # fmt: skip
    assert book.coverage.mac(claim.mac, claim.state) == "palmetto"


def test_json_lines_and_parquet_hold_many_claims(tmp_path: Path, book: Book) -> None:
    import io

    import pyarrow
    from pyarrow import parquet

    two = [
        {"claim_id": "A", "encounter": "V1", "date_of_service": "2026-03-04", "lines": [{"code": "64483", "modifiers": ["LT"], "icd10": ["M54.16"]}, {"code": "64484"}]},
        {"claim_id": "B", "encounter": "V2", "date_of_service": "2026-03-05", "lines": [{"code": "20552", "units": 2}]},
    ]
    expected = of(tmp_path, book, json.dumps(two))
    assert [claim.encounter for claim in expected] == ["V1", "V2"]
    assert of(tmp_path, book, "\n".join(map(json.dumps, two)) + "\n") == expected
    columns = {
        "claim_id": ["A", "A", "B"], "encounter": ["V1", "V1", "V2"], "date_of_service": ["2026-03-04", "2026-03-04", "2026-03-05"],
        "code": ["64483", "64484", "20552"], "modifiers": [["LT"], [], []], "units": [None, None, 2.0], "icd10": ["M54.16", None, None],
    }  # fmt: skip
    out = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), out)
    assert of(tmp_path, book, out.getvalue()) == expected
    assert refused(tmp_path, book, out.getvalue()[:50]).code == "NC-I20"
    broken = refused(tmp_path, book, json.dumps(two[0]) + "\n{")
    assert broken.code == "NC-I20" and "line 2" in broken.where
    assert refused(tmp_path, book, json.dumps(two[0]) + '\n{"claim_idd": 1}').where.endswith("line 2, claim_idd")


def test_the_account_number_of_an_837_is_its_encounter(book: Book) -> None:
    assert read_claim(SAMPLES / f"{STEM}.claim.837", book).encounter == "SAMPLE-1"


def test_the_command_takes_each(run_notecheck) -> None:
    seen = []
    for ending in ("json", "csv", "837", "1500.json"):
        done = run_notecheck("check", SAMPLES / f"{STEM}.txt", "--claim", SAMPLES / f"{STEM}.claim.{ending}", "--format", "json")
        assert done.returncode == 1, done.stderr
        seen.append({(f["code"], f["line"]) for f in json.loads(done.stdout)["findings"]})
    assert all(one == seen[0] for one in seen) and ("LAT002", "64483") in seen[0]


def test_the_examples_of_the_readme_are_the_same_claim(tmp_path: Path, book: Book, top: Path) -> None:
    readme = (top / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(csv|x12|json)\n(.*?)```", readme, flags=re.DOTALL)
    assert {kind for kind, _ in blocks} == {"csv", "x12", "json"}
    for _, block in blocks:
        (claim,) = of(tmp_path, book, block)
        assert [line.shown() for line in claim.lines] == ["64483-RT x1", "64484-RT x1"]
        assert (claim.claim_id, claim.payer, claim.icd10) == ("SAMPLE-1", "medicare", ("M54.16",))
        assert (claim.date_of_service, book.coverage.mac(claim.mac, claim.state)) == ("2026-03-04", "palmetto")


# several claims


def test_one_claim_of_several_is_named_or_found_by_the_note(tmp_path: Path, book: Book, run_notecheck) -> None:
    claims = of(tmp_path, book, CSV)
    assert [claim.claim_id for claim in claims] == ["SAMPLE-1", "SAMPLE-90"]
    assert pick(claims, "x", note_id="another-note").claim_id == "SAMPLE-90"
    assert pick(claims, "x", claim_id="SAMPLE-1", note_id="another-note").claim_id == "SAMPLE-1"
    assert pick(claims[:1], "x", note_id="whatever").claim_id == "SAMPLE-1"
    for wanted in ({"claim_id": "SAMPLE-3"}, {"note_id": "third"}, {}):
        with pytest.raises(InputError, match="--claim-id: SAMPLE-1, SAMPLE-90") as caught:
            pick(claims, "x", **wanted)
        assert caught.value.code == "NC-I61"
    done = run_notecheck("check", SAMPLES / f"{STEM}.txt", "--claim", SAMPLES / f"{STEM}.claim.csv", "--claim-id", "SAMPLE-90")
    assert "uhc" in done.stdout
    assert run_notecheck("check", "-", "--claim-id", "SAMPLE-1", stdin=b"Note of a visit.").stderr.startswith("NC-I40")


def test_a_list_of_claims_in_json(tmp_path: Path, book: Book) -> None:
    one = {"claim_id": "A", "lines": [{"code": "64483"}]}
    assert [c.claim_id for c in of(tmp_path, book, json.dumps([one, {**one, "claim_id": "B"}]))] == ["A", "B"]
    assert [c.claim_id for c in of(tmp_path, book, json.dumps({"claims": [one, {**FORM, "26": "B"}]}))] == ["A", "B"]
    error = refused(tmp_path, book, json.dumps([one, {"lines": [{"code": "6448"}]}]))
    assert "claims[1], lines[0].code" in error.where
    assert refused(tmp_path, book, "[]").code == "NC-I22"


# CSV


def test_csv_takes_what_spreadsheets_write(tmp_path: Path, book: Book) -> None:
    text = 'Claim ID;Date of service;Code;Modifiers;Units;ICD10\r\n7;3/4/2026;64483;LT, KX;1;"M5416 M51.17"\r\n;;;;;\r\n'
    (claim,) = of(tmp_path, book, text.encode("utf-16"))
    assert (claim.claim_id, claim.date_of_service) == ("7", "2026-03-04")
    assert claim.lines[0].shown() == "64483-LT-KX x1"
    assert claim.icd10 == ("M54.16", "M51.17")


def test_csv_holds_history_and_authorization_as_json(tmp_path: Path, book: Book) -> None:
    text = 'code,history,authorization\n64483,"[{""date"": ""2026-01-05"", ""code"": ""64483""}]","{""number"": ""A7""}"\n'
    (claim,) = of(tmp_path, book, text)
    assert claim.history[0].date == "2026-01-05" and claim.authorization and claim.authorization.number == "A7"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("code,modifer\n64483,RT\n", "NC-I24", "line 1"),
        ("code,code\n64483,64484\n", "NC-I21", "line 1"),
        ("code,units\n64483,1\n64484,two\n", "NC-I25", "line 3, column units"),
        ("code,units\n64483,1\n6448,1\n", "NC-I28", "line 3, column code"),
        ("code,modifiers\n64483,RIGHT\n", "NC-I29", "line 2, column modifiers"),
        ("code,payer\n64483,medicre\n", "NC-I26", "line 2, column payer"),
        ("code,date_of_service\n64483,2026-02-30\n", "NC-I27", "line 2, column date_of_service"),
        ("claim_id,code,payer\n1,64483,uhc\n1,64484,aetna\n", "NC-I63", "line 3, column payer"),
        ("code,units\n64483,1,2,3\n", "NC-I62", "line 2"),
        ("code,history\n64483,none\n", "NC-I62", "line 2, column history"),
        ("code,units\n", "NC-I22", ""),
        ("claim_id,code,units\n5,,1\n", "NC-I30", "claim 5, line 2, column code"),
    ],
)
def test_csv_faults_name_line_and_column(tmp_path: Path, book: Book, text: str, code: str, place: str) -> None:
    error = refused(tmp_path, book, text)
    assert error.code == code, error
    assert error.where.endswith(place), error


# X12 837P


def test_837_brings_provider_payer_place_and_pointers(tmp_path: Path, book: Book) -> None:
    text = X12.replace("HI*ABK:M5416", "HI*ABK:M5416*ABF:M5117").replace("*UN*1***1~\nDTP*472*D8*20260304~\nLX*2", "*UN*2*24**2:1~\nDTP*472*RD8*20260304-20260304~\nLX*2", 1)
    (claim,) = of(tmp_path, book, text)
    assert claim.lines[0].icd10 == ("M51.17", "M54.16")
    assert claim.lines[0].units == 2
    assert (claim.provider, claim.patient_id, claim.state) == ("1234567893", "00-0117", "NC")
    rendering = text.replace("LX*1~", "NM1*82*1*SAMPLE*DOC****XX*1093817465~\nREF*G1*AUTH77~\nLX*1~").replace("SE*29", "SE*31")
    (claim,) = of(tmp_path, book, rendering)
    assert claim.provider == "1093817465" and claim.authorization and claim.authorization.number == "AUTH77"


@pytest.mark.parametrize(
    ("name", "indicator", "payer"),
    [
        ("UNITEDHEALTHCARE", "CI", "uhc"),
        ("AETNA BETTER HEALTH", "HM", "aetna"),
        ("CIGNA", "CI", "evicore"),
        ("PALMETTO GBA", "MB", "medicare"),
        ("SOME MAC", "MB", "medicare"),
        ("REGIONAL PLAN", "CI", "commercial"),
        ("BLUE CROSS BLUE SHIELD OF NORTH CAROLINA", "BL", "bcbs-nc"),
    ],
)
def test_837_payers_by_name_then_by_indicator(tmp_path: Path, book: Book, name: str, indicator: str, payer: str) -> None:
    text = X12.replace("PALMETTO GBA", name).replace("*MB~", f"*{indicator}~")
    assert of(tmp_path, book, text)[0].payer == payer


def test_837_with_lines_of_two_days_gives_two_claims(tmp_path: Path, book: Book) -> None:
    text = "20260305".join(X12.rsplit("20260304", 1))
    claims = of(tmp_path, book, text)
    assert [(c.claim_id, c.date_of_service, len(c.lines)) for c in claims] == [
        ("SAMPLE-1/2026-03-04", "2026-03-04", 2), ("SAMPLE-1/2026-03-05", "2026-03-05", 1),
    ]  # fmt: skip


def test_837_other_separators_and_no_line_ends(tmp_path: Path, book: Book) -> None:
    plain = X12.replace("~\n", "~")
    odd = plain.replace("*", "|").replace(":", ">").replace("~", "'")
    assert of(tmp_path, book, plain) == of(tmp_path, book, odd) == of(tmp_path, book, X12)


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("005010X222A1~\nST", "005010X223A2~\nST", "NC-I60", "segment 2, GS"),
        ("HC:64484:RT", "HC:6448:RT", "NC-I28", "segment 26, SV1"),
        ("HC:64484:RT", "HC:64484:RIGHT", "NC-I29", "segment 26, SV1"),
        ("HC:64484:RT", "ZZ:64484:RT", "NC-I62", "segment 26, SV1"),
        ("300*UN*1***1", "300*UN*1***3", "NC-I63", "segment 26, SV1"),
        ("300*UN*1", "300*UN*x", "NC-I25", "segment 26, SV1"),
        ("11:B:1", "office:B:1", "NC-I34", "segment 20, CLM"),
        ("D8*20260304~\nSE", "D8*20260399~\nSE", "NC-I27", "segment 20, CLM"),
        ("IEA*1*000000001~", "", "NC-I62", "segment 32"),
        ("SE*29", "SE*30", "NC-I62", "segment 33"),
        ("*00501*", "*00999*", "NC-I62", "segment 1"),
    ],
)
def test_837_faults_name_the_segment(tmp_path: Path, book: Book, old: str, new: str, code: str, place: str) -> None:
    assert old in X12
    error = refused(tmp_path, book, X12.replace(old, new, 1))
    assert error.code == code, error
    assert place in error.where, error
    assert "SAMPLE STREET" not in str(error) and "PAT" not in str(error), "no word on the patient"


# CMS-1500-like JSON


def test_form_keys_may_be_written_in_several_ways(tmp_path: Path, book: Book) -> None:
    other = {
        "box_11c": "Aetna Choice",
        "box_21": ["M5416", "M51.17"],
        "box_23": "A-9",
        "item 24": [
            {"24a": ["03 04 26", "03 04 26"], "24b": 24, "24d": {"code": "64483", "modifiers": ["LT"]}, "24e": ["B", "A"], "24g": "1", "24j": "1234567893"}
        ],
        "33a": "1093817465",
        "2": "a box that is not read",
    }  # fmt: skip
    (claim,) = of(tmp_path, book, json.dumps(other))
    assert claim.lines[0].shown() == "64483-LT x1" and claim.lines[0].icd10 == ("M51.17", "M54.16")
    assert (claim.payer, claim.provider, claim.place_of_service) == ("aetna", "1234567893", "24")
    assert claim.date_of_service == "2026-03-04" and claim.authorization and claim.authorization.number == "A-9"


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"34": "x"}, "NC-I24", "claims.dat"),
        ({"payer": "x"}, "NC-I24", "claims.dat"),
        ({"21": "M54.16"}, "NC-I25", "box 21"),
        ({"21": {"Z": "M54.16"}}, "NC-I63", "box 21"),
        ({"24": "none"}, "NC-I25", "box 24"),
        ({"24": [{"d": "64483", "k": 1}]}, "NC-I24", "box 24, line 1"),
        ({"24": [{"d": "64483", "e": "C"}]}, "NC-I63", "box 24, line 1, column e"),
        ({"24": [{"d": "6448"}]}, "NC-I28", "box 24, line 1"),
        ({"24": [{"d": "64483", "g": "many"}]}, "NC-I25", "box 24, line 1, column g"),
        ({"24": [{"d": "64483", "a": "yesterday"}]}, "NC-I27", "box 24, column a"),
        ({"24": [{"d": "64483", "a": "03/04/2026"}, {"d": "64484", "a": "03/05/2026"}]}, "NC-I63", "line 2"),
        ({"24": [{"d": ["64483"]}]}, "NC-I25", "column d"),
    ],
)
def test_form_faults_name_the_box(tmp_path: Path, book: Book, change: dict[str, object], code: str, place: str) -> None:
    error = refused(tmp_path, book, json.dumps({**FORM, **change}))
    assert error.code == code, error
    assert place in error.where, error


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20260304", "2026-03-04"),
        ("3/4/2026", "2026-03-04"),
        ("03 04 26", "2026-03-04"),
        ("2026-03-04", "2026-03-04"),
        ("4 March", "4 March"),
    ],
)
def test_american_dates(text: str, day: str) -> None:
    assert us_day(text) == day


def test_what_is_no_claim(tmp_path: Path, book: Book) -> None:
    for content in ("Dear colleague,\nthank you.\n", "", "\x00\x01", b"\xff\xfe\x00", "name,age\nA,5\n"):
        assert refused(tmp_path, book, content).code == "NC-I20"


# anything at all: a claim or one sentence

MESSY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def survives(tmp_path: Path, book: Book, content: bytes) -> None:
    try:
        claims = of(tmp_path, book, content)
    except InputError as error:
        assert error.next_step and "\n" not in str(error).replace("\r", "\n")
    else:
        assert claims


@MESSY
@given(content=st.binary(max_size=400))
def test_any_bytes(tmp_path: Path, book: Book, content: bytes) -> None:
    survives(tmp_path, book, content)


@MESSY
@given(st.lists(st.tuples(st.integers(0, len(X12)), st.integers(0, 40), st.text(string.printable, max_size=12)), max_size=5))
def test_any_x12_with_faults(tmp_path: Path, book: Book, changes: list[tuple[int, int, str]]) -> None:
    text = X12
    for at, cut, put in changes:
        text = text[:at] + put + text[at + cut :]
    survives(tmp_path, book, text.encode())


@MESSY
@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=6), st.sampled_from(",;\t"))
def test_any_csv(tmp_path: Path, book: Book, rows: list[list[str]], separator: str) -> None:
    header = separator.join(("claim_id", "code", "modifiers", "units", "icd10", "date_of_service", "history"))
    survives(tmp_path, book, "\n".join([header, *(separator.join(row) for row in rows)]).encode("utf-8", "replace"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["21", "24", "a", "b", "d", "e", "g", "1", "lines", "code", "A"]) | st.text(max_size=4), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@MESSY
@given(JSON)
def test_any_json(tmp_path: Path, book: Book, value: object) -> None:
    survives(tmp_path, book, json.dumps(value).encode())


@MESSY
@given(st.dictionaries(st.sampled_from(["1", "11c", "21", "23", "24", "26", "32", "33a"]), JSON, max_size=8), st.lists(st.dictionaries(st.sampled_from("abdegj"), JSON, max_size=6), max_size=3))
def test_any_form(tmp_path: Path, book: Book, boxes: dict[str, object], lines: list[object]) -> None:
    survives(tmp_path, book, json.dumps({"24": lines, **boxes}).encode())
