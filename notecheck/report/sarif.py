"""SARIF 2.1.0: one run over all notes given, for viewers of findings and for tools that track them.

Words of a record stay at home unless asked for: the quotations pass a mask, which by default leaves them out. The
places (line, column, offset) stay, so that a viewer beside the note shows the words itself.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from typing import Any
from urllib.parse import quote

from notecheck.records import Finding, Note, Notice, Report, RuleCard, Suppressed
from notecheck.report.accepted import notice
from notecheck.report.page import plain
from notecheck.report.words import SEARCHED, searched

Mask = Callable[[str], str]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "notecheckFinding/v1"
_LEVEL = {"error": "error", "warning": "warning", "info": "note"}
_LINE_END = re.compile(r"\r\n|\r|\n")
_SPECIAL = re.compile(r"[\\\[\]]")


def left_out(text: str) -> str:
    """The mask that shows no word of a record."""
    return ""


def render(
    reports: Iterable[tuple[Report, Sequence[Note]]], rules: Sequence[RuleCard] = (), mask: Mask | None = left_out
) -> str:
    """One SARIF log with one run, in ASCII. ``rules`` are the cards of the checks; without them a rule is only named.

    ``mask`` makes a text fit to leave the house; None lets every word through.
    """
    items = list(reports)
    run = _Run(rules, mask)
    for report, documents in items:
        run.add(report, documents)
    return json.dumps(run.log(), indent=1, ensure_ascii=True) + "\n"


class _Run:
    """Gathers artifacts, rules and results of one run."""

    def __init__(self, rules: Sequence[RuleCard], mask: Mask | None) -> None:
        self._mask = mask
        self._rules: list[dict[str, Any]] = [_rule(card) for card in rules]
        self._place = {card.code: number for number, card in enumerate(rules)}
        self._artifacts: list[dict[str, Any]] = []
        self._results: list[dict[str, Any]] = []
        self._notices: list[dict[str, Any]] = []

    def add(self, report: Report, documents: Sequence[Note]) -> None:
        """One note with its findings."""
        first = len(self._artifacts)
        for number, document in enumerate(documents):
            self._artifacts.append(_artifact(document, report if number == 0 else None))
        starts = [_line_starts(document.text) for document in documents]
        seen: Counter[str] = Counter()
        for finding in report.findings:
            self._results.append(self._result(report, finding, documents, starts, first, seen))
        for one in report.suppressed:
            result = self._result(report, one.finding, documents, starts, first, seen)
            result["suppressions"] = [self._suppression(one)]
            self._results.append(result)
        self._notices += [self._notice(told, uri(documents[0]) if documents else "") for told in report.notices]

    def log(self) -> dict[str, Any]:
        """The whole log."""
        driver = {
            "name": "notecheck",
            "semanticVersion": _version(),
            "shortDescription": {
                "text": "Compares an interventional-pain note with the billed codes and the coverage policy."
            },
            "rules": self._rules,
        }
        run = {
            "tool": {"driver": driver},
            "language": "en-US",
            "columnKind": "unicodeCodePoints",
            "newlineSequences": ["\r\n", "\r", "\n"],
            "invocations": [{"executionSuccessful": True, "toolConfigurationNotifications": self._notices}],
            "artifacts": self._artifacts,
            "results": self._results,
        }
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}

    def _result(
        self,
        report: Report,
        finding: Finding,
        documents: Sequence[Note],
        starts: Sequence[Sequence[int]],
        first: int,
        seen: Counter[str],
    ) -> dict[str, Any]:
        words = [e for e in finding.evidence if e.text and not e.field.startswith(SEARCHED)]
        places = dict.fromkeys((e.document, e.start, e.end, e.text) for e in words or finding.evidence[:1])
        locations = [
            self._location(document, start, end, text if words else "", documents, starts, first)
            for document, start, end, text in places
            if document < len(documents)
        ]
        base = fingerprint(report, finding)
        seen[base] += 1
        properties = {
            "family": finding.code[:3],
            "note": plain(report.note_id),
            "readiness": report.readiness,
            "claimLine": plain(finding.line) if finding.line else None,
            "requirement": finding.requirement,
            "source": plain(finding.source) or None,
            "next": plain(self._shown(finding.fix)) or None,
            "searched": searched(finding.evidence).removeprefix("searched: ") or None if not words else None,
        }
        return {
            "ruleId": finding.code,
            "ruleIndex": self._rule_of(finding),
            "level": _LEVEL[finding.severity],
            "message": {"text": message(self._shown(finding.message))},
            "locations": locations[:1],
            "relatedLocations": [{"id": number, **place} for number, place in enumerate(locations[1:], start=1)],
            "partialFingerprints": {FINGERPRINT: f"{base}:{seen[base]}"},
            "suppressions": [],
            "properties": {key: value for key, value in properties.items() if value is not None},
        }

    def _location(
        self,
        document: int,
        start: int,
        end: int,
        text: str,
        documents: Sequence[Note],
        starts: Sequence[Sequence[int]],
        first: int,
    ) -> dict[str, Any]:
        artifact = {"uri": uri(documents[document]), "index": first + document}
        physical: dict[str, Any] = {"artifactLocation": artifact}
        if end > start:
            region = _region(start, end, starts[document])
            snippet = self._mask(text) if self._mask else text
            if text and snippet:
                region["snippet"] = {"text": plain(snippet)}
            physical["region"] = region
        return {"physicalLocation": physical}

    def _suppression(self, one: Suppressed) -> dict[str, Any]:
        # without a status a suppression is an accepted one; drafts of the schema call it otherwise
        made = {"kind": "external", "justification": plain(self._shown(one.reason))}
        said = {"until": one.until, "where": plain(one.where) or None}
        return made | {"properties": {key: value for key, value in said.items() if value}}

    def _notice(self, told: Notice, note: str) -> dict[str, Any]:
        return {
            "descriptor": {"id": told.code},
            "level": _LEVEL[told.severity],
            "message": {"text": message(notice(told))},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": note}}}] if note else [],
        }

    def _rule_of(self, finding: Finding) -> int:
        if finding.code not in self._place:
            self._place[finding.code] = len(self._rules)
            self._rules.append({"id": finding.code, "name": finding.name})
        return self._place[finding.code]

    def _shown(self, text: str) -> str:
        """A sentence of notecheck's own, which may name what a record says."""
        return (self._mask(text) if self._mask else "") or text


