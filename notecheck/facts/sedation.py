"""The deepest sedation that the note states for this encounter."""

from __future__ import annotations

import re

from notecheck.facts.integrity import called_off
from notecheck.records import Annotated, Evidence, Mention, Procedure

_DEPTHS = ("general", "deep", "moderate", "minimal")
_ELSEWHERE = frozenset(
    {
        "history",
        "past-history",
        "family-history",
        "social-history",
        "review-of-systems",
        "allergies",
        "medications",
        "plan",
        "imaging",
        "exam",
        "instructions",
    }
)
_LABEL = re.compile(r"(?i)(?:sedation|an(?:a)?esthesia)\s*[:\[|]")
_DENIED_AFTER = re.compile(r"(?i)^\s*(?:(?:was|were|is) )?(?:not\b|declined|refused|avoided|withheld|never)")
_DENIED = re.compile(
    r"(?i)\b(?:no|not|without|nor|never|declin\w+|refus\w+|rather than|instead of|avoid\w*)\s+(?:\w+\s+){0,3}$"
)


_NOT_THIS_TIME = re.compile(
    r"(?i)\b(?:previous(?:ly)?|prior(?! to)|last (?:time|visit|procedure)|earlier|history of|hx of|h/o|famil(?:y|ial)"
    r"|problems? with|trouble with"
    r"|reactions? to|allerg\w+|intoleran\w+|mother|father|sister|brother|in (?:19|20)\d\d|next time|ago)\b"
)
_FOR_ANOTHER = re.compile(
    r"(?i)^[^.\n;]{0,40}\b(?:colonoscopy|endoscopy|in (?:19|20)\d\d|ago|last (?:year|month)|at the next"
    r"|next (?:time|visit))\b"
)


def find(doc: Annotated, procedures: tuple[Procedure, ...]) -> tuple[str | None, tuple[Evidence, ...]]:
    """``none``, ``local``, ``minimal``, ``moderate``, ``deep``, ``general`` or None, and the words for it.

    The deepest level wins. A stated absence is ``none`` even where the skin was numbed, unless the note names local
    anaesthesia as its method; local infiltration alone is ``local``.
    """
    said: dict[str, list[Mention]] = {}
    given = [e for p in procedures for e in p.evidence if e.field == "injectate"]
    mentions = [m for m in doc.of("sedation") if m.value != "skin" or not _is_injectate(m, given)]
    for mention in mentions:
        if not _counts(doc, mention) or any(_overrules(m, mention) for m in mentions):
            continue
        said.setdefault(mention.value, []).append(mention)
    told = any(s.kind in {"description", "title", "preparation", "anesthesia"} and len(s.body) for s in doc.sections)
    if not said or not (procedures or told or called_off(doc)):
        return None, ()
    for depth in _DEPTHS:
        if depth in said:
            return depth, _proof(said[depth], depth)
    if "local" in said:
        named = [m for m in said["local"] if "none" not in said or _is_method(doc, m)]
        if named:
            return "local", _proof(named, "local")
    if "none" in said:
        return "none", _proof(said["none"], "none")
    if "skin" in said:
        return "local", _proof(said["skin"], "local")
    return None, ()


def _is_injectate(mention: Mention, given: list[Evidence]) -> bool:
    """True for "1 cc of lidocaine at each site" that the procedure counts as its drug."""
    return any(e.start < mention.span.end and mention.span.start < e.end for e in given)


def _counts(doc: Annotated, mention: Mention) -> bool:
    start = mention.span.start
    before = doc.text[max(0, start - 40) : start]
    if "UNTICKED" in mention.cues:
        return False
    if mention.value in _DEPTHS:
        after = doc.text[mention.span.end : mention.span.end + 30]
        if _DENIED.search(before) or _DENIED_AFTER.match(after) or mention.section == "consent":
            return False
        sentence = doc.sentence_of(mention)
        if _NOT_THIS_TIME.search(doc.text[sentence.start : start]):
            return False
        if _FOR_ANOTHER.match(doc.text[mention.span.end : sentence.end]):
            return False
    if mention.section in {"exam", "imaging"} and _LABEL.match(mention.text):
        return True
    if mention.section in _ELSEWHERE:
        # A history that is not followed by an account of its own may hold the whole note.
        apart = any(s.kind in {"description", "anesthesia"} for s in doc.sections)
        return not apart and mention.section == "history" and mention.value != "none"
    return True


def _overrules(stronger: Mention, weaker: Mention) -> bool:
    """A side effect hides every other reading of its words; "sedation was declined" hides the sedation in it."""
    if not stronger.span.overlaps(weaker.span):
        return False
    if stronger.value == "side-effect":
        return True
    if stronger.value == "minimal" and weaker.value == "moderate":
        # "midazolam 1 mg IV for anxiolysis only", "minimal sedation with midazolam 1 mg"
        return "only" in stronger.text.lower() or stronger.text.lower().startswith("minimal")
    return stronger.value == "none" and weaker.value in _DEPTHS


def _is_method(doc: Annotated, mention: Mention) -> bool:
    """True when local anaesthesia is named as the method ("Anesthesia: local", "local only"), not only described."""
    if mention.section == "anesthesia":
        return True
    if re.search(r"(?i)an(?:a)?esthetic", mention.text):
        # "Diagnostic block (local anesthetic only)" tells the drug of the block, not how the patient was kept.
        sentence = doc.sentence_of(mention)
        return any(m.value == "none" for m in doc.within(sentence, "sedation"))
    return bool(re.search(r"(?i)\b(?:only|alone)\b|an(?:a)?esthesia\s*[:|-]", mention.text)) or bool(
        re.match(r"(?i)\s*(?:only|alone)\b", doc.text[mention.span.end : mention.span.end + 8])
    )


def _proof(mentions: list[Mention], depth: str) -> tuple[Evidence, ...]:
    return tuple(m.evidence("sedation", depth) for m in mentions[:2])
