"""How an entry was done: technique slug, diagnostic or therapeutic, finished or stopped, leads placed."""

from __future__ import annotations

import re

from notecheck.facts.drafts import Draft
from notecheck.facts.families import EPIDURAL, STIMULATOR
from notecheck.facts.scene import Scene
from notecheck.records import Evidence, Mention, Span

_BY_FAMILY: dict[str, tuple[str, ...]] = {
    "facet-injection": ("medial-branch-block", "intra-articular"),
    "facet-rfa": ("pulsed-rf", "cooled-rf", "thermal-rf"),
    "si-rfa": ("pulsed-rf", "cooled-rf", "thermal-rf"),
    "genicular-rfa": ("pulsed-rf", "cooled-rf", "thermal-rf"),
    "neurolysis": ("chemical", "cryo", "pulsed-rf", "cooled-rf", "thermal-rf"),
    "basivertebral-ablation": ("thermal-rf",),
    "trigger-point": ("dry-needling", "botulinum-toxin"),
}
_DEFAULT = {
    "facet-injection": "intra-articular",
    "facet-rfa": "thermal-rf",
    "si-rfa": "thermal-rf",
    "genicular-rfa": "thermal-rf",
    "trigger-point": "injection",
}
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_NUMBER = {"one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "dual": 2, "both": 2, "a": 1, "second": 2}
_EARLIER = re.compile(
    r"(?i)(?:(?:\s|^)(?:medial branch|sacroiliac|si|joint|facet|nerve)){0,3}\s*(?:blocks?|injections?|tests?|set)?,?\s*"
    r"(?:(?:of|on|from|in|dated|done|performed)\s+)+(?:(?:early|late|mid)\s+)?"
    r"(?:\d{1,2}[/."
    r" -]|(?:19|20)\d\d|january|february|march|april|may\b|june|july|august|september|october|november|december)"
    r"|(?i:\s*(?:blocks?|injections?)?\s*(?:took away|gave|helped|relieved|brought|was positive|were"
    r" positive|lasted)\b)"
)
_DENIED = re.compile(
    r"\bno\b[^.;]{0,20}$|\bnot\b[^.;]{0,20}$|reading of|instead of|rather than|discussed|worried", re.IGNORECASE
)


def technique(scene: Scene, draft: Draft, places: list[Span]) -> tuple[str | None, list[Evidence]]:
    """The technique slug of the family, or None where the family has none, with the words."""
    wanted = _BY_FAMILY.get(draft.family)
    if not wanted:
        return None, []
    found = [
        m for place in places for m in scene.done(place, "technique") if m.value in wanted and not _denied(scene, m)
    ]
    if draft.family == "trigger-point" and not any(
        "toxin" in d.value for p in draft.sentences if scene.worked(p) for d in scene.done(p, "drug")
    ):
        found = [m for m in found if m.value != "botulinum-toxin"]
    if draft.family == "facet-injection":
        named = [scene.doc.sentence_of(n) for n in draft.names]
        titled = [m for t in (*draft.titles, *named) for m in scene.done(t, "technique") if m.value in wanted]
        found = titled or found
    if draft.family == "neurolysis" and any(
        d.value in ("phenol", "alcohol") for s in draft.sentences for d in scene.done(s, "drug")
    ):
        found = [m for m in found if m.value == "chemical"] or found
        return "chemical", [m.evidence("technique", "chemical") for m in found[:1]]
    for value in wanted:
        proof = next((m for m in found if m.value == value), None)
        if proof:
            return value, [proof.evidence("technique")]
    return _DEFAULT.get(draft.family), []


_METHODS: dict[str, tuple[str, ...]] = {
    "vertebral-augmentation": ("kyphoplasty", "vertebroplasty"),
    "peripheral-nerve-block": ("infusion",),
    "si-joint-injection": ("joint-filled",),
    **dict.fromkeys(EPIDURAL, ("epidurogram-report",)),
    "scs-implant": ("paddle",),
    "scs-revision": (
        "paddle",
        "percutaneous-lead",
        "lead-removed",
        "lead-revised",
        "generator-removed",
        "generator-replaced",
    ),
    "peripheral-nerve-stimulation": (
        "integrated-stimulator",
        "open-placement",
        "neuromuscular",
        "generator-placed",
        "generator-replaced",
        "generator-removed",
        "lead-removed",
        "lead-revised",
        "tibial-treatment",
        "ear-field-stimulation",
    ),
    "intrathecal-pump": (
        "pump-placed",
        "pump-removed",
        "pump-fixed-rate",
        "pump-programmable",
        "pump-reservoir",
        "pump-catheter-placed",
        "pump-catheter-removed",
        "pump-not-reprogrammed",
        "pump-trial",
        "laminectomy",
    ),
    "chemodenervation": ("emg-guidance", "stimulation-guidance", "sweat-glands", "armpits", "larynx"),
    "epidural-adhesiolysis": ("several-days",),
    "neurolysis": ("intrathecal", "epidural", "foramen-ovale"),
    "other": (
        "portal-decompression",
        "endoscopic-decompression",
        "disc-decompression",
        "interspinous-spacer",
        "open-decompression",
        "si-fusion",
        "joint-crossed",
        "implant-in-joint",
        "intradiscal-cells",
        "collagenase",
        "ganglion-cyst",
    ),
}

_DENIALS = frozenset({"pump-not-reprogrammed"})


def methods(scene: Scene, draft: Draft) -> tuple[tuple[str, ...], list[Evidence]]:
    """Slugs of how the work was done where the family has no technique slug, each with its first words."""
    wanted = _METHODS.get(draft.family, ())
    found: dict[str, Mention] = {}
    for place in (*draft.titles, *draft.sentences) if wanted else ():
        denials = [m for m in scene.doc.within(place, "method") if m.value in _DENIALS]
        for mention in (*scene.done(place, "method"), *denials):
            if mention.value in wanted and (mention in denials or not _denied(scene, mention)):
                found.setdefault(mention.value, mention)
    if "kyphoplasty" in found:
        found.pop("vertebroplasty", None)
    return tuple(sorted(found)), [found[slug].evidence("methods") for slug in sorted(found)]


def _denied(scene: Scene, mention: Mention) -> bool:
    sentence = scene.doc.sentence_of(mention)
    return bool(_DENIED.search(scene.doc.text[max(sentence.start, mention.span.start - 40) : mention.span.start]))


def purpose(scene: Scene, draft: Draft, places: list[Span], among: int) -> tuple[str | None, int | None, str]:
    """Diagnostic, therapeutic or None; number in a sequence or None; completed, discontinued or reduced."""
    words = [m for place in places for m in scene.doc.within(place, "purpose")]
    lesion = draft.family.endswith("rfa") or draft.family == "neurolysis"
    kind = (
        None
        if lesion
        else next(
            (
                m.value
                for m in words
                if m.value in ("diagnostic", "therapeutic") and m.status == "performed" and not _of_earlier(scene, m)
            ),
            None,
        )
    )
    number = None
    for mention in (m for t in draft.titles for m in scene.doc.within(t, "purpose") if m.value == "sequence"):
        raw = mention.groups.get("n") or mention.groups.get("visit")
        number = int(raw) if raw else _ORDINAL.get(mention.groups.get("ordinal", "").lower())
        break
    told = {m.value for s in draft.sentences for m in scene.doc.within(s, "purpose") if m.status == "performed"}
    ended = "discontinued" if "discontinued" in told else "reduced" if "reduced" in told else "completed"
    return kind, number, ended


def _of_earlier(scene: Scene, mention: Mention) -> bool:
    """True where the word is about an earlier block that the sentence dates, or whose effect it tells."""
    sentence = scene.doc.sentence_of(mention)
    after = scene.doc.text[mention.span.end : sentence.end]
    return mention.value == "diagnostic" and bool(_EARLIER.match(after))


def leads(scene: Scene, draft: Draft) -> int | None:
    """Stimulator leads placed, where the note counts them."""
    if draft.family not in (*STIMULATOR, "peripheral-nerve-stimulation"):
        return None
    text = " ".join(scene.doc.text[p.start : p.end] for p in (*draft.titles, *draft.sentences))
    counts = [_count(next(filter(None, m.groups()))) for m in _COUNTED_LEADS.finditer(text)]
    counts += [2 for pair in _TOLD_APART if all(re.search(word, text, re.IGNORECASE) for word in pair)]
    if counts:
        return max(counts)
    several = re.search(r"\b(?:leads|electrodes)\b", text, re.IGNORECASE)
    return 1 if not several and re.search(r"\b(?:lead|an electrode|the electrode)\b", text) else None


_COUNTED_LEADS = re.compile(
    r"\b(one|two|three|four|dual|both|single|second|[1-4])[ -]"
    r"(?:(?!(?:needles?|tuohys?|levels?|views?|films?|contacts?|incisions?|sites?|days?|weeks?|and|with|through"
    r"|were|was|to|at|in|on|for|from|by|each|per|or|after|before)\b)[\w/-]+ ){0,6}?"
    r"(?:leads?|electrodes?|electrode arrays?|octrodes?|octads?)\b"
    r"|\b(?:leads?|electrodes?|octrodes?|octads?) ?(?:\( ?)?[x\u00d7] ?([1-4])\b"
    r"|\b(?:leads?|electrodes?) ?\(?:? ?([1-4]) ?[x\u00d7] ?(?:4|8|16)\b",
    re.IGNORECASE,
)
_TOLD_APART = (
    (r"\bleft lead\b", r"\bright lead\b"),
    (r"\blead (?:one|1|a)\b", r"\blead (?:two|2|b)\b"),
    (r"\bfirst (?:lead|electrode)\b", r"\b(?:other|next|second) (?:lead|electrode|one)\b"),
)
"""Two leads told one after the other, each by its own name."""


def _count(word: str) -> int:
    return _NUMBER.get(word.lower()) or (int(word) if word.isdigit() else 0)


def images_saved(scene: Scene, places: list[Span]) -> bool | None:
    """True when a sentence says that images were kept; None when nothing is said."""
    found = [m for place in places for m in scene.doc.within(place, "images")]
    if any(m.status == "performed" for m in found):
        return True
    return False if found else None
