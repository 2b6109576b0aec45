"""Reading: any usual encoding, true offsets, and one clear refusal for what is no note or no claim."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.read.claim_files import read_claim
from notecheck.read.claims import claim_from_dict, short_line
from notecheck.read.notes import LIMIT_BYTES, decode, read_note

NOTE = (
    "Procedure: the left L5-S1 injection was performed under fluoroscopy.\r\n"
    "The ½ mL dose – “80 mg” – was given at 37° and the needle was removed.\r"
    "The patient was discharged home.\n"
)
SPANISH = (
    "El paciente fue colocado en decúbito prono. Se preparó la piel con clorhexidina y se colocaron los campos. Bajo "
    "fluoroscopia se introdujo una aguja en el foramen izquierdo por vía transforaminal y se inyectó el medicamento."
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_usual_encoding_gives_the_same_characters(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "visit.txt"
    file.write_bytes(NOTE.encode(encoding))
    note = read_note(file)
    assert note.text == NOTE
    assert (note.source, note.note_id) == ("visit.txt", "visit")


def test_line_ends_and_blanks_are_left_alone_so_that_offsets_are_true() -> None:
    text = "  \tOne.\r\n\r\nTwo.\rThree.\x0bFour. \n\n"
    assert decode(text.encode(), "x") == text


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
def test_utf8_text_survives_whatever_it_holds(text: str) -> None:
    if text.startswith("\ufeff"):
        return
    try:
        assert decode(text.encode(), "x") == text
    except InputError as error:
        assert error.code in ("NC-I04", "NC-I06", "NC-I09")


def test_piped_text_is_read_from_the_stream() -> None:
    note = read_note("-", io.BytesIO(NOTE.encode()))
    assert (note.text, note.source, note.note_id) == (NOTE, "-", "note")


def test_english_with_few_small_words_is_read() -> None:
    telegram = "LEFT L5-S1 TFESI. FLUORO. OMNIPAQUE 1 ML. DEXAMETHASONE 10 MG. NO COMPLICATIONS. " * 6
    assert decode(telegram.encode(), "x") == telegram


def test_english_note_with_a_spanish_instruction_is_read() -> None:
    text = "The patient was placed prone and the skin was prepped. " * 4 + SPANISH
    assert decode(text.encode(), "x") == text


REFUSED = {
    "NC-I04": [b"", b" \r\n\t ", "\ufeff \n".encode(), "\u00a0\n\u2003".encode()],
    "NC-I06": [b"%PDF-1.7 text", b"PK\x03\x04 word", b"{\\rtf1 text}", b"\xd0\xcf\x11\xe0 old", b"\x89PNG..", b"\xff\xd8\xff."],
    "NC-I07": [b"text\x00more text \x00 and", bytes(range(256)) * 8, b"\x01\x02\x03\x04 a"],
    "NC-I08": [b"\xff\xfea\x00b\x00\x00\xd8"],
    "NC-I09": [SPANISH.encode(), SPANISH.encode("cp1252"), "Пациент был уложен на живот. Кожа обработана. ".encode() * 6],
}  # fmt: skip


@pytest.mark.parametrize(("code", "raw"), [(code, raw) for code, raws in REFUSED.items() for raw in raws])
def test_what_is_no_note_is_refused_with_its_reason(code: str, raw: bytes) -> None:
    with pytest.raises(InputError) as caught:
        decode(raw, "visit.txt")
    assert caught.value.code == code
    assert caught.value.where == "visit.txt"
    assert caught.value.next_step


def test_missing_file_folder_and_unreadable_name(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.txt", "NC-I01"), (tmp_path, "NC-I02"), (tmp_path / "a\0b", "NC-I03")):
        with pytest.raises(InputError) as caught:
            read_note(path)
        assert caught.value.code == code


def test_a_huge_file_is_refused_by_its_size_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(InputError, match=r"too large \(50 MB; the limit is 10 MB\)"):
        read_note(file)


def test_a_huge_stream_is_refused() -> None:
    with pytest.raises(InputError, match="too large"):
        read_note("-", io.BytesIO(b"a" * (LIMIT_BYTES + 1)))


# claims

CLAIM = {
    "claim_id": "C-1",
    "payer": "Medicare",
    "mac": "Palmetto",
    "date_of_service": "2026-03-04",
    "place_of_service": "11",
    "lines": [
        {"code": "64483", "modifiers": ["rt"], "units": 1, "icd10": ["m54.16"]},
        {"code": "j1100", "units": 10},
    ],
    "authorization": {"number": "A1", "codes": ["64483"], "from": "2026-01-01", "to": "2026-06-30", "levels": ["L5-S1"]},
    "history": [{"date": "2025-11-18", "code": "64483", "region": "lumbar", "laterality": "left", "relief_percent": 55}],
}  # fmt: skip


def changed(**changes: object) -> dict[str, object]:
    return {**CLAIM, **changes}


def line(**changes: object) -> dict[str, object]:
    return changed(lines=[CLAIM["lines"][0], {"code": "64484", **changes}])


def test_a_claim_is_read_whole(book: Book) -> None:
    claim = claim_from_dict(CLAIM, book)
    assert (claim.payer, claim.mac, claim.date_of_service) == ("medicare", "palmetto", "2026-03-04")
    assert [entry.shown() for entry in claim.lines] == ["64483-RT x1", "J1100 x10"]
    assert claim.icd10 == ("M54.16",)
    assert claim.authorization is not None and claim.authorization.ends == "2026-06-30"
    assert claim.history[0].relief_percent == 55


def test_an_empty_claim_judges_the_note_alone(book: Book) -> None:
    claim = claim_from_dict({}, book)
    assert (claim.lines, claim.payer) == ((), "medicare")


WRONG_BUT_UNDERSTOOD = {
    "a date of service in 2062": changed(date_of_service="2062-03-11"),
    "a deleted drug code": line(code="J1040"),
    "a deleted procedure code": line(code="62310"),
    "a diagnosis code that does not exist": line(icd10=["M47.186"]),
    "a diagnosis category": line(icd10=["G58"]),
    "a provider number with a wrong check digit": changed(provider="1234567890"),
    "no date of service": changed(date_of_service=None),
}


@pytest.mark.parametrize("data", WRONG_BUT_UNDERSTOOD.values(), ids=WRONG_BUT_UNDERSTOOD)
def test_what_can_be_understood_is_left_to_the_checks(book: Book, data: dict[str, object]) -> None:
    assert claim_from_dict(data, book).lines


REFUSED_CLAIMS = [
    ([CLAIM], "NC-I22", "", "one claim object"),
    ("64483", "NC-I22", "", "one claim object"),
    (changed(lines=["64483"]), "NC-I23", "lines[0]", ""),
    (changed(payor="medicare"), "NC-I24", "payor", "Did you mean 'payer'?"),
    (line(modifers=["RT"]), "NC-I24", "lines[1].modifers", "Did you mean 'modifiers'?"),
    (changed(authorization={"form": "2026-01-01"}), "NC-I24", "authorization.form", "Did you mean 'from'?"),
    (changed(history=[{"date": "2025-01-01", "relief": 50}]), "NC-I24", "history[0].relief", "Did you mean 'relief_days'?"),
    (line(modifiers="RT"), "NC-I25", "lines[1].modifiers", ""),
    (line(units="two"), "NC-I25", "lines[1].units", ""),
    (line(units=True), "NC-I25", "lines[1].units", ""),
    (line(units=float("nan")), "NC-I25", "lines[1].units", ""),
    (line(icd10=[None]), "NC-I25", "lines[1].icd10[0]", ""),
    (changed(payer="medicre"), "NC-I26", "payer", "Did you mean 'medicare'?"),
    (changed(mac="palmeto"), "NC-I26", "mac", "Did you mean 'palmetto'?"),
    (changed(history=[{"date": "2026-01-02", "family": "facet-rf"}]), "NC-I26", "history[0].family", "Did you mean 'facet-rfa'?"),
    (changed(state="Atlantis"), "NC-I26", "state", "Known:"),
    (changed(history=[{"date": "2025-01-01", "region": "lumber"}]), "NC-I26", "history[0].region", "Did you mean 'lumbar'?"),
    (changed(date_of_service="03/05/2026"), "NC-I27", "date_of_service", "Did you mean '2026-03-05'?"),
    (changed(date_of_service="31/05/2026"), "NC-I27", "date_of_service", "as in 2026-03-04"),
    (changed(date_of_service="2026-02-30"), "NC-I27", "date_of_service", ""),
    (changed(history=[{"date": "last May"}]), "NC-I27", "history[0].date", ""),
    (line(code="6448"), "NC-I28", "lines[1].code", "five characters"),
    (line(code="644834"), "NC-I28", "lines[1].code", ""),
    (line(code="64484rt"), "NC-I28", "lines[1].code", "Did you mean '64484-RT'?"),
    (line(modifiers=["RIGHT"]), "NC-I29", "lines[1].modifiers[0]", ""),
    (changed(lines=[{"units": 1}]), "NC-I30", "lines[0].code", ""),
    (changed(history=[{"code": "64483"}]), "NC-I30", "history[0].date", ""),
    (line(code="64482"), "NC-I31", "lines[1].code", "Did you mean '64483'?"),
    (line(units=0), "NC-I32", "lines[1].units", ""),
    (line(units=-1), "NC-I32", "lines[1].units", ""),
    (changed(place_of_service="office"), "NC-I34", "place_of_service", "two digits"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code", "place", "hint"), REFUSED_CLAIMS)
def test_a_claim_that_cannot_be_understood_names_place_and_remedy(
    book: Book, data: object, code: str, place: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        claim_from_dict(data, book, where="claim.json")  # type: ignore[arg-type]
    error = caught.value
    assert error.code == code
    assert error.where == ", ".join(filter(None, ("claim.json", place)))
    assert hint in error.next_step
    assert "\n" not in str(error)


def test_claim_files(tmp_path: Path, book: Book) -> None:
    file = tmp_path / "claim.json"
    file.write_text(json.dumps(CLAIM), encoding="utf-8-sig")
    assert read_claim(file, book) == claim_from_dict(CLAIM, book)
    for content, code in (
        ('{"payer": "medicare",}', "NC-I20"),
        ("", "NC-I20"),
        ("[" * 100_000, "NC-I20"),
        ('{"payer": "medicare", "payer": "uhc"}', "NC-I21"),
        ("[]", "NC-I22"),
        ("64483", "NC-I23"),
    ):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            read_claim(file, book)
        assert caught.value.code == code, content
    with pytest.raises(InputError) as caught:
        read_claim(tmp_path / "none.json", book)
    assert caught.value.code == "NC-I01"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("64483", ("64483", [], 1)),
        ("64483-RT", ("64483", ["RT"], 1)),
        ("64483-50x2", ("64483", ["50"], 2)),
        ("J3301-JZ x40", ("J3301", ["JZ"], 40)),
        ("20611-59-rtX1", ("20611", ["59", "rt"], 1)),
        ("g0260", ("g0260", [], 1)),
    ],
)
def test_short_form(text: str, expected: tuple[str, list[str], float]) -> None:
    found = short_line(text)
    assert (found["code"], found["modifiers"], found["units"]) == expected


@pytest.mark.parametrize("text", ["", "-RT", "64483--RT", "64483 RT", "64483-RT-"])
def test_short_form_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        short_line(text)
    assert caught.value.code == "NC-I33"
