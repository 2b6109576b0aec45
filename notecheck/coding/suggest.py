"""What the note alone supports: lines, diagnoses, and what is still open.

The claim gives only the payer's form, the day, the place of service and the earlier procedures; never a code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from notecheck.coding import (
    axial,
    devices,
    drugs,
    imaging,
    implants,
    named,
    nerves,
    periphery,
    rules,
    service_rules,
    services,
    spine,
    visits,
)
from notecheck.coding.alternatives import alternatives
from notecheck.coding.elsewhere import elsewhere
from notecheck.coding.joints import group_of, group_of_region
from notecheck.coding.limits import counted_units
from notecheck.coding.lines import SIDE_MARKS, Draft, Outcome, Setting, Sheet
from notecheck.coding.pointers import MOST_POINTERS, near_codes, pointers
from notecheck.policy.book import Book
from notecheck.records import (
    Claim,
    Evidence,
    Facts,
    PriorProcedure,
    Procedure,
    Suggested,
    SupportedDiagnosis,
    SupportedLine,
)

Coder = Callable[[Sequence[Procedure], Setting], Outcome]

_CODERS: dict[tuple[str, ...], Coder] = {
    ("epidural-transforaminal",): spine.transforaminal,
    ("epidural-interlaminar", "epidural-caudal"): axial.interlaminar,
    ("epidural-catheter",): axial.catheter,
    ("epidural-unspecified",): axial.unspecified,
    ("epidural-adhesiolysis",): axial.adhesiolysis,
    ("epidural-blood-patch",): axial.blood_patch,
    ("facet-injection",): spine.facet_injection,
    ("facet-rfa",): spine.facet_ablation,
    ("si-joint-injection",): axial.sacroiliac,
    ("si-rfa",): axial.sacroiliac_ablation,
    ("discography",): spine.discography,
    ("vertebral-augmentation",): spine.augmentation,
    ("basivertebral-ablation",): spine.basivertebral,
    ("sympathetic-block",): nerves.sympathetic_blocks,
    ("peripheral-nerve-block",): nerves.nerve_blocks,
    ("genicular-block",): periphery.genicular_block,
    ("genicular-rfa",): periphery.genicular_ablation,
    ("neurolysis",): nerves.neurolysis,
    ("joint-injection", "bursa-injection"): periphery.joints_and_bursae,
    ("tendon-injection",): periphery.tendons,
    ("carpal-tunnel-injection",): periphery.carpal_tunnel,
    ("trigger-point",): periphery.trigger_points,
    ("scs-trial",): devices.trial,
    ("scs-implant",): devices.implant,
    ("scs-revision",): devices.revision,
    ("peripheral-nerve-stimulation",): devices.peripheral_stimulation,
}
_CONFLICTS = {
    "laterality": "Which side was treated? Two places of the note disagree.",
    "level": "Which level was treated? Two places of the note disagree.",
    "procedure": "Which procedure was done? Two places of the note disagree.",
    "region": "Which region was treated? Two places of the note disagree.",
}


def suggest(facts: Facts, claim: Claim | None, book: Book) -> Suggested:
    """The lines that the note supports, each with its reason and its proof, and the readings left open."""
    base = _supported(facts, claim, book)
    again = partial(_supported, claim=claim, book=book)
    return replace(base, alternatives=alternatives(facts, base, again, setting_of(facts, claim, book)))


def _supported(facts: Facts, claim: Claim | None, book: Book) -> Suggested:
    setting = setting_of(facts, claim, book)
    sheet = Sheet()
    if facts.procedures:
        sheet.add(_settled(facts, setting))
    bundled = _without_bundled(_in_force(sheet.drafts, setting, sheet), setting, sheet)
    drafts = [*bundled, *imaging.guidance_lines(bundled, setting)]
    supplies = (drugs.drug_lines(facts, setting), implants.device_lines(facts, setting)) if bundled else ()
    for outcome in (*supplies, services.service_lines(facts, setting)):
        drafts += outcome.drafts
        for question in outcome.questions:
            sheet.ask(question)
    history = claim.history if claim else ()
    for outcome in (visits.monthly_care(facts, setting), _visit(facts, setting, history, book)):
        seen = _beside_injections(outcome.drafts, drafts)
        drafts = [*seen, *services.longitudinal(facts, setting, seen), *drafts]
        for question in outcome.questions:
            sheet.ask(question)
    drafts = _within_limits(_apart(_merged(drafts), setting, sheet), setting, sheet)
    drafts = _with_primaries(drafts, setting, sheet)
    lines = tuple(_lines(drafts, facts, book))
    return Suggested(
        lines=lines,
        diagnoses=tuple(
            SupportedDiagnosis(d.icd10, d.text, d.evidence, () if d.icd10 else near_codes(d, facts.procedures, book))
            for d in facts.diagnoses
        ),
        open_questions=tuple(sheet.questions),
        elsewhere=elsewhere(facts, setting, frozenset(line.code for line in lines)),
    )


def setting_of(facts: Facts, claim: Claim | None, book: Book) -> Setting:
    """Payer, place and day as the claim states them; the note's own date, else today, where it does not."""
    written = (claim.date_of_service if claim else None, *facts.integrity.dates_of_service)
    return Setting(
        tables=book.codes,
        rules=rules.load().with_payers(book.own_payers),
        day=next((day for text in written if (day := _date(text))), date.today()),
        payer=claim.payer if claim else "medicare",
        place=claim.place_of_service if claim else None,
        billed_by=(claim.billed_by if claim else None) or rules.PROFESSIONAL,
    )


