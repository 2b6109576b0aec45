"""The published JSON Schema of the answer, written from the records. ``python tests/made_schema.py`` renews the file.

What ``to_dict`` writes otherwise than the fields of a record say stands in OTHERWISE. The tests judge real answers by
the file, so that a slip here cannot pass.
"""

from __future__ import annotations

import json
import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from notecheck import records
from notecheck.records.report import SCHEMA_VERSION

FILE = Path(__file__).resolve().parents[1] / "notecheck" / "report" / "answer.schema.json"
LIST = {"type": "array"}
DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
SLIM_LINE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["code", "modifiers", "units"],
    "properties": {
        "code": {"type": "string"},
        "modifiers": {"type": "array", "items": {"type": "string"}},
        "units": {"type": "number"},
    },
}
CANDIDATE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["icd10", "title"],
    "properties": {"icd10": {"type": "string"}, "title": {"type": "string"}},
}
VERSION = {"const": SCHEMA_VERSION, "description": "Version of this format."}
ORIGIN = {"enum": ["given", "printed in the note"], "description": "Where the lines come from."}
PAGE = {"type": "integer", "minimum": 1, "description": "The page, only where the file has pages, as a PDF."}
OTHERWISE: dict[type, dict[str, dict[str, Any] | None]] = {
    records.Report: {
        "schema_version": VERSION,
        "source": None,
        "day": DAY | {"description": "The day that picked every edition."},
        "readiness": {
            "enum": ["ready", "addendum", "hold"],
            "description": "ready: nothing above info; addendum: the author can settle it; hold: do not bill as it stands.",
        },
    },
    records.Reading: {"says": None, "reading": {"type": "string"}, "lines": LIST | {"items": SLIM_LINE}},
    records.SupportedDiagnosis: {"candidates": LIST | {"items": CANDIDATE}},
    records.Claim: {"origin": ORIGIN},
    records.ChecklistItem: {"judge": None},
    records.Evidence: {"page": PAGE},
}
OPTIONAL = {records.Evidence: ("field", "value", "rule", "document", "page")}


def schema() -> dict[str, Any]:
    """The whole schema: one answer, or the answers for several notes."""
    defs: dict[str, Any] = {}
    one = reference(records.Report, defs)
    batch = {
        "type": "object",
        "additionalProperties": False,
        "required": ["schema_version", "reports"],
        "properties": {"schema_version": VERSION, "reports": {"type": "array", "items": one}},
        "description": "The answers for several notes, in the order given.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:notecheck:answer:{SCHEMA_VERSION}",
        "title": "Answer of notecheck check --format json",
        "oneOf": [one, {"$ref": "#/$defs/Batch"}],
        "$defs": dict(sorted((defs | {"Batch": batch}).items())),
    }


def reference(kind: type, defs: dict[str, Any]) -> dict[str, str]:
    """A reference to the definition of a record, which is made on first sight."""
    if kind.__name__ not in defs:
        defs[kind.__name__] = {}
        hints = get_type_hints(kind)
        properties = {f.name: value(hints[f.name], defs) for f in fields(kind)}
        properties |= OTHERWISE.get(kind, {})
        properties = {name: made for name, made in properties.items() if made is not None}
        defs[kind.__name__] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").replace("``", "").split()),
            "additionalProperties": False,
            "required": sorted(set(properties) - set(OPTIONAL.get(kind, ()))),
            "properties": properties,
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}


def value(hint: Any, defs: dict[str, Any]) -> dict[str, Any]:
    """The schema of one field."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [value(part, defs) for part in inside]}
    if hint is type(None):
        return {"type": "null"}
    if origin is Literal:
        return {"enum": list(inside)}
    if origin is frozenset:
        return {"type": "string", "description": "Checksums as hexadecimal numbers with blanks between."}
    if origin is tuple:
        if len(inside) == 2 and inside[1] is ...:
            return {"type": "array", "items": value(inside[0], defs)}
        parts = [value(part, defs) for part in inside]
        return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
    if is_dataclass(hint):
        return reference(hint, defs)
    return {"type": {str: "string", bool: "boolean", int: "integer", float: "number"}[hint]}


def text() -> str:
    """The file's content."""
    return json.dumps(schema(), indent=1, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
