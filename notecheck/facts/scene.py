"""Where in a note the work of this encounter is told: title, body, and what is neither."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cached_property

from notecheck.facts import syringes
from notecheck.facts.families import FACET, MUSCLE, OPEN, PERIPHERAL
from notecheck.records import Annotated, Mention, Span

_BODY = {
    "description", "none", "other", "preparation", "guidance", "contrast", "injectate", "findings", "anesthesia",
    "header", "time-out", "complications", "response", "title", "blood-loss",
}  # fmt: skip
_TOLD_ELSEWHERE = {
    "history", "past-history", "family-history", "social-history", "review-of-systems", "medications", "allergies",
    "exam", "imaging", "plan", "assessment", "instructions", "diagnosis", "indication", "consent", "codes", "pain",
    "function", "disposition", "other-encounter",
}  # fmt: skip
_SEDATIVES = {"midazolam", "fentanyl", "propofol", "ketamine", "cefazolin", "atropine", "morphine", "hydromorphone"}
_NEEDLE_TITLES = {
    "epidural-transforaminal", "epidural-interlaminar", "epidural-caudal", "epidural-adhesiolysis", *FACET, "si-rfa",
    "si-joint-injection", "trigger-point", "genicular-rfa", "genicular-block", "sympathetic-block",
}  # fmt: skip
_HEADER_REACH = 420
_LINE_LIMIT = 150
_BARE_NAME = 14
_LIST_LENGTH = 6
_LESSON = re.compile(r"\W*(?:what (?:is|are)|how (?:is|are|does)|why (?:is|do))\b[^?]{0,120}\?", re.IGNORECASE)
_SPOKEN = re.compile(
    r"procedure(?: today)?(?: (?:is|was))?:? *(?:an? |the )?$"
    r"|\b(?:titles?|procedures?|operations?)(?: today| performed)? (?:is|are|was|were):? *(?:(?:number )?(?:one"
    r"|1)[,.)]? *|first,? *)(?:an? |the )?$"
    r"|\b(?:today|(?:at )?this (?:visit|encounter)),? (?:we|i) (?:have )?(?:performed|did|carried out)(?: the"
    r" following)?:? *(?:an? |the )?$"
    r"|\b(?:we|i) (?:have )?(?:performed|did|carried out) the following: *(?:[^.:\n]|\b(?:lt|rt|bilat)\.){0,90}$",
    re.IGNORECASE,
)
_TO_READER = re.compile(
    r"(?<!thank )(?<!as )\byou(?:rs)?\b"
    r"|\byour\b(?! (?:patient|referral|kind|letter|mr|mrs|ms|miss|practice))",
    re.IGNORECASE,
)
_SPARED_END = re.compile(r";\s*|,? (?:but|only|just|so|whereas|while|instead)(?: (?:only|just))? (?=\S)", re.IGNORECASE)
_UNDER_A_SIDE = 8
_SIDE_ALONE = re.compile(
    r"[\W_]*(?:on the )?(?:left|right|bilateral|lt|rt)(?:[- ](?:side|sided))?[\W_]*", re.IGNORECASE
)
_BEFORE_NOW = re.compile(
    r"\bago\b|\blast (?:week|month|year|visit)|\bprevious|\bprior\b|\bin (?:19|20)\d\d",
    re.IGNORECASE,
)
_I_DID = re.compile(
    r"\b(?:i|we) (?:then |also |gave|put|inject|slid|placed|used|clean|numb|treat|did|block|guid|"
    r"watch|heat|burn|lesion|ablat|perform|carri|enter|plac|pass|numb)",
    re.IGNORECASE,
)
_TEACHES = re.compile(
    r"\b(?:is|are) an? (?:\w+ )?(?:injection|procedure|treatment|test|way) (?:of|to|that|in which|"
    r"used|for)|patient education|\b(?:is|are) (?:usually|often|typically|generally|commonly) ",
    re.IGNORECASE,
)
_SIDE_FIELD = re.compile(
    r"\W*(?:(?:side|laterality)\s*[:|]\s*|\[ ?[xX] ?\]\s*|[\u2611\u2612\u2713\u2714]\s*)"
    r"(?:(?:left|right|bilateral|both(?: sides)?|midline|lt|rt|[lr])\b|[^\w\s]|\s)*(?:[xX]\W*)?$",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"\W*(?:past |surgical |medical )*(?:history|hx|h/o|s/p|status post|prior|previous(?:ly)?|psh|pmh)\b",
    re.IGNORECASE,
)
_WORK_WORDS = re.compile(r"needle|tuohy|gauge|advanced|lidocaine|prep\b|drape", re.IGNORECASE)
_NOT_A_TITLE = re.compile(
    r"\b(?:here for|comes? for|returns?|returning|presents?|relief|helped|gave|planned|scheduled|discussed|same"
    r" as|another|wants?|would like|"
    r"\d%|x \d+ (?:days?|hours?|weeks?)|is a|was|were|has|had|status post|s/p|history|prior|previous|follow|risks?)\b"
    r"|(?<![.\d])\d{2,3} ?%(?! (?:lido|bupi|ropi|dextrose|alcohol|phenol|glyc))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a title names: the words from the end of the one before it to the start of the next."""

    name: Mention
    span: Span


