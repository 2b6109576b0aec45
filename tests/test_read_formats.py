"""Every format gives the words, the metadata and the findings of the text; what is broken is refused, never raised."""

from __future__ import annotations

import base64
import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from written_forms import FORMS, META, docx, html, pdf, rtf, seen, xlsx

import notecheck
from notecheck.read.documents import from_bytes
from notecheck.read.limits import usual_limits
from notecheck.records import Document, Evidence, Note, Refused, page_of
from notecheck.report.form import written
from notecheck.report.words import place

SAMPLES = {
    file.stem: file.read_text(encoding="utf-8")
    for file in sorted((Path(__file__).parents[1] / "sample_notes").glob("*.txt"))
}
TOLD = ("hl7", "fhir-reference", "csv", "parquet", "xlsx", "jsonl", "ccda")
JUDGED = ("tfesi-left-billed-right", "facet-rfa-ready", "tpi-two-muscles-as-three", "botox-migraine-wastage")
NOTE = SAMPLES["tfesi-left-billed-right"]
ENDINGS = ("txt", "md", "csv", "tsv", "jsonl", "json", "ndjson", "html", "xml", "hl7", "parquet", "pdf", "docx", "xlsx", "zip", "rtf", "gz", "")
MARK = "Quetzalcoatl"


def one(name: str, data: bytes) -> Document:
    found = list(from_bytes(name, data))
    assert len(found) == 1 and isinstance(found[0], Document), found
    return found[0]


def refused(name: str, data: bytes) -> str:
    found = list(from_bytes(name, data))
    assert len(found) == 1 and isinstance(found[0], Refused), found
    assert found[0].reason and found[0].next_step
    return found[0].code


def words(text: str, form: str) -> list[str]:
    if form == "pdf":
        text = text.replace("\u2013", "-").replace("\u2019", "'")
    return text.split()


def test_an_empty_paragraph_of_a_narrative_is_a_blank_line() -> None:
    text = SAMPLES["tfesi-bilateral-ready"]
    read = one("note.xml", FORMS["ccda"][1](text)).note.text
    assert read.count("\n\n") == text.strip().count("\n\n") > 0


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_words_of_the_text(form: str) -> None:
    name, write = FORMS[form]
    wrong = [stem for stem, text in SAMPLES.items() if words(one(name, write(text)).note.text, form) != words(text, form)]
    assert not wrong


@pytest.mark.parametrize("form", TOLD)
def test_what_the_file_says_about_the_note_comes_along(form: str) -> None:
    name, write = FORMS[form]
    found = one(name, write(NOTE))
    assert (found.patient, found.provider, found.encounter, found.day) == tuple(META.values())
    assert found.note.note_id == "D-1"


@pytest.mark.parametrize("stem", JUDGED)
def test_every_form_gives_the_findings_of_the_text(checker: notecheck.Checker, stem: str) -> None:
    text = SAMPLES[stem]
    claim = json.loads((Path(__file__).parents[1] / "sample_notes" / f"{stem}.claim.json").read_text())
    texts = {one(name, write(text)).note.text: form for form, (name, write) in FORMS.items()}
    assert len(texts) >= 3
    expected = seen(checker.check(text, claim))
    wrong = [form for words, form in texts.items() if seen(checker.check(words, claim)) != expected]
    assert not wrong


def test_pages_of_a_pdf_stand_in_the_report(checker: notecheck.Checker) -> None:
    lines = NOTE.split("\n")
    found = one("visit.pdf", pdf("\n".join([*lines[:8], *["Nothing of note."] * 70, *lines[8:]])))
    assert found.form == "pdf" and len(found.page_starts) == 2
    start = found.note.text.index("Dexamethasone")
    assert page_of(found.page_starts, start) == 2
    report = checker.check(found.note, {"lines": [{"code": "64483", "modifiers": ["RT"]}], "date_of_service": "2026-03-04"})
    proof = next(e for f in report.findings for e in f.evidence if e.text and e.start > found.page_starts[1])
    line = found.note.text[found.page_starts[1] : proof.start].count("\n") + 1  # no line of this page is wrapped
    assert place(proof, [found.note]) == f"page 2 line {line}"
    answer = json.loads(written(report, [found.note], "json"))
    proofs = [e for item in (*answer["findings"], *answer["checklist"]) for e in item["evidence"]]
    assert all(e["page"] == page_of(found.page_starts, e["start"]) for e in proofs)
    assert {e["page"] for e in proofs} == {1, 2}
    assert "page 2 line" in written(report, [found.note], "md")
    plain = json.loads(written(report, [Note(found.note.text)], "json"))
    assert "page" not in plain["findings"][0]["evidence"][0]


