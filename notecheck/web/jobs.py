"""What a worker does: plain data in, JSON bytes or plain data out. One pipeline for each worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from notecheck.blank import check_template
from notecheck.errors import InputError
from notecheck.read.claim_files import claims_from_bytes, holds_claims
from notecheck.read.claims import claim_from_dict
from notecheck.records import Claim, Note, Report, Ruling
from notecheck.records.report import Mode
from notecheck.records.stored import pack, unpack
from notecheck.report import html
from notecheck.report.query import as_text, queries
from notecheck.web import cards, documents
from notecheck.web.answer import answer
from notecheck.web.remember import Remembering
from notecheck.web.typed import claim_data

WARM = "Left L5-S1 transforaminal epidural steroid injection under fluoroscopy with contrast. Dexamethasone 10 mg."


@dataclass(frozen=True, slots=True)
class Practice:
    """What a practice has set: folders of policies, files of payers, what it decided about checks, models or none."""

    policy: tuple[Path, ...] = ()
    payers: tuple[Path, ...] = ()
    ruling: Ruling | None = None
    models: bool = True


def build(practice: Practice) -> Desk:
    """The desk of a worker, with one note read so that the first request is as fast as the others."""
    desk = Desk(Remembering(practice.policy, practice.payers, models=practice.models), practice.ruling)
    warm: dict[str, Any] = {"note": WARM, "name": "note", "choices": {"codes": "64483-LT M54.16"}, "chart": []}
    desk("page", warm)
    return desk


class Desk:
    """Does jobs by name with one checker."""

    def __init__(self, checker: Remembering, ruling: Ruling | None = None) -> None:
        self.checker = checker
        self.ruling = ruling
        self._jobs = {
            "check": self._check,
            "extract": self._extract,
            "query": self._query,
            "page": self._page,
            "report": self._report,
            "template": self._template,
            "read": self._read,
            "file": self._file,
            "claims": self._claims,
            "row": self._row,
            "cards": self._cards,
        }

    def __call__(self, name: str, data: Any) -> Any:
        return self._jobs[name](data)

    def _check(self, data: Mapping[str, Any]) -> bytes:
        return _json(self._judged(data)[0].to_dict())

    def _extract(self, data: Mapping[str, Any]) -> bytes:
        return _json(self.checker.extract(data["note"]).to_dict())

    def _query(self, data: Mapping[str, Any]) -> bytes:
        report, notes = self._judged(data)
        found = queries(report, notes)
        return _json({"queries": [query.to_dict() for query in found], "text": as_text(found, report)})

    def _page(self, data: Mapping[str, Any]) -> bytes:
        return _json(answer(*self._chosen(data)))

    def _report(self, data: Mapping[str, Any]) -> str:
        return html.render(*self._chosen(data))

    def _template(self, data: Mapping[str, Any]) -> bytes:
        found = check_template(
            self.checker,
            Note(data["template"]),
            data["family"],
            payer=data.get("payer") or "medicare",
            mac=data.get("mac") or None,
            day=day_of(data.get("date_of_service")),
        )
        return _json(found.to_dict())

    def _read(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        return documents.read(data["name"], data["bytes"], data.get("most", 50))

    def _file(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """A file of a batch: its notes, or its claims where it holds claims. Raises InputError as ``claims`` does."""
        wrong = None
        if holds_claims(data["bytes"]):
            try:
                return {"claims": self._claims(data)}
            except InputError as error:
                wrong = error
        found = self._read(data)
        if wrong is not None and all("refused" in part for part in found):
            raise wrong
        return {"notes": found}

    def _claims(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The claims of a file; ``usual`` fills payer and place where they do not say them."""
        return [pack(one) for one in claims_from_bytes(data["name"], data["bytes"], self.checker.book, data["usual"])]

    def _row(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """One note of a batch: the row of the table, and the parts of the page."""
        report, notes = self._chosen(data)
        made = answer(report, notes)
        above = [f for f in report.findings if f.severity != "info"]
        row = {
            "readiness": report.readiness,
            "documented": made["documented"],
            "errors": sum(f.severity == "error" for f in above),
            "warnings": sum(f.severity == "warning" for f in above),
            "codes": list(dict.fromkeys(f.code for f in above)),
            "supported": made["copy"]["codes"],
            "families": list(dict.fromkeys(p.family for p in report.facts.procedures)),
            "findings": [
                {"code": f.code, "name": f.name, "severity": f.severity, "message": f.message, "fix": f.fix}
                for f in above
            ],
        }
        return row, _json(made)

    def _cards(self, data: Mapping[str, Any]) -> bytes:
        report, notes = self._judged(data)
        return _json({"cards": cards.cards(report, notes, data["address"])})

    def _judged(self, data: Mapping[str, Any]) -> tuple[Report, tuple[Note, ...]]:
        """A request of the API: the claim in the claim format."""
        note = Note(data["note"])
        chart = tuple(
            Note(text, source=f"chart {number}", note_id=f"chart-{number}")
            for number, text in enumerate(data.get("chart", ()), start=1)
        )
        report = self.checker.check(
            note,
            data.get("claim"),
            chart,
            mode=data.get("mode", "prebill"),
            earlier=tuple(data.get("earlier", ())),
            ruling=self.ruling,
        )
        return report, (note, *chart)

    def _chosen(self, data: Mapping[str, Any]) -> tuple[Report, tuple[Note, ...]]:
        """A request of the page: codes as typed, and what was chosen beside them."""
        name = data.get("name") or "note"
        note = Note(data["note"], source=name, note_id=data.get("note_id") or name.rpartition(".")[0] or name)
        chart = tuple(Note(part["text"], source=part["name"], note_id=part["name"]) for part in data["chart"])
        chosen = data["choices"]
        mode: Mode = chosen.get("mode") or "prebill"
        claim = unpack(Claim, data["claim"]) if data.get("claim") else self._claim(chosen)
        report = self.checker.check(note, claim, chart, mode=mode, ruling=self.ruling)
        return report, (note, *chart)

    def _claim(self, chosen: Mapping[str, Any]) -> Claim:
        book = self.checker.book
        made = claim_data(chosen.get("codes") or "", book)
        keys = ("payer", "mac", "state", "date_of_service", "place_of_service", "history", "authorization")
        made |= {key: chosen[key] for key in keys if chosen.get(key)}
        return claim_from_dict(made, book)


def day_of(written: str | None) -> date:
    """A day from a form; today where it is left open. Raises InputError NC-I48."""
    try:
        return date.fromisoformat(written) if written else date.today()
    except ValueError:
        raise InputError("NC-I48", "this is no date", where="date", next_step="Write it as in 2026-03-04.") from None


def _json(made: Any) -> bytes:
    return json.dumps(made).encode()
