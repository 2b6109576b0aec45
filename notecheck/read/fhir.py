"""FHIR R4 in JSON: DocumentReference, DiagnosticReport, Composition and Binary, alone, in a Bundle, or line by line.

Plain JSON is walked. fhir.resources would refuse a whole resource for one wrong element anywhere in it, and loads for
seconds; a note is worth reading from a resource with a faulty field.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from notecheck.errors import InputError
from notecheck.read import attached
from notecheck.read.attached import Opened, no_note
from notecheck.read.columns import About, iso_day
from notecheck.read.markup import html_text
from notecheck.read.spot import Spot, broken, too_large
from notecheck.records import Document, Refused

_WITH_NOTES = frozenset(("DocumentReference", "DiagnosticReport", "Composition", "Binary"))
_VOID = frozenset(("entered-in-error", "superseded", "cancelled"))
_NPI = "us-npi"
_DEEPEST = 8
Resource = Mapping[str, Any]


def is_resource(value: object) -> bool:
    """True for a JSON object that says which FHIR resource it is."""
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def one_json(stream: BinaryIO, spot: Spot, opened: Opened) -> Iterator[Document | Refused]:
    """The notes of a JSON file: a FHIR resource or Bundle, or a list of objects whose keys are columns.

    Raises InputError NC-I11 (no JSON), NC-I16 (no key holds a text), NC-I18 (a resource without a note).
    """
    raw = stream.read(spot.limits.file_bytes + 1)
    if len(raw) > spot.limits.file_bytes:
        raise too_large(spot.where, spot.limits.file_bytes)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise broken("JSON", spot.where) from None
    if is_resource(data):
        yield from resources([("", data)], spot, opened)
        return
    from notecheck.read.table import objects

    items = data if isinstance(data, list) else [data]
    places = ((f"object {number}", item) for number, item in enumerate(items, start=1))
    if isinstance(data, list) and any(is_resource(item) for item in data[:1]):
        yield from resources(places, spot, opened)
    else:
        yield from objects(places, spot)


def lines(
    values: Iterable[tuple[str, object | InputError]], spot: Spot, opened: Opened
) -> Iterator[Document | Refused]:
    """The notes of a JSONL file: FHIR resources (Bulk Data), or objects whose keys are columns."""
    from notecheck.read.table import objects

    rows = iter(values)
    first = next(rows, None)
    if first is None:
        raise no_note("the file is empty", spot.where)
    again = _with_first(first, rows)
    yield from resources(again, spot, opened) if is_resource(first[1]) else objects(again, spot)


def resources(
    values: Iterable[tuple[str, object | InputError]], spot: Spot, opened: Opened
) -> Iterator[Document | Refused]:
    """The notes of the resources. Resources of other kinds hold none and are passed over.

    Raises InputError NC-I18, at the end, where not one of them held a note.
    """
    found = 0
    others: dict[str, None] = {}
    for number, (place, value) in enumerate(values, start=1):
        inner = spot.inside(place) if place else spot
        if number > spot.limits.rows:
            yield inner.refused(
                InputError(
                    "NC-I17",
                    f"the file has more than {spot.limits.rows} resources",
                    where=spot.where,
                    next_step="Cut it into several files.",
                )
            )
            return
        for one in _safely(value, inner, opened, others):
            found += 1
            yield one
    if not found:
        kinds = ", ".join(list(others)[:5]) or "nothing"
        raise no_note(f"no resource holds a note (there is {kinds})", spot.where)


def _safely(value: object, spot: Spot, opened: Opened, others: dict[str, None]) -> Iterator[Document | Refused]:
    try:
        if isinstance(value, InputError):
            raise value
        if not isinstance(value, dict) or not is_resource(value):
            raise broken("FHIR resource", spot.where)
        kind = value["resourceType"]
        if kind == "Bundle":
            yield from _bundle(value, spot, opened, others)
        elif kind in _WITH_NOTES:
            yield from _Reader({}, opened).documents(value, spot)
        else:
            others[kind[:40]] = None
    except InputError as error:
        yield spot.refused(error)
    except Exception:
        yield spot.refused(broken("FHIR resource", spot.where))


def _bundle(bundle: Resource, spot: Spot, opened: Opened, others: dict[str, None]) -> Iterator[Document | Refused]:
    entries = [entry for entry in _list(bundle, "entry") if is_resource(entry.get("resource"))]
    known: dict[str, Resource] = {}
    used: set[int] = set()
    for entry in entries:
        resource = entry["resource"]
        known[f"{resource['resourceType']}/{resource.get('id')}"] = resource
        if isinstance(entry.get("fullUrl"), str):
            known[entry["fullUrl"]] = resource
    reader = _Reader(known, opened, used)
    late: list[tuple[int, Resource]] = []
    for number, entry in enumerate(entries, start=1):
        resource = entry["resource"]
        kind = resource["resourceType"]
        inner = spot.inside(f"entry {number}")
        if kind == "Binary":
            late.append((number, resource))
        elif kind in _WITH_NOTES:
            try:
                yield from reader.documents(resource, inner)
            except InputError as error:
                yield inner.refused(error)
            except Exception:
                yield inner.refused(broken("FHIR resource", inner.where))
        else:
            others[kind[:40]] = None
    for number, resource in late:
        if id(resource) not in used:
            yield from _safely(resource, spot.inside(f"entry {number}"), opened, others)


class _Reader:
    """Reads single resources, with the ones beside them in a Bundle to look things up in."""

    def __init__(self, known: Mapping[str, Resource], opened: Opened, used: set[int] | None = None) -> None:
        self._known = known
        self._opened = opened
        self._used = used if used is not None else set()

    def documents(self, resource: Resource, spot: Spot) -> Iterator[Document | Refused]:
        """The notes of one resource. Raises InputError NC-I18 where it holds none."""
        kind = resource["resourceType"]
        for key in ("status", "docStatus"):
            if resource.get(key) in _VOID:
                raise no_note(f"the {kind} is marked {resource[key]}", spot.where)
        about = self._about(resource)
        note_id = _text(resource.get("id"))
        if kind == "Composition":
            yield spot.document(_composition(resource, spot), "fhir", about, note_id=note_id)
            return
        if kind == "Binary":
            yield from self._attachments([resource], about, note_id, spot)
            return
        attachments = (
            [content.get("attachment") for content in _list(resource, "content")]
            if kind == "DocumentReference"
            else _list(resource, "presentedForm")
        )
        held = [item for item in attachments if isinstance(item, dict) and (item.get("data") or item.get("url"))]
        if held:
            yield from self._attachments(_best(held), about, note_id, spot)
            return
        words, conclusion = _narrative(resource, spot), _text(resource.get("conclusion")) or ""
        text = words if conclusion in words else "\n".join(part for part in (words, conclusion) if part)
        if not text:
            raise no_note(f"the {kind} has neither an attachment nor a text", spot.where)
        yield spot.document(text, "fhir", about, note_id=note_id)

    def _attachments(
        self, attachments: Sequence[Resource], about: About, note_id: str | None, spot: Spot
    ) -> Iterator[Document | Refused]:
        for number, attachment in enumerate(attachments, start=1):
            inner = spot.inside(f"attachment {number}") if len(attachments) > 1 else spot
            try:
                data = attachment.get("data")
                media = attachment.get("contentType")
                if not data:
                    linked = self._known.get(str(attachment.get("url")))
                    if linked is None or not linked.get("data"):
                        raise no_note("the attachment is a link to another place", inner.where)
                    self._used.add(id(linked))
                    data, media = linked["data"], media or linked.get("contentType")
                raw = attached.decoded(str(data), inner)
                name = note_id if number == 1 else None
                yield from attached.documents(raw, str(media or ""), about, inner, self._opened, name)
            except InputError as error:
                yield inner.refused(error)

    def _about(self, resource: Resource) -> About:
        context = resource.get("context")
        context = context if isinstance(context, dict) else {}
        encounter = resource.get("encounter") or _first(context, "encounter")
        period = context.get("period")
        days = (
            period.get("start") if isinstance(period, dict) else None,
            resource.get("effectiveDateTime"),
            _start(resource.get("effectivePeriod")),
            *(_start(event.get("period")) for event in _list(resource, "event")),
            resource.get("date"),
            resource.get("issued"),
        )
        people = _first(resource, "resultsInterpreter") or _first(resource, "author") or _first(resource, "performer")
        return About(
            patient=self._name_of(resource.get("subject")),
            provider=self._name_of(people, _NPI),
            encounter=self._name_of(encounter),
            day=next((day for text in days if isinstance(text, str) and (day := iso_day(text))), None),
            author=_text(people.get("display")) if isinstance(people, dict) else None,
        )

    def _name_of(self, reference: object, wanted: str = "") -> str | None:
        """The identifier of what is referred to: of the wanted system, else marked MR, else the id."""
        if not isinstance(reference, dict):
            return None
        link = _text(reference.get("reference"))
        resource = self._known.get(link or "")
        found = [reference["identifier"]] if isinstance(reference.get("identifier"), dict) else []
        found += _list(resource, "identifier") if resource else []
        for one in found:
            kinds = {coding.get("code") for coding in _list(one.get("type") or {}, "coding")}
            if (wanted and wanted in str(one.get("system"))) or (not wanted and "MR" in kinds):
                return _text(one.get("value"))
        if found and not link:
            return _text(found[0].get("value"))
        return link.rpartition("/")[2].rpartition(":")[2] or None if link else None


def _composition(resource: Resource, spot: Spot) -> str:
    parts = [_text(resource.get("title")) or ""]
    _sections(resource, parts, spot, 0)
    text = "\n".join(part for part in parts if part)
    if len(parts) < 2:
        raise no_note("the Composition has no section with a text", spot.where)
    return text


def _sections(holder: Resource, parts: list[str], spot: Spot, depth: int) -> None:
    if depth > _DEEPEST:
        return
    for section in _list(holder, "section"):
        title, words = _text(section.get("title")) or "", _narrative(section, spot)
        if title and not words.lstrip().lower().startswith(title.lower()):
            parts.append(f"{title}:" if not title.endswith(":") else title)
        if words:
            parts.append(words)
        _sections(section, parts, spot, depth + 1)


def _narrative(holder: Resource, spot: Spot) -> str:
    text = holder.get("text")
    div = text.get("div") if isinstance(text, dict) else None
    return html_text(div, spot.where) if isinstance(div, str) and div.strip() else ""


def _best(attachments: Sequence[Resource]) -> list[Resource]:
    """One note given in several forms is one document: plain text before the others. Different titles are different."""
    titles = {attachment.get("title") for attachment in attachments}
    if len(titles) > 1:
        return list(attachments)
    order = ("text/plain", "text/html", "application/xhtml+xml", "text/rtf", "application/rtf")
    for media in order:
        for attachment in attachments:
            if str(attachment.get("contentType", "")).startswith(media):
                return [attachment]
    return list(attachments[:1])


def _with_first(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _list(holder: Resource, key: str) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _first(holder: Resource, key: str) -> Any:
    found = _list(holder, key)
    return found[0] if found else None


def _start(period: object) -> object:
    return period.get("start") if isinstance(period, dict) else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