class Scene:
    """Reading aids over one annotated note; computed once, asked often."""

    def __init__(
        self, doc: Annotated, also: frozenset[Span] = frozenset(), only: tuple[Span, ...] | None = None
    ) -> None:
        """``also``: sentences of plans and histories that tell of work done; they count as body. ``only``: the body
        sentences of a scene that reads one part of the telling.
        """
        self.doc = doc
        self.also = also
        self.only = only

    def inside(self, only: tuple[Span, ...]) -> Scene:
        """The same note with these body sentences as the whole telling."""
        return Scene(self.doc, self.also, only)

    @cached_property
    def titles(self) -> tuple[Span, ...]:
        """The places that name the procedure: title sections, else short heading-like lines near the top."""
        sections = tuple(s.body for s in self.doc.sections if s.kind == "title" and len(s.body))
        sections += tuple(self._opening_names())
        named = tuple(span for span in sections if any(True for _ in self._names(span)))
        lines = tuple(self._title_lines(bool(named)))
        spans = {*named, *lines} | (set(sections) if not lines else set())
        return tuple(sorted({self._without_work(span) for span in spans}))

    def _opening_names(self) -> list[Span]:
        """First sentences that only name the procedure, in sections that go on to tell it ("PROCEDURE: Hip
        injection.The ...")."""
        found: list[Span] = []
        for section in self.doc.sections:
            report = section.body in self._study_reports
            if section.kind != "description" and not report:
                continue
            inside = [s for s in self.doc.sentences if section.body.overlaps(s) and s.end > section.body.start]
            if not len(section.heading):
                found += [s for s in inside[:1] if self._only_names(s, section.body)]
                continue
            before = section.body.start
            for sentence in inside[:_LIST_LENGTH]:
                place = Span(max(sentence.start, section.body.start), min(sentence.end, section.body.end))
                known = self.doc.within(place, "procedure", "guidance")
                acts = {
                    m.value for m in self.done(place, "action") if not any(m.span.overlaps(o.span) for o in known)
                } - {"needle"}
                words = self.doc.text[place.start : place.end]
                named = len(place) <= _LINE_LIMIT and self._names(place) and not acts
                gap = self.doc.text[before : place.start]
                if (place is not inside[0] and "\n\n" in gap) or not named:
                    break
                if _NOT_A_TITLE.search(words) or _WORK_WORDS.search(words):
                    break
                found.append(place)
                before = place.end
        return found

    def _only_names(self, sentence: Span, body: Span) -> bool:
        """True for an opening sentence that is hardly more than the name ("Left stellate ganglion block.")."""
        names = self._names(sentence)
        longest = max((len(m.span) for m in names), default=0)
        return bool(longest) and sentence.start >= body.start and len(sentence) - longest <= _BARE_NAME

    def _without_work(self, title: Span) -> Span:
        """A title that runs on into the telling ends where the needle work begins."""
        inside = [s for s in self.doc.sentences if s.overlaps(title)]
        for sentence in inside[1:]:
            gauge = self.doc.within(sentence, "needle")
            acts = {m.value for m in self.done(sentence, "action")}
            named = self.doc.within(sentence, "procedure")
            if sentence.start > title.start and (
                gauge
                or ("needle" in acts and len(acts) > 1)
                or ("inject" in acts and not named and self.done(sentence, "drug"))
            ):
                return Span(title.start, sentence.start)
        return title

    def _names(self, span: Span) -> list[Mention]:
        return [m for m in self.doc.within(span, "procedure") if m.status in ("performed", "historical")]

    @cached_property
    def _opens(self) -> int:
        """Where the note begins, below what an encounter of another day told above it."""
        worked = [m.span.start for m in (*self.doc.of("needle"), *self.doc.of("action"))]
        ends = (s.body.end for s in self.doc.sections if s.kind == "other-encounter")
        return max((end for end in ends if any(place >= end for place in worked)), default=0)

    def _title_lines(self, have_title: bool) -> list[Span]:
        found: list[Span] = []
        text = self.doc.text
        head = self._opens + _HEADER_REACH
        for mention in self.doc.of("procedure"):
            if mention.status not in ("performed",):
                continue
            start = max(text.rfind("\n", 0, mention.span.start) + 1, 0)
            end = text.find("\n", mention.span.end)
            end = len(text) if end < 0 else end
            glued = re.search(r"(?<=[A-Za-z.])(?=[A-Z][A-Z ]{3,30}:)", text[mention.span.end - 1 : end])
            if glued:
                end = mention.span.end - 1 + glued.start()
            line = text[start:end]
            words = text[start : mention.span.start]
            early = start < head or mention.section in ("other", "header", "title")
            spoken = bool(_SPOKEN.search(words.strip() + " "))
            if spoken:
                sentence = self.doc.sentence_of(mention)
                found.append(sentence)
                continue
            headed = line.strip().isupper() or bool(
                re.match(
                    r"\s*(?:[-*\u2022]|\(?(?:\d|[A-Ha-h]|[IVX]{1,4}|[ivx]{1,4})[.)] ?(?=[A-Za-z])|={3,}|\[[xX]\]|P\d)",
                    line,
                )
            )
            headed = headed or (
                text[start : mention.span.end].isupper()
                and text[mention.span.end : mention.span.end + 3].lstrip().startswith(":")
            )
            ticked = "[x]" in words.lower()
            if _WORK_WORDS.search(words):
                continue
            if any(u.value == "not-treated" for u in self.doc.within(self.doc.sentence_of(mention), "untreated")):
                continue
            if mention.section in _TOLD_ELSEWHERE or _NOT_A_TITLE.search(line[: mention.span.end - start + 30]):
                continue
            if headed and len(line) > _LINE_LIMIT:
                stop = re.search(r"[.:](?=\s)", text[mention.span.end : end])
                end = mention.span.end + stop.start() if stop else end
                line = text[start:end]
            if early and not headed and not ticked and len(line) > _LINE_LIMIT:
                sentence = self.doc.sentence_of(mention)
                acts = {m.value for m in self.done(sentence, "action")}
                if mention.span.start < head and not acts - {"needle"} and not have_title:
                    start, end = max(start, sentence.start), min(end, sentence.end)
                    line = text[start:end]
            if (early or headed or ticked) and len(line) <= (_LINE_LIMIT if not ticked else 400):
                if have_title and not (headed or ticked or mention.section == "title"):
                    continue
                found.append(Span(mention.span.start, mention.span.end) if ticked else Span(start, end))
        return found

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What the titles name, one item a procedure name."""
        out: list[Item] = []
        for title in self.titles:
            before: Mention | None = None
            for sentence in self._pieces(title):
                names = [
                    m
                    for m in self.doc.within(sentence, "procedure")
                    if m.status in ("performed", "historical", "hypothetical")
                ]
                out.extend(self.cut_items(sentence, names))
                if not names and before is not None and self._goes_on(sentence):
                    out.append(Item(before, sentence))
                before = names[-1] if names else before
        return tuple(out)

    def cut_items(self, sentence: Span, names: list[Mention]) -> list[Item]:
        """One item for each of ``names`` in ``sentence``, the words between two names given to one of them."""
        names = self._without_nested(names)
        starts = [sentence.start, *(self._cut(a, b) for a, b in itertools.pairwise(names)), sentence.end]
        return [Item(m, Span(starts[i], starts[i + 1])) for i, m in enumerate(names)]

    def _goes_on(self, piece: Span) -> bool:
        """True for a list line under a name that gives only side and level or site ("2. Bilateral L5-S1"), or a field
        or ticked box that gives the side ("Side: left", "[x] Right")."""
        if self.doc.within(piece, "side") and _SIDE_FIELD.match(self.doc.text, piece.start, piece.end):
            return True
        if not re.match(
            r"\W*(?:\d{1,2}[.)]|[-*\u2022]|(?:[a-h]|[ivx]{1,4})[.)]|(?:left|right|bilateral)\b)",
            self.doc.text[piece.start : piece.end],
            re.IGNORECASE,
        ):
            return False
        return (
            bool(self.doc.within(piece, "level", "site", "muscle") and self.doc.within(piece, "side"))
            and len(piece) < 80
        )

    def _pieces(self, title: Span) -> list[Span]:
        inside = [
            Span(max(s.start, title.start), min(s.end, title.end)) for s in self.doc.sentences if s.overlaps(title)
        ]
        return [s for s in inside if len(s)] or [title]

    @staticmethod
    def _without_nested(names: list[Mention]) -> list[Mention]:
        return [
            m
            for m in names
            if not any(o is not m and o.span.contains(m.span) and len(o.span) > len(m.span) for o in names)
        ]

    def _cut(self, first: Mention, second: Mention) -> int:
        """Where one item ends and the next begins: at the last separator between two names."""
        between = self.doc.text[first.span.end : second.span.start]
        if apart := re.search(r";|\n", between):
            return first.span.end + apart.end()
        runs = self.doc.within(Span(first.span.end, second.span.start), "level")
        cuts = [
            cut
            for cut in re.finditer(r"[,;.\n]|\band\b|\bplus\b|\bfollowed by\b|\+", between)
            if not any(run.span.start < first.span.end + cut.start() < run.span.end for run in runs)
        ]
        trailing = first.value in (*MUSCLE, *PERIPHERAL)
        return first.span.end + (cuts[-1 if trailing else 0].end() if cuts else 0)

    @cached_property
    def body(self) -> tuple[Span, ...]:
        """Sentences that tell what was done: description and unnamed sections, not history, plan, exam or consent."""
        if self.only is not None:
            return self.only
        titles = self.titles
        out = []
        for sentence in self.doc.sentences:
            kind = self.section_at(max(sentence.start, sentence.end - 1))
            if kind in _TOLD_ELSEWHERE and sentence not in self.also and not self._work_in_study(kind, sentence):
                continue
            if self.is_lesson(sentence) or self._only_planned(sentence):
                continue
            loose = not self.doc.within(sentence, "procedure") and bool(
                self.done(sentence, "contrast", "action", "drug", "guidance")
            )
            named = not loose and any(
                2 * (min(t.end, sentence.end) - max(t.start, sentence.start)) > len(sentence) for t in titles
            )
            if named and not self._tells_work(sentence):
                continue
            if len(sentence):
                out.extend(self._spared_apart(sentence))
        return tuple(out)

    def _spared_apart(self, sentence: Span) -> list[Span]:
        """The sentence; one that says what was left out and then what was done, in its parts."""
        spared = [m for m in self.doc.within(sentence, "untreated") if m.value == "not-treated"]
        if any(re.search(r"\b(?:there|here)$", m.text, re.IGNORECASE) for m in spared):
            return [sentence]  # it speaks of the place that the words before it name
        cuts = list(_SPARED_END.finditer(self.doc.text, sentence.start, sentence.end)) if spared else []
        edges = [sentence.start, *(c.end() for c in cuts), sentence.end]
        parts = [Span(a, b) for a, b in itertools.pairwise(edges) if a < b]
        told = [p for p in parts if not any(p.contains(m.span) for m in spared)]
        return parts if len(parts) > 1 and any(self.done(p, "drug", "action") for p in told) else [sentence]

    def _only_planned(self, sentence: Span) -> bool:
        """True for a sentence that names procedures to come and tells no needle, drug or side step of today."""
        named = self.doc.within(sentence, "procedure")
        return (
            bool(named)
            and all(m.status in ("planned", "hypothetical") for m in named)
            and not self.doc.within(sentence, "needle")
            and not self.done(sentence, "action", "drug", "guidance", "contrast")
        )

    def _work_in_study(self, kind: str, sentence: Span) -> bool:
        """True for an injection told with needle or guidance, place and amount inside findings or a study report."""
        return (
            kind in ("imaging", "exam", "codes", "pain", "function")
            and any(m.value == "inject" for m in self.done(sentence, "action"))
            and bool(self.done(sentence, "drug") and self.doc.within(sentence, "dose"))
            and bool(self.doc.within(sentence, "needle") or self.done(sentence, "guidance"))
            and bool(self.done(sentence, "site", "muscle", "target"))
            and not _BEFORE_NOW.search(self.doc.text, sentence.start, sentence.end)
        )

    def side_above(self, place: int) -> Mention | None:
        """The side that stands alone on a line above ("**Left**", "RIGHT SIDE:") and heads the line of ``place``."""
        text = self.doc.text
        line = text.rfind("\n", 0, place)
        for _ in range(_UNDER_A_SIDE):
            if line < 0:
                return None
            start = text.rfind("\n", 0, line) + 1
            words = text[start:line]
            if _SIDE_ALONE.fullmatch(words):
                return next((m for m in self.doc.within(Span(start, line), "side")), None)
            if words.strip().endswith(":") or words.lstrip().startswith("#"):
                return None
            line = start - 1
        return None

    def is_lesson(self, sentence: Span) -> bool:
        """True for words that teach ("What is a medial branch block? ...") or speak to the reader ("you may feel")."""
        return sentence in self._lessons

    @cached_property
    def _lessons(self) -> frozenset[Span]:
        found: set[Span] = set()
        lesson = -1
        for sentence in self.doc.sentences:
            words = self.doc.text[sentence.start : sentence.end]
            if _LESSON.match(words):
                lesson = self.doc.text.find("\n", sentence.end)
                lesson = len(self.doc.text) if lesson < 0 else lesson
            if (
                sentence.start < lesson
                or (_TO_READER.search(words) and not _I_DID.search(words))
                or _TEACHES.search(words)
            ):
                found.add(sentence)
        return frozenset(found)

    def _tells_work(self, title: Span) -> bool:
        """True for a title that is the whole note in one sentence: it names a needle's gauge or a drug with its
        amount."""
        if self.doc.within(title, "needle"):
            return True
        return (
            bool(self.done(title, "drug"))
            and any(d.value in ("volume", "mass", "units") for d in self.doc.within(title, "dose"))
            and not self.doc.text[title.start : title.end].isupper()
            and len(self.work_elsewhere(title)) == 0
        )

    def work_elsewhere(self, title: Span) -> list[Mention]:
        """Needles named outside a title: where there are some, the title only names."""
        return [m for m in self.doc.of("needle") if not title.contains(m.span)]

    def section_at(self, place: int) -> str:
        """Kind of the section around a character."""
        kind = "none"
        for section in self.doc.sections:
            if section.heading.start > place:
                break
            kind = "description" if section.kind == "exam" and section.body in self._study_reports else section.kind
        return kind

    @cached_property
    def _study_reports(self) -> frozenset[Span]:
        """Sections headed "EXAM:" that name an injection at once: reports of radiology, not findings on the body."""
        found = set()
        for section in self.doc.sections:
            opening = Span(section.body.start, min(section.body.end, section.body.start + 110))
            if section.kind == "exam" and any(
                not set(m.cues) & {"HISTORICAL", "PLANNED", "NEGATED"} for m in self.doc.within(opening, "procedure")
            ):
                found.add(section.body)
        return frozenset(found)

    def runs(self, span: Span) -> list[Mention]:
        """Runs of levels in ``span``, those of empty boxes left out."""
        return [m for m in self.doc.within(span, "level") if "UNTICKED" not in m.cues]

    @cached_property
    def shares(self) -> tuple[syringes.Use, ...]:
        """What went where out of syringes and mixtures made up beforehand."""
        return syringes.uses(self)

    def done(self, span: Span, *kinds: str) -> list[Mention]:
        """Mentions in ``span`` said of this encounter."""
        return [m for m in self.doc.within(span, *kinds) if m.status == "performed"]

    def worked(self, sentence: Span) -> bool:
        """True when the sentence tells of needle work: an act, or a drug with its amount, or a needle at a target."""
        acts = {m.value for m in self.done(sentence, "action")}
        drugs = [m for m in self.done(sentence, "drug") if m.value not in _SEDATIVES]
        if acts & {"inject", "lesion"}:
            return True
        if any(sentence.contains(u.place) for u in self.shares) and self.done(sentence, "site", "muscle"):
            return True
        if "needle" in acts and (acts - {"needle"} or drugs or self.done(sentence, "target", "level")):
            return True
        if drugs and self.doc.within(sentence, "needle"):
            return True
        return bool(drugs) and any(d.value in ("volume", "mass", "units") for d in self.doc.within(sentence, "dose"))

    @cached_property
    def work(self) -> tuple[Span, ...]:
        """Body sentences with needle work."""
        return tuple(s for s in self.body if self.worked(s))

    @cached_property
    def operation(self) -> bool:
        """True for an operation, delivery or repair: blocks in it are its anaesthesia unless the title names them."""
        if any(m.value == "cosmetic" for m in self.doc.of("operation")) and not any(
            i.name.value in _NEEDLE_TITLES for i in self.items
        ):
            return True
        named = [
            m
            for m in self.doc.of("operation")
            if m.value == "operation" and any(t.contains(m.span) for t in self._title_places())
        ]
        if named and not any(item.name.value in OPEN or item.name.value in _NEEDLE_TITLES for item in self.items):
            return True
        steps = {
            m.text.lower()[:12]
            for m in self.doc.of("operation")
            if m.value == "surgical-step" and m.status == "performed"
        }
        return len(steps) >= 2 and not any(item.name.value in OPEN for item in self.items)

    def _title_places(self) -> list[Span]:
        sections = [s.body for s in self.doc.sections if s.kind == "title"]
        opening = [
            s
            for s in self.doc.sentences[:1]
            if self.section_at(s.start) in ("none", "header", "other", "title", "description")
            and not _FORMER.match(self.doc.text, s.start, s.end)
        ]
        return [*self.titles, *sections, *opening]
