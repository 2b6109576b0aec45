"""Doc -> Annotated: the Doc stops here."""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from notecheck.annotate import encounters
from notecheck.annotate.boxes import Boxes, plain
from notecheck.annotate.components import line_wraps, unwrapped
from notecheck.annotate.context import ContextFile
from notecheck.annotate.sections import SectionRules
from notecheck.annotate.terms import Term
from notecheck.records import Annotated, Mention, Note, Section, Span, Status

if TYPE_CHECKING:
    from medspacy.context import ConTextModifier

_EMPTY = "UNTICKED"  # set by the boxes of the line, not by the reach of a context cue

# After a field and a blank line these do not go on; the description does.
_NEW_PART = re.compile(r"(?i)procedure (?:note|report|record|section)\b")
_VISIT_END = {"plan", "assessment", "instructions"}
_RULE = re.compile(r"(?:^|\n)[ \t]*[-=_*~]{5,}[ \t]*\n\s*$")
"""A line of signs right above a title: the visit ends there, and the procedure note begins."""
_BEFORE_WORK = {"exam", "history"}
_ENDED_BY_GAP = {"history", "assessment", "plan", "exam", "past-history", "review-of-systems"}
_ITEM = re.compile(r"[ \t]*(?:\(?(?:\d{1,2}|[A-Ha-h]|[IVX]{1,4}|[ivx]{1,4})[.)]|[-*\u2022])[ \t]*\S")

# Inside a description these hold one statement ("Consent: signed. The patient was placed prone ...").
_ONE_STATEMENT = {"consent", "time-out", "guidance", "blood-loss"}
_BARE_ANSWER = re.compile(
    r"\s*(?:yes|obtained|signed|given|on (?:file|chart)|verified|done|completed|performed|called"
    r"|taken)\s?[.;] ?(?=[A-Z\d#])",
    re.IGNORECASE,
)
_ALL_SYSTEMS = re.compile(
    r"(?:[^.\n]|\n(?!\s*\n)){0,60}\b(?:systems?|negative|unremarkable|reviewed)\b(?:[^.\n]|\n(?!\s*\n)){0,40}"
    r"\.(?=\s*(?:[A-Z0-9]|$))",
    re.IGNORECASE,
)
"""A review of systems in one sentence of a running text."""
_COUNTED_SYSTEMS = re.compile(r"\s*(?:all|\d{1,2}(?:\s?/\s?\d{1,2}| of \d{1,2}| points?)?)\s+systems?\b", re.IGNORECASE)
"""A review that counts its systems and names none of them: nothing more of it follows."""
_ASIDE = re.compile(
    r"[\W\d]*(?:vital signs|vitals|vs|psh|pmh|past (?:medical|surgical) history|treatments? to date)\b", re.IGNORECASE
)
_GOALS = re.compile(r"\W*(?:(?:treatment|functional|patient'?s?) )?goals?\b", re.IGNORECASE)
_STATEMENT_END = re.compile(r"[.!?](?=\s|[A-Z]|$)")

# A body longer than this under "PROCEDURE:" tells what was done; a shorter one names it.
_TITLE_LENGTH = 260


# A longer field of anaesthesia runs on into the telling; its first statement is the answer.
_ANESTHESIA_LENGTH = 240


