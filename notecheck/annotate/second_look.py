"""What the learned models add to a report: candidates for a person, never a fact and never a better verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from notecheck.annotate import artefacts
from notecheck.annotate.text_model import TextModel
from notecheck.annotate.topics import OF_PROCEDURE, TOPICS, found, sentences
from notecheck.coding.joints import sides_of
from notecheck.policy.book import Book
from notecheck.records import (
    ChecklistItem,
    Evidence,
    Facts,
    Finding,
    Likely,
    Note,
    Opinion,
    Report,
    SecondReading,
    SupportedDiagnosis,
)

EVIDENCE, FAMILIES = "evidence", "families"
NOTHING = "nothing-done"
"""The class of notes without a procedure, beside the families."""

CANDIDATE = "candidate:"
"""What the ``field`` of a candidate begins with: it proves nothing until a person has read it."""

MAY_BE = "Nothing matched; the sentence shown may be it: read it."
MOST_CODES = 3
_LEAST = 0.45
_SEARCHED = "searched:"
_LONGEST = 400

TOPIC_OF_FINDING: Mapping[str, str] = {
    "conservative-care-missing": "care", "function-missing": "function", "symptom-duration-insufficient": "duration",
    "exam-missing": "exam", "trigger-point-exam-missing": "exam", "imaging-correlation-missing": "imaging",
    "repeat-relief-missing": "relief", "trial-relief-missing": "relief", "rationale-missing": "rationale",
    "consent-missing": "consent", "time-out-missing": "time-out", "response-missing": "response",
    "complications-missing": "complications", "guidance-missing": "guidance", "image-retention-missing": "images",
}  # fmt: skip
"""Findings that say that a statement is nowhere, and the topic of that statement."""

TOPIC_OF_JUDGE: Mapping[str, str] = {
    "conservative-care": "care", "conservative-mix": "care", "function": "function", "symptom-duration": "duration",
    "exam": "exam", "findings": "exam", "si-tests": "exam", "imaging": "imaging", "repeat-relief": "relief",
    "trial-relief": "relief", "rationale": "rationale", "guidance": "guidance", "images": "images",
}  # fmt: skip
"""Judges of checklist items, and the topic of the statement that they look for."""


class SecondLook:
    """Holds the models; each is read when it is first needed."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def over(self, report: Report, documents: Sequence[Note], readings: Sequence[SecondReading] = ()) -> Report:
        """The report with the candidates of the models. ``documents`` are the note, then the chart.

        ``readings`` of the same documents stand for their texts where they were read before.
        """
        return self._with_codes(self._with_sentences(report, documents, readings))

    def reading(self, note: Note, facts: Facts) -> SecondReading:
        """All that the models see in one document, whatever a report will ask of it."""
        return SecondReading(self.opinions(note, facts), tuple(self._likeliest(TOPICS, [note.text], [facts])))

    @cached_property
    def sentences_model(self) -> TextModel:
        """The model of evidence sentences. Raises DataError as ``artefacts.read``."""
        return TextModel(artefacts.read(EVIDENCE))

    @cached_property
    def families_model(self) -> TextModel:
        """The model of procedure families. Raises DataError as ``artefacts.read``."""
        return TextModel(artefacts.read(FAMILIES))

    # procedures

    def opinions(self, note: Note, facts: Facts) -> tuple[Opinion, ...]:
        """Families on which the model and the facts differ, and the model is sure."""
        text = "\n".join(" ".join(note.text[start:end].split()) for start, end in sentences(note.text))
        if not text:
            return ()
        model = self.families_model
        likely = model.likelihoods([text])[0]
        named = {*(p.family for p in facts.procedures), *facts.plan, *facts.history}
        done = float(likely[model.classes.index(NOTHING)]) < model.thresholds[NOTHING]
        out = []
        for column, family in enumerate(model.classes):
            value = float(likely[column])
            if family == NOTHING:
                continue
            if done and family not in named and value >= model.thresholds[family]:
                words = [weighed.word for weighed in model.words_for(text, family)]
                out.append(Opinion(family, value, False, tuple(_places(note.text, words))))
            elif value < model.extra["no_sign"][column]:
                read = tuple(e for p in facts.procedures if p.family == family for e in p.of("family"))
                if read:
                    out.append(Opinion(family, value, True, read))
        return tuple(out)

    # sentences

    def _with_sentences(
        self, report: Report, documents: Sequence[Note], readings: Sequence[SecondReading]
    ) -> Report:
        """Findings and checklist items for which nothing matched, with the sentence that may be the statement."""
        record = (report.facts, *report.chart)
        asked = {topic for finding in report.findings if (topic := _topic_of(finding))}
        asked |= {topic for item in report.checklist if (topic := _topic_of_item(item))}
        wanted = [topic for topic in TOPICS if topic in asked and not any(found(topic, facts) for facts in record)]
        if not wanted:
            return report
        if readings:
            best = _best_of(readings, wanted)
        else:
            best = self.candidates(wanted, [document.text for document in documents], record)
        if not best:
            return report
        return replace(
            report,
            findings=tuple(_pointed(finding, best) for finding in report.findings),
            checklist=tuple(_opened(item, best) for item in report.checklist),
        )

    def candidates(
        self, topics: Iterable[str], texts: Sequence[str], record: Sequence[Facts] = ()
    ) -> dict[str, Evidence]:
        """For each topic the likeliest sentence of the documents, where it is likely enough.

        ``record`` are the facts of the documents: a sentence that names today's procedure says nothing of what came
        before, so it is no candidate for the topics of the chart.
        """
        return {one.topic: one.evidence for one in self._likeliest(topics, texts, record)}

    def _likeliest(self, topics: Iterable[str], texts: Sequence[str], record: Sequence[Facts]) -> Iterator[Likely]:
        places = [(n, start, end) for n, text in enumerate(texts) for start, end in sentences(text)]
        today = [_names_procedure(record, n, start, end) for n, start, end in places]
        if not places:
            return
        model = self.sentences_model
        likely = model.likelihoods([" ".join(texts[n][start:end].split()) for n, start, end in places])
        for topic in topics:
            column = likely[:, model.classes.index(topic)].copy()
            if topic not in OF_PROCEDURE:
                column[today] = 0.0
            row = int(column.argmax())
            if column[row] >= model.thresholds[topic]:
                number, start, end = places[row]
                end = min(end, start + _LONGEST)
                words = texts[number][start:end]
                shown = Evidence(start, end, words, f"{CANDIDATE}{topic}", f"{column[row]:.2f}", EVIDENCE, number)
                yield Likely(topic, float(column[row]), shown)

    # codes

    def _with_codes(self, report: Report) -> Report:
        """Ranked codes for each diagnosis to which the crosswalk gives none."""
        if all(one.icd10 for one in report.suggested.diagnoses):
            return report
        region, side = _where(report.facts)
        told = tuple(one if one.icd10 else self._coded(one, region, side) for one in report.suggested.diagnoses)
        return replace(report, suggested=replace(report.suggested, diagnoses=told))

    def _coded(self, one: SupportedDiagnosis, region: str | None, side: str | None) -> SupportedDiagnosis:
        from notecheck.annotate.icd_search import load

        hits = load().search(one.text, region=region, side=side, most=MOST_CODES, rules=False)
        return replace(one, candidates=tuple((hit.icd10, hit.title) for hit in hits if hit.score >= _LEAST))


