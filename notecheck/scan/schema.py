"""The tables of a scan: documents, procedures, findings, checklist, claim lines, supported lines, episodes.

This is the published form of the results. The DuckDB file, the Parquet files and every other engine write these
tables, these columns and these types, in this order. Nothing here needs a database library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["VARCHAR", "VARCHAR[]", "INTEGER", "INTEGER[]", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "BLOB", "JSON"]
"""Types as SQL names them. A list is never null but may be empty; a TIMESTAMP is UTC."""

VERSION = "1"
"""Raised when a table loses or renames a column; a store of another version is not opened."""

AUDIT_FILE = "audit.duckdb"
"""Name of the database in the folder of a scan."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``says`` is its meaning, with the unit where it has one."""

    name: str
    kind: Kind
    says: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table. Every table but ``meta`` and ``unmatched`` has ``note_key``; ``notes`` has each key once."""

    name: str
    says: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


_KEY = Column("note_key", "VARCHAR", "which document: a checksum of its source and member")
_NUMBER = Column("number", "INTEGER", "place in the answer, from 0")

NOTES = Table(
    "notes",
    "every document, judged or refused",
    (
        _KEY,
        Column("source", "VARCHAR", "file, as named or found"),
        Column("member", "VARCHAR", "place inside the source, null where the source is one note"),
        Column("root", "VARCHAR", "the SOURCE of the command under which the document was found"),
        Column("content_hash", "VARCHAR", "checksum of the text as read; of the reason for a refused document"),
        Column("edition", "VARCHAR", "checksum of package, patterns, models and tables that judged"),
        Column("claim_hash", "VARCHAR", "checksum of the claim and the data of the file that were judged with it"),
        Column("history_hash", "VARCHAR", "checksum of the other notes that counted for it; empty for none"),
        Column("status", "VARCHAR", "judged or refused"),
        Column("reason_code", "VARCHAR", "error code of a refused document"),
        Column("reason", "VARCHAR", "why a document was refused, without its words"),
        Column("next_step", "VARCHAR", "what to do about a refused document"),
        Column("note_id", "VARCHAR", "name of the note: file name without ending, or the identifier of its row"),
        Column("patient", "VARCHAR", "patient as the file or the claim gives it"),
        Column("provider", "VARCHAR", "provider as the file or the claim gives it"),
        Column("encounter", "VARCHAR", "encounter as the file gives it"),
        Column("author", "VARCHAR", "author as the file gives it"),
        Column("payer", "VARCHAR", "payer judged by"),
        Column("payer_named", "VARCHAR", "payer as the file names it, or null"),
        Column("payer_by", "VARCHAR", "what named the payer: claim, file, setting or default; tells an unknown one"),
        Column("mac", "VARCHAR", "Medicare contractor judged by"),
        Column("state", "VARCHAR", "state judged by"),
        Column("day", "DATE", "date of service: of the claim, else of the note, else of the file; null where unknown"),
        Column("editions", "VARCHAR[]", "tables of codes and edits that judged, each with its edition"),
        Column("families", "VARCHAR[]", "families of the procedures performed, each once, in the order of the note"),
        Column("readiness", "VARCHAR", "ready, addendum or hold; null for a refused document"),
        Column("errors", "INTEGER", "findings of severity error"),
        Column("warnings", "INTEGER", "findings of severity warning"),
        Column("infos", "INTEGER", "findings of severity info"),
        Column("earlier", "INTEGER", "earlier notes of the same patient that counted as history"),
        Column("beside", "INTEGER", "other notes of the same encounter that counted as its chart"),
        Column("joined_by", "VARCHAR", "how the claim was found, as in encounter; null without a claim"),
        Column("claimed", "BOOLEAN", "true where a claim was given for the note"),
        Column("gone", "BOOLEAN", "true where the last scan of its root no longer found the document"),
        Column("seconds", "DOUBLE", "time that reading and judging took, in seconds"),
        Column("chars", "INTEGER", "length of the text, in characters"),
        Column("line_starts", "INTEGER[]", "characters at which the lines of the text begin"),
        Column("page_starts", "INTEGER[]", "characters at which its pages begin; empty without pages"),
        Column("judged_at", "TIMESTAMP", "when the row was written, UTC"),
        Column("fingerprint", "BLOB", "for near-duplicates: what scan/fingerprint.py makes of the text, or null"),
        Column("second", "JSON", "what the learned models see in the text: sentences and kinds of procedure, or null"),
        Column("report", "JSON", "the whole answer, as `check --format json` prints it; null for a refused document"),
    ),
)

PROCEDURES = Table(
    "procedures",
    "procedures that a note documents as performed",
    (
        _KEY,
        _NUMBER,
        Column("family", "VARCHAR", "family slug"),
        Column("technique", "VARCHAR", "technique slug, or null"),
        Column("region", "VARCHAR", "region slug, or null"),
        Column("levels", "VARCHAR[]", "spinal levels"),
        Column("laterality", "VARCHAR", "left, right, bilateral, midline or null"),
        Column("approach", "VARCHAR", "approach slug, or null"),
        Column("guidance", "VARCHAR[]", "imaging guidance"),
        Column("contrast", "VARCHAR", "contrast slug, or null"),
        Column("site", "VARCHAR", "joint, nerve or other place, or null"),
        Column("muscles", "VARCHAR[]", "muscles injected"),
        Column("muscle_count", "INTEGER", "number of muscles where only the number is stated"),
        Column("drugs", "VARCHAR[]", "drugs given at the target, generic names"),
        Column("purpose", "VARCHAR", "diagnostic, therapeutic or null"),
        Column("status", "VARCHAR", "completed, discontinued or reduced"),
    ),
)

FINDINGS = Table(
    "findings",
    "findings of the checks",
    (
        _KEY,
        _NUMBER,
        Column("code", "VARCHAR", "code of the check"),
        Column("name", "VARCHAR", "name of the check"),
        Column("severity", "VARCHAR", "error, warning or info"),
        Column("message", "VARCHAR", "what is wrong"),
        Column("fix", "VARCHAR", "what to ask or to change"),
        Column("billed", "VARCHAR", "billed code it is about, or null"),
        Column("requirement", "VARCHAR", "requirement of a policy it is about, or null"),
        Column("quote", "VARCHAR", "words of the note that show it, or the place searched"),
        Column("start", "INTEGER", "first character of the quote in the text as read, from 0"),
        Column("stop", "INTEGER", "character after the quote"),
        Column("line", "INTEGER", "line of the document on which the quote begins, from 1"),
        Column("page", "INTEGER", "page of the document, from 1; null without pages"),
        Column("source", "VARCHAR", "policy or table and its edition"),
    ),
)

CHECKLIST = Table(
    "checklist",
    "requirements of the coverage policy in force, and their answers",
    (
        _KEY,
        _NUMBER,
        Column("requirement", "VARCHAR", "topic/name of the requirement"),
        Column("topic", "VARCHAR", "topic of the policy, as in epidural"),
        Column("answer", "VARCHAR", "met, not-met, unclear or not-applicable"),
        Column("severity", "VARCHAR", "severity of the finding on this requirement, or null where there is none"),
        Column("for_person", "BOOLEAN", "true where only a person can answer"),
        Column("question", "VARCHAR", "the requirement as a question"),
        Column("because", "VARCHAR", "reason of the answer"),
        Column("quote", "VARCHAR", "words that decided it, or null"),
        Column("start", "INTEGER", "first character of the quote, from 0, or null"),
        Column("stop", "INTEGER", "character after the quote, or null"),
        Column("source", "VARCHAR", "policy and section"),
    ),
)

CLAIMS = Table(
    "claims",
    "billed lines that were judged",
    (
        _KEY,
        _NUMBER,
        Column("claim_id", "VARCHAR", "identifier of the claim, or null"),
        Column("code", "VARCHAR", "CPT or HCPCS code"),
        Column("modifiers", "VARCHAR[]", "modifiers in the order of the claim"),
        Column("units", "DOUBLE", "units"),
        Column("icd10", "VARCHAR[]", "diagnosis codes of the line"),
        Column("place_of_service", "VARCHAR", "place of service, or null"),
        Column("proposed", "BOOLEAN", "true where the lines are the codes that the note itself prints"),
    ),
)

SUGGESTED = Table(
    "suggested",
    "lines that the note alone supports",
    (
        _KEY,
        _NUMBER,
        Column("code", "VARCHAR", "CPT or HCPCS code"),
        Column("modifiers", "VARCHAR[]", "modifiers"),
        Column("units", "DOUBLE", "units"),
        Column("icd10", "VARCHAR[]", "diagnosis codes"),
        Column("why", "VARCHAR", "reason in words"),
    ),
)

EPISODES = Table(
    "episodes",
    "sessions of the episodes of care known for a note, its own and the patient's earlier ones, one row each",
    (
        _KEY,
        Column("number", "INTEGER", "which episode of the note, from 0"),
        Column("patient", "VARCHAR", "patient, or null"),
        Column("topic", "VARCHAR", "topic of the policy"),
        Column("region", "VARCHAR", "region, or null"),
        Column("step", "INTEGER", "session of the episode, from 0, oldest first"),
        Column("day", "DATE", "day of the session"),
        Column("kind", "VARCHAR", "what the session was"),
        Column("kind_number", "INTEGER", "which of its kind, from the first known"),
        Column("laterality", "VARCHAR", "side, or null"),
        Column("levels", "VARCHAR[]", "spinal levels"),
        Column("relief_percent", "DOUBLE", "relief that it gave, in percent, or null"),
        Column("relief_days", "DOUBLE", "how long the relief lasted, in days, or null"),
        Column("known_from", "VARCHAR", "claim, chart, earlier note or this note"),
        Column("next_eligible", "DATE", "first day on which no rule on time speaks against the next one, or null"),
    ),
)

UNMATCHED = Table(
    "unmatched",
    "claims for which the last scan found no note",
    (
        Column("claim_id", "VARCHAR", "identifier of the claim, or null"),
        Column("note_id", "VARCHAR", "note that the claim names, or null"),
        Column("patient", "VARCHAR", "patient, or null"),
        Column("day", "DATE", "date of service, or null"),
        Column("codes", "VARCHAR[]", "billed codes"),
        Column("reason", "VARCHAR", "why no note was joined"),
    ),
)

META = Table(
    "meta",
    "what made this store",
    (
        Column("key", "VARCHAR", "schema, edition, package, sources, options, last_scan ..."),
        Column("value", "VARCHAR", "its value"),
    ),
)

OF_NOTES = (NOTES, PROCEDURES, FINDINGS, CHECKLIST, CLAIMS, SUGGESTED, EPISODES)
"""The tables with ``note_key``, written together for one document."""

TABLES = (*OF_NOTES, UNMATCHED, META)
"""Every table of a store."""

VOLATILE = ("seconds", "judged_at")
"""Columns of ``notes`` that differ between two runs on the same notes."""
