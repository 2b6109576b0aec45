"""The counting data of ``patterns/codes`` in one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from notecheck import datafile, locate
from notecheck.coding.supported import Supported
from notecheck.coding.tables import (
    Counting,
    Drugs,
    Ladder,
    Levels,
    Limit,
    Limits,
    PayerForm,
    PayerForms,
    Sites,
    Strict,
    Techniques,
    Visits,
)
from notecheck.policy.payers import OwnPayer

PROFESSIONAL = "professional"


class Rules(Strict):
    """All counting data in one place."""

    counting: Counting
    levels: Levels
    limits: tuple[Limit, ...]
    sites: Sites
    drugs: Drugs
    payers: dict[tuple[str, str], PayerForm]
    """By payer and by who bills."""
    techniques: Techniques
    visits: Visits
    supported: Supported

    def source(self, rule: str) -> str:
        """What a finding prints as the source of one counting rule."""
        return self.counting.rules[rule].shown

    def family(self, family: str) -> str:
        """A family as a finding names it."""
        return self.counting.family_names.get(family, family.replace("-", " "))

    def technique(self, technique: str) -> str:
        """A technique as a finding names it."""
        return self.counting.technique_names.get(technique, technique.replace("-", " "))

    def ladder(self, code: str) -> Ladder | None:
        """The row of level-counting codes that a code stands in; None when it counts no levels."""
        return next((row for row in self.counting.ladders if code in row.codes), None)

    def payer(self, name: str | None, billed_by: str = PROFESSIONAL) -> PayerForm:
        """The claim form of a payer for who bills, else for professionals, else the unnamed commercial payer's."""
        slug = name or "medicare"
        known = self.payers.get((slug, billed_by)) or self.payers.get((slug, PROFESSIONAL))
        return known or self.payers["commercial", PROFESSIONAL]

    def with_payers(self, own: Iterable[OwnPayer]) -> Rules:
        """These rules with the forms of the payers that the user added."""
        added = {
            (p.payer, PROFESSIONAL): PayerForm(
                payer=p.payer, bilateral=p.bilateral, also=p.also, source=p.source, confidence=p.confidence
            )
            for p in own
        }
        return self.model_copy(update={"payers": {**self.payers, **added}}) if added else self

    def limit(self, payer: str, family: str, on: date) -> Limit | None:
        """The level limit of a payer for one family on a day; the latest one that has begun."""
        begun = [li for li in self.limits if li.payer == payer and family in li.families and li.start <= on]
        return max(begun, key=lambda li: li.start, default=None)


@lru_cache(maxsize=1)
def load() -> Rules:
    """Read the counting data. Raises DataError NC-D02 to NC-D04 when a file is broken."""
    folder = locate.patterns() / "codes"
    forms = datafile.read_model(folder / "payer-formats.yaml", PayerForms).payers
    return Rules(
        counting=datafile.read_model(folder / "counting.yaml", Counting),
        levels=datafile.read_model(folder / "levels.yaml", Levels),
        limits=datafile.read_model(folder / "level-limits.yaml", Limits).limits,
        sites=datafile.read_model(folder / "sites.yaml", Sites),
        drugs=datafile.read_model(folder / "drugs.yaml", Drugs),
        payers={(form.payer, form.billed_by): form for form in forms},
        techniques=datafile.read_model(folder / "techniques.yaml", Techniques),
        visits=datafile.read_model(folder / "visits.yaml", Visits),
        supported=datafile.read_model(folder / "supported.yaml", Supported),
    )
