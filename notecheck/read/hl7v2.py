"""HL7 version 2: notes in MDM (T02 and its kin) and ORU messages, single or in batches, text or embedded files.

python-hl7 splits the message. Its ``unescape`` is not used: it writes the field to the log where an escape is
unknown, and loses what follows a lone backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from notecheck.errors import InputError
from notecheck.read import attached
from notecheck.read.attached import Opened, no_note
from notecheck.read.columns import About, iso_day
from notecheck.read.notes import decode
from notecheck.read.spot import Spot, broken, too_large
from notecheck.records import Document, Refused

_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}(?=\W|$)")
_ESCAPE = re.compile(r"\\([FSTREHN]|X[0-9A-Fa-f]+|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4,6}|Z[^\\]*|\.[a-z]{2}[+-]?\d*)\\")
_TEXT = frozenset(("TX", "FT", "ST", "CF"))
_SHORTEST = 40
"""Letters below which string results (ST) of a message are laboratory values and no note."""
_WITHDRAWN = frozenset(("D", "W", "X"))
_VOID = frozenset(("CA", "OB"))
_FEED = {".br": "\n", ".sp": "\n", ".ce": "\n", ".sk": " ", ".in": "  ", ".ti": "  "}
_MOST_FEEDS = 50


def documents(stream: BinaryIO, spot: Spot, opened: Opened) -> Iterator[Document | Refused]:
    """Every note of a file of messages, batch envelopes (FHS, BHS, BTS, FTS) or MLLP frames around them or not."""
    for number, raw in enumerate(_messages(stream, spot), start=1):
        inner = spot.inside(f"message {number}")
        if number > spot.limits.rows:
            yield inner.refused(
                InputError(
                    "NC-I17",
                    f"the file has more than {spot.limits.rows} messages",
                    where=spot.where,
                    next_step="Cut it into several files.",
                )
            )
            return
        try:
            yield from _Message(decode_message(raw, inner), inner).documents(opened)
        except InputError as error:
            yield inner.refused(error)
        except Exception:
            yield inner.refused(broken("HL7 message", inner.where))


def decode_message(raw: bytes, spot: Spot) -> str:
    """The message as text. Raises InputError NC-I04 to NC-I08 where it is none."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode(raw, spot.where)


def _messages(stream: BinaryIO, spot: Spot) -> Iterator[bytes]:
    """The bytes of each message. A line that begins no segment belongs to the line before."""
    lines: list[bytes] = []
    size = 0
    for piece in _lines(stream, spot):
        line = piece.strip(b"\x0b\x1c\r\n") if piece[:1] in b"\x0b\x1c" else piece.rstrip(b"\r\n\x1c")
        start = line.lstrip(b"\xef\xbb\xbf \x0b")[:4]
        if start[:3] == b"MSH" and start[3:].strip():
            if lines:
                yield b"\r".join(lines)
            lines, size = [line.lstrip(b"\xef\xbb\xbf \x0b")], len(line)
        elif start[:3] in (b"FHS", b"BHS", b"BTS", b"FTS") and not start[3:4].isalnum():
            continue
        elif lines:
            size += len(line)
            if size > spot.limits.file_bytes:
                raise too_large(spot.where, spot.limits.file_bytes)
            lines.append(line)
    if lines:
        yield b"\r".join(lines)


def _lines(stream: BinaryIO, spot: Spot) -> Iterator[bytes]:
    """Lines ended by CR, LF or both, read in pieces: a whole file may be one line to Python."""
    rest = b""
    while piece := stream.read(1 << 20):
        *whole, rest = re.split(rb"\r\n|\r|\n", rest + piece)
        if len(rest) > spot.limits.file_bytes:
            raise too_large(spot.where, spot.limits.file_bytes)
        yield from whole
    yield rest


