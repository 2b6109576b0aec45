"""Which documented procedure a billed line is about, and in what the two differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from notecheck.coding.axial import is_lateral_branch
from notecheck.coding.joints import facet_joints, sides_of
from notecheck.coding.lines import BOTH, Setting
from notecheck.coding.tables import StandIn
from notecheck.policy.codes import CodeRow
from notecheck.records import ClaimLine, Facts, Procedure

Kind = Literal["same", "approach", "technique", "site", "none", "outside"]
_LETTERS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
_BY_SITE = (
    "joint-injection",
    "bursa-injection",
    "tendon-injection",
    "peripheral-nerve-block",
    "sympathetic-block",
    "neurolysis",
)


@dataclass(frozen=True, slots=True)
class LineMatch:
    """One billed line and the procedures it is about.

    ``kind`` is ``same`` (a procedure of the code's family was done), ``approach``, ``technique`` or ``site`` (only one
    that is taken for it was done), ``none`` (nothing of the sort) or ``outside`` (drugs, visits, imaging, codes without
    family). The four flags are False where every candidate differs from the code in that respect.
    """

    line: ClaimLine
    row: CodeRow | None
    procedures: tuple[Procedure, ...]
    kind: Kind
    region_fits: bool = True
    technique_fits: bool = True
    site_fits: bool = True
    guidance_fits: bool = True

    @property
    def sound(self) -> bool:
        """True where levels and sides of line and note can be compared."""
        return self.kind == "same" and self.region_fits and self.technique_fits and self.site_fits

    @property
    def sides(self) -> frozenset[str]:
        """The sides that the line bills; empty without a side modifier."""
        marks = set(self.line.modifiers)
        if "50" in marks or {"LT", "RT"} <= marks:
            return BOTH
        return frozenset({"LT": "left", "RT": "right"}[mark] for mark in marks & {"LT", "RT"})


def match_lines(facts: Facts, lines: Sequence[ClaimLine], setting: Setting) -> tuple[LineMatch, ...]:
    """Every line with its procedures, in the order of the claim.

    A procedure that a fitting line bills is not offered to explain another line away.
    """
    first = _own_before_stand_ins([_match(line, facts.procedures, setting) for line in lines])
    first = _beyond_what_is_billed(first)
    taken = {id(p) for m in first if m.kind == "same" for p in m.procedures}
    rest = [p for p in facts.procedures if id(p) not in taken]
    return tuple(_confused(m, rest, setting) if m.kind == "none" else m for m in first)


def _own_before_stand_ins(matches: list[LineMatch]) -> list[LineMatch]:
    """A line that stands in for another family's code is about nothing where that code is on the claim too."""
    own = {id(p) for m in matches if m.row is not None for p in m.procedures if p.family in m.row.fact_families}
    out = []
    for match in matches:
        stands_in = match.row is not None and bool(match.procedures) and not any(
            p.family in match.row.fact_families for p in match.procedures
        )
        taken = stands_in and all(id(p) in own for p in match.procedures)
        out.append(LineMatch(match.line, match.row, (), "none") if taken else match)
    return out


def _beyond_what_is_billed(matches: list[LineMatch]) -> list[LineMatch]:
    """A code for another target is about nothing where lines that fit bill all that was done on the targets."""
    sound = {id(p) for m in matches if m.sound for p in m.procedures}
    return [
        LineMatch(m.line, m.row, (), "none")
        if m.kind == "same" and not m.site_fits and m.technique_fits and all(id(p) in sound for p in m.procedures)
        else m
        for m in matches
    ]


def unbilled(facts: Facts, matches: Sequence[LineMatch], setting: Setting) -> tuple[Procedure, ...]:
    """Performed procedures that no line is about, without those that a billed line contains on any account."""
    billed = {id(p) for m in matches for p in m.procedures}
    unlisted = any(m.row is not None and m.row.family.startswith("unlisted") for m in matches)
    left = []
    for procedure in facts.procedures:
        if id(procedure) in billed or procedure.family in ("other", "epidural-unspecified"):
            continue
        if unlisted and _has_no_code(procedure, setting):
            continue
        if not _contained(procedure, matches, setting):
            left.append(procedure)
    return tuple(left)