def code_procedures(facts: Facts, setting: Setting) -> Outcome:
    """Lines for the procedures alone, family by family, before edits and additions."""
    sheet = Sheet()
    own: list[Procedure] = []
    for blood in setting.rules.supported.own_blood:
        given = [p for p in facts.procedures if p not in own and any(i.drug == blood.drug for i in p.injectate)]
        if given:
            why = f"{blood.why}, once a session; harvest and imaging are inside"
            sheet.drafts.append(Draft(blood.code, why, tuple(given)))
            own += given
    for families, coder in _CODERS.items():
        done = [p for p in facts.procedures if p.family in families and p not in own]
        if done:
            sheet.add(_marked(coder(done, setting), setting))
    toxin = [p for p in facts.procedures if p.family == "chemodenervation"]
    if toxin:
        sheet.add(_marked(nerves.chemodenervation(toxin, setting, facts.diagnoses), setting))
    pumps = [p for p in facts.procedures if p.family == "intrathecal-pump"]
    if pumps:
        sheet.add(_marked(devices.pump(pumps, setting, facts.statements), setting))
    others = [p for p in facts.procedures if p.family == "other"]
    if others:
        sheet.add(_marked(named.operations(others, setting), setting))
    return sheet.done()


def _settled(facts: Facts, setting: Setting) -> Outcome:
    """No line where the note contradicts itself on what decides the code."""
    outcome = code_procedures(facts, setting)
    asked = [_CONFLICTS[slug] for slug in facts.contradictions if slug in _CONFLICTS]
    if not asked:
        return outcome
    doubted = set(facts.contradictions) & {"laterality", "level", "region"}
    kept = [d for d in outcome.drafts if not (doubted and _depends(d, doubted, setting))]
    return Outcome(tuple(kept), (*asked, *outcome.questions))


def _depends(draft: Draft, doubted: set[str], setting: Setting) -> bool:
    row = setting.tables.best_row(draft.code, setting.day)
    by_side = "laterality" in doubted and any(mark in draft.modifiers for mark in ("LT", "RT", "50"))
    levelled = row is not None and row.sequence in ("first", "second", "third-plus", "each-additional")
    return by_side or ("level" in doubted and levelled) or ("region" in doubted and bool(row and row.regions))


def _marked(outcome: Outcome, setting: Setting) -> Outcome:
    """Add 52 or 53 where the note says that the procedure was cut short; a side begun and stopped gets its own line."""
    drafts = []
    codes = setting.rules.supported
    cut_short = codes.cut_short if setting.billed_by == rules.PROFESSIONAL else codes.cut_short_in_facility
    asked = list(outcome.questions)
    for draft in outcome.drafts:
        short = [mark for p in draft.procedures if (mark := cut_short.get(p.status))]
        extra = (max(short),) if short and len(short) == len(draft.procedures) else ()
        drafts.append(replace(draft, modifiers=(*draft.modifiers, *extra)))
        sides = {p.stopped_side for p in draft.procedures}
        side = next(iter(sides)) if len(sides) == 1 else None
        if side is None or not set(draft.modifiers) & set(SIDE_MARKS.values()):
            continue
        if len([d for d in outcome.drafts if set(d.procedures) & set(draft.procedures)]) > 1:
            asked.append(f"How far did the {side} side get before it was stopped? It may have a line of its own.")
            continue
        others = tuple(mark for mark in draft.modifiers if mark not in SIDE_MARKS.values())
        why = f"{draft.why}; the {side} side was begun and stopped"
        drafts.append(replace(draft, modifiers=(SIDE_MARKS[side], *others, cut_short["discontinued"]), why=why))
    return Outcome(tuple(drafts), tuple(dict.fromkeys(asked)))