class _Message:
    """One message, its segments split."""

    def __init__(self, text: str, spot: Spot) -> None:
        import hl7

        whole: list[str] = []
        for line in text.split("\r"):
            if _SEGMENT.match(line) or not whole:
                whole.append(line)
            else:
                whole[-1] += "\n" + line
        try:
            self._parsed = hl7.parse("\r".join(line for line in whole if line.strip()))
        except (hl7.HL7Exception, IndexError, KeyError, ValueError):
            raise broken("HL7 message", spot.where) from None
        self._spot = spot
        self._parts = str(self._parsed.separators)[1:]  # field, repetition, component, subcomponent

    def documents(self, opened: Opened) -> Iterator[Document | Refused]:
        """One document for each report in the message (MDM has one, ORU one for each OBR), and its embedded files."""
        kind = self._at(self._first("MSH"), 9)
        if not kind.startswith(("MDM", "ORU")):
            raise no_note(
                f"the message is {kind.replace(self._mark(2), '^')[:12] or 'of no kind'}, which holds no note",
                self._spot.where,
            )
        found = 0
        for place, (head, results) in enumerate(self._reports(), start=1):
            spot = self._spot.inside(f"report {place}") if place > 1 else self._spot
            for one in self._report(head, results, spot, opened):
                found += 1
                yield one
        if not found:
            raise no_note("the message holds values and no text of a note", self._spot.where)

    def _reports(self) -> list[tuple[Any, list[Any]]]:
        """The heading segment (OBR or TXA) and the OBX segments of each report."""
        reports: list[tuple[Any, list[Any]]] = []
        for segment in self._parsed:
            name = str(segment[0])
            if name == "OBR" or (name == "TXA" and not reports):
                reports.append((segment, []))
            elif name == "TXA" and reports and not reports[-1][1]:
                reports[-1] = (segment, [])
            elif name == "OBX":
                if not reports:
                    reports.append((None, []))
                reports[-1][1].append(segment)
        return reports

    def _report(self, head: Any, results: list[Any], spot: Spot, opened: Opened) -> Iterator[Document | Refused]:
        about, note_id = self._about(head), self._note_id(head)
        if head is not None and str(head[0]) == "TXA" and self._at(head, 17) in _VOID | {"X"}:
            yield spot.refused(no_note("the document is cancelled or replaced by its sender", spot.where))
            return
        lines: list[str] = []
        solid = False
        files: list[Any] = []
        for result in results:
            kind = self._at(result, 2)
            if self._at(result, 11) in _WITHDRAWN:
                continue
            if kind in ("ED", "RP"):
                files.append(result)
            elif kind in _TEXT or not kind:
                value = self._raw(result, 5)
                lines += [self._plain(part) for part in value.split(self._mark(1))]
                solid = solid or kind in ("TX", "FT", "CF")
        text = "\n".join(lines)
        if (solid and text.strip()) or sum(map(str.isalpha, text)) >= _SHORTEST:
            yield spot.document(text, "hl7", about, note_id=note_id)
        for place, result in enumerate(files, start=1):
            inner = spot.inside(f"attachment {place}")
            try:
                yield from self._file(result, about, inner, opened, note_id)
            except InputError as error:
                yield inner.refused(error)

    def _file(
        self, result: Any, about: About, spot: Spot, opened: Opened, note_id: str | None
    ) -> Iterator[Document | Refused]:
        if self._at(result, 2) == "RP":
            raise no_note("the attachment is a pointer to another system", spot.where)
        parts = self._raw(result, 5).split(self._mark(2))
        parts += [""] * (5 - len(parts))
        data, encoding = self._plain(self._mark(2).join(parts[4:])), parts[3].lower()
        raw = (
            attached.decoded(data, spot)
            if encoding in ("base64", "")
            else bytes.fromhex(data)
            if encoding == "hex"
            else data.encode()
        )
        media = (
            "application/" + parts[2].lower()
            if parts[2].lower() in ("pdf", "rtf", "xml")
            else "text/" + (parts[2].lower() or "plain")
        )
        yield from attached.documents(raw, media, about, spot, opened, note_id)

    def _about(self, head: Any) -> About:
        patient, visit = self._first("PID"), self._first("PV1")
        is_document = head is not None and str(head[0]) == "TXA"
        days = (self._at(head, 4), self._at(visit, 44)) if is_document else (self._at(head, 7), self._at(visit, 44))
        author = self._raw(head, 9) if is_document else self._raw(head, 32)
        seen_by = author.split(self._mark(2))[0].split(self._mark(3))[0] if author else self._at(visit, 7)
        name = " ".join(part for part in author.split(self._mark(1))[0].split(self._mark(2))[1:3] if part)
        insurance = self._at(self._first("IN1"), 4)
        return About(
            patient=self._patient(patient),
            provider=self._plain(seen_by) or self._at(visit, 7) or None,
            encounter=self._at(visit, 19) or self._at(patient, 18) or None,
            day=next((day for text in days if text and (day := iso_day(text))), None),
            author=self._plain(name) or None,
            payer=insurance or None,
        )

    def _patient(self, patient: Any) -> str | None:
        """The medical record number where one is marked, else the first identifier."""
        numbers = [part.split(self._mark(2)) for part in self._raw(patient, 3).split(self._mark(1))]
        marked = [parts[0] for parts in numbers if len(parts) > 4 and parts[4] == "MR"]
        return self._plain((marked or [numbers[0][0]])[0]).strip() or None

    def _note_id(self, head: Any) -> str | None:
        if head is None:
            return self._at(self._first("MSH"), 10) or None
        number = self._at(head, 12) if str(head[0]) == "TXA" else self._at(head, 3) or self._at(head, 2)
        return number or self._at(self._first("MSH"), 10) or None

    def _first(self, name: str) -> Any:
        return next((segment for segment in self._parsed if str(segment[0]) == name), None)

    def _raw(self, segment: Any, number: int) -> str:
        """A whole field as it stands."""
        return str(segment[number]) if segment is not None and len(segment) > number else ""

    def _at(self, segment: Any, number: int) -> str:
        """The first component of the first repetition of a field."""
        return self._plain(self._raw(segment, number).split(self._mark(1))[0].split(self._mark(2))[0]).strip()

    def _mark(self, number: int) -> str:
        """A separator: 0 field, 1 repetition, 2 component, 3 subcomponent."""
        return self._parts[number]

    def _plain(self, text: str) -> str:
        """The text with its escape sequences resolved; a backslash that begins none stays."""
        escape = str(self._parsed.esc)
        if escape not in text:
            return text
        if escape != "\\":
            text = text.replace(escape, "\\")
        return _ESCAPE.sub(self._escaped, text)

    def _escaped(self, match: re.Match[str]) -> str:
        code = match[1]
        if code in "FSTRE":
            order = {"F": self._mark(0), "R": self._mark(1), "S": self._mark(2), "T": self._mark(3), "E": "\\"}
            return order[code]
        if code[0] == "X":
            raw = bytes.fromhex(code[1:]) if len(code) % 2 else b""
            return raw.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        if code[0] == ".":
            count = int(re.sub(r"\D", "", code[3:]) or 1)
            return _FEED.get(code[:3], "") * min(count, _MOST_FEEDS)
        return ""
