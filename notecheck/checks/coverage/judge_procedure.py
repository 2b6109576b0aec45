"""Judges of the procedure itself: guidance, contrast, technique, drugs, sedation."""

from __future__ import annotations

from notecheck.checks.coverage.judging import Answer, met, not_applicable, not_met, states, unclear
from notecheck.checks.coverage.session import Session, cite_record, procedure_words
from notecheck.policy.coverage import Rule


def guidance(session: Session, rule: Rule) -> Answer:
    """Imaging of an accepted kind for every procedure. The findings on it are those of the IMG checks."""
    accepted = set(rule.words())
    words = procedure_words(session.procedures, "guidance") or session.case.searched("guidance", "description")
    without = [p for p in session.procedures if not accepted & set(p.guidance)]
    if not without:
        return met("Guidance is documented.", words)
    if all(not p.guidance for p in without):
        return not_met("No guidance is stated.", "", session.case.searched("guidance", "description"))
    return not_met("The guidance stated is not the one the policy asks for.", "", words)


def contrast(session: Session, rule: Rule) -> Answer:
    """Contrast, or the reason against it. The findings on it are those of the IMG checks."""
    words = procedure_words(session.procedures, "contrast") or session.case.searched("contrast", "description")
    if all(p.contrast == "yes" for p in session.procedures):
        return met("Contrast was given.", words)
    if all(p.contrast == "yes" or p.contrast_reason for p in session.procedures) or states(
        session, ("contrast-allergy", "pregnancy")
    ):
        return met("The reason against contrast is stated.", words)
    return not_met("Neither contrast nor a reason against it is stated.", "", words)


def images(session: Session, rule: Rule) -> Answer:
    """Images kept. The findings on it are those of the IMG checks."""
    if states(session, ("image-retention",)) or all(p.images_saved for p in session.procedures):
        return met("Images were kept.", cite_record(session.case, "statements", values=("image-retention",)))
    return unclear("Kept images are not stated.", session.case.searched("guidance", "description"))


def no_imaging(session: Session, rule: Rule) -> Answer:
    """Imaging that the policy does not cover for this procedure."""
    used = {g for p in session.procedures for g in p.guidance} & set(rule.words())
    if used:
        return not_met(f"Used: {', '.join(sorted(used))}.", "", procedure_words(session.procedures, "guidance"))
    return met("No imaging is stated.", session.case.searched("description"))


def technique(session: Session, rule: Rule) -> Answer:
    """The technique is an accepted one. The findings on it are those of the PRC checks."""
    words = procedure_words(session.procedures, "technique") or session.case.searched("procedure", "description")
    named = {p.technique for p in session.procedures}
    if named <= set(rule.words()):
        return met("The technique is an accepted one.", words)
    if None in named:
        return unclear("The technique is not stated.", words)
    return not_met("The technique is not one the policy covers.", "", words)


def purpose(session: Session, rule: Rule) -> Answer:
    """Diagnostic or therapeutic, as the policy covers it."""
    if session.purposes <= set(rule.words()):
        return met("The purpose is a covered one.")
    return unclear("The policy does not cover this purpose.", procedure_words(session.procedures, "purpose"))


def drugs(session: Session, rule: Rule) -> Answer:
    """No injectate that the policy names as excluded."""
    words = procedure_words(session.procedures, "injectate") or session.case.searched("injectate", "description")
    given = [i.drug for p in session.procedures for i in p.injectate]
    out = [drug for drug in given if any(word in drug.lower() for word in rule.words("excluded"))]
    out += [p.technique for p in session.procedures if p.technique and p.technique in rule.words("excluded_techniques")]
    if out:
        return not_met(f"The policy does not cover {', '.join(dict.fromkeys(out))} here.", "drug-not-covered", words)
    doubted = [drug for drug in given if drug in rule.words("advised_against")]
    if doubted:
        return unclear(
            f"A strict reading leaves {', '.join(dict.fromkeys(doubted))} out; articles are said to allow it.",
            words,
        )
    if not given:
        return unclear("No injectate is stated.", session.case.searched("injectate", "description"))
    return met("Nothing excluded was injected.", words)


def steroid_dose(session: Session, rule: Rule) -> Answer:
    """Total steroid of the session within the recommended amount; a recommendation, so no finding."""
    totals: dict[str, float] = {}
    for procedure in session.procedures:
        for injected in procedure.injectate:
            totals[injected.drug] = totals.get(injected.drug, 0) + (injected.mg or 0)
    for drug in totals:
        limit = rule.number(drug)
        if limit is not None and totals[drug] > limit:
            return unclear(
                f"{drug} {totals[drug]:g} mg; the recommended most is {limit:g} mg.",
                procedure_words(session.procedures, "injectate"),
            )
    return met("Within the recommended amount, where one is printed.")


def sedation(session: Session, rule: Rule) -> Answer:
    """No deeper sedation than covered; where a reason may carry it, the reason is stated."""
    depth = session.case.note.sedation
    words = cite_record(session.case, "sedation") or session.case.searched("anesthesia")
    if depth is None:
        return not_applicable("No sedation is stated.")
    if depth in rule.words("never"):
        return not_met(
            f"The policy does not cover {depth} sedation for this procedure.", "sedation-not-supported", words
        )
    if depth in rule.words("with_reason"):
        if states(session, ("sedation-reason",)):
            return met("The need for sedation is stated.", cite_record(session.case, "sedation", "statements"))
        return not_met(
            f"{depth.capitalize()} sedation, and no reason for it in this patient.", "sedation-not-supported", words
        )
    return met("No more than local anesthesia or minimal sedation.", words)


def not_covered(session: Session, rule: Rule) -> Answer:
    """What the policy covers for nobody. No finding: a procedure may still be billed, with the liability stated."""
    words = procedure_words(session.procedures, "family") or session.case.searched("procedure", "description")
    return not_met("The policy covers this procedure for nobody.", "", words)