def fits_site(code: str, procedure: Procedure, setting: Setting) -> bool | None:
    """Whether the code is one for the target; None where the target is unknown or the code does not depend on it."""
    known = codes_for_site(procedure, setting)
    if known is None:
        return None
    return code in known


def codes_for_site(procedure: Procedure, setting: Setting) -> tuple[str, ...] | None:
    """Every code that bills the target of a procedure; None for an unknown target."""
    sites = setting.rules.sites
    if procedure.family in ("joint-injection", "bursa-injection"):
        joint = sites.joint(procedure.site)
        codes = sites.joint_codes[joint.size] if joint else None
        return (codes.plain, codes.ultrasound) if codes else None
    if procedure.family == "tendon-injection":
        tendon = sites.tendon(procedure.site)
        return (tendon.code,) if tendon else None
    if procedure.family == "peripheral-nerve-block":
        nerve = sites.nerve(procedure.site)
        return (
            tuple(c for c in (nerve.block, nerve.further, nerve.both, nerve.before, *nerve.infusion) if c)
            if nerve
            else None
        )
    if procedure.family == "sympathetic-block":
        nerve = sites.ganglion(procedure.site)
        return (nerve.block,) if nerve else None
    if procedure.family == "neurolysis":
        nerve = sites.nerve(procedure.site) or sites.ganglion(procedure.site)
        frozen = (sites.cryo.arm, sites.cryo.leg, sites.cryo.trunk) if procedure.technique == "cryo" else ()
        return (nerve.destroy, *nerve.at_foramen, *frozen) if nerve else None
    if procedure.family == "peripheral-nerve-stimulation" and (procedure.site or procedure.region == "sacral"):
        at_sacrum = procedure.site in sites.sacral_stimulation.names if procedure.site else True
        return sites.sacral_stimulation.codes if at_sacrum else sites.sacral_stimulation.elsewhere
    if procedure.family == "chemodenervation":
        areas = {area for muscle in procedure.muscles if (area := sites.area(muscle))}
        return tuple(c for c, parts in sites.toxin_areas.items() if areas & set(parts)) if areas else None
    return None


def site_confidence(procedure: Procedure, setting: Setting) -> str:
    """How well the code of a target is known."""
    sites = setting.rules.sites
    for found in (
        sites.joint(procedure.site) if procedure.family in ("joint-injection", "bursa-injection") else None,
        sites.tendon(procedure.site) if procedure.family == "tendon-injection" else None,
        sites.nerve(procedure.site),
        sites.ganglion(procedure.site),
    ):
        if found is not None:
            return found.confidence
    return "verified"


def regions_of(procedure: Procedure, setting: Setting) -> frozenset[str]:
    """Spine regions that the levels touch, else the region as stated; empty when neither is known.

    Facet work belongs to the region of its joints, not of the nerves that feed them.
    """
    if procedure.family in ("facet-injection", "facet-rfa") and (joints := facet_joints(procedure, setting.rules)):
        return frozenset(_LETTERS[joint[0]] for joint in joints if joint[0] in _LETTERS)
    touched = {_LETTERS[part[0]] for level in procedure.levels for part in level.split("-") if part[0] in _LETTERS}
    if "TON" in procedure.levels:
        touched.add("cervical")
    return frozenset(touched or ({procedure.region} if procedure.region else set()))


def fits_guidance(code: str, procedure: Procedure, setting: Setting) -> bool:
    """False where imaging inside the code was not used, or imaging was used that the code excludes.

    A note that states nothing about imaging differs from no code here: that is asked for elsewhere.
    """
    used = set(procedure.guidance)
    for pair in setting.rules.techniques.siblings:
        seen = bool(used & set(pair.by)) and ("ultrasound" not in pair.by or procedure.images_saved is True)
        if code == pair.plain and procedure.family != "trigger-point" and seen:
            return False
        if code == pair.imaged and used and not used & set(pair.by):
            return False
    row = setting.tables.best_row(code, setting.day)
    if row is not None and row.guidance == "required-by-descriptor" and used:
        return bool(used & {"fluoroscopy", "ct"})
    return True


