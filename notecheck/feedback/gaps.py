"""What stays open in a provider's notes: how often, how much it weighs, quoted words, and the months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from notecheck import datafile, locate
from notecheck.feedback.results import Answer
from notecheck.policy.queries import questions
from notecheck.report.redaction import redacted, short

SEARCHED = "searched:"
_MOST_QUOTES = 2
_LONGEST = 160
_JOINT = "\n\x1e\n"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GapWords(_Strict):
    gap: str
    ask: str
    covers: str


class GapFile(_Strict):
    weights: dict[str, int]
    topics: dict[str, GapWords]


@dataclass(frozen=True, slots=True)
class GapQuote:
    """Words of one note that show a gap, or where it was looked for in vain. ``note_id`` is empty where masked."""

    words: str
    note_id: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A thing that stays open in several notes. ``weight`` is explained in ``patterns/feedback/gaps.yaml``."""

    topic: str
    heading: str
    notes: int
    weight: int
    ask: str
    covers: str
    findings: tuple[str, ...]
    quotes: tuple[GapQuote, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """One month: its notes, how many left nothing open, and how many had each gap (by topic)."""

    month: str
    notes: int
    complete: int
    gaps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Feedback:
    """The page of one provider (all notes where ``provider`` is empty). ``complete`` notes leave nothing open."""

    provider: str
    notes: int
    complete: int
    first: str
    last: str
    gaps: tuple[Gap, ...]
    months: tuple[Month, ...]
    redacted: bool

    @property
    def sentences(self) -> tuple[str, str, str]:
        """How many notes, how many are complete, what to change first."""
        whose = f" of {self.provider}" if self.provider else ""
        span = f", {self.first} to {self.last}" if self.first and self.first != self.last else ""
        span = f", {self.first}" if self.first and self.first == self.last else span
        read = f"{_count(self.notes)}{whose} {'was' if self.notes == 1 else 'were'} read{span}."
        leave = "leaves" if self.complete == 1 else "leave"
        complete = f"{self.complete} of them {leave} nothing open that only their author could say."
        if not self.gaps:
            return read, complete, "Nothing needs to change."
        top = self.gaps[0]
        first = f"To change first: {top.heading} in {top.notes} of {self.notes}; the template could ask for {top.ask}."
        return read, complete, first


@dataclass(slots=True)
class _Tally:
    notes: int = 0
    weight: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    quotes: list[GapQuote] = field(default_factory=list)


@lru_cache(maxsize=1)
def words() -> GapFile:
    """The headings and weights. Raises DataError NC-D02 to NC-D04 for a broken file."""
    return datafile.read_model(locate.patterns() / "feedback" / "gaps.yaml", GapFile)


def feedback(found: Iterable[Answer], provider: str = "", *, redact: bool = True) -> Feedback:
    """The page over the answers given: findings that a question to the provider exists for, by weight."""
    tallies: dict[str, _Tally] = {}
    months: dict[str, list[set[str]]] = {}
    for answer in found:
        open_topics = _open(answer)
        months.setdefault(answer.month, []).append(set(open_topics))
        quotes = _quotes(answer, open_topics, redact=redact)
        for topic, findings in open_topics.items():
            tally = tallies.setdefault(topic, _Tally())
            tally.notes += 1
            tally.weight += max(words().weights.get(f["severity"], 0) for f in findings)
            tally.findings.update({f["code"] for f in findings})
            if len(tally.quotes) < _MOST_QUOTES and quotes[topic].words not in {q.words for q in tally.quotes}:
                tally.quotes.append(quotes[topic])
    known = sorted(month for month in months if month)
    return Feedback(
        provider=provider,
        notes=sum(map(len, months.values())),
        complete=sum(not topics for of_month in months.values() for topics in of_month),
        first=known[0] if known else "",
        last=known[-1] if known else "",
        gaps=tuple(sorted((_gap(topic, tally) for topic, tally in tallies.items()), key=_order)),
        months=tuple(_month(month, months[month]) for month in known),
        redacted=redact,
    )


def _open(answer: Answer) -> dict[str, list[Mapping[str, Any]]]:
    """The findings of one note that only its author can settle, by topic of the question."""
    out: dict[str, list[Mapping[str, Any]]] = {}
    for finding in answer.report["findings"]:
        topic = questions().topic_of(str(finding.get("name", "")))
        if topic and words().weights.get(str(finding.get("severity")), 0):
            out.setdefault(topic, []).append(finding)
    return out


def _quotes(answer: Answer, topics: Mapping[str, Sequence[Mapping[str, Any]]], *, redact: bool) -> dict[str, GapQuote]:
    """One quotation for each topic, masked together, so that a name learned in one is masked in all."""
    raw = {topic: _quotation(findings) for topic, findings in topics.items()}
    if not redact:
        return {topic: GapQuote(_cut(text), answer.note_id) for topic, text in raw.items()}
    evidence = [str(e.get("text", "")) for e in answer.report.get("facts", {}).get("evidence", ())]
    masked, _ = redacted(_JOINT.join([*raw.values(), *evidence]), answer.names)
    return {topic: GapQuote(_cut(short(text))) for topic, text in zip(raw, masked.split(_JOINT), strict=False)}


def _quotation(findings: Sequence[Mapping[str, Any]]) -> str:
    for finding in findings:
        said = [e for e in finding.get("evidence", ()) if e.get("text") and not _is_place(e)]
        if said:
            texts = dict.fromkeys(" ".join(str(e["text"]).split()) for e in said)
            return "; ".join(f'"{text}"' for text in list(texts)[:_MOST_QUOTES])
    places = dict.fromkeys(
        str(e["field"]).removeprefix(SEARCHED).replace("-", " ").replace("none", "opening lines")
        for finding in findings
        for e in finding.get("evidence", ())
        if _is_place(e)
    )
    return f"Looked for and not found in: {', '.join(places) or 'the note'}"


def _is_place(evidence: Mapping[str, Any]) -> bool:
    return str(evidence.get("field", "")).startswith(SEARCHED)


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return text[: _LONGEST - 5].rpartition(" ")[0] + ' ..."'


def _gap(topic: str, tally: _Tally) -> Gap:
    said = words().topics[topic]
    codes = tuple(sorted(tally.findings))
    return Gap(topic, said.gap, tally.notes, tally.weight, said.ask, said.covers, codes, tuple(tally.quotes))


def _order(gap: Gap) -> tuple[int, int, str]:
    return -gap.weight, -gap.notes, gap.topic


def _month(month: str, notes: Sequence[set[str]]) -> Month:
    gaps = Counter(topic for topics in notes for topic in topics)
    return Month(month, len(notes), sum(not topics for topics in notes), dict(gaps))


def _count(number: int) -> str:
    return f"{number} note{'' if number == 1 else 's'}"