def test_words_and_levels_cut_at_the_end_of_a_line_are_whole_again() -> None:
    from fpdf import FPDF

    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=10)
    for number, line in enumerate(["Injection at L4-", "L5 on the left, fluoroscopy-", "guided, in prone", "position. Nothing else."]):
        page.set_xy(10, 20 + 5 * number)
        page.cell(80, 5, line)
    text = one("cut.pdf", bytes(page.output())).note.text
    assert text.splitlines() == ["Injection at L4-L5 on the left, fluoroscopy-guided, in prone", "position. Nothing else."]


def test_wrapped_lines_are_joined_and_counted() -> None:
    from fpdf import FPDF

    sentence = "The needle was advanced to the left L5-S1 foramen and contrast showed spread along the nerve root sleeve. " * 3
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=10)
    for text in (sentence, "SIDE: left      CONSENT: yes", "Short line."):
        page.multi_cell(0, 5, text, align="L", new_x="LMARGIN", new_y="NEXT")
    note = one("a.pdf", bytes(page.output())).note
    assert note.text == f"{sentence.strip()}\nSIDE: left  CONSENT: yes\nShort line.\n"
    last = note.text.index("Short")
    assert place(Evidence(last, last + 5, "Short"), [note]) == "page 1 line 5"  # three printed lines stand above SIDE


def _printed(*lines: str) -> str:
    """The text read from a page with these lines as its own, in letters of one width."""
    from fpdf import FPDF

    page = FPDF()
    page.add_page()
    page.set_font("Courier", size=9)
    for line in lines:
        page.cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    return one("a.pdf", bytes(page.output())).note.text


def test_a_label_that_a_line_end_cuts_or_brings_to_the_front_stays_in_its_line() -> None:
    usual = "The knee was cleaned and draped, and the joint entered from its outer side with one short needle and no more"
    cut = "The knee was cleaned and draped, and the joint entered from its outer side with one short needle.REASON FOR"
    front = _printed(usual, f"COMPLAINT: pain. {usual[:92]}", usual, usual, usual, "and a bandage.")
    assert front.count("\n") == 1 and "no more COMPLAINT: pain." in front, "not one line ends by choice"
    label = _printed("Visit.", cut, f"PROCEDURE: pain. {usual[:91]}", "and a bandage.")
    assert label.splitlines()[0] == "Visit." and "REASON FOR PROCEDURE: pain." in label
    form = _printed("Visit.", usual, f"COMPLAINT: pain. {usual[:92]}", "and a bandage.")
    assert "no more\nCOMPLAINT: pain." in form, "a page with short lines ends its lines by choice"


def test_a_picture_of_a_page_is_named_with_the_way_to_read_it() -> None:
    from fpdf import FPDF
    from PIL import Image

    for text in ("", NOTE):
        page = FPDF()
        page.add_page()
        page.image(Image.new("L", (200, 200), 80), 10, 10, 100)
        if text:
            page.add_page()
            page.set_font("Helvetica", size=10)
            page.multi_cell(0, 5, text)
        found = list(from_bytes("scan.pdf", bytes(page.output())))
        assert [(r.code, "--ocr" in r.next_step) for r in found if isinstance(r, Refused)] == [("NC-I10", True)]


def test_a_locked_pdf_and_a_long_one() -> None:
    from fpdf import FPDF

    page = FPDF()
    page.set_encryption("owner", "user")
    page.add_page()
    assert refused("locked.pdf", bytes(page.output())) == "NC-I14"
    few = usual_limits().model_copy(update={"pages": 1})
    found = list(from_bytes("long.pdf", pdf(NOTE * 4), few))
    assert [getattr(r, "code", "") for r in found] == ["NC-I17"]
    assert refused("cut.pdf", pdf(NOTE)[:300]) == "NC-I11"


