"""Codes for targets off the spine: joints, bursae, tendons, muscles, the carpal tunnel and the knee's nerves."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.joints import sides_of
from notecheck.coding.lines import Draft, Outcome, Setting, Sheet, sided, words
from notecheck.coding.spine import unlisted
from notecheck.coding.tables import JointSite
from notecheck.records import Procedure


def joints_and_bursae(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One unit for a joint with its bursae on each side, by size; recorded ultrasound has its own code."""
    sheet = Sheet()
    parts: dict[str, list[Procedure]] = {}
    for procedure in procedures:
        site = setting.rules.sites.joint(procedure.site)
        if site is None:
            sheet.ask("Which joint or bursa was injected? Its size decides the code, and the note leaves it open.")
        elif not sides_of(procedure):
            sheet.ask(f"Which side was treated? The note gives no side for the {_plain(procedure.site)}.")
        else:
            parts.setdefault(site.part, []).append(procedure)
    for part, done in parts.items():
        site = setting.rules.sites.joint(done[0].site)
        assert site is not None
        scanned = [p for p in done if recorded_ultrasound(p)]
        if any("ultrasound" in p.guidance and not p.images_saved for p in done):
            sheet.ask("Was an ultrasound image saved with a written report? Without it the code is the one without.")
        for group, code in (
            (scanned, joint_code(site, setting, True)),
            (_less(done, scanned), joint_code(site, setting, False)),
        ):
            sides = frozenset(side for p in group for side in sides_of(p))
            if not sides:
                continue
            seen = "with recorded ultrasound" if group is scanned else "without recorded ultrasound"
            why = f"{site.size} joint or bursa ({_plain(done[0].site)}), {words(sides)}, {seen}"
            sheet.drafts += sided(code, sides, setting, why=why, procedures=group, site=part)
    return sheet.done()


def joint_code(site: JointSite, setting: Setting, scanned: bool) -> str:
    """The joint code of one size, with or without recorded ultrasound."""
    codes = setting.rules.sites.joint_codes[site.size]
    return codes.ultrasound if scanned else codes.plain


def recorded_ultrasound(procedure: Procedure) -> bool:
    """Ultrasound with a picture kept, as the ultrasound codes ask."""
    return "ultrasound" in procedure.guidance and bool(procedure.images_saved)


def tendons(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """A sheath, ligament or fascia by one code, an origin or insertion by the other."""
    sheet = Sheet()
    for procedure in procedures:
        site = setting.rules.sites.tendon(procedure.site)
        if site is None:
            sheet.ask("Was it a tendon sheath, a ligament, or a tendon's origin or insertion? The code depends on it.")
            continue
        sides = sides_of(procedure)
        if not sides:
            sheet.ask(f"Which side was treated? The note gives no side for the {_plain(procedure.site)}.")
            continue
        kind = "sheath, ligament or fascia" if site.code == "20550" else "origin or insertion"
        why = f"tendon {kind} ({_plain(procedure.site)}), {words(sides)}"
        sheet.drafts += sided(site.code, sides, setting, why=why, procedures=[procedure], site=procedure.site or "")
    return sheet.done()


def carpal_tunnel(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """The carpal tunnel, once for each side."""
    return _by_side(procedures, setting.rules.supported.carpal_tunnel, "carpal tunnel injected", setting)


def genicular_block(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """The knee's nerves, once for each knee whatever the number of branches."""
    return _by_side(
        procedures, setting.rules.supported.genicular.block, "nerves of the knee blocked, imaging inside", setting
    )


def genicular_ablation(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Ablation of the knee's nerves, once for each knee."""
    sheet = Sheet()
    rest = unlisted(procedures, sheet, setting)
    if rest:
        sheet.add(
            _by_side(
                rest, setting.rules.supported.genicular.ablation, "nerves of the knee ablated, imaging inside", setting
            )
        )
    return sheet.done()


def trigger_points(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """By the number of distinct muscles in the whole session, never by needle passes; no sides."""
    sheet = Sheet()
    points = setting.rules.counting.trigger_points
    needled = [p for p in procedures if p.technique == "dry-needling"]
    toxin = [p for p in procedures if p.technique == "botulinum-toxin"]
    if toxin:
        sheet.ask("Which condition was the toxin given for? Toxin into muscles is not a trigger point injection.")
    injected = _less(_less(procedures, needled), toxin)
    for done, codes, verb in ((injected, points.injection, "injected"), (needled, points.dry_needling, "needled dry")):
        if not done:
            continue
        count = muscle_count(done)
        if count is None:
            sheet.ask("Which muscles were treated? The code depends on their number, and the note gives neither.")
            continue
        code = codes.few if count <= points.few_up_to else codes.many
        if count_is_open(done, points.few_up_to):
            sheet.ask("Which muscle was treated on which side? A muscle on both sides may count as two.")
        why = f"{count} {'muscle' if count == 1 else 'muscles'} {verb}, counted once a session"
        sheet.drafts.append(Draft(code, why, tuple(done)))
    return sheet.done()


def muscle_count(procedures: Sequence[Procedure]) -> int | None:
    """The number of muscles in the session: as stated, else the distinct names; None when the note allows neither."""
    names = {name for p in procedures for name in p.muscles}
    stated = [p.muscle_count for p in procedures if p.muscle_count is not None]
    if not stated and not names:
        return None
    if len(procedures) == 1 and stated:
        return stated[0]
    return max(len(names), max(stated, default=0))


def count_is_open(procedures: Sequence[Procedure], few_up_to: int) -> bool:
    """True when the same muscles on both sides, counted twice, would lead to the other code."""
    count = muscle_count(procedures)
    both = any(p.laterality == "bilateral" for p in procedures)
    return count is not None and both and 1 < count <= few_up_to < 2 * count


def _by_side(procedures: Sequence[Procedure], code: str, why: str, setting: Setting) -> Outcome:
    sheet = Sheet()
    sides = frozenset(side for p in procedures for side in sides_of(p))
    if any(not sides_of(p) for p in procedures):
        sheet.ask(f"Which side was treated? The note gives no side ({why}).")
    if sides:
        sheet.drafts += sided(code, sides, setting, why=f"{why}, {words(sides)}", procedures=procedures)
    return sheet.done()


def _less(procedures: Sequence[Procedure], taken: Sequence[Procedure]) -> list[Procedure]:
    return [p for p in procedures if p not in taken]


def _plain(site: str | None) -> str:
    return (site or "site").replace("-", " ")