def fingerprint(report: Report, finding: Finding) -> str:
    """What stays when words move: note, check, claim line, requirement, kinds of fact. No word of the note."""
    kinds = sorted({f"{e.document}:{e.field.partition(':')[0]}" for e in finding.evidence})
    parts = (report.note_id, finding.code, finding.line or "", finding.requirement or "", *kinds)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def message(text: str) -> str:
    """A message on one line in which no character makes a link or a placeholder."""
    return _literal(plain(text))


def uri(document: Note) -> str:
    """The name of a document as a relative address, every other character by its number."""
    name = document.note_id if document.source == "-" else document.source
    return quote(name.replace("\\", "/"), safe="/", errors="replace")


def _literal(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("{", "{{").replace("}", "}}")


def _artifact(document: Note, report: Report | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "location": {"uri": uri(document)},
        "mimeType": "text/plain",
        "roles": ["analysisTarget" if report else "referencedOnCommandLine"],
    }
    if report:
        made["properties"] = {"note": plain(report.note_id), "readiness": report.readiness}
    return made


def _rule(card: RuleCard) -> dict[str, Any]:
    return {
        "id": card.code,
        "name": card.name,
        "shortDescription": {"text": _literal(card.says)},
        "fullDescription": {"text": _literal(card.looks_for or card.says)},
        "help": {"text": _literal(card.page), "markdown": card.page},
        "defaultConfiguration": {"level": _LEVEL[card.severity]},
        "properties": {"tags": list(card.tags), "family": card.code[:3]},
    }


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in _LINE_END.finditer(text))]


def _region(start: int, end: int, starts: Sequence[int]) -> dict[str, Any]:
    """Lines and columns count from 1, the end column is the one after the last character."""
    first, last = bisect.bisect_right(starts, start), bisect.bisect_right(starts, end)
    return {
        "startLine": first,
        "startColumn": start - starts[first - 1] + 1,
        "endLine": last,
        "endColumn": end - starts[last - 1] + 1,
        "charOffset": start,
        "charLength": end - start,
    }


def _version() -> str:
    try:
        return metadata.version("notecheck")
    except metadata.PackageNotFoundError:
        return "0.0.0"