def _best_of(readings: Sequence[SecondReading], topics: Sequence[str]) -> dict[str, Evidence]:
    """For each topic the likeliest sentence of the documents read, the first of equal ones."""
    best: dict[str, tuple[float, Evidence]] = {}
    for number, reading in enumerate(readings):
        for one in reading.sentences:
            if one.topic in topics and (one.topic not in best or one.likelihood > best[one.topic][0]):
                best[one.topic] = (one.likelihood, replace(one.evidence, document=number))
    return {topic: evidence for topic, (_, evidence) in best.items()}


def _topic_of(finding: Finding) -> str | None:
    return TOPIC_OF_FINDING.get(finding.name) if _only_searched(finding.evidence) else None


def _topic_of_item(item: ChecklistItem) -> str | None:
    if item.status not in ("unclear", "not-met") or item.for_person or not _only_searched(item.evidence):
        return None
    return TOPIC_OF_JUDGE.get(item.judge)


def _only_searched(evidence: Sequence[Evidence]) -> bool:
    return all(e.field.startswith(_SEARCHED) for e in evidence)


def _pointed(finding: Finding, best: Mapping[str, Evidence]) -> Finding:
    """The same finding, as loud as before, with the sentence to read."""
    candidate = best.get(_topic_of(finding) or "")
    if candidate is None:
        return finding
    return replace(finding, message=f"{finding.message} {MAY_BE}", evidence=(candidate, *finding.evidence))


def _opened(item: ChecklistItem, best: Mapping[str, Evidence]) -> ChecklistItem:
    candidate = best.get(_topic_of_item(item) or "")
    if candidate is None:
        return item
    because = f"{item.because} {MAY_BE}"
    return replace(item, status="unclear", because=because, evidence=(candidate, *item.evidence))


def _names_procedure(record: Sequence[Facts], document: int, start: int, end: int) -> bool:
    """True where the patterns read the family of a performed procedure in these characters."""
    if document >= len(record):
        return False
    proofs = (e for p in record[document].procedures for e in p.of("family"))
    return any(e.start < end and start < e.end for e in proofs)


def _places(text: str, words: Iterable[str]) -> Iterator[Evidence]:
    """Where the words stand in the note for the first time."""
    for word in words:
        parts = [re.escape(part).replace("0", r"\d+(?:\.\d+)?") for part in word.split()]
        match = re.search(r"(?<![a-z0-9])" + r"[^a-z0-9]+".join(parts) + r"(?![a-z0-9])", text, re.IGNORECASE)
        if match:
            yield Evidence(match.start(), match.end(), match.group(), "opinion", word, FAMILIES)


def _where(facts: Facts) -> tuple[str | None, str | None]:
    """Region and side of the procedures where all agree on one."""
    regions = {p.region for p in facts.procedures if p.region}
    sides = {side for p in facts.procedures for side in sides_of(p)}
    return (regions.pop() if len(regions) == 1 else None, sides.pop() if len(sides) == 1 else None)