class MentionMaker:
    """Turns an annotated Doc into plain records."""

    def __init__(
        self,
        terms: Iterable[Term],
        sections: SectionRules,
        context: ContextFile,
        group: str,
    ) -> None:
        self._by_kind: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            self._by_kind[term.kind].append(term)
        self._effects = sections.effects
        self._fields = sections.fields
        self._work = sections.work
        self._order = {category.upper(): status for category, status in context.status.items()}
        self._immune = set(context.immune)
        self._group = group

    def __call__(self, note: Note, doc: Doc) -> Annotated:
        sentences = tuple(_sentences(note.text, doc))
        starts = [s.start for s in sentences]
        elsewhere = encounters.others(note.text)
        ends = tuple(span.end for span in elsewhere)
        sections = tuple(self._with_work(note.text, sentences, _sections(note.text, doc, self._fields, ends)))
        if elsewhere:
            sections = tuple(encounters.parted(sections, elsewhere))
        section_starts = [s.heading.start for s in sections]
        mentions: list[Mention] = []
        marked = plain(note.text)
        words = unwrapped(marked)
        shown = unwrapped(note.text)
        boxes = Boxes(marked)
        for span in doc.spans.get(self._group, ()):
            for term, place, groups in self._terms_at(words, span):
                if elsewhere and not encounters.told_here(term.kind, place, elsewhere):
                    continue
                section = sections[bisect.bisect_right(section_starts, place.start) - 1]
                cues = tuple(
                    dict.fromkeys(
                        (
                            *(
                                m.category
                                for m in span._.modifiers
                                if m.allows(span.label_) and m.category != _EMPTY and not _over(m, doc, place)
                            ),
                            *_box_cues(boxes, place),
                        )
                    )
                )
                mentions.append(
                    Mention(
                        kind=term.kind,
                        value=term.value,
                        span=place,
                        text=shown[place.start : place.end],
                        status=self._status(term.kind, section.kind, cues),
                        section=section.kind,
                        sentence=max(0, bisect.bisect_right(starts, place.start) - 1),
                        rule=term.rule,
                        groups=groups,
                        cues=cues,
                    )
                )
        read = note if shown == note.text else replace(note, text=shown)
        return Annotated(read, sentences, sections, tuple(_prune(mentions, self._by_kind)))

    def _with_work(self, text: str, sentences: tuple[Span, ...], sections: Iterable[Section]) -> Iterable[Section]:
        """Cuts a history, an exam or a plan where the telling of the procedure begins in it without a heading."""
        ended = None
        for section in sections:
            if ended == section.kind and not len(section.heading):
                yield Section("description", section.heading, section.body)
                continue
            start = None if section.kind in self._work.never else self._work_start(text, sentences, section)
            ended = None if len(section.heading) and section.kind == ended else ended
            if start is None:
                yield section
                continue
            if self._row(text, start) or section.kind in _BEFORE_WORK:
                ended = section.kind  # what goes on below a field of the work is no exam and no history again
            yield Section(section.kind, section.heading, Span(section.body.start, start))
            yield Section("description", Span(start, start), Span(start, section.body.end))

    def _work_start(self, text: str, sentences: tuple[Span, ...], section: Section) -> int | None:
        body = section.body
        first = True
        for sentence in sentences:
            if not body.overlaps(sentence):
                continue
            start = max(sentence.start, body.start)
            opens = self._work.begins.match(text, start, sentence.end) or self._row(text, start)
            if not opens and not first and section.kind in ("diagnosis", "assessment"):
                opens = self._work.after_diagnosis.match(text, start, sentence.end)
            first = False
            if opens and all(shown.search(text, start, body.end) for shown in self._work.shown):
                return start
        return None

    def _row(self, text: str, place: int) -> re.Match[str] | None:
        """The label of a form's row at the beginning of a line ("NEEDLE   [x] 22G")."""
        return self._work.rows.match(text, place) if _at_line_start(text, place) else None

    def _terms_at(self, text: str, span: DocSpan) -> Iterable[tuple[Term, Span, dict[str, str]]]:
        kind = span.label_.lower()
        own = span._.target_rule.metadata["term"]
        # Two rules may match the same words; spaCy keeps one extension value for both, so ask each rule of the kind.
        candidates = [own] if own.kind == kind else self._by_kind[kind]
        for term in candidates:
            match = term.pattern.match(text, span.start_char) or term.pattern.search(
                text, span.start_char, span.end_char + 1
            )
            if match and match.end() > match.start() and abs(match.end() - span.end_char) < 40:
                groups = {name: value for name, value in match.groupdict().items() if value is not None}
                yield term, Span(match.start(), match.end()), groups

    def _status(self, kind: str, section: str, cues: tuple[str, ...]) -> Status:
        if kind in self._immune:
            return "performed"
        for category, status in self._order.items():
            if category in cues:
                return status  # type: ignore[return-value]
        if section == encounters.OTHER:
            return "historical"
        return self._effects.get(section, {}).get(kind, "performed")  # type: ignore[return-value]