def _in_force(drafts: Sequence[Draft], setting: Setting, sheet: Sheet) -> list[Draft]:
    """A code that begins later gives way to the one it replaced, where only one did; else the day is asked about."""
    kept = []
    for draft in drafts:
        row = setting.tables.any_row(draft.code)
        if row is None or setting.tables.row(draft.code, setting.day) is not None:
            kept.append(draft)
            continue
        earlier = setting.tables.replaced_by(draft.code, setting.day)
        before = [r for r in earlier if r.fact_families == row.fact_families]
        if len(before) == 1:
            why = f"{draft.why} (code of {setting.day.isoformat()}, before {draft.code})"
            kept.append(replace(draft, code=before[0].code, why=why))
        else:
            sheet.ask(f"Which code was in force on {setting.day.isoformat()} for: {draft.why}? The table knows none.")
    return kept


def _without_bundled(drafts: Sequence[Draft], setting: Setting, sheet: Sheet) -> list[Draft]:
    """Leave out what another line contains and no modifier can open."""
    kept = []
    for draft in drafts:
        over = next(
            (
                other.code
                for other in drafts
                if (pair := setting.tables.pair(other.code, draft.code, setting.day))
                and pair.column2 == draft.code
                and pair.modifier_indicator == "0"
            ),
            None,
        )
        if over is None:
            kept.append(draft)
        else:
            sheet.ask(f"{draft.code} is contained in {over} on one day and cannot be billed beside it.")
    return kept


def _merged(drafts: Sequence[Draft]) -> list[Draft]:
    """One line for equal code, modifiers and site; of one code the line for both sides first."""
    found: dict[tuple[str, tuple[str, ...], str], Draft] = {}
    for draft in drafts:
        key = (draft.code, tuple(sorted(draft.modifiers)), draft.site)
        if key in found and not draft.extra:
            same = found[key]
            found[key] = replace(same, procedures=tuple(dict.fromkeys((*same.procedures, *draft.procedures))))
        else:
            found.setdefault(key, draft)
    first = {code: place for place, code in reversed(list(enumerate(d.code for d in found.values())))}
    return sorted(found.values(), key=lambda d: (first[d.code], "50" not in d.modifiers))


def _apart(drafts: Sequence[Draft], setting: Setting, sheet: Sheet) -> list[Draft]:
    """Put 59 on the lesser line of a pair that was done at another site: another half of the spine, joint or nerve.

    Where the note does not show another site, leave the line out and ask instead.
    """
    out: list[Draft] = []
    for draft in drafts:
        over = [other for other in drafts if other is not draft and _lesser(draft, other, setting)]
        repeat = any(o.code == draft.code and o.site != draft.site and _distinct(o, draft) for o in out)
        near = [other for other in over if not _distinct(draft, other)]
        if near:
            sheet.ask(f"Was the work of {draft.code} done apart from {near[0].code}? An edit bundles them otherwise.")
            continue
        marked = repeat or bool(over)
        extra = (setting.rules.supported.separate_site,) if marked else ()
        out.append(replace(draft, modifiers=(*draft.modifiers, *extra)))
    return out


def _within_limits(drafts: Sequence[Draft], setting: Setting, sheet: Sheet) -> list[Draft]:
    """Leave out a code whose units go above its units limit, and ask what was done instead."""
    over: set[str] = set()
    for code in dict.fromkeys(draft.code for draft in drafts):
        row = setting.tables.best_row(code, setting.day)
        lines = [_one_sided(draft, setting) for draft in drafts if draft.code == code]
        if row is None or row.mue is None or (units := counted_units(lines, row)) <= row.mue:
            continue
        over.add(code)
        sheet.ask(f"Is this the amount: {lines[0].why}? {code} x{units:g} is above its units limit of {row.mue}.")
    return [draft for draft in drafts if draft.code not in over]


def _one_sided(draft: Draft, setting: Setting) -> Draft:
    """A line for both sides with the units of one, where the payer wants two units for both sides."""
    doubled = setting.form.bilateral == "two-units" and "50" in draft.modifiers
    return replace(draft, units=draft.units / 2) if doubled else draft


