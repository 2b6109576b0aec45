"""Writes a note into every format that the readers know. Used by the tests of the readers, and as a command:

    PYTHONPATH=. python tests/written_forms.py FOLDER... [FORM...]

writes every text file of the folders into every format, in memory, and compares what is found in each with what is
found in the text. It prints counts and the names of notes and formats, never words of a note.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import sys
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

META = {"patient": "P-7", "provider": "1234567893", "encounter": "V-900", "day": "2026-03-04"}
"""What the writers of formats with metadata say about the note."""


def docx(text: str) -> bytes:
    """A Word file with one paragraph for each line."""
    import docx as python_docx

    document = python_docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(_xml(line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(text: str) -> bytes:
    """A PDF with the lines wrapped at the margin, as a printer driver does; it may have several pages."""
    from fpdf import FPDF

    page = FPDF()
    page.set_auto_page_break(True, 20)
    page.add_page()
    page.set_font("Courier", size=9)
    for line in text.replace("\t", "    ").split("\n"):
        words = line.translate(_PLAIN).encode("cp1252", "replace").decode("cp1252").encode("latin-1", "replace").decode("latin-1")
        page.multi_cell(0, 4.5, words or " ", align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


_PLAIN = str.maketrans({"\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2022": "-", "\u2610": "[ ]", "\u2611": "[x]", "\u2612": "[x]", "\u2265": ">=", "\u2264": "<="})


def rtf(text: str) -> bytes:
    """An RTF file as word processors write it: escapes for what is not ASCII."""
    out = []
    for c in text:
        if c == "\n":
            out.append("\\par\n")
        elif c == "\t":
            out.append("\\tab ")
        elif c in "\\{}":
            out.append("\\" + c)
        elif ord(c) < 128:
            out.append(c)
        elif ord(c) < 0x10000:
            out.append(f"\\u{ord(c) if ord(c) < 32768 else ord(c) - 65536}?")
    return ("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\f0\\fs20 " + "".join(out) + "}").encode("ascii")


def html(text: str) -> bytes:
    """A page with one paragraph for each line, its blanks kept."""
    lines = "".join(f"<p style='white-space: pre-wrap'>{escape(line)}</p>\n" if line.strip() else "<br>\n" for line in text.split("\n"))
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>x</title></head><body>{lines}</body></html>".encode()


def markdown(text: str) -> bytes:
    """The text with its first line as a heading."""
    first, _, rest = text.partition("\n")
    return f"# {first}\n{rest}".encode()


def hl7(text: str) -> bytes:
    """MDM^T02 with one OBX for each line."""
    return _message("MDM^T02", text, [
        f"TXA|1|PN|TX|20260304||||{META['provider']}^Example^Ann|{META['provider']}^Example^Ann|||D-1|||||AU",
    ])  # fmt: skip


def hl7_oru(text: str) -> bytes:
    """ORU^R01 in a batch with the note as one formatted field, lines by escape sequences."""
    body = _message("ORU^R01", "", [
        f"OBR|1||D-1|11^Procedure note|||20260304|||||||||{META['provider']}^Example",
        "OBX|1|FT|11^Procedure note||" + "\\.br\\".join(map(_hl7, text.split("\n"))) + "||||||F",
    ])  # fmt: skip
    return b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + body + b"\rBTS|1\rFTS|1\r"


def hl7_embedded(text: str) -> bytes:
    """MDM^T02 with the note as an embedded RTF file."""
    return _message("MDM^T02", "", [
        "TXA|1|PN|AP|20260304||||||||D-1|||||AU",
        "OBX|1|ED|11^Procedure note||^application^rtf^Base64^" + base64.b64encode(rtf(text)).decode() + "||||||F",
    ])  # fmt: skip


def fhir_reference(text: str) -> bytes:
    """A Bundle with the patient and a DocumentReference that holds the note as base64 of plain text."""
    reference = {
        "resourceType": "DocumentReference", "id": "D-1", "status": "current", "date": "2026-03-05T08:00:00Z",
        "subject": {"reference": "Patient/p"}, "author": [{"reference": "Practitioner/a", "display": "Ann Example"}],
        "context": {"encounter": [{"reference": f"Encounter/{META['encounter']}"}], "period": {"start": META["day"]}},
        "content": [{"attachment": {"contentType": "text/plain", "data": base64.b64encode(text.encode()).decode()}}],
    }  # fmt: skip
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in (*_people(), reference)]}).encode()


def fhir_report(text: str) -> bytes:
    """Bulk Data (NDJSON): a patient and a DiagnosticReport with the note as HTML."""
    report = {
        "resourceType": "DiagnosticReport", "id": "D-1", "status": "final", "effectiveDateTime": META["day"],
        "subject": {"reference": f"Patient/{META['patient']}"}, "encounter": {"reference": f"Encounter/{META['encounter']}"},
        "presentedForm": [{"contentType": "text/html", "data": base64.b64encode(html(text)).decode()}],
    }  # fmt: skip
    return "\n".join(json.dumps(one) for one in (*_people(), report)).encode()


def fhir_composition(text: str) -> bytes:
    """A Composition with the note in one section."""
    lines = "<br/>".join(escape(line) for line in text.split("\n"))
    return json.dumps({
        "resourceType": "Composition", "id": "D-1", "status": "final", "date": META["day"], "title": "",
        "subject": {"reference": f"Patient/{META['patient']}"},
        "section": [{"text": {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{lines}</div>'}}],
    }).encode()  # fmt: skip


def ccda(text: str) -> bytes:
    """A C-CDA document with the note as the narrative of one section."""
    lines = "".join(f"<paragraph>{escape(_xml(line))}</paragraph>" for line in text.split("\n"))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.3" extension="D-1"/><title/>
<effectiveTime value="20260305"/>
<recordTarget><patientRole><id root="1.2" extension="{META['patient']}"/></patientRole></recordTarget>
<author><time value="20260305"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="{META['provider']}"/></assignedAuthor></author>
<documentationOf><serviceEvent><effectiveTime><low value="20260304"/></effectiveTime></serviceEvent></documentationOf>
<componentOf><encompassingEncounter><id root="1.9" extension="{META['encounter']}"/></encompassingEncounter></componentOf>
<component><structuredBody><component><section><text>{lines}</text></section></component></structuredBody></component>
</ClinicalDocument>""".encode()


