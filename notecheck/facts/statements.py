"""Single statements that policies ask for: a slug for each that the note makes, and its words."""

from __future__ import annotations

from notecheck.records import Annotated, Evidence, Mention

_SHOWN = 2
_HEAD = 500
_SETTING = "setting-"
# Denied or put off, these are not stated; the other slugs read their own surroundings.
_DENIABLE = frozenset(
    {"psychological-evaluation", "trial-successful", "biologic-drug", "series-planned", "sedation-reason"}
)
_ELSEWHERE = frozenset({"family-history", "social-history"})


def find(doc: Annotated) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Slugs in order of first use, each with up to two places."""
    mentions = doc.of("statement")
    hidden = [m for m in mentions if m.value.startswith("not-") and m.value != "not-rfa-candidate"]
    no_series = any(m.value == "no-series" for m in mentions)
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        slug = mention.value
        if slug.startswith("not-") and slug != "not-rfa-candidate":
            continue
        if mention.section in _ELSEWHERE and slug != "no-substance-abuse":
            continue
        if slug == "series-planned" and no_series:
            continue
        if any(h.span.overlaps(mention.span) and _hides(h.value, slug) for h in hidden):
            continue
        if slug in _DENIABLE and "NEGATED" in mention.cues:
            continue
        if slug.startswith(_SETTING) and mention.span.start > _HEAD and mention.section not in {"header", "title"}:
            continue
        found.setdefault(slug, []).append(mention)
    return tuple(found), tuple(m.evidence("statements") for proofs in found.values() for m in proofs[:_SHOWN])


_PAIRS = {
    "not-psychological": ("psychological-evaluation",),
    "not-trial": ("trial-successful",),
    "not-images": ("image-retention",),
    "not-prior-none": ("prior-injection-none",),
    "not-contrast-allergy": ("contrast-allergy",),
    "not-two-blocks": ("medial-branch-blocks-two",),
    "not-reprogrammed": ("pump-reprogramming",),
    "not-refilled": ("pump-refill",),
    "not-device-replacement": ("device-replacement",),
}


def _hides(near_miss: str, slug: str) -> bool:
    return slug in _PAIRS.get(near_miss, ())