def _with_primaries(drafts: Sequence[Draft], setting: Setting, sheet: Sheet) -> list[Draft]:
    """Leave out an add-on whose own code an edit or an open question took away."""
    kept = list(drafts)
    while True:
        codes = {draft.code for draft in kept}
        alone = [d for d in kept if (asked := _primaries(d.code, setting)) and not asked & codes]
        if not alone:
            return kept
        for draft in alone:
            sheet.ask(f"{draft.code} is an add-on, and the code that it goes with is not settled.")
        kept = [draft for draft in kept if draft not in alone]


def _primaries(code: str, setting: Setting) -> set[str]:
    row = setting.tables.row(code, setting.day)
    return {*row.add_on_of, *setting.rules.counting.extra_primaries.get(code, ())} if row and row.add_on_of else set()


def _lesser(draft: Draft, other: Draft, setting: Setting) -> bool:
    if any(d.extra and d.code not in setting.rules.supported.imaging.codes for d in (draft, other)):
        return False
    pair = setting.tables.pair(draft.code, other.code, setting.day)
    return pair is not None and pair.column2 == draft.code and pair.modifier_indicator == "1"


def _distinct(one: Draft, two: Draft) -> bool:
    """Every procedure of the one lies elsewhere than every procedure of the other."""
    pairs = [(a, b) for a in one.procedures for b in two.procedures]
    return bool(pairs) and all(_elsewhere(a, b) for a, b in pairs)


def _elsewhere(a: Procedure, b: Procedure) -> bool:
    """Another target off the spine, or the other half of the spine; a target of no half is apart from it."""
    if a.site and b.site:
        return a.site != b.site
    one, two = _half(a), _half(b)
    if one and two:
        return one != two
    return bool(a.site) != bool(b.site) and bool(one or two)


def _half(procedure: Procedure) -> str | None:
    return group_of(procedure.levels[0]) if procedure.levels else group_of_region(procedure.region)


def _beside_injections(visit: Sequence[Draft], others: Sequence[Draft]) -> list[Draft]:
    """A visit beside an infusion or a shot carries the mark of separate work."""
    if not services.needs_own_visit(others):
        return list(visit)
    mark = service_rules.services().injections.visit_mark
    return [replace(d, modifiers=d.modifiers or (mark,)) for d in visit]


def _visit(facts: Facts, setting: Setting, history: Sequence[PriorProcedure], book: Book) -> Outcome:
    prior = visits.global_period(history, setting)
    regions = {book.crosswalk.region_of(d.icd10) for d in facts.diagnoses if d.icd10}
    unrelated = prior is None or (bool(regions) and prior.region not in regions)
    if any(s.kind == "staff-visit" for s in facts.services) and not facts.procedures:
        return Outcome()
    return visits.office_visit(facts, setting, history, unrelated)


def _lines(drafts: Sequence[Draft], facts: Facts, book: Book) -> Iterator[SupportedLine]:
    pointed = {id(draft): _pointed(draft, facts, book) for draft in drafts if draft.procedures}
    taken = {code for codes in pointed.values() for code in codes}
    coded = [d.icd10 for d in facts.diagnoses if d.icd10]
    own = tuple(code for code in coded if code not in taken) or tuple(coded)
    for draft in drafts:
        yield SupportedLine(
            code=draft.code,
            modifiers=draft.modifiers,
            units=draft.units,
            icd10=pointed.get(id(draft), own[:MOST_POINTERS]),
            why=draft.why,
            evidence=_proof(draft, facts),
        )


def _pointed(draft: Draft, facts: Facts, book: Book) -> tuple[str, ...]:
    """A drug or imaging line points at the diagnoses of every procedure that it serves."""
    if not draft.extra:
        return pointers(draft.procedures, facts, book)
    each = (code for p in draft.procedures for code in pointers([p], facts, book))
    return tuple(dict.fromkeys(each))[:MOST_POINTERS]


def _proof(draft: Draft, facts: Facts) -> tuple[Evidence, ...]:
    if draft.procedures:
        wanted = ("family", "levels", "joints", "laterality", "guidance", "approach", "technique", "site", "muscles")
        found = [e for p in draft.procedures for name in wanted for e in p.of(name)]
        if draft.extra:
            given = ("injectate", "guidance")
            found = [e for p in draft.procedures for e in p.evidence if e.field.startswith(given)] or found
        return tuple(dict.fromkeys(found or [e for p in draft.procedures for e in p.evidence]))[:8]
    return draft.evidence or tuple(facts.of("visit"))[:4]


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
