"""C-CDA documents: the title and the narrative of every section, or the embedded file of an unstructured document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from notecheck.errors import InputError
from notecheck.read import attached
from notecheck.read.attached import Opened, no_note
from notecheck.read.columns import About, iso_day
from notecheck.read.markup import local, text_of, xml_root
from notecheck.read.spot import Spot
from notecheck.records import Document, Refused

if TYPE_CHECKING:
    from lxml.etree import _Element

_NPI = "2.16.840.1.113883.4.6"
_H = "{urn:hl7-org:v3}"


def documents(raw: bytes, spot: Spot, opened: Opened) -> Iterator[Document | Refused]:
    """The note of an XML file. Raises InputError NC-I06 (another kind of XML), NC-I11, NC-I15, NC-I18 (no text)."""
    root = xml_root(raw, spot)
    if local(root) != "clinicaldocument":
        raise InputError(
            "NC-I06",
            "this is an XML file of another kind than C-CDA",
            where=spot.where,
            next_step="Export the note as C-CDA, or save it as plain text.",
        )
    about, note_id = _about(root), _attribute(root.find(f"{_H}id"), "extension")
    embedded = root.find(f"{_H}component/{_H}nonXMLBody/{_H}text")
    if embedded is not None:
        if embedded.find(f"{_H}reference") is not None:
            raise no_note("the body is a pointer to another file", spot.where)
        words = "".join(str(part) for part in embedded.itertext())
        data = attached.decoded(words, spot) if embedded.get("representation") == "B64" else words.encode()
        yield from attached.documents(data, embedded.get("mediaType") or "", about, spot, opened, note_id)
        return
    parts = [_words(root.find(f"{_H}title"))]
    for section in root.iter(f"{_H}section"):
        title, narrative = _words(section.find(f"{_H}title")), section.find(f"{_H}text")
        words = text_of(narrative) if narrative is not None else ""
        if title and words and not words.lstrip().lower().startswith(title.lower()):
            parts.append(title if title.endswith(":") else f"{title}:")
        parts.append(words)
    text = "\n".join(part for part in parts if part)
    if not any(parts[1:]):
        raise no_note("no section of the document has a text", spot.where)
    yield spot.document(text, "ccda", about, note_id=note_id)


def _about(root: _Element) -> About:
    role = root.find(f"{_H}recordTarget/{_H}patientRole")
    author = root.find(f"{_H}author/{_H}assignedAuthor")
    event = root.find(f"{_H}documentationOf/{_H}serviceEvent")
    visit = root.find(f"{_H}componentOf/{_H}encompassingEncounter")
    performer = event.find(f"{_H}performer/{_H}assignedEntity") if event is not None else None
    days = [_time(holder) for holder in (event, visit, root) if holder is not None]
    person = author.find(f"{_H}assignedPerson/{_H}name") if author is not None else None
    return About(
        patient=_attribute(role.find(f"{_H}id"), "extension") if role is not None else None,
        provider=_npi(performer) or _npi(author),
        encounter=_attribute(visit.find(f"{_H}id"), "extension") if visit is not None else None,
        day=next((day for text in days if text and (day := iso_day(text))), None),
        author=_words(person) or None,
    )


def _npi(entity: _Element | None) -> str | None:
    """The national number among the identifiers of a person, else the first one."""
    identifiers = entity.findall(f"{_H}id") if entity is not None else []
    national = [one for one in identifiers if one.get("root") == _NPI]
    return next((_attribute(one, "extension") for one in (*national, *identifiers) if one.get("extension")), None)


def _time(holder: _Element) -> str | None:
    time = holder.find(f"{_H}effectiveTime")
    if time is None:
        return None
    return time.get("value") or _attribute(time.find(f"{_H}low"), "value")


def _attribute(element: _Element | None, name: str) -> str | None:
    return element.get(name) or None if element is not None else None


def _words(element: _Element | None) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split()) if element is not None else ""
