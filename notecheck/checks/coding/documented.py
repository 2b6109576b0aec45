"""The diagnoses that the record documents, with every code their words support."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from notecheck.checks.base import Case
from notecheck.policy.icd10 import Icd10Table, bare
from notecheck.records import Diagnosis, Evidence, Facts

SYMPTOMS = ("symptom-spine", "symptom-joint", "symptom-limb", "symptom-pain")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "pain pains disorder disorders syndrome other specified unspecified region right left side limb limbs "
        "upper lower without with mention primary secondary unilateral bilateral type disease chronic acute "
        "not elsewhere classified site sites joint bone soft tissue tissues muscle nerve nerves lesion "
        "lesions condition conditions due and for part intractable status initial encounter subsequent closed "
        "fracture multiple presence history use current ",
    )
)
_PLACED = ("osteoarthritis", "soft-tissue", "mononeuropathy", "symptom-joint", "symptom-limb")
_BODY = ("knee", "hip", "shoulder", "elbow", "wrist", "ankle", "foot", "heel", "hand", "thumb", "finger", "trochant")
_DENIED = re.compile(r"\b(?:no|without|negative for|free of)\b[^,;.]*", re.IGNORECASE)
_SPINE = ("cervic", "thorac", "lumb", "sacr", "spin", "inter", "vertebr", "back", "neck")


@dataclass(frozen=True, slots=True)
class Documented:
    """One documented diagnosis: the words, the codes they support or print, and where they stand."""

    text: str
    codes: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def documented(case: Case) -> tuple[Documented, ...]:
    """The diagnoses of the note and of the chart, in that order."""
    return tuple(_read(d, facts, case) for facts in case.record() for d in facts.diagnoses)


def supports(diagnosis: Documented, code: str, case: Case) -> bool:
    """True when the diagnosis is the billed one, whatever its side, region or detail.

    The same category, the same kind of diagnosis, or words for that kind are enough: differences of side, region and
    detail have checks of their own. Where a kind is spread over the body (joints, tendons, nerves), the place counts.
    """
    walk, table = case.book.crosswalk, case.book.icd10
    kind, title = walk.kind_of(code), table.title(code)
    for own in diagnosis.codes:
        if _denied(own, code, table):
            return False
        same_kind = walk.kind_of(own) == kind
        width = 4 if kind == "mononeuropathy" else 3
        if bare(own)[:width] == bare(code)[:width] and (kind is None or same_kind):
            return True
        if kind is not None and kind not in _PLACED and same_kind:
            return True
    if kind in _PLACED:
        shared = _places(title) & _places(diagnosis.text) or _words(title) & _words(diagnosis.text)
        return not diagnosis.codes and bool(shared)
    return walk.speaks_of(diagnosis.text, code) or bool(_words(title) & _words(diagnosis.text))


def elsewhere_in_record(code: str, case: Case) -> bool:
    """True when symptoms, imaging or the procedure itself speak of what the code says."""
    walk = case.book.crosswalk
    kind = walk.kind_of(code)
    for facts in case.record():
        told = [_DENIED.sub("", study.finding or "") for study in facts.imaging_studies]
        told += [s.replace("-", " ") for s in facts.symptoms if not s.startswith("no-")]
        if any(walk.speaks_of(text, code) for text in told):
            return True
        if kind == "myofascial" and {"taut-band", "twitch-response"} & set(facts.exam):
            return True
    return False


def _read(diagnosis: Diagnosis, facts: Facts, case: Case) -> Documented:
    walk, table = case.book.crosswalk, case.book.icd10
    found = [code for code in (diagnosis.written_code, diagnosis.icd10) if code and table.exists(code)]
    if not found:
        main = facts.procedures[0] if facts.procedures else None
        region = main.region if main is not None else None
        found = list(walk.codes_for(diagnosis.text, region=region, side=main.laterality if main is not None else None))
    return Documented(diagnosis.text, tuple(dict.fromkeys(found)), diagnosis.evidence)


def _denied(own: str, code: str, table: Icd10Table) -> bool:
    """True where the documented code is the twin "without" what the billed one says."""
    if bare(own) == bare(code) or bare(own)[:5] != bare(code)[:5]:
        return False
    return "without" in table.title(own).lower() and "without" not in table.title(code).lower()


def _places(text: str) -> frozenset[str]:
    lowered = text.lower()
    return frozenset(place for place in _BODY if place in lowered)


def _words(text: str) -> frozenset[str]:
    """Telling words, cut to their stem; those behind "without" or "no" tell nothing."""
    words = re.findall(r"[a-z]{4,}", _DENIED.sub("", text.lower()))
    return frozenset(word[:7] for word in words if word not in _COMMON and not word.startswith(_SPINE))


def broad(regions: Iterable[str]) -> frozenset[str]:
    """Regions with lumbar and sacral as one."""
    return frozenset("lumbar" if region == "sacral" else region for region in regions)
