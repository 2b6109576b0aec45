"""Which procedure each body sentence tells of: the run of owners that explains the marks of the sentences best.

A sentence speaks for an entry by its site, target, muscle, level, side, guidance and nouns. A change of owner costs
something: little where a new preparation, a turn ("Attention was then turned to ...") or a new line begins, much in the
middle of the work. The cheapest run over all sentences is taken (dynamic programming over sentences and entries).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from notecheck.facts import levels as lv
from notecheck.facts.drafts import Draft
from notecheck.facts.families import DEVICE, EPIDURAL, FACET, MUSCLE, PERIPHERAL, SPINAL, TARGETS, TOXINS
from notecheck.facts.scene import Scene
from notecheck.records import Span

PREPARES = re.compile(
    r"\b(?:prone|supine|seated|decubitus|lateral position|positioned|prep(?:ped)?\b|drap(?:ed?|ing)"
    r"|aseptic|cleaned|cleansed|wiped"
    r"|chloraprep|chlorhexidine|betadine|wheals?"
    r"|(?:skin|local(?:ly)?|subcutaneous)\b[^.]{0,45}\b(?:an(?:a)?esth\w+|infiltrat\w+|numb\w*))"
    r"|\b(?:an(?:a)?esthetize|numb|infiltrate)\w* (?:the )?skin\b|\blocal an(?:a)?esthesia with\b",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"\W*(?:next\b|attention was|then,|for the\b|the (?:second|third|next|other|remaining) (?:procedure"
    r"|injection|block)\b"
    r"|(?:we|i) (?:then|next) (?:turned|moved|went on|proceeded)|(?:then|after (?:that|this)),? (?:we|i"
    r"|the patient|attention)"
    r"|(?:second|third|secondly|thirdly|finally|lastly)\b|turning (?:now )?to\b|moving (?:on )?to\b"
    r"|following (?:this|that|the (?:first|above))\b|once (?:this|that|the first)\b)",
    re.IGNORECASE,
)
TOGETHER = re.compile(
    r"\bboth (?:injections?|procedures?|blocks?|sites?|areas?|joints?|targets?|needles?)\b|\bfor (?:both|all)\b"
    r"|\b(?:both|all)(?: (?:of them|two|three|four|five|six))? on (?:the |her |his )?(?:left|right)\b"
    r"|\ball (?:of (?:them|these)|two|three|four|five|six|seven)(?: of (?:them|these))?\b(?! (?:joints|levels"
    r"|nerves|needles|cannulas))"
    r"|\beach (?:of (?:them|these)\b|(?:received|got|had|took)\b)|\bappl(?:y|ies) to (?:both|all|each)\b"
    r"|\bunless (?:stated|said|noted|specified) otherwise\b"
    r"|\b(?:all|each|every one) of (?:the |these )?(?:above |\w+ )?(?:injections|procedures|blocks)\b"
    r"|\beach (?:injection|procedure|block)\b|\ball (?:injections|procedures|blocks|were (?:done|performed)"
    r"|done|under|with)\b"
    r"|\beverything\b|\bentire (?:session|case)\b|\bthroughout\b(?! the (?:muscle|area))|\bboth (?:were|was"
    r"|under|with|done)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:each|every) (?:of the (?:two|three|four|five|six)\b|(?:site|joint|nerve|target|place|location|one|area)\b)"
    r"|\ball (?:sites|targets|joints|nerves|needles)\b",
    re.IGNORECASE,
)
"""Of all entries only where no sentence speaks for one of them: "each joint" may be each joint of one entry."""
APPLIES = re.compile(
    r"\bappl(?:y|ies) to (?:both|all|each)\b|\bunless (?:stated|said|noted|specified) otherwise\b", re.IGNORECASE,
)
_NOUNS = {
    "joint-injection": r"\bjoint|intra-?articular|\bcapsul|\barthro",
    "bursa-injection": r"\bbursa",
    "tendon-injection": r"\btendon|\bsheath|\bfascia|\benthes|\bepicondyl|\bpulley",
    "carpal-tunnel-injection": r"\bcarpal|\bmedian nerve|\bwrist",
    "peripheral-nerve-block": r"\bnerve|\bplane\b|\bneural|\bartery\b",
    "neurolysis": r"\bphenol|\balcohol|\bcryo|\bfreez|\bprobe\b|\bnerve",
    "sympathetic-block": r"\bsympathetic|\bganglion|\bplexus|\btemperature",
    "genicular-block": r"\bgenicular|\bcondyle|\bepicondyle|\btibia",
    "genicular-rfa": r"\bgenicular|\bcondyle|\bepicondyle|\btibia",
    "trigger-point": r"\btrigger|\btaut|\btwitch|\bmuscles?\b|\bdry[- ]needl|\bknots?\b|\bfanning|\bpistoning",
    "chemodenervation": r"\bbot(?:ox|ulinum)|\btoxin|\bunits\b|\bemg\b|\bmuscles?\b",
    "si-joint-injection": r"\bsacro-?iliac|\bsi joint|\bsij\b",
    "epidural-blood-patch": r"\bblood\b",
    "intrathecal-pump": r"\bpump|\breservoir|\bseptum|\btelemetry",
    **dict.fromkeys(EPIDURAL, r"\bepidur|\bloss of resistance|\bforam"),
    **dict.fromkeys(FACET, r"\bfacet|\bmedial branch|\barticular pillar|\bz-?joint"),
    **dict.fromkeys(("scs-trial", "scs-implant", "scs-revision"), r"\bleads?\b|\bgenerator|\bipg\b|\bpocket|\bprogram"),
}
_LESION = re.compile(
    r"\blesion|\bablat|\bradiofreq|\brf\b|\bdegrees\b|\u00b0|\belectrode|\bactive tip|\b(?:sensory"
    r"|motor) (?:stim|test)",
    re.IGNORECASE,
)
_COMPILED = {family: re.compile(words, re.IGNORECASE) for family, words in _NOUNS.items()}
_ASIDE = re.compile(
    r"\W*(?:lateral|arm\b|hand\b|forearm|oblique|side (?:up|down)|hip up|antecubital|upper extremit"
    r"|flank)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\s*(?:#\s?(\d)(?!\d)|P(\d)|(\d)[.):](?!\d)|\(([a-hA-H]|[1-9])\)|([A-H])[.):] |([a-h])[.)] ?(?=\w)"
    r"|([IVX]{1,4}|[ivx]{2,4})[.):] )"
)
_ROW = re.compile(r"\S(?: {2,}|\t|\s?\|\s?)[\d.]")
"""A cell with a number behind another cell: a row of a table of what was given."""
_TINY = 1e-4
STRONG = 3.0
_UNDONE = 3.2
_BESIDE = re.compile(
    r"\b(?:(?:lateral|medial|inferior|superior|distal|proximal|posterior|anterior|deep|next|close) to|below"
    r"|above|between"
    r"(?: (?!needle)\w+){1,6} and|toward|away from|beneath"
    r"|(?:bolster|pillow|towel|bump|roll|wedge) (?:placed )?(?:under|behind))"
    r"(?: (?:the|left|right|greater|lesser))*\s*$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"[\s,;/]*(?:(?:and|&|\+|plus|as well as|then|the|left|right|both|bilateral|lt|rt|l|r|joints?|bursae?"
    r"|muscles?)\b[\s,.&+]*)*",
    re.IGNORECASE,
)


_PART = re.compile(
    r"\W*(?:part|procedure|proc|injection|site|target|block|item|step|number|no\.?)[ #]*"
    r"(\d|[a-h]|one|two|three|four|five|i{1,3}|iv)\b"
    r"(?=\W*[:.,(\u2013\u2014-]| (?:was|is|began|then|consist))",
    re.IGNORECASE,
)
"""A row that begins with its place in the list: "Part B:", "Procedure two was ...", "Injection 3."."""
_PLACES = {
    **{letter: n for n, letter in enumerate("abcdefgh", 1)},
    **{word: n for n, word in enumerate(("one", "two", "three", "four", "five", "six"), 1)},
    **{word: n for n, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), 1)},
    **{word: n for n, word in enumerate(("i", "ii", "iii", "iv", "v", "vi"), 1)},
    **{str(n): n for n in range(1, 10)},
}


def place_of(label: str) -> int | None:
    """The place in a list that a number, a letter, a numeral or an ordinal names: 2 for "2", "B", "ii", "second"."""
    return _PLACES.get(label.lower())


def numbered(scene: Scene, draft: Draft, body: Sequence[Span]) -> int | None:
    """The body sentence that carries the same list number as the title item ("#2:", "2.")."""
    for title in draft.titles:
        match = _NUMBER.match(scene.doc.text[title.start : title.end])
        if not match:
            continue
        number = next(g for g in match.groups() if g)
        for index, sentence in enumerate(body):
            again = _NUMBER.match(scene.doc.text[sentence.start : sentence.start + 8])
            if again and number in again.groups() and sentence.start > title.end:
                return index
            lead = _PART.match(scene.doc.text, sentence.start, sentence.end)
            if lead and sentence.start > title.end and place_of(lead.group(1)) == place_of(number):
                return index
    return None


def marks(scene: Scene, drafts: Sequence[Draft], body: Sequence[Span]) -> list[list[float]]:
    """For each sentence, how much it speaks for each entry."""
    near = [_near_work(scene, body, row) for row in range(len(body))]
    table = [[_weight(scene, d, drafts, s) if near[row] else 0.0 for d in drafts] for row, s in enumerate(body)]
    for column, draft in enumerate(drafts):
        place = numbered(scene, draft, body)
        if place is not None:
            table[place][column] += 6.0
        for proof in draft.proofs:
            for row, sentence in enumerate(body):
                if sentence.contains(proof.span):
                    table[row][column] += 5.0
    for row, column in _headings(scene, drafts, body):
        table[row][column] += 4.0
    return table


def strong(scene: Scene, drafts: Sequence[Draft], piece: Span) -> set[int]:
    """The entries for which a part of a sentence speaks by itself."""
    return {c for c, draft in enumerate(drafts) if _weight(scene, draft, drafts, piece) >= STRONG}


def leaning(scene: Scene, drafts: Sequence[Draft], piece: Span) -> int | None:
    """The one entry for which a part of a sentence speaks at all, if by a noun alone ("palpation for the nerve")."""
    weights = [_weight(scene, draft, drafts, piece) for draft in drafts]
    told = [c for c, value in enumerate(weights) if value >= 1.0]
    return told[0] if len(told) == 1 else None


def numbers(scene: Scene, draft: Draft) -> set[str]:
    """The numbers that the titles of an entry carry in their list."""
    found = (_NUMBER.match(scene.doc.text[t.start : t.end]) for t in draft.titles)
    return {next(g for g in match.groups() if g) for match in found if match}


def _headings(scene: Scene, drafts: Sequence[Draft], body: Sequence[Span]) -> list[tuple[int, int]]:
    """Rows that follow a title inside the telling, with the one entry that it names."""
    begin = body[opening(scene, body)].start if body else 0
    found: dict[int, set[int]] = {}
    for column, draft in enumerate(drafts):
        for title in draft.titles:
            row = next((i for i, s in enumerate(body) if s.start >= title.end), None)
            if row is not None and title.start > begin:
                found.setdefault(row, set()).add(column)
    return [(row, columns.pop()) for row, columns in found.items() if len(columns) == 1]


def owners(scene: Scene, body: Sequence[Span], table: list[list[float]]) -> list[int]:
    """The entry (column) that each sentence tells of."""
    if not table:
        return []
    columns = range(len(table[0]))
    best = [[table[0][c] for c in columns]]
    came: list[list[int]] = [list(columns)]
    waiting = False
    for row in range(1, len(table)):
        cost = _cost(scene, body, row)
        before = body[row - 1]
        logged = _ROW.search(scene.doc.text, before.start, before.end)
        if any(value >= STRONG for value in table[row - 1]) and not logged:
            waiting = True
        if scene.worked(body[row - 1]):
            waiting = False
        if waiting and max(table[row]) < STRONG:
            # what was named last is still to be worked on
            cost = _UNDONE
        scores, links = [], []
        for c in columns:
            ways = [(best[-1][a] - (0.0 if a == c else cost + (0.8 if c < a else 0.0)), a) for a in columns]
            top, link = max(ways)
            scores.append(top + table[row][c])
            links.append(link)
        best.append(scores)
        came.append(links)
    place = max(columns, key=best[-1].__getitem__)
    out = [place]
    for row in range(len(table) - 1, 0, -1):
        place = came[row][place]
        out.append(place)
    return out[::-1]


def shared(
    scene: Scene, body: Sequence[Span], table: list[list[float]], row: int, alike: frozenset[int] = frozenset()
) -> list[int]:
    """Entries that one sentence tells of together: named side by side, or "both injections".

    ``alike``: the columns of entries of one spinal family, which may differ by level and side alone.
    """
    strong = [c for c, value in enumerate(table[row]) if value >= STRONG]
    text = scene.doc.text
    if len(strong) > 1 and len(strong) == len(alike.intersection(strong)) and scene.runs(body[row]):
        return strong  # "needles were placed to the left L3-4 and the right L4-5 foramina"
    if len(strong) > 1:
        named = scene.done(body[row], "site", "muscle")
        side_by_side = any(
            a.value != b.value and _LISTED.fullmatch(text, a.span.end, max(a.span.end, b.span.start))
            for a, b in itertools.pairwise(named)
        )
        return strong if side_by_side else []
    if strong:
        return []
    words = text[body[row].start : body[row].end]
    silent = not any(value >= STRONG for other in table for value in other)
    told = TOGETHER.search(words) or (silent and _EACH.search(words))
    return list(range(len(table[row]))) if told else []


def opening(scene: Scene, body: Sequence[Span]) -> int:
    """The row at which the telling of the work begins: the first preparation, or the first needle work at hand."""
    for row, sentence in enumerate(body):
        if PREPARES.search(scene.doc.text[sentence.start : sentence.end]) or _near_work(scene, body, row):
            return row
    return 0


def _near_work(scene: Scene, body: Sequence[Span], row: int) -> bool:
    """True when this sentence or one of the next two tells of needle work, or this one of guidance where no needle is
    told."""
    if any(scene.worked(s) or scene.doc.within(s, "needle") for s in body[row : row + 3]):
        return True
    if _ROW.search(scene.doc.text, body[row].start, body[row].end) and scene.done(body[row], "muscle", "site"):
        return True
    return not scene.work and bool(scene.done(body[row], "guidance"))


def _cost(scene: Scene, body: Sequence[Span], row: int) -> float:
    """What a change of owner before this sentence costs.

    Of equal ways the earliest fresh start is taken (a preparation belongs to what follows it), else the latest place.
    """
    text = scene.doc.text
    words, before = text[body[row].start : body[row].end], text[body[row - 1].start : body[row - 1].end]
    gap = text[body[row - 1].end - 1 : body[row].start]
    if _TURNS.match(words) or _NUMBER.match(words[:8]) or "\n\n" in gap or "\n\r\n" in gap:
        return 0.5 + _TINY * row
    if PREPARES.search(words) and not PREPARES.search(before):
        return 0.6 + _TINY * row
    if "\n" in gap:
        return 0.9 + _TINY * row
    return (1.6 if scene.doc.within(body[row], "needle") else 2.6) - _TINY * row


def _weight(scene: Scene, draft: Draft, drafts: Sequence[Draft], sentence: Span) -> float:
    doc = scene.doc
    if any(m.value == "not-treated" for m in doc.within(sentence, "untreated")):
        return 0.0
    words = doc.text[sentence.start : sentence.end]
    rivals = [d for d in drafts if d is not draft]
    total = 0.0
    if draft.sites:
        named = [m for m in scene.done(sentence, "site") if m.value == draft.site]
        beside = [m for m in named if _BESIDE.search(doc.text, sentence.start, m.span.start)]
        if any(d.family in ("genicular-block", "genicular-rfa") for d in rivals):
            beside = [m for m in named if m in beside or re.fullmatch(r"knees?", m.text, re.IGNORECASE)]
        total += 4.0 if len(named) > len(beside) else 1.5 if named else 0.0
    same = any(d.family == draft.family for d in rivals)
    wanted = () if same else TARGETS.get(draft.family, ())
    if any(m.value in wanted for m in scene.done(sentence, "target")):
        total += 3.0
    if not same and any(m.value == draft.family for m in scene.done(sentence, "procedure")):
        total += 3.0
    if draft.family in MUSCLE and (told := {m.value for m in scene.done(sentence, "muscle")}):
        own = {m.value for m in draft.muscles}
        total += 3.5 if told & own else 0.0 if own and any(d.muscles for d in rivals) else 2.0
    if draft.family == "trigger-point" and any(d.dry != draft.dry for d in rivals if d.family == draft.family):
        dry = any(m.value == "dry-needling" for m in scene.done(sentence, "technique"))
        total += 3.0 if dry == draft.dry and (dry or scene.done(sentence, "drug")) else 0.0
    total += _toxin_or_not(scene, draft, rivals, sentence)
    total += _levels(scene, draft, rivals, sentence) + _sides(scene, draft, rivals, sentence)
    noun = _COMPILED.get(draft.family)
    if noun and not same and noun.search(words):
        total += 1.0
    if draft.family in ("facet-rfa", "si-rfa", "genicular-rfa", "neurolysis") and not same and _LESION.search(words):
        total += 1.5
    if draft.family not in (*PERIPHERAL, *MUSCLE, *DEVICE) and scene.done(sentence, "contrast"):
        total += 0.5
    return total + _guidance(scene, draft, rivals, sentence)


def _toxin_or_not(scene: Scene, draft: Draft, rivals: Sequence[Draft], sentence: Span) -> float:
    """Of toxin and trigger points in one session: the drug with its amount tells which of them was injected."""
    if draft.family not in MUSCLE or not any(d.family in MUSCLE and d.family != draft.family for d in rivals):
        return 0.0
    drugs = {m.value in TOXINS for m in scene.done(sentence, "drug")}
    if not drugs and draft.family == "trigger-point" and scene.done(sentence, "muscle"):
        return 1.5  # muscles treated, and no toxin beside them
    amounts = scene.doc.within(sentence, "dose")
    return 3.0 if amounts and drugs == {draft.family == "chemodenervation"} else 0.0


def _levels(scene: Scene, draft: Draft, rivals: Sequence[Draft], sentence: Span) -> float:
    """Levels of the entry itself; without any, that a level is named at all, where no rival is at the spine."""
    runs = scene.runs(sentence)
    if not runs:
        return 0.0
    spinal = draft.family in SPINAL
    if not draft.levels:
        return 1.0 if spinal and not any(d.family in SPINAL for d in rivals) else 0.0
    told = {level.value for run in runs for level in lv.parse(run)[0]}
    own = {value for value, _ in draft.levels}
    others = {value for d in rivals for value, _ in d.levels}
    if told & (own - others):
        return 3.0
    zones = {value[0] for value in told}
    if own and zones == {next(iter(own))[0]} and not any(value[0] in zones for value in others):
        return 2.0
    return 0.0


def _sides(scene: Scene, draft: Draft, rivals: Sequence[Draft], sentence: Span) -> float:
    """The side of the entry, where another entry has the other one."""
    if draft.side not in ("left", "right") or not any(
        d.side in ("left", "right") and d.side != draft.side for d in rivals
    ):
        return 0.0
    named = {
        m.value
        for m in scene.doc.within(sentence, "side")
        if m.value in ("left", "right") and not _ASIDE.match(scene.doc.text, m.span.end)
    }
    if len(named) != 1 or (not scene.done(sentence, "action", "site", "muscle", "target") and not scene.runs(sentence)):
        return 0.0
    return 0.8 if named == {draft.side} else -0.5


def _guidance(scene: Scene, draft: Draft, rivals: Sequence[Draft], sentence: Span) -> float:
    """Guidance that only this entry's title names."""
    own = _titled(scene, draft)
    if not own or any(own & _titled(scene, d) for d in rivals):
        return 0.0
    return 1.0 if own & {m.value for m in scene.done(sentence, "guidance")} else 0.0


def _titled(scene: Scene, draft: Draft) -> set[str]:
    return {m.value for t in draft.titles for m in scene.done(t, "guidance")}
