"""The packet as PDF, by reportlab: the same order and words as the page."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from notecheck.errors import InputError
from notecheck.packet.index import Packet, Row
from notecheck.report.page import plain

_INK, _SOFT, _LINE, _BAD, _ACCENT = "#1d2327", "#55606a", "#c5cad0", "#a51d2d", "#1a5fb4"
_FONT, _BOLD = "Vera", "VeraBd"


def render(packet: Packet) -> bytes:
    """The PDF. The same packet gives the same bytes. Raises InputError NC-I95 when reportlab is not installed."""
    _fonts()
    from reportlab.lib.pagesizes import letter
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    stream = io.BytesIO()
    title = _clean(f"Records request: {packet.title}")
    document = SimpleDocTemplate(
        stream, pagesize=letter, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=title, author="notecheck", invariant=1,
    )  # fmt: skip

    def foot(canvas: Any, laid: Any) -> None:
        canvas.saveState()
        canvas.setFont(_FONT, 7.5)
        canvas.setFillColor(_SOFT)
        canvas.drawString(18 * mm, 10 * mm, title[:90])
        canvas.drawRightString(letter[0] - 18 * mm, 10 * mm, f"Page {laid.page}")
        canvas.restoreState()

    document.build(_story(packet, document.width), onFirstPage=foot, onLaterPages=foot)
    return stream.getvalue()


def _story(packet: Packet, width: float) -> list[Any]:
    from reportlab.platypus import Spacer

    story = [_p("Answer to a records request", "title")]
    if packet.clock:
        story.append(_p(packet.clock.sentence, "due"))
        if packet.clock.label:
            told = f"{packet.clock.label}; {packet.clock.source} ({packet.clock.confidence}). The letter itself wins."
            story.append(_p(told, "soft"))
    story += [
        _p(f"{packet.title}   {packet.about}", "strong"),
        _pair("Documented", packet.documented),
        *([_pair("Billed", "; ".join(packet.lines))] if packet.lines else []),
        _pair("Criteria", packet.counts),
    ]
    if packet.warnings:
        story.append(_p("To settle before sending", "heading"))
        story += [_p(f"- {line}", "body") for line in packet.warnings]
    story.append(_p("Documents", "heading"))
    papers = [(paper.letter, paper.name, paper.role, paper.size) for paper in packet.papers]
    story.append(_table([[_p(c, "body") for c in row] for row in papers], (0.06, 0.44, 0.25, 0.25), width, ()))
    for slug, heading, todo, rows in packet.groups:
        story.append(_p(f"{heading} ({len(rows)})", "missing" if slug == "missing" else "heading"))
        if todo:
            story.append(_p(todo, "soft"))
        heads = ("No.", "Criterion", "Where" if slug == "met" else "Answer")
        cells = [[_p(str(row.number), "soft"), _criterion(row), _answer(row, slug)] for row in rows]
        story.append(_table(cells, (0.06, 0.42, 0.52), width, heads))
    story += [Spacer(1, 8), _p("Codes and policies used: " + "; ".join(packet.editions) + ".", "soft")]
    story.append(_p("The index points into the record; it adds nothing to it. A person decides what is sent.", "soft"))
    return story


def _criterion(row: Row) -> list[Any]:
    return [_p(row.question, "strong"), _p(row.source, "soft")]


def _answer(row: Row, slug: str) -> list[Any]:
    shown = slug in ("missing", "not-applicable") or (slug == "met" and not row.places)
    told = [_p(row.because, "body")] if shown else []
    told += [_p(f"Not found ({row.searched})", "soft")] if row.searched else []
    told += [_pair(f"{spot.document}, {spot.where}", spot.words, mark="") for spot in row.places]
    return told or [_p("Document ____ page ____ line ____" if slug == "for-person" else "-", "soft")]


def _table(cells: list[list[Any]], shares: tuple[float, ...], width: float, heads: tuple[str, ...]) -> Any:
    from reportlab.platypus import Table, TableStyle

    rows = [[_p(head, "soft") for head in heads], *cells] if heads else cells
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    return Table(
        rows, colWidths=[share * width for share in shares], repeatRows=1 if heads else 0, style=TableStyle(style),
        hAlign="LEFT",
    )  # fmt: skip


def _p(text: str, style: str) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(escape(_clean(text)), _styles()[style])


def _pair(label: str, text: str, mark: str = ":") -> Any:
    from reportlab.platypus import Paragraph

    bold = f'<font name="{_BOLD}">{escape(_clean(label))}{mark}</font>'
    return Paragraph(f"{bold} {escape(_clean(text))}", _styles()["body"])


def _clean(text: str) -> str:
    """One line without control characters; a character that the font lacks is shown by its number."""
    known = _fonts()
    return "".join(c if ord(c) in known or c == " " else f"\\u{ord(c):04x}" for c in plain(text))


@lru_cache(maxsize=1)
def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle("body", fontName=_FONT, fontSize=8.2, leading=11, textColor=_INK, splitLongWords=1)
    return {
        "body": body,
        "strong": ParagraphStyle("strong", body, fontName=_BOLD),
        "soft": ParagraphStyle("soft", body, textColor=_SOFT, fontSize=7.2, leading=9.6),
        "due": ParagraphStyle("due", body, fontName=_BOLD, fontSize=10.5, leading=14, textColor=_ACCENT, spaceBefore=2),
        "title": ParagraphStyle("title", body, fontName=_BOLD, fontSize=15, leading=19),
        "heading": ParagraphStyle(
            "heading", body, fontName=_BOLD, fontSize=10.5, leading=14, spaceBefore=10, spaceAfter=3, keepWithNext=1
        ),
        "missing": ParagraphStyle(
            "missing", body, fontName=_BOLD, fontSize=10.5, leading=14, spaceBefore=10, spaceAfter=3, keepWithNext=1,
            textColor=_BAD,
        ),
    }  # fmt: skip


@lru_cache(maxsize=1)
def _fonts() -> frozenset[int]:
    """Registers the two fonts that travel with reportlab; the characters that both can show."""
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
    except ImportError:
        raise InputError(
            "NC-I95",
            "PDF files need reportlab, which is not installed",
            where="--output",
            next_step="pip install 'notecheck[packet]', or name an .html file.",
        ) from None
    fonts = [TTFont(_FONT, "Vera.ttf"), TTFont(_BOLD, "VeraBd.ttf")]
    for font in fonts:
        pdfmetrics.registerFont(font)
    return frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)
