"""The written forms of a report: page, Markdown, table. Whatever a note holds comes out as inert text."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

import notecheck
from notecheck.read.notes import read_note
from notecheck.records import Note, Ruling, Suppression
from notecheck.report import markdown
from notecheck.report.csv import COLUMNS
from notecheck.report.form import WRITTEN, Manner, written, written_all
from notecheck.report.marked import mark
from notecheck.report.text import render

HOSTILE = (
    "PROCEDURE: Left L5-S1 transforaminal epidural <script>alert(1)</script> {{ 7*7 }} {% raw %} \x1b[31mred\x1b[0m\n"
    "DIAGNOSIS: =HYPERLINK(\"x\") | cell | `code` [link](javascript:alert(2)) <img src=x onerror=alert(3)>\n"
    "The needle was advanced to the left L5-S1 foramen under fluoroscopy. Dexamethasone 10 mg was given. \u202egnp.exe\n"
)
CLAIM = {"lines": [{"code": "64483", "modifiers": ["RT"], "icd10": ["M54.16"]}], "date_of_service": "2026-03-04"}


class Tags(HTMLParser):
    """Every element of a page, with its attributes, and the text outside style and script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open):
            self.text.append(data)


def sample(top, name: str) -> tuple[Note, dict[str, object]]:
    folder = top / "sample_notes"
    return read_note(str(folder / f"{name}.txt")), json.loads((folder / f"{name}.claim.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def hostile(checker):
    note = Note(HOSTILE, "<script>evil</script>.txt", "=cmd|x")
    return checker.check(note, CLAIM), (note,)


def test_pieces_are_the_text_of_every_sample_note(checker, top):
    for path in sorted((top / "sample_notes").glob("*.txt")):
        note = read_note(str(path))
        report = checker.check(note)
        marked = mark(note, 0, report.facts, report.findings)
        assert "".join(piece.text for piece in marked.pieces) == note.text, path.name
        quoted = {n for n, f in enumerate(report.findings, 1) if any(e.end > e.start and not e.document and not e.field.startswith("searched:") for e in f.evidence)}
        assert sorted(n for piece in marked.pieces for n in piece.anchors) == sorted(quoted)
        assert {n for piece in marked.pieces for n in piece.findings} == quoted


def test_page_holds_no_markup_of_the_note(hostile):
    page = Tags(written(*hostile, "html"))
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert not any(tag in ("img", "iframe", "link", "object", "form") for tag, _ in page.tags)
    hrefs = [attrs["href"] for _, attrs in page.tags if attrs.get("href")]
    assert hrefs and all(href.startswith("#") for href in hrefs)
    text = "".join(page.text)
    assert "<script>alert(1)</script>" in text and "{{ 7*7 }}" in text
    assert "\x1b" not in text and "\u202e" not in text


def test_page_asks_nothing_of_the_network(hostile):
    page = written(*hostile, "html")
    assert "default-src 'none'" in page
    assert "http:" not in page and "https:" not in page and "url(" not in page and "@import" not in page


def test_every_link_of_the_page_has_its_target(checker, top):
    for name in ("tfesi-left-billed-right", "mbb-nerves-counted-as-joints", "facet-rfa-ready"):
        note, claim = sample(top, name)
        page = Tags(written(checker.check(note, claim), [note], "html"))
        ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
        assert len(ids) == len(set(ids)), name
        assert {attrs["href"][1:] for _, attrs in page.tags if attrs.get("href")} <= set(ids), name


def test_markdown_is_inert(hostile):
    """Read by a renderer that lets raw HTML through, the Markdown still gives no element of the note's making."""
    text = written(*hostile, "md")
    assert "\x1b" not in text and "\u202e" not in text
    page = Tags(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    kinds = {tag for tag, _ in page.tags}
    assert {"h1", "table", "blockquote"} <= kinds
    assert kinds <= {"h1", "h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "ul", "li"}
    assert "<script>evil</script>.txt" in "".join(page.text) and '=HYPERLINK("x")' in "".join(page.text)


def test_markdown_escapes_what_begins_a_line():
    assert markdown.literal("- item") == "\\- item"
    assert markdown.literal("1. item") == "1\\. item"
    assert markdown.literal("L4-L5, 10 mg (2 mL)") == "L4-L5, 10 mg (2 mL)"


def test_table_cells_are_no_formulas(hostile):
    rows = list(csv.reader(io.StringIO(written(*hostile, "csv"))))
    assert tuple(rows[0]) == COLUMNS and len(rows) > 1
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert not any(cell[:1] in "=+-@|%\t\r" for row in rows for cell in row if cell)
    assert rows[1][0] == "'=cmd|x"


def test_table_has_a_row_for_a_clean_note(checker, top):
    note, claim = sample(top, "blood-patch-ready")
    report = checker.check(note, claim)
    assert not report.findings
    rows = list(csv.reader(io.StringIO(written(report, [note], "csv"))))
    assert rows[1][:3] == [report.note_id, "blood-patch-ready.txt", "ready"]


@pytest.mark.parametrize("form", sorted(WRITTEN))
def test_every_form_names_the_verdict_and_every_finding(checker, top, form):
    note, claim = sample(top, "tfesi-left-billed-right")
    report = checker.check(note, claim)
    text = written(report, [note], form)
    assert report.readiness in text.lower()
    assert all(finding.code in text for finding in report.findings)


def needles(checker: notecheck.Checker, top, name: str) -> list[tuple[str | None, str | None, bool, tuple[str, ...]]]:
    note, claim = sample(top, name)
    return [(n.level, n.side, n.documented, n.billed) for n in checker.check(note, claim).ledger]


def test_ledger_shows_a_wrong_side_across(checker, top):
    assert needles(checker, top, "tfesi-left-billed-right") == [
        ("L5-S1", "left", True, ()),
        ("L5-S1", "right", False, ("64483-RT x1",)),
        (None, "right", False, ("64484-RT x1",)),
    ]


def test_ledger_counts_joints_of_medial_branches(checker, top):
    assert needles(checker, top, "mbb-nerves-counted-as-joints") == [
        ("L4-L5", "right", True, ("64493-RT x1",)),
        ("L5-S1", "right", True, ("64494-RT x1",)),
        (None, "right", False, ("64495-RT x1",)),
    ]


def test_ledger_of_both_sides_on_one_line(checker, top):
    assert needles(checker, top, "tfesi-bilateral-ready") == [
        ("L4-L5", "left", True, ("64483-50 x1",)),
        ("L4-L5", "right", True, ("64483-50 x1",)),
    ]


NASTY = "=cmd|' /C x'!A1 <script>alert(1)</script> {{ 7*7 }} {% raw %} \x1b[31mred\x1b[0m \u202egnp [x](javascript:y).txt"


@pytest.fixture(scope="module")
def everywhere(checker):
    """The same nasty words as note, file names, chart, note id, claim id, and reason and place of a suppression."""
    documents = [Note(HOSTILE + NASTY, NASTY, NASTY), Note("Visit\n" + NASTY, NASTY, NASTY)]
    lines = [{"code": "64483", "modifiers": ["RT"], "icd10": ["M54.16"]}]
    claim = {"lines": lines, "date_of_service": "2026-03-04", "claim_id": NASTY, "provider": NASTY}
    found = checker.check(documents[0], claim, documents[1:]).findings
    accepted = tuple(Suppression(code, NASTY, None, NASTY) for code in (found[0].code, found[-1].code, "FRQ004"))
    return checker.check(documents[0], claim, documents[1:], ruling=Ruling(suppressions=accepted)), documents


@pytest.mark.parametrize("form", ["text", *sorted(WRITTEN)])
def test_nasty_names_and_reasons_are_inert_in_every_form(everywhere, form):
    report, documents = everywhere
    assert report.suppressed and report.notices
    if form == "text":
        page = "\n".join(str(line) for line in render(report, documents, checklist=True).renderables)
    else:
        page = written_all([everywhere, everywhere], form, Manner(mask=None))
    assert "\x1b" not in page and "\u202e" not in page
    if form == "html":
        tags = Tags(page)
        assert [tag for tag, _ in tags.tags].count("script") == 1 and "<script>alert(1)</script>" in "".join(tags.text)
        assert "{{ 7*7 }}" in "".join(tags.text) and "{% raw %}" in "".join(tags.text)
        assert all(a["href"].startswith("#") for _, a in tags.tags if a.get("href"))
    if form == "md":
        tags = Tags(MarkdownIt("commonmark", {"html": True}).enable("table").render(page))
        assert not {"script", "a", "img"} & {tag for tag, _ in tags.tags}
    if form == "csv":
        rows = list(csv.reader(io.StringIO(page)))
        assert not any(cell[:1] in "=+-@|%\t\r" for row in rows for cell in row if cell) and any(NASTY[:4] in c for c in rows[1])
    if form in ("json", "sarif"):
        assert page.isascii() and json.loads(page)
    if form == "sarif":
        texts = [r["message"]["text"] for r in json.loads(page)["runs"][0]["invocations"][0]["toolConfigurationNotifications"]]
        assert texts and all("\\[x\\]" in text and "{{{{ 7*7 }}}}" in text for text in texts)