def _match(line: ClaimLine, procedures: Sequence[Procedure], setting: Setting) -> LineMatch:
    row = setting.tables.best_row(line.code, setting.day)
    if row is None or not row.fact_families or row.fact_families == ("other",):
        return LineMatch(line, row, (), "outside")
    rules = [rule for rule in setting.rules.techniques.stand_ins if rule.code == line.code]
    by_method = [rule for rule in rules if rule.method]
    found = [
        p
        for p in procedures
        if p.family in row.fact_families or _near_epidural(p, row) or any(_stands_in(rule, p) for rule in by_method)
    ]
    found = found or [p for p in procedures if any(_stands_in(rule, p) for rule in rules)]
    if not found:
        return LineMatch(line, row, (), "none")
    regions = set(row.regions)
    found, region = _narrow(found, lambda p: _fits_region(regions, p, setting))
    found, technique = _narrow(found, lambda p: not _misfit(line.code, p, setting))
    found, site = _narrow(found, lambda p: fits_site(line.code, p, setting) is not False)
    found = _same_target(found, line, setting)
    found, guidance = _narrow(found, lambda p: fits_guidance(line.code, p, setting))
    return LineMatch(line, row, tuple(found), "same", region, technique, site, guidance)


def _stands_in(rule: StandIn, procedure: Procedure) -> bool:
    return procedure.family == rule.family and (rule.method is None or rule.method in procedure.methods)


def _fits_region(regions: set[str], procedure: Procedure, setting: Setting) -> bool:
    touched = regions_of(procedure, setting)
    return not regions or not touched or bool(regions & touched)


def _narrow(found: list[Procedure], fits: Callable[[Procedure], bool]) -> tuple[list[Procedure], bool]:
    kept = [p for p in found if fits(p)]
    return (kept, True) if kept else (found, False)


def _same_target(found: list[Procedure], line: ClaimLine, setting: Setting) -> list[Procedure]:
    """For joints, nerves and tendons: the target whose side is billed, with the same target on the other side."""
    if len(found) < 2 or not all(p.family in _BY_SITE for p in found):
        return found
    sides = LineMatch(line, None, (), "same").sides
    on_side = [p for p in found if sides & sides_of(p)] if sides else found
    if not on_side:
        return found
    targets = {_target(p, setting) for p in on_side}
    return [p for p in found if _target(p, setting) in targets]


def _target(procedure: Procedure, setting: Setting) -> tuple[str, str | None]:
    joint = setting.rules.sites.joint(procedure.site)
    return (procedure.family if joint is None else "joint", joint.part if joint else procedure.site)


def _confused(match: LineMatch, procedures: Sequence[Procedure], setting: Setting) -> LineMatch:
    for rule in setting.rules.techniques.confused:
        done = tuple(p for p in procedures if p.family in rule.done)
        if match.row is not None and match.row.family in rule.billed and done:
            return LineMatch(match.line, match.row, done, rule.kind)
    return match


def _misfit(code: str, procedure: Procedure, setting: Setting) -> bool:
    technique = procedure.technique
    if procedure.family == "si-joint-injection" and is_lateral_branch(procedure):
        technique = "lateral-branch"
    return any(
        rule.family == procedure.family and rule.technique == technique and code in rule.codes
        for rule in setting.rules.techniques.misfits
    )


def _near_epidural(procedure: Procedure, row: CodeRow) -> bool:
    """An epidural of unnamed route may be any; a caudal one differs from an interlaminar code in region only."""
    if procedure.family == "epidural-unspecified":
        return any(family.startswith("epidural-") for family in row.fact_families)
    return procedure.family == "epidural-caudal" and "epidural-interlaminar" in row.fact_families


def _has_no_code(procedure: Procedure, setting: Setting) -> bool:
    known = codes_for_site(procedure, setting)
    return known == ("64999",) or any(
        rule.family == procedure.family and rule.technique == procedure.technique
        for rule in setting.rules.techniques.unlisted
        if rule.technique
    )


def _contained(procedure: Procedure, matches: Sequence[LineMatch], setting: Setting) -> bool:
    """True where an edit that no modifier opens puts every code of the procedure's family inside a billed one."""
    rows = [rows[-1] for rows in setting.tables.rows.values() if procedure.family in rows[-1].fact_families]
    for match in matches:
        pairs = [setting.tables.pair(match.line.code, row.code, setting.day) for row in rows]
        closed = [p for p in pairs if p and p.modifier_indicator == "0" and p.column1 == match.line.code]
        if match.kind == "same" and closed and procedure not in match.procedures:
            return True
    return False