def csv_table(text: str) -> bytes:
    """The OMOP NOTE columns in a CSV file."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_OMOP)
    table.writerow(_row(text).values())
    return out.getvalue().encode()


def parquet(text: str) -> bytes:
    """The OMOP NOTE columns in a Parquet file."""
    import pyarrow
    from pyarrow import parquet as files

    out = io.BytesIO()
    files.write_table(pyarrow.table({name: [value] for name, value in _row(text).items()}), out)
    return out.getvalue()


def xlsx(text: str) -> bytes:
    """The OMOP NOTE columns in an Excel file."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(list(_OMOP))
    book.active.append(list(_row(_xml(text)).values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def jsonl(text: str) -> bytes:
    """The OMOP NOTE columns as a JSON object."""
    return json.dumps(_row(text)).encode()


def zipped(text: str) -> bytes:
    """The text as UTF-16 in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("may/note.txt", text.encode("utf-16"))
    return out.getvalue()


FORMS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "docx": ("note.docx", docx), "pdf": ("note.pdf", pdf), "rtf": ("note.rtf", rtf), "html": ("note.html", html),
    "markdown": ("note.md", markdown), "hl7": ("note.hl7", hl7), "hl7-oru": ("batch.hl7", hl7_oru),
    "hl7-embedded": ("file.hl7", hl7_embedded), "fhir-reference": ("bundle.json", fhir_reference),
    "fhir-report": ("DiagnosticReport.ndjson", fhir_report), "fhir-composition": ("note.json", fhir_composition),
    "ccda": ("note.xml", ccda), "csv": ("NOTE.csv", csv_table), "parquet": ("NOTE.parquet", parquet),
    "xlsx": ("NOTE.xlsx", xlsx), "jsonl": ("NOTE.jsonl", jsonl), "zip": ("notes.zip", zipped),
}  # fmt: skip
"""Name of each form, the file name it gets, and its writer."""

_OMOP = ("note_id", "person_id", "note_date", "provider_id", "visit_occurrence_id", "note_text")


def _row(text: str) -> dict[str, str]:
    return dict(zip(_OMOP, ("D-1", META["patient"], META["day"], META["provider"], META["encounter"], text), strict=True))


def _people() -> tuple[dict[str, Any], ...]:
    patient = {"resourceType": "Patient", "id": "p", "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": META["patient"]}]}
    person = {"resourceType": "Practitioner", "id": "a", "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": META["provider"]}]}
    return patient, person


def _message(kind: str, text: str, segments: list[str]) -> bytes:
    head = [
        f"MSH|^~\\&|EHR|CLINIC|NC|CLINIC|20260305||{kind}|1|P|2.5",
        f"PID|1||{META['patient']}^^^CLINIC^MR||Example^Pat",
        f"PV1|1|O|||||{META['provider']}^Example|||||||||||{'|'}{META['encounter']}",
    ]
    lines = [f"OBX|{n}|TX|11||{_hl7(line)}||||||F" for n, line in enumerate(text.split("\n"), 1)] if text else []
    return "\r".join([*head, *segments, *lines]).encode()


def _hl7(line: str) -> str:
    for mark, code in (("\\", "\\E\\"), ("|", "\\F\\"), ("^", "\\S\\"), ("&", "\\T\\"), ("~", "\\R\\")):
        line = line.replace(mark, code)
    return line


def _xml(text: str) -> str:
    return "".join(c for c in text if c in "\t\n" or c >= " ")


def seen(report: Any) -> tuple[list[Any], ...]:
    """What must not depend on the format: findings, and what was done where."""
    findings = sorted((f.code, f.severity, f.line or "") for f in report.findings)
    procedures = sorted(
        (p.family, p.region or "", p.levels, p.laterality or "", p.approach or "", p.guidance, p.contrast or "", tuple(i.drug for i in p.injectate))
        for p in report.facts.procedures
    )
    return findings, procedures


def compare(folders: list[Path], forms: list[str] | None = None) -> None:
    """Print how many notes of the folders give the same findings and procedures in each format as in text."""
    import notecheck
    from notecheck.read.documents import from_bytes
    from notecheck.records import Refused

    checker = notecheck.load()
    wrong: dict[str, list[str]] = {form: [] for form in forms or FORMS}
    count = judged = 0
    for file in sorted(file for folder in folders for file in folder.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        count += 1
        told: dict[str, Any] = {text: seen(checker.check(text))}
        for form in wrong:
            name, write = FORMS[form]
            found = list(from_bytes(name, write(text)))
            if len(found) != 1 or isinstance(found[0], Refused):
                wrong[form].append(f"{file.name} ({[getattr(one, 'code', 'read') for one in found]})")
                continue
            words = found[0].note.text
            if words not in told:
                told[words] = seen(checker.check(words))
                judged += 1
            if told[words] != told[text]:
                wrong[form].append(file.name)
    for form, names in wrong.items():
        sys.stdout.write(f"{form:18} {count - len(names)} of {count} the same  {', '.join(names)}\n")
    sys.stdout.write(f"{judged} texts differed in blanks or line ends and were judged again\n")


if __name__ == "__main__":
    named = [name for name in sys.argv[1:] if name in FORMS]
    compare([Path(name) for name in sys.argv[1:] if name not in FORMS], named or None)
