"""Codes for nerves and plexuses: blocks, sympathetic blocks, destruction, and toxin into muscles."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.joints import said, sides_by_level, sides_of, vertebrae
from notecheck.coding.lines import Draft, Outcome, Setting, Sheet, bilateral, sided, words
from notecheck.coding.spine import unlisted
from notecheck.coding.tables import NerveSite
from notecheck.records import Diagnosis, Procedure

_ARMS = ("arm", "leg")


def nerve_blocks(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One unit for each named nerve and side; ribs and paravertebral sites level by level."""
    sheet = Sheet()
    for procedure in unlisted(procedures, sheet, setting):
        site = setting.rules.sites.nerve(procedure.site)
        if site is None:
            sheet.ask("Which nerve was blocked? The note does not name one that has a code.")
        else:
            _block(procedure, site, sheet, setting)
    return sheet.done()


def sympathetic_blocks(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Once for each side whatever the number of levels; plexuses of the midline once."""
    sheet = Sheet()
    for procedure in procedures:
        site = setting.rules.sites.ganglion(procedure.site) or _chain(procedure, setting)
        if site is None:
            sheet.ask("Which sympathetic ganglion or plexus was blocked? The note does not name it.")
        else:
            _nerve(procedure, site, site.block, sheet, setting)
    return sheet.done()


def neurolysis(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Destruction, one unit for each nerve and side; a second nerve on a line of its own."""
    sheet = Sheet()
    codes = setting.rules.supported
    for procedure in unlisted(procedures, sheet, setting):
        site = setting.rules.sites.nerve(procedure.site) or setting.rules.sites.ganglion(procedure.site)
        space = procedure.site or next((m for m in procedure.methods if m in ("intrathecal", "epidural")), "")
        frozen = setting.rules.sites.cryo.code(procedure.site) if procedure.technique == "cryo" else None
        if space in codes.neurolytic_space:
            code = codes.neurolytic_space[space]
            sheet.drafts.append(Draft(code, "neurolytic into the spinal space", (procedure,)))
        elif space == "epidural":
            if procedure.region is None:
                sheet.ask("Which region of the spine was treated? The note names neither region nor level.")
                continue
            high = procedure.region in ("cervical", "thoracic")
            code = codes.neurolytic_epidural.upper if high else codes.neurolytic_epidural.lower
            sheet.drafts.append(Draft(code, "neurolytic into the epidural space", (procedure,)))
        elif site is None:
            sheet.ask("Which nerve was destroyed? The note does not name one that has a code.")
        elif site.at_foramen:
            _at_foramen(procedure, site, sheet, setting)
        elif frozen and _seen(procedure):
            why = f"{_plain(procedure.site)} frozen with imaging"
            sheet.drafts += sided(frozen, sides_of(procedure), setting, why=why, procedures=[procedure])
        elif site.destroy == codes.unlisted:
            why = f"destruction of the {_plain(procedure.site)} has no code of its own: unlisted"
            sheet.drafts.append(Draft(codes.unlisted, why, (procedure,), site=procedure.site or ""))
        else:
            _nerve(procedure, site, site.destroy, sheet, setting, verb="destroyed")
    return sheet.done()


def chemodenervation(procedures: Sequence[Procedure], setting: Setting, diagnoses: Sequence[Diagnosis] = ()) -> Outcome:
    """The migraine set once; neck muscles by side; limbs by the muscles in each; the trunk once."""
    sheet = Sheet()
    rules = setting.rules.sites.chemodenervation
    procedures = _glands_and_larynx(procedures, sheet, setting, diagnoses)
    if not procedures:
        return sheet.done()
    areas = {area: _in_area(procedures, area, setting) for area in ("head", "neck", *_ARMS, "trunk")}
    if not any(p.muscles for p in procedures):
        sheet.ask("Which muscles received the toxin? The note does not name them.")
        return sheet.done()
    codes = [d.icd10 or "" for d in diagnoses]
    if _migraine(areas["head"], codes, setting):
        why = "toxin into the head and neck muscles of the migraine set, both sides in one code"
        sheet.drafts.append(Draft(rules.migraine.code, why, tuple(procedures)))
    elif areas["neck"]:
        done = [p for p in procedures if _in_area([p], "neck", setting)]
        sides = frozenset(side for p in done for side in sides_of(p))
        if sides:
            why = f"toxin into neck muscles, {words(sides)}"
            sheet.drafts += sided(rules.neck.code, sides, setting, why=why, procedures=done)
        else:
            sheet.ask("Which side of the neck received the toxin?")
    elif areas["head"] and any(code.startswith(begin) for code in codes for begin in rules.face.diagnoses):
        done = [p for p in procedures if _in_area([p], "head", setting)]
        sides = frozenset(side for p in done for side in sides_of(p))
        if sides:
            why = f"toxin into face muscles for spasm, {words(sides)}"
            sheet.drafts += sided(rules.face.code, sides, setting, why=why, procedures=done)
        else:
            sheet.ask("Which side of the face received the toxin?")
    elif areas["head"]:
        sheet.ask("Which condition was the toxin given for? Face muscles have codes by condition.")
    _limbs(procedures, sheet, setting)
    if areas["trunk"]:
        trunk = rules.trunk
        code = trunk.few if len(areas["trunk"]) <= trunk.few_up_to else trunk.many
        sheet.drafts.append(Draft(code, f"toxin into {len(areas['trunk'])} trunk muscle(s)", tuple(procedures)))
    return sheet.done()


def _glands_and_larynx(
    procedures: Sequence[Procedure], sheet: Sheet, setting: Setting, diagnoses: Sequence[Diagnosis]
) -> list[Procedure]:
    """Toxin into sweat glands and into the larynx on their own codes; returns the procedures that are neither."""
    rules = setting.rules.sites.chemodenervation
    told = any((d.icd10 or "").startswith(begin) for d in diagnoses for begin in rules.sweat.diagnoses)
    rest: list[Procedure] = []
    for procedure in procedures:
        ways, sides, done = set(procedure.methods), sides_of(procedure), (procedure,)
        if ("sweat-glands" in ways or told) and not procedure.muscles:
            if "armpits" not in ways:
                sheet.drafts.append(Draft(rules.sweat.elsewhere, "toxin into sweat glands off the armpits", done))
            elif len(sides) == 1:
                sheet.ask("Were both armpits treated? The code means both; for one side the payer wants a modifier.")
            else:
                sheet.drafts.append(Draft(rules.sweat.armpits, "toxin into the sweat glands of both armpits", done))
        elif "larynx" in ways and not sides:
            sheet.ask("Which side of the larynx received the toxin?")
        elif "larynx" in ways:
            why = f"toxin into the larynx, {words(sides)}; finding the muscle by EMG is inside"
            sheet.drafts += sided(rules.larynx.code, sides, setting, why=why, procedures=done)
        else:
            rest.append(procedure)
    return rest


def _block(procedure: Procedure, site: NerveSite, sheet: Sheet, setting: Setting) -> None:
    """A single injection, or a catheter left for infusion, which has codes of its own."""
    if "infusion" not in procedure.methods:
        _nerve(procedure, site, _block_code(site, procedure, setting), sheet, setting)
        return
    name, sides = _plain(procedure.site), sides_of(procedure)
    if not site.infusion:
        question = f"Was the {name} injected once, or was a catheter left for infusion?"
        sheet.ask(f"{question} No code is known for a catheter there.")
        return
    if not sides:
        sheet.ask(f"Which side was treated? The note gives no side for the {name}.")
        return
    both = len(sides) > 1 and len(site.infusion) > 1
    why = f"catheter at the {name} for infusion, {words(sides)}"
    sheet.drafts += sided(site.infusion[both], sides, setting, why=why, procedures=[procedure], site=site.part or name)


def _at_foramen(procedure: Procedure, site: NerveSite, sheet: Sheet, setting: Setting) -> None:
    """The trigeminal root or division: at the foramen ovale by one pair of codes, a branch by another."""
    if "foramen-ovale" not in procedure.methods:
        sheet.ask("What was destroyed: a branch of the trigeminal nerve in the face, or its root at the foramen ovale?")
        return
    blind, guided = site.at_foramen
    code = guided if _seen(procedure) else blind
    if not sides_of(procedure):
        sheet.ask(f"Which side was treated? The note gives no side for the {_plain(procedure.site)}.")
        return
    why = f"{_plain(procedure.site)} destroyed at the foramen ovale, {'with' if code == guided else 'without'} imaging"
    sheet.drafts += sided(code, sides_of(procedure), setting, why=why, procedures=[procedure])


def _seen(procedure: Procedure) -> bool:
    return any(kind in ("fluoroscopy", "ct", "ultrasound") for kind in procedure.guidance)


def _limbs(procedures: Sequence[Procedure], sheet: Sheet, setting: Setting) -> None:
    rules = setting.rules.sites.chemodenervation
    limbs: dict[tuple[str, str], set[str]] = {}
    for procedure in procedures:
        for area in _ARMS:
            named = {m for m in procedure.muscles if setting.rules.sites.area(m) == area}
            if named and not sides_of(procedure):
                sheet.ask("Which side's limb received the toxin?")
            for side in sorted(sides_of(procedure)) if named else ():
                limbs.setdefault((side, area), set()).update(named)
    if not limbs:
        return
    counts = sorted((len(named) for named in limbs.values()), reverse=True)
    many = [count >= rules.limb_many.start for count in counts]
    done = tuple(procedures)
    first = rules.limb_many.first if many[0] else rules.limb_few.first
    sheet.drafts.append(Draft(first, f"toxin into the first limb, {counts[0]} muscle(s)", done))
    for heavy, code in ((True, rules.limb_many.further), (False, rules.limb_few.further)):
        units = sum(1 for flag in many[1:] if flag is heavy)
        if units:
            sheet.drafts.append(Draft(code, f"toxin into {units} further limb(s)", done, (), units))


def _nerve(
    procedure: Procedure, site: NerveSite, code: str, sheet: Sheet, setting: Setting, *, verb: str = "blocked"
) -> None:
    name = _plain(procedure.site)
    sides = sides_of(procedure)
    if code == setting.rules.supported.unlisted:
        sheet.drafts.append(Draft(code, f"{name} {verb}: no code of its own", (procedure,), site=name))
        return
    wants_side = site.sided and (bilateral(code, setting) == "1" or site.both is not None)
    if wants_side and not sides:
        sheet.ask(f"Which side was treated? The note gives no side for the {name}.")
        return
    if site.levels and site.further and code == site.block:
        _level_by_level(procedure, site, sheet, setting)
        return
    if site.levels and code == site.destroy:
        units = len(sides_by_level([procedure], setting.rules, vertebrae)) * len(sides)
        if units:
            sheet.drafts.append(Draft(code, f"{units} {name}(s) {verb}", (procedure,), (), units, name))
        else:
            sheet.ask(f"Which levels and sides were treated? The code counts each {name}.")
        return
    if site.both and len(sides) > 1 and code == site.block:
        sheet.drafts.append(Draft(site.both, f"{name} {verb}, both sides in one code", (procedure,), site=name))
        return
    why = ", ".join(part for part in (f"{name} {verb}", words(sides) if wants_side else "", "once a side") if part)
    told = sides if site.sided else frozenset()
    sheet.drafts += sided(code, told, setting, why=why, procedures=[procedure], site=site.part or name)


def _level_by_level(procedure: Procedure, site: NerveSite, sheet: Sheet, setting: Setting) -> None:
    levels = sides_by_level([procedure], setting.rules, vertebrae)
    name = _plain(procedure.site)
    if not levels:
        sheet.ask(f"Which levels were treated? The code counts each level of the {name}.")
        return
    sides = sides_of(procedure)
    row = setting.tables.best_row(site.further or "", setting.day)
    why = f"first level of the {name} ({said(list(levels))[:40]}), {words(sides)}"
    sheet.drafts += sided(site.block, sides, setting, why=why, procedures=[procedure])
    if len(levels) > 1 and site.further:
        units = 1 if row is not None and row.sequence == "second-plus" else len(levels) - 1
        why = f"{len(levels) - 1} further level(s) of the {name}, {words(sides)}"
        sheet.drafts += sided(site.further, sides, setting, why=why, procedures=[procedure], units=units)


def _block_code(site: NerveSite, procedure: Procedure, setting: Setting) -> str:
    if site.start and setting.day < site.start and site.before:
        return site.before
    return site.block


def _chain(procedure: Procedure, setting: Setting) -> NerveSite | None:
    """A sympathetic block without a named target, told by its region."""
    if procedure.site is not None or procedure.region is None:
        return None
    name = {"cervical": "stellate-ganglion", "lumbar": "lumbar-sympathetic-chain"}.get(procedure.region)
    return setting.rules.sites.ganglion(name)


def _migraine(head: set[str], codes: Sequence[str], setting: Setting) -> bool:
    rule = setting.rules.sites.chemodenervation.migraine
    told = any(code.startswith(begin) for code in codes for begin in rule.diagnoses)
    return bool(head) and (told or len(head) >= rule.least_head_muscles)


def _in_area(procedures: Sequence[Procedure], area: str, setting: Setting) -> set[str]:
    return {m for p in procedures for m in p.muscles if setting.rules.sites.area(m) == area}


def _plain(site: str | None) -> str:
    return (site or "nerve").replace("-", " ")
