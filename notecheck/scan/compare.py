"""Two scans side by side: which findings appeared, vanished or changed, in which notes, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from notecheck.errors import InputError
from notecheck.scan.schema import AUDIT_FILE
from notecheck.scan.store import Store

_NOTES = """
    SELECT note_key, source, member, root, content_hash, claim_hash, edition, history_hash, note_id, readiness, status
    FROM {side}notes WHERE NOT gone ORDER BY note_key
"""
_FINDINGS = """
    WITH a AS ({a}), b AS ({b})
    SELECT coalesce(a.pair, b.pair) AS pair, coalesce(a.code, b.code) AS code, coalesce(a.name, b.name) AS name,
           coalesce(a.billed, b.billed) AS billed, a.severity AS before, b.severity AS after,
           coalesce(b.message, a.message) AS message
    FROM a FULL JOIN b ON a.pair = b.pair AND a.code = b.code AND a.billed = b.billed
         AND a.requirement = b.requirement AND a.nth = b.nth
    WHERE a.severity IS DISTINCT FROM b.severity
    ORDER BY 1, 2, 4, 5, 6, 7
"""
_SIDE = """
    SELECT pairs.pair, f.code, f.name, f.severity, f.message, coalesce(f.billed, '') AS billed,
           coalesce(f.requirement, '') AS requirement,
           row_number() OVER (PARTITION BY pairs.pair, f.code, f.billed, f.requirement ORDER BY f.severity, f.number)
           AS nth
    FROM {side}findings f JOIN pairs ON pairs.{key} = f.note_key
"""
_ANSWERS = """
    SELECT b.requirement, a.answer, b.answer, count(*) FROM pairs
    JOIN checklist a ON a.note_key = pairs.a JOIN newer.checklist b ON b.note_key = pairs.b
    WHERE a.requirement = b.requirement AND a.answer <> b.answer
    GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that is on one side only (``before`` or ``after`` empty), or has another severity."""

    code: str
    name: str
    billed: str
    before: str
    after: str
    message: str

    @property
    def kind(self) -> str:
        """appeared, vanished or changed."""
        return "changed" if self.before and self.after else "appeared" if self.after else "vanished"


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A note whose findings or readiness differ. ``because`` names what differs: note, claim, rules, history; or
    ``new note``."""

    source: str
    member: str | None
    note_id: str
    before: str
    after: str
    because: tuple[str, ...]
    findings: tuple[FindingChange, ...]