def test_word_files_with_what_templates_are_full_of() -> None:
    import docx as python_docx

    document = python_docx.Document()
    document.sections[0].header.paragraphs[0].text = "Clinic of Example"
    document.add_paragraph("PROCEDURE NOTE")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("Drug", "Dose", "Dexamethasone", "10 mg"), strict=True):
        cell.text = text
    paragraph = document.add_paragraph("Side: ")
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for xml in (
        f"<w:sdt {w}><w:sdtContent><w:r><w:t>left</w:t></w:r></w:sdtContent></w:sdt>",
        f'<w:ins {w} w:id="1" w:author="a"><w:r><w:t xml:space="preserve"> L5-S1</w:t></w:r></w:ins>',
        f'<w:del {w} w:id="2" w:author="a"><w:r><w:delText>right</w:delText></w:r></w:del>',
        f'<w:r {w}><w:sym w:font="Wingdings" w:char="F0FE"/><w:t> Consent</w:t></w:r>',
    ):
        paragraph._p.append(python_docx.oxml.parse_xml(xml))
    out = io.BytesIO()
    document.save(out)
    lines = one("note.docx", out.getvalue()).note.text.splitlines()
    assert lines == ["Clinic of Example", "PROCEDURE NOTE", "Drug\tDose", "Dexamethasone\t10 mg", "Side: left L5-S1\u2612 Consent"]
    assert refused("cut.docx", out.getvalue()[:2000]) == "NC-I11"
    swollen = io.BytesIO()
    with zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("word/document.xml", b" " * 9_000_000)
    assert refused("bomb.docx", swollen.getvalue()) == "NC-I12"


def test_a_page_with_tables_boxes_and_struck_words() -> None:
    page = b"""<html><head><title>t</title><style>x</style></head><body><h1>PROCEDURE</h1><div>Left <b>L5</b>-S1<br><br>Next</div>
    <table><tr><td>Drug</td><td><p>Dexamethasone</p></td></tr></table><p>Side: <del>right</del> left
    <input type="checkbox" checked>Consent <input type="radio">Refused</p><p style="display: none">hidden</p>
    <pre>  a\n   b</pre><script>1</script></body></html>"""
    assert one("a.html", page).note.text.splitlines() == [
        "PROCEDURE", "Left L5-S1", "", "Next", "Drug\tDexamethasone", "Side: left [x] Consent [ ] Refused", "  a", "   b",
    ]  # fmt: skip
    umlaut = "<html><meta charset='windows-1252'><p>37\u00b0 \u2013 M\u00fcller</p></html>".encode("cp1252")
    assert one("a.html", umlaut).note.text == "37\u00b0 \u2013 M\u00fcller"
    assert one("deep.html", b"<html>" + b"<div>" * 900 + b"Left L5-S1 injection.</html>").note.text == "Left L5-S1 injection."
    assert refused("deep.html", b"<html><p>Left L5-S1" + b"<div>" * 9000 + b"injection.</html>") == "NC-I11"


def test_markdown_keeps_its_lines() -> None:
    source = "# NOTE\n\n**Side:** left *L5-S1*\n\n- Consent: `yes`\n- [ ] Time-out\n\n| Drug | Dose |\n|---|---|\n| Dexa | 10 mg |\n\nSigned: ______\n    5*10 mg\n"
    text = one("a.md", source.encode()).note.text
    assert text == (
        "NOTE\n\nSide: left L5-S1\n\n- Consent: yes\n- [ ] Time-out\n\n| Drug | Dose |\n|---|---|\n| Dexa | 10 mg |\n\nSigned: ______\n    5*10 mg\n"
    )


# HL7 version 2

HEAD = "MSH|^~\\&|EHR|C|N|C|20260305||{}|MSG-1|P|2.5\rPID|1||9^^^X^SS~7^^^C^MR\rPV1|1|O|||||55^Example||||||||||||V9\r"