def _over(cue: ConTextModifier, doc: Doc, place: Span) -> bool:
    """True for a denial that looks back over a semicolon ("fluoroscopy; contrast was withheld")."""
    start = doc[cue.modifier_span[0]].idx
    return cue.category == "NEGATED" and place.end <= start and ";" in doc.text[place.end : start]


def _box_cues(boxes: Boxes, place: Span) -> tuple[str, ...]:
    state = boxes.state(place)
    return (_EMPTY,) if state == "off" else ("TICKED_NO",) if state == "no" else ()


def _sentences(text: str, doc: Doc) -> Iterable[Span]:
    for sent in doc.sents:
        end = sent.start_char + len(text[sent.start_char : sent.end_char].rstrip())
        yield Span(sent.start_char, max(end, sent.start_char))


def _sections(text: str, doc: Doc, fields: frozenset[str], parted: tuple[int, ...] = ()) -> Iterable[Section]:
    places: list[tuple[str, Span]] = []
    for section in doc._.sections:
        if section.category:
            title = doc[section.title_start : section.title_end]
            places.append((section.category, Span(title.start_char, title.end_char)))
    places.sort(key=lambda place: place[1])
    if not places or places[0][1].start > 0:
        places.insert(0, ("none", Span(0, 0)))
    around = "none"
    for index, (kind, heading) in enumerate(places):
        end = places[index + 1][1].start if index + 1 < len(places) else len(text)
        body = Span(heading.end, max(heading.end, end))
        if any(places[index - 1][1].start < cut <= heading.start for cut in parted if index):
            around = "none"  # another encounter ended here
        if kind == "medications" and _of_the_needle(text, body):
            kind = "injectate"
        if kind == "imaging" and _GUIDES.match(_first_line(text, body)):
            kind = "guidance"
        if kind == "procedure":
            kind = "description" if len(text[body.start : body.end].strip()) > _TITLE_LENGTH else "title"
        if kind in fields or kind == "title":
            stop = _field_end(text, body, kind in ("diagnosis", "title"))
            inline = around == "description" and not _at_line_start(text, heading.start)
            answered = kind in _ONE_STATEMENT and bool(_BARE_ANSWER.match(text, body.start, stop))
            if kind in _ONE_STATEMENT and (inline or answered):
                first = _STATEMENT_END.search(text, body.start, stop)
                stop = first.end() if first else stop
            if answered and around != "description":
                around = "none"  # behind "Time-out: yes." the procedure is told, not the study or history above it
            if kind == "anesthesia" and stop - body.start > _ANESTHESIA_LENGTH:
                first = _STATEMENT_END.search(text, body.start, stop)
                stop = first.end() if first else stop
            yield Section(kind, heading, Span(body.start, stop))
            ruled = kind == "title" and around in _VISIT_END and _RULE.search(text[: heading.start])
            if _NEW_PART.match(text[heading.start : heading.end].strip()) or ruled:
                around = "none"  # a procedure note below a visit: the visit's plan ends here
            if text[stop : body.end].strip():
                broken = re.match(r"[ \t]*\r?\n[ \t]*\r?\n", text[stop : body.end])
                yield Section(
                    "none" if broken and around in _ENDED_BY_GAP else around, Span(stop, stop), Span(stop, body.end)
                )
        elif aside := _aside(text, kind, heading, body):
            yield Section(kind, heading, Span(body.start, aside))
            within = _field_of(text, places[:index], heading.start, fields) or around
            yield Section(within, Span(aside, aside), Span(aside, body.end))
        else:
            around = kind
            yield Section(kind, heading, body)


def _field_of(text: str, above: Sequence[tuple[str, Span]], place: int, fields: frozenset[str]) -> str | None:
    """The field whose value, wrapped or not, is still running at ``place``."""
    for kind, heading in reversed(above):
        if any(text[at] == "\n" and not line_wraps(text, at) for at in range(heading.start, place)):
            return None
        if kind in fields:
            return kind
    return None


