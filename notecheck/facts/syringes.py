"""Syringes and mixtures made up once and shared out: what each held, and how much of it an entry received.

"Syringe A: ..." and later "A, 0.5 mL"; "4 mL of the mixture ... the remaining 6 mL". A dose is the share of the whole
that went in. Without the volume of the whole or of the share the drug stands without a dose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from notecheck.facts import cues
from notecheck.facts.amounts import bind, number_of, one_each
from notecheck.facts.families import MUSCLE, NOT_INJECTATE, TARGETS, TOXINS
from notecheck.records import Mention, Span

if TYPE_CHECKING:
    from notecheck.facts.drafts import Draft
    from notecheck.facts.scene import Scene

_CUES = cues.load("syringes")
_ORDER = {
    "first": "1", "second": "2", "third": "3", "one": "1", "two": "2", "three": "3", "i": "1", "ii": "2", "iii": "3",
}  # fmt: skip

@dataclass(frozen=True, slots=True)
class Prepared:
    """One syringe: ``name`` ("" for the only mixture of the note), mg of each drug in it, ``ml`` of all together."""

    name: str
    drugs: tuple[tuple[Mention, float | None], ...]
    ml: float | None
    place: Span
    rows: tuple[Span, ...] = ()  # the lines of a list that it heads


@dataclass(frozen=True, slots=True)
class Use:
    """One share: of which syringe, ``part`` of the whole (1.0 all of it) where it is known, for each place or not."""

    source: Prepared
    part: float | None
    each: bool
    place: Span
    sentence: Span


def prepared(scene: Scene) -> tuple[Prepared, ...]:
    """What was made up before use; several by their names, or the one mixture of the note."""
    named, nameless = [], []
    listed = _heads_of_lists(scene)
    if listed:
        return listed
    for sentence in scene.doc.sentences:
        place = Span(sentence.start, sentence.end)
        heads = list(_CUES["made"].finditer(scene.doc.text, sentence.start, sentence.end))
        for index, head in enumerate(heads):
            stop = heads[index + 1].start() if index + 1 < len(heads) else sentence.end
            if found := _read(scene, _name(head), Span(head.end(), stop), place):
                named.append(found)
        if not heads and _CUES["drawn"].search(scene.doc.text, sentence.start, sentence.end):
            found = _read(scene, "", place, place)
            if found and len(found.drugs) > 1:
                nameless.append(found)
    return tuple(named) if named else tuple(nameless) if len(nameless) == 1 else ()


def uses(scene: Scene) -> tuple[Use, ...]:
    """Every share told behind the making, in the order of the note."""
    sources = prepared(scene)
    if not sources:
        return ()
    if sources[0].rows:
        return tuple(use for source in sources for use in _of_rows(scene, source))
    found: list[Use] = []
    by_name = {source.name: source for source in sources}
    last = sources[0]
    left = {source.name: source.ml for source in sources}
    for sentence in scene.doc.sentences:
        shares = _shares(scene.doc.text, sentence, sources)
        if not shares and "" in by_name and (alone := _alone(scene, sentence)):
            shares = [(alone, "part")]
        for match, rule in shares:
            source = last if rule == "rest" and "" not in by_name else by_name.get(_name(match))
            if rule in ("rest", "part") and "" in by_name:
                source = by_name[""]
            if source is None or match.start() < source.place.start or _makes(scene.doc.text, sentence, match):
                continue
            ml = _volume(match, rule, source, left[source.name])
            part = ml / source.ml if ml is not None and source.ml else 1.0 if _whole(match) else None
            each = bool(_CUES["each"].search(scene.doc.text, match.start(), min(sentence.end, match.end() + 60)))
            if ml is not None and left[source.name] is not None and not each:
                left[source.name] = max(0.0, (left[source.name] or 0.0) - ml)
            if part is not None and part > 1.01:
                part = None
            found.append(Use(source, part, each, Span(match.start(), match.end()), sentence))
            last = source
    return tuple(found)


def _alone(scene: Scene, sentence: Span) -> re.Match[str] | None:
    """A volume that ends the words on one place and its needle, where they name no drug."""
    if scene.doc.within(sentence, "drug") or not scene.doc.within(sentence, "site", "target", "muscle"):
        return None
    if not scene.doc.within(sentence, "needle") and not scene.done(sentence, "guidance"):
        return None
    found = _CUES["bare-end"].search(scene.doc.text, sentence.start, sentence.end)
    return found if found and found["ml"] else None


def _heads_of_lists(scene: Scene) -> tuple[Prepared, ...]:
    """Lines that name drugs with their volume and end in a colon, each with the list of places under it."""
    found: list[Prepared] = []
    sentences = scene.doc.sentences
    for index, sentence in enumerate(sentences):
        if not scene.doc.text[sentence.start : sentence.end].rstrip().endswith(":"):
            continue
        rows = []
        for row in sentences[index + 1 :]:
            words = scene.doc.text[row.start : row.end]
            if not _CUES["row"].match(words) or scene.doc.within(row, "drug"):
                break
            rows.append(row)
        volumes = [r for r in rows if _CUES["row-volume"].search(scene.doc.text, r.start, r.end)]
        if volumes and (read := _read(scene, "", sentence, sentence)) and read.ml:
            found.append(replace(read, rows=tuple(volumes)))
    return tuple(found)


def _of_rows(scene: Scene, source: Prepared) -> list[Use]:
    out = []
    for row in source.rows:
        match = _CUES["row-volume"].search(scene.doc.text, row.start, row.end)
        if match is None or not source.ml:
            continue
        words = scene.doc.text[row.start : row.end]
        ml = number_of(match["ml"]) * (2 if _CUES["each-side"].search(words) else 1)
        out.append(Use(source, ml / source.ml if ml <= source.ml + 0.01 else None, False, Span(*match.span()), row))
    return out


def own(scene: Scene, family: str, site: str | None, sentences: Sequence[Span], told: Sequence[Use]) -> list[Use]:
    """The shares of one entry: those in its sentences; of several in one sentence, those behind its own place."""
    mine = []
    for use in told:
        if not any(s.contains(use.place) for s in sentences):
            continue
        among = [u for u in told if u.sentence == use.sentence]
        if len(among) == 1 or _beside(scene, family, site, use):
            mine.append(use)
    return mine


def _beside(scene: Scene, family: str, site: str | None, use: Use) -> bool:
    ahead = scene.doc.within(Span(use.place.end, use.sentence.end), "site", "target", "muscle")
    if ahead and _INTO.match(scene.doc.text, use.place.end, ahead[0].span.start):
        return _names(family, site, ahead[0])
    marks = [
        m for m in scene.doc.within(use.sentence, "site", "target", "muscle", "level", "procedure")
        if m.span.end <= use.place.start
    ]  # fmt: skip
    if not marks:
        return True
    near = [m for m in marks if m.kind in ("site", "target", "muscle")]
    if not near:
        return True
    return _names(family, site, near[-1])


_INTO = re.compile(
    r"\s*(?:(?:was|were|went) )?(?:then )?(?:(?:injected|given|placed|put|instilled) )?(?:in|into|to|at)"
    r" (?:the |her |his )?(?:(?:left|right|lt|rt|[lr])\.? )?$",
    re.IGNORECASE,
)


def _names(family: str, site: str | None, last: Mention) -> bool:
    """True where the place that a share goes to is that of the entry."""
    if last.kind == "site":
        return last.value == site
    if last.kind == "target":
        return last.value in TARGETS.get(family, ())
    return family in MUSCLE


def _name(match: re.Match[str]) -> str:
    groups = match.groupdict()
    raw = (groups.get("name") or groups.get("nth") or groups.get("bare") or "").lower()
    return _ORDER.get(raw, raw.upper())


def _read(scene: Scene, name: str, inside: Span, place: Span) -> Prepared | None:
    drugs = [
        m for m in scene.doc.within(inside, "drug")
        if m.status != "negated" and m.value not in NOT_INJECTATE and m.value not in TOXINS
    ]  # fmt: skip
    if not drugs:
        return None
    merged = one_each(drugs)
    whole = _CUES["whole-volume"].search(scene.doc.text, inside.start, inside.end)
    doses = [
        d
        for d in scene.doc.within(inside, "dose")
        if d.value not in ("split", "total") and not (whole and whole.start() <= d.span.start < whole.end())
    ]
    amounts = bind(scene.doc.text, inside, merged, doses)
    ml = number_of(next(g for g in whole.groups() if g)) if whole else None
    if ml is None:
        volumes = [a.ml for a in amounts]
        ml = sum(v for v in volumes if v is not None) if None not in volumes else None
    return Prepared(name, tuple((m, a.dose()) for m, a in zip(merged, amounts, strict=True)), ml, place)


def _shares(text: str, sentence: Span, sources: Sequence[Prepared]) -> list[tuple[re.Match[str], str]]:
    rules = ["rest"]
    rules += ["part"] if any(not s.name for s in sources) else ["part-before", "part-after", "all-before"]
    found = [
        (match, rule)
        for rule in rules
        for match in _CUES[rule].finditer(text, sentence.start, sentence.end)
        if not (rule in ("rest", "part-after") and _thrown(text, sentence, match))
    ]
    found.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
    out: list[tuple[re.Match[str], str]] = []
    for match, rule in found:
        if not out or match.start() >= out[-1][0].end():
            out.append((match, rule))
    return out


def _makes(text: str, sentence: Span, match: re.Match[str]) -> bool:
    """True where the words belong to the making itself ("Syringe A: 2 mL of ...")."""
    heads = _CUES["made"].finditer(text, sentence.start, sentence.end)
    return any(head.start() < match.end() and match.start() < head.end() for head in heads)


def _thrown(text: str, sentence: Span, match: re.Match[str]) -> bool:
    return bool(_CUES["thrown"].search(text, match.start(), min(sentence.end, match.end() + 24)))


def _whole(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    return bool(groups.get("all")) or "ml" not in groups


def _volume(match: re.Match[str], rule: str, source: Prepared, left: float | None) -> float | None:
    groups = match.groupdict()
    raw = groups.get("ml") or groups.get("of")
    if raw:
        return number_of(raw)
    if groups.get("half"):
        return source.ml / 2 if source.ml is not None else None
    return left if rule == "rest" else source.ml


def dealt(
    scene: Scene, draft: Draft, count: Callable[[str], int]
) -> dict[str, tuple[Mention, float | None]]:
    """Drug -> its words and the mg that an entry received; a nameless mixture only where entries share it.

    ``count`` tells at how many places a share "each" went in, from the words of its sentence.
    """
    told = scene.shares
    if not draft.siblings and not any(u.source.name or u.source.rows for u in told):
        return {}
    found: dict[str, tuple[Mention, float | None]] = {}
    for use in own(scene, draft.family, draft.site, draft.sentences, told):
        times = count(scene.doc.text[use.sentence.start : use.sentence.end]) if use.each else 1
        for mention, dose in use.source.drugs:
            given = None if dose is None or use.part is None else round(dose * use.part * times, 3)
            first, before = found.get(mention.value, (mention, 0.0))
            found[mention.value] = (first, None if before is None or given is None else round(before + given, 3))
    return found