def test_escapes_of_hl7_and_a_lone_backslash() -> None:
    field = "80 mg\\T\\1 mL \\S\\ 5 \\F\\ 6 \\R\\7 \\E\\ \\H\\bold\\N\\ caf\\XC3A9\\ and\\or\\.br\\L5\\.sp2\\S1"
    found = one("a.hl7", (HEAD.format("ORU^R01") + f"OBR|1||F-1||||20260304\rOBX|1|FT|||{field} left side\r").encode())
    assert found.note.text == "80 mg&1 mL ^ 5 | 6 ~7 \\ bold caf\u00e9 and\\or\nL5\n\nS1 left side"
    assert (found.patient, found.encounter, found.note.note_id, found.day) == ("7", "V9", "F-1", "2026-03-04")


def test_a_batch_with_reports_values_withdrawn_lines_and_other_messages() -> None:
    note = "OBX|{}|TX|||{}||||||{}\r"
    batch = (
        "FHS|^~\\&|A\rBHS|^~\\&|A\r\x0b"
        + HEAD.format("ORU^R01") + "OBR|1||R-1||||20260304\r" + note.format(1, "Left L5-S1 injection~performed", "F")
        + note.format(2, "Withdrawn line", "D") + "OBR|2||R-2||||20260305\r" + note.format(1, "Right SI joint injection", "F")
        + "\x1c\r" + HEAD.format("ADT^A01") + HEAD.format("ORU^R01") + "OBR|1||L-1\rOBX|1|NM|||5.2\rOBX|2|ST|||Positive\r"
        + HEAD.format("MDM^T11") + "TXA|1|PN|TX|20260304|||||||||||||CA\r" + note.format(1, "Left L5-S1 injection", "F")
        + "BTS|4\rFTS|1\r"
    )  # fmt: skip
    found = list(from_bytes("batch.hl7", batch.encode()))
    told = [(x.member, x.note.text if isinstance(x, Document) else x.code) for x in found]
    assert told == [
        ("message 1", "Left L5-S1 injection\nperformed"),
        ("message 1, report 2", "Right SI joint injection"),
        ("message 2", "NC-I18"),
        ("message 3", "NC-I18"),
        ("message 4", "NC-I18"),
    ]
    windows = list(from_bytes("batch.hl7", batch.replace("\r", "\r\n").encode("cp1252")))
    assert windows == found


# FHIR


def test_resources_of_other_kinds_are_passed_over_and_void_ones_named() -> None:
    patient = {"resourceType": "Patient", "id": "1"}
    data = base64.b64encode(NOTE.encode()).decode()
    reference = {"resourceType": "DocumentReference", "id": "2", "content": [{"attachment": {"data": data, "contentType": "text/plain"}}]}
    lines = "\n".join(map(json.dumps, [patient, reference, {**reference, "status": "entered-in-error"}, {"resourceType": "Binary", "data": "!"}]))
    found = list(from_bytes("x.ndjson", lines.encode()))
    assert [getattr(x, "code", "") for x in found] == ["", "NC-I18", "NC-I11"]
    assert refused("Patient.ndjson", json.dumps(patient).encode()) == "NC-I18"
    link = {**reference, "content": [{"attachment": {"url": "Binary/9", "contentType": "application/rtf"}}]}
    assert refused("x.json", json.dumps(link).encode()) == "NC-I18"
    binary = {"resourceType": "Binary", "id": "9", "data": base64.b64encode(rtf(NOTE)).decode()}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": link}, {"resource": binary}]}
    assert one("x.json", json.dumps(bundle).encode()).note.text.split() == NOTE.split()
    both = {**reference, "content": [{"attachment": {"data": base64.b64encode(pdf(NOTE)).decode(), "contentType": "application/pdf"}}, *reference["content"]]}
    assert one("x.json", json.dumps(both).encode()).note.text == NOTE


