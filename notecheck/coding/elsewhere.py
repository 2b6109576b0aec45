"""What a note tells and this claim does not bill: said with its codes, whose bill it is, and why."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.coding import service_rules
from notecheck.coding.lines import Setting
from notecheck.coding.service_rules import Entry, When
from notecheck.records import Elsewhere, Evidence, Facts, Procedure

_MOST_PROOF = 3


def elsewhere(facts: Facts, setting: Setting, billed: frozenset[str]) -> tuple[Elsewhere, ...]:
    """Every entry of ``elsewhere.yaml`` that the facts call for; codes that are ``billed`` as lines are not named."""
    found = []
    for entry in service_rules.elsewhere().entries:
        if any(p.family in entry.unless_family for p in facts.procedures):
            continue
        for codes, what, proof in _told(entry, facts, setting):
            kept = tuple(c for c in codes if setting.tables.row(c, setting.day) and c not in billed)
            if kept:
                found.append(Elsewhere(kept, what, entry.billed_by, entry.why, entry.source, proof[:_MOST_PROOF]))
    return tuple(found)


def _told(
    entry: Entry, facts: Facts, setting: Setting
) -> Iterator[tuple[tuple[str, ...], str, tuple[Evidence, ...]]]:
    for drug, codes in entry.drug_codes.items():
        given = [p for p in facts.procedures if any(item.drug == drug for item in p.injectate)]
        if given:
            words = (e for p in given for e in p.evidence if e.field.startswith("injectate"))
            proof = tuple(e for e in words if e.value == drug or e.value.startswith(f"{drug} "))
            yield codes, f"{entry.what} ({drug})", proof
    if entry.codes:
        signs = list(_signs(entry.when, facts, setting))
        held = [proof for proof in signs if proof is not None]
        if signs and (len(held) == len(signs) or (entry.when.any and held)):
            yield entry.codes, entry.what, tuple(dict.fromkeys(e for proof in held for e in proof))


def _signs(when: When, facts: Facts, setting: Setting) -> Iterator[tuple[Evidence, ...] | None]:
    """The proof of each sign that the entry names, None for one that does not hold."""
    if when.services:
        of_kind = [s for s in facts.services if s.kind in when.services]
        told = [s for s in of_kind if not when.marks or set(when.marks) & set(s.marks)]
        yield tuple(e for s in told for e in s.evidence) if told else None
    if when.sedation:
        yield facts.of("sedation") if facts.sedation in when.sedation and facts.procedures else None
    if when.contrast:
        dyed = [p for p in facts.procedures if p.contrast == "yes"]
        yield tuple(e for p in dyed for e in p.of("contrast")) if dyed else None
    if when.families:
        done = [p for p in facts.procedures if p.family in when.families and not (when.unread and _read(p, setting))]
        yield tuple(e for p in done for e in p.of("family")) if done else None
    if when.not_billed_by:
        yield None if setting.billed_by in when.not_billed_by else ()


def _read(procedure: Procedure, setting: Setting) -> bool:
    """True where a named operation fits, or the target lies off the spine: then it is no unlisted spine work."""
    named = any(row.method in procedure.methods for row in setting.rules.supported.named)
    return named or (procedure.region is None and not procedure.levels)
