"""What a store holds, in numbers: for the end of a scan and for other pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notecheck.read.claim_files import UNREADABLE
from notecheck.scan.payers import NOT_KNOWN
from notecheck.scan.store import Store

_HERE = "notes.status = 'judged' AND NOT notes.gone"


@dataclass(frozen=True, slots=True)
class TopFinding:
    """A check that found something: in how many notes, how often, at its worst severity."""

    code: str
    name: str
    severity: str
    notes: int
    findings: int


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """A document without an answer, and why."""

    source: str
    member: str | None
    code: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The documents of a store that are still there. ``readiness`` counts notes; ``refused`` are the first few.

    ``without_claim`` counts notes judged without a claim where any claim was given, ``unmatched`` claims without note,
    ``unread_claims`` those of them that could not be understood. ``unknown_payers`` are names that files give and no
    payer has, with the payer judged by and the number of notes, the most frequent first.
    """

    notes: int
    readiness: tuple[tuple[str, int], ...]
    above_info: int
    top: tuple[TopFinding, ...]
    refused_count: int
    refused: tuple[RefusedDocument, ...]
    claims: int
    without_claim: int
    unmatched: int
    unread_claims: int
    unknown_payers: tuple[tuple[str, str, int], ...]
    unmatched_first: tuple[tuple[str, str], ...]
    with_history: int
    gone: int

    def to_dict(self) -> dict[str, object]:
        return {
            "notes": self.notes,
            "readiness": dict(self.readiness),
            "notes_above_info": self.above_info,
            "top_findings": [_plain(one) for one in self.top],
            "refused": self.refused_count,
            "refused_first": [_plain(one) for one in self.refused],
            "notes_with_claim": self.claims,
            "notes_without_claim": self.without_claim,
            "claims_without_note": self.unmatched,
            "claims_not_understood": self.unread_claims,
            "payers_not_known": [
                {"named": name, "judged_by": payer, "notes": notes} for name, payer, notes in self.unknown_payers
            ],
            "notes_with_history": self.with_history,
            "documents_gone": self.gone,
        }


def summary(store: Store, most: int = 10) -> Summary:
    """The numbers of a store, with at most ``most`` findings and refused documents."""
    held = dict(store.query(f"SELECT readiness, count(*) FROM notes WHERE {_HERE} GROUP BY 1"))
    above, claimed, judged, earlier = store.query(
        "SELECT coalesce(sum((errors + warnings > 0)::INTEGER), 0), coalesce(sum(claimed::INTEGER), 0), count(*), "
        f"coalesce(sum((earlier > 0)::INTEGER), 0) FROM notes WHERE {_HERE}"
    )[0]
    top = store.query(
        "SELECT code, any_value(name), arg_min(severity, rank), count(DISTINCT note_key), count(*) FROM "
        "(SELECT findings.*, list_position(['error', 'warning', 'info'], severity) AS rank "
        f"FROM findings JOIN notes USING (note_key) WHERE {_HERE}) WHERE severity <> 'info' "
        "GROUP BY code ORDER BY 4 DESC, code LIMIT ?",
        [most],
    )
    refused = store.query(
        "SELECT source, member, reason_code, reason, next_step FROM notes WHERE status = 'refused' AND NOT gone "
        "ORDER BY source, member LIMIT ?",
        [most],
    )
    refused_count, gone = store.query(
        "SELECT count(*) FILTER (status = 'refused' AND NOT gone), count(*) FILTER (gone) FROM notes"
    )[0]
    unmatched = store.query(
        "SELECT coalesce(claim_id, '(no id)'), reason FROM unmatched "
        "ORDER BY NOT starts_with(reason, ?), claim_id, reason LIMIT ?",
        [UNREADABLE, most],
    )
    unmatched_count, unread = store.query(
        "SELECT count(*), count(*) FILTER (starts_with(reason, ?)) FROM unmatched", [UNREADABLE]
    )[0]
    strangers = store.query(
        f"SELECT payer_named, payer, count(*) FROM notes WHERE {_HERE} AND ends_with(payer_by, ?) "
        "GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT ?",
        [NOT_KNOWN, most],
    )
    return Summary(
        notes=judged,
        readiness=tuple((name, held.get(name, 0)) for name in ("ready", "addendum", "hold")),
        above_info=int(above),
        top=tuple(TopFinding(*row) for row in top),
        refused_count=refused_count,
        refused=tuple(RefusedDocument(*row) for row in refused),
        claims=int(claimed),
        without_claim=judged - int(claimed) if claimed or unmatched_count else 0,
        unmatched=unmatched_count,
        unread_claims=unread,
        unknown_payers=tuple(strangers),
        unmatched_first=tuple(unmatched),
        with_history=int(earlier),
        gone=gone,
    )


def _plain(record: Any) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__slots__}
