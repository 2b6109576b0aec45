"""The diagnoses that the note states for this encounter, each with the code that its words support."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from notecheck.facts.written_codes import icd10_mentions
from notecheck.records import Annotated, Diagnosis, Mention, Section, Span

if TYPE_CHECKING:
    from notecheck.policy.book import Book

_LONGEST = 220
_AFTER_CODE = 45  # characters after a printed code that still qualify the diagnosis
_NUMBER = re.compile(r"(?:(?<=^)|(?<=[\s;:,])|(?<=[A-Za-z)]\.)|(?<=[a-z)]))\(?\d{1,2}[.)](?=\s*[A-Za-z])")
_STOP = re.compile(r"(?<=[A-Za-z)\]0-9])[.](?=\s|$|[A-Z][a-z])|(?<=[a-z]{2})[.](?=[A-Z])|;|\n|\||[ ]{2,}(?=[A-Z])")
_TALK = re.compile(
    r"(?i)^\W*(?:i|we)\b|\b(?:discuss\w*|explain\w*|describ\w*|laid out|recommend\w*|consider\w*|would|will"
    r"|schedul\w*|start\w*"
    r"|continu(?:e|es|ing)|feels?|felt|understand\w*|prescrib\w*|refer\w*|return\w*|helped|resolved|risks?"
    r"|suggest\w*|plan(?!tar)\w*"
    r"|should|could|needs?|agree\w*|request\w*|wants?|counsel\w*|advised|asked|improved|tolerat\w*|prognosis"
    r"|candidate|ago|in (?:19|20)\d\d)\b"
)
_SHORT = re.compile(r"(?i)(?:\b(?:vs|dr|mr|mrs|ms|no|st|w|approx|incl|hx|dx|sec|lt|rt|bilat)|\bs/p|^\W*\d{1,2})$")
_SAME = re.compile(
    r"(?i)^\W*(?:(?:the )?same\b(?: as (?:above|pre\S*|before))?(?: post\w*)?|as above|see above|unchanged|none"
    r"|n/?a|deferred|"
    r"pending|(?:pre|post)(?!-?(?:lami|herp|traum|surg|dural|thora|mast|amput|infect|stroke|conc"
    r"|oper\w+ pain))[\w /-]{0,20})\W*$"
)
_TAIL = re.compile(
    r"(?i)[\s,;(]*(?:\(?(?:same|pre|both|before|after|post)(?:[ /-]*(?:and|&|/|op\w*|procedure|post|after"
    r"|before|pre|the|same))*\)?"
    r"|getting worse|worse|stable|improved|at goal|not at goal|unchanged|new|not controlled)[\s.,;)]*$"
)
_LEAD_IN = re.compile(
    r"(?i)^\W*(?:his|her|their|(?:this|the) (?:patient|pt|lady|gentleman|man|woman)(?:'s)?|s?he|an?|is|has|with"
    r"|for|of|from|the|due to|secondary to"
    r"|complains? of|presents? (?:with|for)|here for|treatment of|suffer\w+ from|history of|known"
    r"|\d{1,3}[- ]?(?:year|yr|y)\S*|old"
    r"|male|female|man|woman|y/?o|who|as well as|an element of|and|associated|mostly|continued)\b[\s:,]*"
)
_DENIED = re.compile(r"(?i)^\W*(?:no|not|without|denies|negative for|there is no|no evidence of|rule out|r/o)\b")
_UNSURE = re.compile(r"(?i)\bsuspected (?:to be|of being|as|to come|to arise)\b")
_LISTED = re.compile(r"\s*(?:,|;|/|\band\b|\bas well as\b|\balong with\b|\bwith associated\b)\s*", re.IGNORECASE)
_SITED = re.compile(
    r"(?i)^(?:left|right|bilateral|lumbar|lumbosacral|cervical|thoracic|sacral|[CTLS]\d|neck|low|knee|shoulder"
    r"|hip|degenerative"
    r"|multi-?level|chronic|lower|upper)\b"
)
_PRINTED = re.compile(r"\s*[([]?\s*(?:ICD-?\d*(?:-CM)?:?\s*)?%s\s*[)\]]?")
_OLD_CODE = re.compile(r"\s*[,(\[]*\s*\b[EV]?\d{3}\.\d{1,2}\b\s*[)\]]?")
_NO_TALK = frozenset({"none", "title", "description", "preparation", "time-out", "other", "findings", "response"})


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    first: bool  # stands first under its heading, so it is a diagnosis whatever its words
    listed: bool  # opens with a list number


def find(doc: Annotated, book: Book) -> tuple[Diagnosis, ...]:
    """Diagnoses under their headings, in the assessment, after an introducing word, or beside a printed code.

    Where there is none of these, the indication and the treated lesion stand in. A valid code printed in the note
    wins over the crosswalk; uncertain and denied conditions get no code.
    """
    printed = icd10_mentions(doc)
    found: list[Diagnosis] = []
    for piece in _stated(doc):
        found += _from_piece(doc, book, piece, printed)
    covered = [d.evidence[0] for d in found if d.evidence]
    found_nothing = not found
    for code in printed:
        if code.section == "codes":
            worded = doc.within(doc.sentence_of(code), "diagnosis-phrase")
            if not worded or not found_nothing:
                continue
            found += _from_piece(doc, book, _Piece(Span(code.span.start, worded[-1].span.end), True, False), printed)
            continue
        if any(e.start <= code.span.start < e.end + 12 for e in covered):
            continue
        span = _words_before(doc, code)
        found += _from_piece(doc, book, _Piece(Span(span.start, code.span.end), True, False), printed)
    if not found:
        for piece in _implied(doc):
            found += _from_piece(doc, book, piece, printed)
    return _once(found)


def _stated(doc: Annotated) -> Iterator[_Piece]:
    taken: list[Span] = []
    for section in doc.sections:
        if section.kind in {"diagnosis", "assessment"} and len(section.heading):
            body = _to_paragraph(doc, section)
            taken.append(Span(section.heading.start, section.body.end))
            yield from _pieces(doc, body, named=section.kind == "diagnosis")
    for lead in doc.of("diagnosis") if not taken else ():
        if lead.value != "lead" or any(t.contains(lead.span) for t in taken) or lead.section in {"plan", "codes"}:
            continue
        zone = _sentence_after(doc, lead.span.end)
        pieces = list(_pieces(doc, zone, named=True))
        if pieces and doc.within(pieces[0].span, "diagnosis-phrase"):
            yield pieces[0]


def _implied(doc: Annotated) -> Iterator[_Piece]:
    """The indication, else the lesion that title or account name as what was treated."""
    pieces = []
    for section in doc.sections:
        if section.kind == "indication" and len(section.heading):
            first = next(_pieces(doc, _to_paragraph(doc, section), named=True), None)
            if first and doc.within(first.span, "diagnosis-phrase"):
                pieces.append(first)
    if not pieces:
        for mention in doc.of("diagnosis-phrase"):
            if mention.value == "lesion" and mention.section in _NO_TALK:
                pieces.append(_Piece(_widened(doc, mention), True, False))
                break
    if not pieces:
        pieces += _introduced(doc)
    yield from pieces


def _introduced(doc: Annotated) -> Iterator[_Piece]:
    """ "A 50-year-old with right L5 radiculopathy", or the "chronic ... pain" that a monthly record opens with."""
    if any(m.value == "monthly-care" for m in doc.of("statement")):
        for mention in doc.of("diagnosis-phrase"):
            named = re.match(
                r"(?i)\s*(?:management|care|program|service)", doc.text[mention.span.end : mention.span.end + 12]
            )
            if (
                not named
                and mention.value == "symptom"
                and mention.text.lower().startswith("chronic")
                and "pain" in mention.text.lower()
            ):
                sentence = doc.sentence_of(mention)
                after = re.match(
                    r"(?i) (?:after|following|due to|from|with)(?: (?!for\b|since\b)\w+){1,2}",
                    doc.text[mention.span.end : sentence.end],
                )
                yield _Piece(Span(mention.span.start, mention.span.end + (after.end() if after else 0)), True, False)
                return
    for mention in doc.of("patient"):
        if not mention.groups or mention.section not in _NO_TALK | {"history", "indication"}:
            continue
        sentence = doc.sentence_of(mention)
        zone = Span(min(mention.span.end, sentence.end), sentence.end)
        heads = doc.within(zone, "diagnosis-phrase")
        if heads and re.match(
            r"(?i)[^.]{0,40}\b(?:with|has|for|suffer\w+ from)\b", doc.text[zone.start : heads[0].span.start]
        ):
            yield _Piece(_trimmed(doc.text, _widened(doc, heads[0]).start, heads[0].span.end), True, False)
        return


def _pieces(doc: Annotated, zone: Span, *, named: bool) -> Iterator[_Piece]:
    """List items, sentences and clauses of ``zone`` that are diagnoses. ``named``: the first needs no head word."""
    first = named
    for start, end, listed in _split(doc, zone):
        span = _trimmed(doc.text, start, end)
        words = doc.text[span.start : span.end]
        if not words or _SAME.match(words):
            continue
        heads = doc.within(span, "diagnosis-phrase")
        codes = [m for m in icd10_mentions(doc) if span.contains(m.span)]
        if not (first or heads or codes) or (len(words) > _LONGEST and not heads):
            first = False
            continue
        if first and not heads and not codes and len(words) > 70:
            first = False
            continue
        if not first and not codes and not listed and (_DENIED.match(words) or _TALK.search(words)):
            continue
        if not named and not codes and _DENIED.match(words):
            continue
        yield _Piece(span, first, listed)
        first = False


def _split(doc: Annotated, zone: Span) -> Iterator[tuple[int, int, bool]]:
    text = doc.text
    openings = {s.start for s in doc.sentences}
    numbers = [m.span() for m in _NUMBER.finditer(text, zone.start, zone.end)]
    cuts = [(zone.start, zone.start, False), *((start, end, True) for start, end in numbers)]
    for match in _STOP.finditer(text, zone.start, zone.end):
        if any(start <= match.start() < end for start, end in numbers):
            continue
        if match.group() == "\n":
            following = re.compile(r"\s*").match(text, match.end())
            if following and following.end() < zone.end and following.end() not in openings:
                continue  # a wrapped line
        if match.group() == "." and _SHORT.search(text[max(zone.start, match.start() - 8) : match.start()]):
            continue
        cuts.append((match.start(), match.end(), False))
    cuts.sort()
    for index, (_, begin, listed) in enumerate(cuts):
        end = cuts[index + 1][0] if index + 1 < len(cuts) else zone.end
        if end > begin:
            yield begin, end, listed


def _from_piece(doc: Annotated, book: Book, piece: _Piece, printed: tuple[Mention, ...]) -> Iterator[Diagnosis]:
    codes = [m for m in printed if piece.span.contains(m.span)]
    if codes:
        for number, mention in enumerate(codes):
            code = mention.value if mention.value != "icd10" else mention.text.upper()
            valid = book.icd10.billable(code)
            start = (
                codes[number - 1].span.end
                if number and doc.within(Span(codes[number - 1].span.end, mention.span.start), "diagnosis-phrase")
                else piece.span.start
            )
            span = _trimmed(doc.text, start, mention.span.end if number + 1 < len(codes) else piece.span.end)
            own = span if doc.within(span, "diagnosis-phrase") else piece.span
            words = _short_text(doc.text[own.start : min(own.end, codes[-1].span.end + _AFTER_CODE)], codes)
            best = code if valid else book.crosswalk.code_for(words)
            yield Diagnosis(words, best, code, (doc.quote(span, "diagnoses", best or ""),))
        return
    for span, best in _joined(doc, book, list(_parts(doc, piece.span))):
        words = _short_text(doc.text[span.start : span.end], ())
        if words and not _SAME.match(words):
            yield Diagnosis(words, best, None, (doc.quote(span, "diagnoses", best or ""),))


def _joined(doc: Annotated, book: Book, parts: list[Span]) -> Iterator[tuple[Span, str | None]]:
    """Spans with their codes; neighbours that say one condition twice ("cerebral palsy, spastic") become one."""
    last: tuple[Span, str | None] | None = None
    for span in parts:
        best = _code(doc, book, span)
        if last is not None:
            whole = Span(last[0].start, span.end)
            both = _code(doc, book, whole)
            if best and last[1] and both in {best, last[1]} and _vaguer(book, last[1] if both == best else best, both):
                last = (whole, both)
                continue
            yield last
        last = (span, best)
    if last is not None:
        yield last


def _vaguer(book: Book, vague: str, exact: str | None) -> bool:
    """True when ``vague`` is the unspecified code of the category of ``exact``."""
    if exact is None or vague == exact or vague[:3] != exact[:3]:
        return False
    return "unspecified" in (book.icd10.title(vague) or "").lower()


def _code(doc: Annotated, book: Book, span: Span) -> str | None:
    words = _short_text(doc.text[span.start : span.end], ())
    if not words or _DENIED.match(words) or _UNSURE.search(words):
        return None
    return book.crosswalk.code_for(words)


def _parts(doc: Annotated, span: Span) -> Iterator[Span]:
    """One span for each diagnosis of a comma list; a comma before a side or a site does not part."""
    start = span.start
    for match in _LISTED.finditer(doc.text, span.start, span.end):
        left, right = Span(start, match.start()), Span(match.end(), span.end)
        if not len(left) or not len(right):
            continue
        left_head = _independent(doc, left)
        following = _LISTED.search(doc.text, match.end(), span.end)
        nearest = Span(match.end(), following.start() if following else span.end)
        right_head = _independent(doc, nearest)
        if not (left_head and right_head):
            continue
        joint = match.group().lower()
        listing = any(mark in joint for mark in (",", ";", "as well", "along"))
        if not listing and not _SITED.match(doc.text[nearest.start : nearest.end].strip()):
            continue
        yield _trimmed(doc.text, left.start, left.end)
        start = match.end()
    yield _trimmed(doc.text, start, span.end)


def _independent(doc: Annotated, span: Span) -> bool:
    words = doc.text[span.start : span.end]
    if _DENIED.match(words) or re.match(
        r"(?i)\s*(?:with|without|w/o?|not|due|secondary|facet[- ]mediated|facet pain)\b", words
    ):
        return False
    return bool(doc.within(span, "diagnosis-phrase"))


def _short_text(words: str, codes: tuple[Mention, ...] | list[Mention]) -> str:
    for mention in codes:
        words = re.sub(_PRINTED.pattern % re.escape(mention.text), "", words)
    words = _OLD_CODE.sub("", words)
    words = re.sub(r"(?i),?\s*(?:same|both) (?:before|pre)\b.*$", "", " ".join(words.split()), flags=re.DOTALL)
    words = re.sub(r",(?:\s*,)+", ",", words).strip(" .,;:-\u2013")
    if words.count("(") != words.count(")"):
        words = words.lstrip(")").replace("(", ", ") if ")" not in words[1:] else words.lstrip(")(")
    previous = None
    while previous != words:
        previous = words
        words = _TAIL.sub("", words) or words
        words = _LEAD_IN.sub("", words) or words
    return words.strip(" .,;:-\u2013")


def _words_before(doc: Annotated, code: Mention) -> Span:
    sentence = doc.sentence_of(code)
    start = sentence.start
    for match in re.finditer(
        r"[;:|]|,\s(?=[a-z]+ (?:is|was|are|hurts|aches)\b)", doc.text[sentence.start : code.span.start]
    ):
        start = sentence.start + match.end()
    return _trimmed(doc.text, start, code.span.start)


def _widened(doc: Annotated, mention: Mention) -> Span:
    """The head word with the side and site that stand right before it."""
    sentence = doc.sentence_of(mention)
    before = doc.text[sentence.start : mention.span.start]
    match = re.search(
        r"(?i)(?:\b(?:left|right|bilateral|lumbar|cervical|thoracic|greater|lesser|[CTLS]\d\S*)\s+){1,3}$", before
    )
    behind = _OF_PART.match(doc.text, mention.span.end, sentence.end)
    return Span(
        sentence.start + match.start() if match else mention.span.start, behind.end() if behind else mention.span.end
    )


_OF_PART = re.compile(
    r",? (?:of|in|affecting|involving) (?:the |his |her )?(?:left|right|both)(?: (?:lower|upper|hind|fore))?"
    r" (?:leg|arm|foot|hand|ankle|wrist|knee|hip|shoulder|elbow|limb|extremity|heel|thigh|calf|forearm)s?\b",
    re.IGNORECASE,
)


def _to_paragraph(doc: Annotated, section: Section) -> Span:
    """The body up to its first empty line, so that text after the list is not read as diagnoses."""
    gap = re.search(r"\S[ \t]*\n[ \t]*\n", doc.text[section.body.start : section.body.end])
    return Span(section.body.start, section.body.start + gap.end() - 1 if gap else section.body.end)


def _sentence_after(doc: Annotated, start: int) -> Span:
    for sentence in doc.sentences:
        if sentence.start <= start < sentence.end or sentence.start >= start:
            return Span(max(start, sentence.start), sentence.end)
    return Span(start, start)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip(" \t\r\n.,;:-*)]"))
    tail = len(piece) - len(piece.rstrip(" \t\r\n,;:"))
    return Span(start + lead, max(start + lead, end - tail))


def _once(found: list[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Each diagnosis once, first words kept; symptoms of a coded condition in the same words are dropped."""
    kept: dict[str, Diagnosis] = {}
    for diagnosis in found:
        key = diagnosis.icd10 or re.sub(r"\W+", " ", diagnosis.text.lower()).strip()
        kept.setdefault(key, diagnosis)
    return tuple(kept.values())
