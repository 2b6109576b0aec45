"""Blank procedure templates: what one never asks for, what it fills in beforehand, and a good one to begin with."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from notecheck.coding import rules
from notecheck.errors import InputError, did_you_mean
from notecheck.policy import elements as element_data
from notecheck.policy.book import Book
from notecheck.policy.coverage import ANY_PAYER, Rule
from notecheck.policy.elements import Element
from notecheck.records import Evidence, Facts, Note

if TYPE_CHECKING:
    from notecheck.engine import Checker

_BLANK = re.compile(
    r"_{2,}|\*{2,}|\.{4,}|\[\s*[xX ]?\s*\]|\(\s*\)|\{[^}\n]*\}|\[[A-Z][^\]\n]*\]|@[A-Z]+@|<[^>\n]*>|(?<=:)\s*$"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[A-Za-z][\w'-]*")
Kind = Literal["never-asked", "filled-in", "fixed-text"]


@dataclass(frozen=True, slots=True)
class Gap:
    """One weakness of a template: ``asked_by`` names the policies that ask for a missing element, or is empty."""

    kind: Kind
    element: str
    says: str
    line: int = 0
    words: str = ""
    asked_by: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "element": self.element,
            "says": self.says,
            "line": self.line,
            "words": self.words,
            "asked_by": list(self.asked_by),
        }


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """What is weak in a template, and what it asks for."""

    family: str
    payer: str
    asked: tuple[str, ...]
    gaps: tuple[Gap, ...]

    def of(self, kind: Kind) -> tuple[Gap, ...]:
        """The gaps of one kind, in order."""
        return tuple(gap for gap in self.gaps if gap.kind == kind)

    def to_dict(self) -> dict[str, object]:
        return {
            "family": self.family,
            "payer": self.payer,
            "asked": list(self.asked),
            "gaps": [gap.to_dict() for gap in self.gaps],
        }


def check_template(
    checker: Checker, template: Note, family: str, *, payer: str = "medicare", mac: str | None = None, day: date
) -> TemplateReport:
    """Judge a blank template for one procedure family and payer on a day.

    A fact that can be read from the blank template is filled in beforehand. Raises InputError NC-I46 for an unknown
    family and NC-I47 for an unknown payer.
    """
    wanted = needed(checker.book, family, payer, mac, day)
    text = template.text
    asked = tuple(element.slug for element, _ in wanted if element.asked_in(text))
    missing = [
        Gap("never-asked", element.slug, f"never asks for {element.label}", asked_by=sources)
        for element, sources in wanted
        if element.slug not in asked
    ]
    return TemplateReport(
        family, payer, asked, (*missing, *_filled_in(checker.extract(template), text, family), *_fixed_text(text))
    )


def new_template(book: Book, family: str, *, payer: str = "medicare", mac: str | None = None, day: date) -> str:
    """A blank template that asks for everything needed, with no value filled in. Raises as ``check_template``."""
    lines = [f"{family.replace('-', ' ').upper()}: PROCEDURE NOTE", ""]
    section = ""
    for element, _ in needed(book, family, payer, mac, day):
        if element.section != section:
            section = element.section
            lines += [] if section == "HEADER" else ["", section]
        lines.append(element.line)
    return "\n".join(lines) + "\n"


def needed(
    book: Book, family: str, payer: str, mac: str | None, day: date
) -> tuple[tuple[Element, tuple[str, ...]], ...]:
    """The elements that a note of the family needs, each with the policies that ask for it on the day."""
    counting = rules.load().counting
    _known(family, payer, book)
    data = element_data.load()
    sided, levelled = family in counting.sided_families, family in counting.levelled_families
    base = data.of_family(family, sided=sided, levelled=levelled)
    sources: dict[str, list[str]] = {}
    for rule in _rules(book, family, payer, mac, day):
        for fact in rule.requirement.facts:
            for element in data.answering(fact):
                sources.setdefault(element.slug, []).append(rule.source.partition(", ")[0])
    return tuple((element, tuple(dict.fromkeys(sources.get(element.slug, ())))[:3]) for element in base)


def _rules(book: Book, family: str, payer: str, mac: str | None, day: date) -> Iterator[Rule]:
    topics = (*book.coverage.topics_of(payer, [family]), *book.coverage.topics_of(ANY_PAYER, [family]))
    for topic in topics:
        for requirement in topic.requirements:
            if requirement.families and family not in requirement.families:
                continue
            rule = book.coverage.in_force(topic, requirement, day, mac)
            if not rule.gap and rule.source:
                yield rule


def _known(family: str, payer: str, book: Book) -> None:
    families = {name for row in book.codes.rows.values() for period in row for name in period.fact_families}
    if family not in families:
        raise InputError(
            "NC-I46",
            f"no procedure family '{family}'",
            where="--family",
            next_step=did_you_mean(family, families) + f"Known: {', '.join(sorted(families))}.",
        )
    if payer not in book.coverage.payers:
        raise InputError(
            "NC-I47",
            f"no payer '{payer}'",
            where="--payer",
            next_step=did_you_mean(payer, book.coverage.payers) + f"Known: {', '.join(sorted(book.coverage.payers))}.",
        )


def _filled_in(facts: Facts, text: str, family: str) -> Iterator[Gap]:
    """Facts that the blank template states already, where that is risky."""
    proofs: list[Evidence] = [e for e in facts.evidence if not e.document and e.text.lower() not in family]
    for procedure in facts.procedures:
        proofs += [_named(e, "procedures.") for e in procedure.evidence]
    for diagnosis in facts.diagnoses:
        proofs += [_named(e, "") for e in diagnosis.evidence]
    told: set[tuple[str, int]] = set()
    for proof in sorted(proofs, key=lambda e: e.start):
        for element in element_data.load().answering(proof.field):
            line = text.count("\n", 0, proof.start) + 1
            if element.default and proof.end > proof.start and (element.slug, line) not in told:
                if _offered(text, proof):
                    continue
                told.add((element.slug, line))
                yield Gap("filled-in", element.slug, element.default, line, " ".join(proof.text.split()))


def _named(proof: Evidence, prefix: str) -> Evidence:
    return Evidence(proof.start, proof.end, proof.text, prefix + proof.field.partition(":")[0])


def _offered(text: str, proof: Evidence) -> bool:
    """True where a line of the words offers a choice or a blank, so that nothing is decided."""
    start = text.rfind("\n", 0, proof.start) + 1
    end = text.find("\n", proof.end)
    return bool(_BLANK.search(text[start : end if end >= 0 else len(text)]))


def _fixed_text(text: str) -> Iterator[Gap]:
    """Long runs of words without a blank: what every note of this template will share."""
    longest = element_data.load().longest_fixed_run
    for number, line in enumerate(text.split("\n"), start=1):
        for run in _runs(line):
            words = len(_WORD.findall(run))
            if words > longest:
                says = f"{words} words without a blank: every note will read the same here"
                yield Gap("fixed-text", "", says, number, textwrap.shorten(run, 80, placeholder=" ..."))


def _runs(line: str) -> Sequence[str]:
    return [part for part in _BLANK.split(line) if part]
