"""What one note documents, for a terminal: each fact with the line that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group

from notecheck.records import Care, Diagnosis, Evidence, Facts, FunctionScale, ImagingStudy, Note, PainScore, Relief
from notecheck.report.page import WIDEST, Page
from notecheck.report.text import NO_PROCEDURE
from notecheck.report.words import number, place, procedure_words, slug_words

_LABEL = 24
_STATED = (
    ("functional_limitation", "functional limitation"),
    ("consent", "consent"),
    ("time_out", "time-out"),
    ("sterile_technique", "sterile technique"),
    ("complications_stated", "complications"),
    ("response_stated", "response"),
    ("disposition_stated", "disposition"),
    ("signature", "signature"),
)


def render(facts: Facts, note: Note, *, width: int = WIDEST) -> Group:
    """The facts as lines of at most ``width`` columns, never more than 100."""
    page = Page(width)
    page.line(note.note_id if note.source == "-" else note.source, "bold")
    if not facts.procedures:
        page.line(NO_PROCEDURE)
    for index, procedure in enumerate(facts.procedures, start=1):
        page.hang(f"{index}.", procedure_words(procedure), 4)
        page.hang("", _lines(procedure.evidence, note), 4, style="dim")
    page.blank()
    for label, value, field in _rows(facts):
        where = _lines(facts.of(field), note)
        page.hang(label, f"{value}   {where}".rstrip(), _LABEL)
    stated = [label for key, label in _STATED if getattr(facts, key)]
    absent = [label for key, label in _STATED if not getattr(facts, key)]
    page.hang("stated", ", ".join(stated) or "none of the usual statements", _LABEL)
    if absent:
        page.hang("not stated", ", ".join(absent), _LABEL)
    return page.renderable()


def _rows(facts: Facts) -> Iterable[tuple[str, str, str]]:
    """(label, value, field of the evidence) for what the note states besides its procedures."""
    weeks = f"{number(facts.symptom_weeks)} weeks" if facts.symptom_weeks else ""
    placeholders = str(facts.placeholders) if facts.placeholders else ""
    rows = [
        ("diagnoses", "; ".join(map(_diagnosis, facts.diagnoses)), "diagnoses"),
        ("pain scores", ", ".join(map(_score, facts.pain_scores)), "pain_scores"),
        ("relief", "; ".join(map(_relief, facts.relief)), "relief"),
        ("symptoms for", weeks, "symptom_weeks"),
        ("conservative care", "; ".join(map(_care, facts.conservative_care)), "conservative_care"),
        ("examination", ", ".join(map(slug_words, facts.exam)), "exam"),
        ("studies", "; ".join(map(_study, facts.imaging_studies)), "imaging_studies"),
        ("function scales", ", ".join(map(_scale, facts.function_scales)), "function_scales"),
        ("sedation", facts.sedation or "", "sedation"),
        ("open placeholders", placeholders, "placeholders"),
        ("contradictions", ", ".join(facts.contradictions), "contradictions"),
        ("planned", ", ".join(map(slug_words, facts.plan)), "plan"),
        ("done earlier", ", ".join(map(slug_words, facts.history)), "history"),
    ]
    return (row for row in rows if row[1])


def _diagnosis(diagnosis: Diagnosis) -> str:
    words = " ".join(diagnosis.text.split())
    return f"{words} ({diagnosis.icd10})" if diagnosis.icd10 else words


def _score(pain: PainScore) -> str:
    return f"{number(pain.score)}/{pain.max}" + ("" if pain.timing == "unspecified" else f" {pain.timing}")


def _relief(relief: Relief) -> str:
    amount = f"{number(relief.percent)}%" if relief.percent is not None else "amount not stated"
    length = f" for {number(relief.days)} days" if relief.days is not None else ""
    return f"{amount}{length}, {slug_words(relief.source)}"


def _care(care: Care) -> str:
    length = f" {number(care.weeks)} weeks" if care.weeks is not None else ""
    outcome = "" if care.outcome == "not-stated" else f", {slug_words(care.outcome)}"
    return slug_words(care.modality) + length + outcome


def _study(study: ImagingStudy) -> str:
    what = " ".join(filter(None, (slug_words(study.modality), study.region)))
    return f"{what}: {' '.join(study.finding.split())}" if study.finding else what


def _scale(scale: FunctionScale) -> str:
    return scale.scale if scale.score is None else f"{scale.scale} {number(scale.score)}"


def _lines(evidence: Sequence[Evidence], note: Note) -> str:
    """``line 3, 14``, or ``page 1 line 3, page 2 line 4``: the places of the words, in the order of the text."""
    inside = sorted((e for e in evidence if not e.document), key=_start)
    places = list(dict.fromkeys(place(e, (note,)) for e in inside))
    if note.page_starts:
        return ", ".join(places)
    return f"line {', '.join(p.removeprefix('line ') for p in places)}" if places else ""


def _start(evidence: Evidence) -> int:
    return evidence.start