def test_a_report_and_a_composition_with_narrative_only() -> None:
    report = {"resourceType": "DiagnosticReport", "text": {"div": "<div>Left L5-S1 <b>injection</b></div>"}, "conclusion": "No complications."}
    assert one("x.json", json.dumps(report).encode()).note.text == "Left L5-S1 injection\nNo complications."
    sections = [{"title": "Procedure", "text": {"div": "<div>Left L5-S1</div>"}, "section": [{"title": "Drugs", "text": {"div": "<div><p>Dexamethasone</p></div>"}}]}]
    composition = {"resourceType": "Composition", "title": "Procedure note", "section": sections}
    assert one("x.json", json.dumps(composition).encode()).note.text.splitlines() == [
        "Procedure note", "Procedure:", "Left L5-S1", "Drugs:", "Dexamethasone",
    ]  # fmt: skip
    assert refused("x.json", b'{"resourceType": "Composition", "section": []}') == "NC-I18"
    assert refused("x.json", b'{"resourceType": "DiagnosticReport"}') == "NC-I18"


# C-CDA


def test_entity_bombs_and_other_xml_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ClinicalDocument xmlns="urn:hl7-org:v3">&b;</ClinicalDocument>'
    assert refused("a.xml", bomb) == "NC-I15"
    assert refused("a.xml", bomb.decode().replace("<?xml version=\"1.0\"?>", "").encode("utf-16")) == "NC-I15"
    assert refused("a.xml", b'<?xml version="1.0"?><note>x</note>') == "NC-I06"
    assert refused("a.xml", b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">') == "NC-I11"
    empty = b'<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Note</title></ClinicalDocument>'
    assert refused("a.xml", empty) == "NC-I18"


def test_an_unstructured_document_holds_a_file() -> None:
    data = base64.b64encode(docx(NOTE)).decode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    document = f'<ClinicalDocument xmlns="urn:hl7-org:v3"><id extension="77"/><component><nonXMLBody><text mediaType="{kind}" representation="B64">{data}</text></nonXMLBody></component></ClinicalDocument>'
    found = one("a.xml", document.encode())
    assert found.note.text.split() == NOTE.split() and found.note.note_id == "77" and found.form == "docx"


# what is broken


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300), st.sampled_from(ENDINGS))
def test_random_bytes_never_raise(data: bytes, ending: str) -> None:
    for head in (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"{\\rtf1 ", b"MSH|^~\\&|", b"PAR1", b"\x1f\x8b\x08", b'{"resourceType": "Bundle", ', b"<?xml version='1.0'?>"):
        for found in from_bytes(f"a.{ending}", head + data):
            assert isinstance(found, Document) or (found.code.startswith("NC-I") and found.next_step)


@pytest.mark.parametrize("form", FORMS)
def test_damaged_files_never_raise_and_never_quote(form: str) -> None:
    name, write = FORMS[form]
    good = write(NOTE.replace("Sample", MARK))
    chance = random.Random(form)
    for _ in range(25):
        data = bytearray(good)
        if chance.random() < 0.5:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.choice((1, 5, 50))):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        for found in from_bytes(name, bytes(data)):
            if isinstance(found, Refused):
                assert MARK not in found.reason + found.next_step


@pytest.mark.parametrize("form", ["pdf", "docx", "rtf", "html", "hl7", "fhir-reference", "ccda", "parquet", "xlsx"])
def test_no_reader_writes_to_the_log_or_the_screen(form: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    name, write = FORMS[form]
    good = write(NOTE.replace("Sample", MARK))
    for data in (good, good[: len(good) // 2], good.replace(b"Left", b"Le\\Z\\ft")):
        list(from_bytes(name, data))
    printed = capfd.readouterr()
    assert MARK not in printed.out + printed.err + caplog.text


def test_a_sheet_without_a_text_column_is_passed_over_for_one_that_has_it() -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(NOTE)))
    sheet = book.create_sheet("first", 0)
    sheet.append(["a", "b"])
    out = io.BytesIO()
    book.save(out)
    assert one("x.xlsx", out.getvalue()).note.text == NOTE


def test_the_command_checks_a_pdf(run_notecheck, tmp_path: Path) -> None:
    (tmp_path / "note.pdf").write_bytes(pdf(NOTE))
    (tmp_path / "visit.html").write_bytes(html(NOTE))
    done = run_notecheck("check", "note.pdf", "--cpt", "64483-RT", "--dos", "2026-03-04", "--chart", "visit.html")
    assert done.returncode == 1 and "page 1 line" in done.stdout
    done = run_notecheck("extract", "note.pdf")
    assert done.returncode == 0 and "page 1 line" in done.stdout
