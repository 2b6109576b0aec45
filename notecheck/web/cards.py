"""CDS Hooks: the note out of a FHIR request, and findings as cards. Nothing is fetched."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from notecheck.records import Finding, Note, Report
from notecheck.report.context import VERDICT_WORDS, finding_view
from notecheck.report.markdown import literal
from notecheck.report.page import plain
from notecheck.web.problems import Problem

HOOKS = {
    "notecheck-order-sign": (
        "order-sign",
        "preauth",
        "Coverage check before an interventional-pain procedure",
        "Reads the visit note and says what the coverage policy asks for and the note does not hold.",
    ),
    "notecheck-encounter-discharge": (
        "encounter-discharge",
        "prebill",
        "Documentation check of an interventional-pain procedure note",
        "Reads the procedure note and says what is missing, what contradicts and what it supports.",
    ),
}
PREFETCH = {"notes": "DocumentReference?encounter={{context.encounterId}}&_count=10"}
MOST_CARDS = 12
_SUMMARY = 139
_INDICATOR = {"error": "critical", "warning": "warning", "info": "info"}
_PROCEDURE_NOTES = frozenset({"28570-0", "11504-8", "34874-8", "34877-1"})
_CODE_SYSTEMS = ("ama-assn.org/go/cpt", "HCPCS", "hcpcs")
_DIAGNOSIS_SYSTEM = "icd-10-cm"
_DEEPEST = 12


def services() -> dict[str, Any]:
    """The discovery answer."""
    return {
        "services": [
            {"hook": hook, "id": name, "title": title, "description": says, "prefetch": PREFETCH}
            for name, (hook, _, title, says) in HOOKS.items()
        ]
    }


def cards(report: Report, documents: Sequence[Note], address: str) -> list[dict[str, Any]]:
    """One card for each finding above info, worst first; none for a note that is ready."""
    above = [f for severity in ("error", "warning") for f in report.findings if f.severity == severity]
    made = [_card(number, finding, documents, address) for number, finding in enumerate(above[:MOST_CARDS], start=1)]
    if len(above) > MOST_CARDS:
        left = len(above) - MOST_CARDS
        made.append(
            {
                "summary": f"{left} further findings: {VERDICT_WORDS[report.readiness]}",
                "indicator": "warning",
                "source": {"label": "notecheck", "url": address},
            }
        )
    return made


def documents_of(request: Mapping[str, Any]) -> list[tuple[bool, str, bytes]]:
    """Every document of the context and the prefetch: procedure note or not, content type, content.

    Raises Problem 412 when there is none with its content, 422 for content that cannot be decoded.
    """
    found = []
    for resource in _resources([request.get("context"), request.get("prefetch")]):
        if resource.get("resourceType") != "DocumentReference":
            continue
        kind = {str(c.get("code")) for c in _codings(resource.get("type"))}
        for content in _objects(resource.get("content")):
            attachment = content.get("attachment")
            if not isinstance(attachment, Mapping):
                continue
            data = attachment.get("data")
            if isinstance(data, str) and data:
                found.append((bool(kind & _PROCEDURE_NOTES), str(attachment.get("contentType", "")), _decoded(data)))
    if not found:
        raise Problem(
            412,
            "NC-W10",
            "No DocumentReference with its content is in the context or the prefetch.",
            "Send the note as attachment.data; nothing is fetched from the FHIR server.",
        )
    return sorted(found, key=_procedure_first)


def claim_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the request says of the claim: procedure codes and diagnoses of orders, payer and contractor of the
    extension ``notecheck``."""
    codes: dict[str, None] = {}
    diagnoses: dict[str, None] = {}
    for resource in _resources([request.get("context"), request.get("prefetch")]):
        for key in ("code", "reasonCode", "productOrService"):
            for coding in _codings(resource.get(key)):
                system, code = str(coding.get("system", "")), str(coding.get("code", ""))
                if any(name in system for name in _CODE_SYSTEMS):
                    codes[code] = None
                elif _DIAGNOSIS_SYSTEM in system:
                    diagnoses[code] = None
    extension = request.get("extension")
    given = extension.get("notecheck") if isinstance(extension, Mapping) else None
    known = ("payer", "mac", "state", "date_of_service", "place_of_service")
    made = {key: given[key] for key in known if given.get(key)} if isinstance(given, Mapping) else {}
    return made | {"lines": [{"code": code, "icd10": list(diagnoses)} for code in codes]}


def _card(number: int, finding: Finding, documents: Sequence[Note], address: str) -> dict[str, Any]:
    view = finding_view(number, finding, documents)
    parts = [f"> {literal(quote.where)}: {literal(quote.words)}" for quote in view.quotes[:3]]
    parts += [literal(finding.message)]
    parts += [f"Next: {literal(finding.fix)}"] if finding.fix else []
    parts += [f"Asked by: {literal(finding.source)}"] if finding.source else []
    summary = f"{finding.code} {finding.name.replace('-', ' ')}: {plain(finding.message)}"
    return {
        "summary": summary if len(summary) <= _SUMMARY else summary[: _SUMMARY - 3].rstrip() + "...",
        "indicator": _INDICATOR[finding.severity],
        "detail": "\n\n".join(parts),
        "source": {"label": "notecheck", "url": address, "topic": {"code": finding.code, "display": finding.name}},
        "links": [
            {"label": "What would satisfy this?", "url": f"{address}rules/{finding.code}", "type": "absolute"}
        ],
    }


def _procedure_first(found: tuple[bool, str, bytes]) -> bool:
    return not found[0]


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Problem(
            422, "NC-W11", "The content of a DocumentReference is not base64.", "Encode attachment.data as FHIR asks."
        ) from None


def _resources(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every FHIR resource inside a value, Bundles opened."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        if "resourceType" in value and value.get("resourceType") != "Bundle":
            yield value
        for part in value.values():
            yield from _resources(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _resources(part, depth + 1)


def _codings(value: Any) -> Iterator[Mapping[str, Any]]:
    for concept in _objects(value if isinstance(value, list) else [value]):
        yield from _objects(concept.get("coding"))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (part for part in value if isinstance(part, Mapping))
