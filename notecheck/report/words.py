"""Facts in a coder's words, and where the words of a note stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notecheck.records import ClaimLine, Evidence, Facts, Note, Procedure, Suggested, SupportedLine, page_of

SEARCHED = "searched:"
_LINE_END = re.compile(r"\r\n|\r|\n")
_CLAUSE_END = re.compile(r"(?<=[.;])\s|[\r\n]")
_LONGEST_QUOTE = 90
_READABLE = 72


def line_number(text: str, start: int) -> int:
    """The line, from 1, on which the character at ``start`` stands."""
    return 1 + len(_LINE_END.findall(text, 0, start))


def place(evidence: Evidence, documents: Sequence[Note]) -> str:
    """``line 14``, ``page 2 line 5`` where the file has pages, ``visit.txt line 3`` for a chart document."""
    if evidence.document >= len(documents):
        return f"document {evidence.document}" if evidence.document else "note"
    document = documents[evidence.document]
    page = page_of(document.page_starts, evidence.start)
    top = document.page_starts[page - 1] if page else 0
    if document.line_starts:
        number = sum(1 for start in document.line_starts if top <= start <= evidence.start)
    else:
        number = line_number(document.text[top:], evidence.start - top)
    line = f"page {page} line {number}" if page else f"line {number}"
    return f"{document.source} {line}" if evidence.document else line


def quoted(evidence: Evidence, documents: Sequence[Note] = ()) -> str:
    """The words between quotation marks: a short proof with the words around it, a long one shortened in the middle."""
    words = " ".join(_around(evidence, documents).split())
    if len(words) > _LONGEST_QUOTE:
        half = (_LONGEST_QUOTE - 5) // 2
        words = f"{words[:half].rstrip()} ... {words[-half:].lstrip()}"
    return f'"{words}"'


def _around(evidence: Evidence, documents: Sequence[Note]) -> str:
    """The proof with its neighbours of the same sentence, up to a readable length; else the proof alone."""
    text = documents[evidence.document].text if evidence.document < len(documents) else ""
    room = _READABLE - len(evidence.text)
    if room <= 0 or text[evidence.start : evidence.end] != evidence.text:
        return evidence.text
    before = _CLAUSE_END.split(text[max(0, evidence.start - _READABLE) : evidence.start])[-1].lstrip("-*: \t")
    after = _CLAUSE_END.split(text[evidence.end : evidence.end + _READABLE])[0]
    left = min(len(before), max(room // 2, room - len(after)))
    right = min(len(after), room - left)
    if left < len(before):
        before = "... " + before[len(before) - left :].partition(" ")[2]
    if right < len(after):
        after = after[:right].rpartition(" ")[0] + " ..."
    return before + evidence.text + after


def searched(evidence: Sequence[Evidence]) -> str:
    """The places that were searched for something absent: ``searched: procedure, indications``."""
    kinds = (e.field.removeprefix(SEARCHED) for e in evidence if e.field.startswith(SEARCHED))
    names = dict.fromkeys("opening lines" if kind == "none" else kind.replace("-", " ") for kind in kinds)
    return f"searched: {', '.join(names)}" if names else ""


def slug_words(slug: str) -> str:
    """A slug as people say it: ``epidural-transforaminal`` is a transforaminal epidural."""
    head, _, tail = slug.partition("-")
    if head == "epidural" and tail in ("transforaminal", "interlaminar", "caudal", "unspecified"):
        return f"{tail} epidural"
    return " ".join(w.upper() if w in ("si", "rf", "rfa", "scs", "mri", "ct") else w for w in slug.split("-"))


def procedure_words(procedure: Procedure) -> str:
    """One procedure in one phrase: side, levels or site, what, guidance, contrast, drugs."""
    where = [" and ".join(_listed(procedure.levels))] if procedure.levels else []
    if not where and procedure.site:
        where = [slug_words(procedure.site)]
    elif not where and procedure.region:
        where = [procedure.region]
    what = slug_words(procedure.family)
    where = [part for part in where if part not in what]
    lead = " ".join(part for part in (procedure.laterality or "", *where, what) if part)
    rest = [slug_words(procedure.technique)] if procedure.technique else []
    rest += [", ".join(procedure.muscles)] if procedure.muscles else []
    rest += [guidance if guidance != "none" else "no imaging guidance" for guidance in procedure.guidance]
    rest += {"yes": ["contrast"], "no": ["no contrast"]}.get(procedure.contrast or "", [])
    rest += [f"{i.drug} {number(i.mg)} mg" if i.mg is not None else i.drug for i in procedure.injectate]
    if procedure.status != "completed":
        rest.append(procedure.status)
    return ", ".join([lead, *rest])


def documented(facts: Facts) -> str:
    """Everything performed, in one sentence without its full stop."""
    return "; ".join(procedure_words(procedure) for procedure in facts.procedures)


def shown(line: ClaimLine | SupportedLine) -> str:
    """A line as a coder writes it: ``64483-RT x1``."""
    return "-".join((line.code, *line.modifiers)) + f" x{number(line.units)}"


def number(value: float) -> str:
    """Whole numbers without a decimal point."""
    return f"{value:g}"


def _listed(levels: Sequence[str]) -> list[str]:
    if len(levels) <= 2:
        return list(levels)
    return [", ".join(levels[:-1]), levels[-1]]


def without_code(suggested: Suggested) -> tuple[str, ...]:
    """Each diagnosis without code that has codes near it, with those."""
    told = []
    for diagnosis in suggested.diagnoses:
        if diagnosis.candidates:
            near = "; ".join(f"{code} {title}" for code, title in diagnosis.candidates)
            told.append(f'"{diagnosis.text}". Near it: {near}.')
    return tuple(told)


def open_questions(suggested: Suggested) -> tuple[str, ...]:
    """The open questions, one with readings as what would be stated and the lines that each reading would give."""
    told = []
    for other in suggested.alternatives:
        given = [f"{r.says}: {', '.join(map(shown, r.lines)) or 'no line'}" for r in other.readings]
        told.append(f"To be stated by the provider: {other.asks}. {'; '.join(given)}.")
    settled = {question for other in suggested.alternatives for question in other.settles}
    return (*(q for q in suggested.open_questions if q not in settled), *told)


def not_billed(suggested: Suggested) -> str:
    """What the note tells and this claim does not bill, in one sentence a kind; empty where there is nothing."""
    return " ".join(other.says for other in suggested.elsewhere)