@dataclass(frozen=True, slots=True)
class Turned:
    """Answers to one requirement that came out differently, in how many notes."""

    requirement: str
    before: str
    after: str
    notes: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from the first scan to the second. ``same`` notes have the same findings and readiness."""

    same: int
    notes: tuple[NoteChange, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    turned: tuple[Turned, ...]
    other_rules: bool

    @property
    def worse(self) -> bool:
        """True where a finding above info appeared or an info became one."""
        return any(
            change.after in ("error", "warning") and change.before not in ("error", "warning")
            for note in self.notes
            for change in note.findings
        )

    def counted(self, kind: str) -> list[tuple[str, str, str, int]]:
        """Code, name, severity and number of the findings that appeared, vanished or changed, most first."""
        found = Counter(
            (change.code, change.name, change.after or change.before)
            for note in self.notes
            for change in note.findings
            if change.kind == kind
        )
        return [(*key, number) for key, number in sorted(found.items(), key=_most_first)]

    def to_dict(self) -> dict[str, object]:
        kinds = Counter(change.kind for note in self.notes for change in note.findings)
        return {
            "same": self.same,
            "appeared": kinds["appeared"],
            "vanished": kinds["vanished"],
            "changed": kinds["changed"],
            "other_rules": self.other_rules,
            "notes": [_note_dict(note) for note in self.notes],
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "checklist": [asdict(one) for one in self.turned],
        }


def compare(before: Path | str, after: Path | str) -> Comparison:
    """Compare the results in two folders.

    A note is the same note in both where its path is, else where its path below the source that was scanned is, else
    where its text is. Raises InputError NC-S01 to NC-S03 for a folder without results.
    """
    Store(after, read_only=True).close()
    refuse_same(before, after)
    with Store(before, read_only=True) as store:
        newer = str(Path(after) / AUDIT_FILE).replace("'", "''")
        store.query(f"ATTACH '{newer}' AS newer (READ_ONLY)")
        old = _notes(store, "")
        new = _notes(store, "newer.")
        pairs = _pairs(old, new)
        store.query("CREATE TEMP TABLE pairs (pair INTEGER, a VARCHAR, b VARCHAR)")
        store.query(
            "INSERT INTO pairs SELECT unnest(?::INTEGER[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
            [list(range(len(pairs))), [a and a["note_key"] for a, _ in pairs], [b["note_key"] for _, b in pairs]],
        )
        changes: dict[int, list[FindingChange]] = defaultdict(list)
        sides = {"a": _SIDE.format(side="", key="a"), "b": _SIDE.format(side="newer.", key="b")}
        for pair, code, name, billed, was, now, message in store.query(_FINDINGS.format(**sides)):
            changes[pair].append(FindingChange(code, name, billed, was or "", now or "", message))
        turned = tuple(Turned(*row) for row in store.query(_ANSWERS))
    matched = {id(a) for a, _ in pairs if a is not None}
    notes = tuple(
        _change(a, b, changes.get(number, ())) for number, (a, b) in enumerate(pairs) if _differs(a, b, changes, number)
    )
    return Comparison(
        same=sum(1 for n, (a, b) in enumerate(pairs) if a is not None and not _differs(a, b, changes, n)),
        notes=notes,
        only_before=tuple(_where(a) for a in old if id(a) not in matched),
        only_after=tuple(_where(b) for a, b in pairs if a is None),
        turned=turned,
        other_rules={a["edition"] for a in old} != {b["edition"] for b in new},
    )


def refuse_same(before: Path | str, after: Path | str) -> None:
    """Raises InputError NC-S06 where both folders are the same."""
    if Path(before).resolve() == Path(after).resolve():
        raise InputError("NC-S06", "both are the same folder", where=str(after), next_step="Name two scans.")


def _notes(store: Store, side: str) -> list[dict[str, Any]]:
    return list(store.stream(_NOTES.format(side=side)))


def _pairs(
    old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any] | None, dict[str, Any]]]:
    """Every newer note with the older one that it is, or None."""
    left = {id(a): a for a in old}
    found: dict[int, dict[str, Any]] = {}
    for name in (_key, _below, _text):
        index: dict[object, list[dict[str, Any]]] = defaultdict(list)
        for a in left.values():
            index[name(a)].append(a)
        for b in new:
            same = index.get(name(b)) if id(b) not in found else None
            if same:
                found[id(b)] = same.pop(0)
                del left[id(found[id(b)])]
    return [(found.get(id(b)), b) for b in new]


def _key(note: dict[str, Any]) -> object:
    return note["note_key"]


def _below(note: dict[str, Any]) -> object:
    """The path below the source that was scanned; for a source that is a file, its name."""
    source, root = Path(note["source"]), Path(note["root"])
    below = source.relative_to(root) if source != root and source.is_relative_to(root) else Path(source.name)
    return (below.as_posix(), note["member"])


def _text(note: dict[str, Any]) -> object:
    return note["content_hash"]


def _differs(a: dict[str, Any] | None, b: dict[str, Any], changes: dict[int, list[FindingChange]], number: int) -> bool:
    if a is None:
        return number in changes
    return number in changes or _ready(a) != _ready(b)


def _ready(note: dict[str, Any]) -> str:
    return str(note["readiness"] or note["status"])


def _change(a: dict[str, Any] | None, b: dict[str, Any], findings: Iterable[FindingChange]) -> NoteChange:
    if a is None:
        because: tuple[str, ...] = ("new note",)
    else:
        parts = (("note", "content_hash"), ("claim", "claim_hash"), ("rules", "edition"), ("history", "history_hash"))
        because = tuple(name for name, column in parts if a[column] != b[column])
    return NoteChange(
        b["source"], b["member"], b["note_id"], _ready(a) if a else "", _ready(b), because, tuple(findings)
    )


def _where(note: dict[str, Any]) -> str:
    return f"{note['source']}, {note['member']}" if note["member"] else str(note["source"])


def _note_dict(note: NoteChange) -> dict[str, object]:
    return {
        "source": note.source,
        "member": note.member,
        "note_id": note.note_id,
        "readiness": {"before": note.before, "after": note.after},
        "because": list(note.because),
        "findings": [{"kind": change.kind, **asdict(change)} for change in note.findings],
    }


def _most_first(pair: tuple[tuple[str, str, str], int]) -> tuple[int, tuple[str, str, str]]:
    return (-pair[1], pair[0])