def _aside(text: str, kind: str, heading: Span, body: Span) -> int | None:
    """Where an aside within a running text ends ("... on the table. Vital signs: BP 120/80. The skin was ...")."""
    goals = bool(_GOALS.match(text, heading.start, heading.end)) and bool(_first_line(text, body).strip())
    if _at_line_start(text, heading.start) and not goals and not _COUNTED_SYSTEMS.match(text, body.start):
        return None
    if goals:
        found = _STATEMENT_END.search(text, body.start, body.end)
    elif kind == "review-of-systems":
        found = _ALL_SYSTEMS.match(text, body.start, body.end)
    elif _ASIDE.match(text, heading.start, heading.end):
        found = _STATEMENT_END.search(text, body.start, body.end)
    else:
        found = None
    return found.end() if found else None


def _first_line(text: str, body: Span) -> str:
    stop = text.find("\n", body.start, body.end)
    return text[body.start : stop if stop >= 0 else body.end]


_GUIDES = re.compile(
    r"\s*(?:\[x\]\s*)?(?:live |real-?time |intermittent )?(?:c-?arm|fluoro\w*|ultrasound|u/?s\b|ct[-"
    r" ](?:guid|fluoro)\w*|sono\w*"
    r"|palpation|landmarks?|none used|not used)[^.:\n]{0,45}\.?\s*$",
    re.IGNORECASE,
)


def _of_the_needle(text: str, body: Span) -> bool:
    """True for "Meds: Celestone 12 mg, NS 8 cc": volumes of what is injected, not what is swallowed."""
    line = _first_line(text, body)
    return bool(_VIALS.search(line) and _VOLUME.search(line) and not _SWALLOWED.search(line))


_VIALS = re.compile(
    r"\b(?:lido\w*|xylo\w*|bupi\w*|marcaine|ropi\w*|kenalog|triam\w*|depo\b|depo-?medrol|methylpred\w*"
    r"|dexa\w*|decadron|celestone|betameth\w*|saline|NS|PFNS)\b", re.IGNORECASE,
)  # fmt: skip
_VOLUME = re.compile(r"\d ?(?:ml|cc)s?\b", re.IGNORECASE)
_SWALLOWED = re.compile(
    r"\b(?:daily|nightly|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|qhs|qd|prn|p\.?o|tabs?|caps?|tablets?|capsules?|refills?)\b",
    re.IGNORECASE,
)


def _at_line_start(text: str, place: int) -> bool:
    return not text[text.rfind("\n", 0, place) + 1 : place].strip(" \t\r-*=\u2022#")


_UNLABELLED = re.compile(r"[ \t]*[A-Za-z](?![^\n]{0,40}:)")


def _field_end(text: str, body: Span, listed: bool = False) -> int:
    """Where the value of a one-line field ends: its line, with wrapped lines and list items.

    ``listed``: a line that ends with a semicolon goes on in the next one.
    """
    place = body.start + len(text[body.start : body.end]) - len(text[body.start : body.end].lstrip())
    while (newline := text.find("\n", place, body.end)) >= 0:
        goes_on = listed and text[place:newline].rstrip().endswith(";") and _UNLABELLED.match(text, newline + 1)
        if not line_wraps(text, newline) and not _ITEM.match(text, newline + 1) and not goes_on:
            return newline
        place = newline + 1
    return body.end


def _prune(mentions: list[Mention], by_kind: Mapping[str, list[Term]]) -> list[Mention]:
    """Text order; where a kind asks for the longest of overlapping matches, only that one."""
    unique = {(m.kind, m.value, m.span): m for m in mentions}
    ordered = sorted(unique.values(), key=lambda m: (m.span.start, -m.span.end, m.kind, m.value))
    kept: list[Mention] = []
    last: dict[str, list[Mention]] = defaultdict(list)
    for mention in sorted(ordered, key=lambda m: (-len(m.span), m.span.start)):
        if by_kind[mention.kind][0].overlap == "longest" and any(
            mention.span.overlaps(other.span) for other in last[mention.kind]
        ):
            continue
        last[mention.kind].append(mention)
        kept.append(mention)
    return sorted(kept, key=lambda m: (m.span.start, -m.span.end, m.kind, m.value))
