"""Recall of the ICD-10-CM search on phrases that were held out, beside what the rules and the word search give."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from notecheck.annotate.icd_search import MOST, IcdSearch
from notecheck.policy.candidates import candidates
from notecheck.policy.crosswalk import Crosswalk
from notecheck.policy.icd10 import Icd10Table
from notecheck.training.data import Coded
from notecheck.training.scores import Share

Answer = Callable[[Coded], Sequence[str]]


def measure_icd(search: IcdSearch, table: Icd10Table, walk: Crosswalk, held: Sequence[Coded]) -> dict[str, Share]:
    """Recall at 1 and 5 by part of the list and by way of answering: ``known.index.recall@1`` and so on."""

    def index(one: Coded) -> Sequence[str]:
        return [hit.icd10 for hit in search.search(one.phrase, region=one.region, side=one.side, rules=False)]

    def both(one: Coded) -> Sequence[str]:
        return [hit.icd10 for hit in search.search(one.phrase, region=one.region, side=one.side)]

    def words(one: Coded) -> Sequence[str]:
        return [c.icd10 for c in candidates(one.phrase, table, walk, region=one.region, side=one.side)]

    def rules(one: Coded) -> Sequence[str]:
        return walk.codes_for(one.phrase, region=one.region, side=one.side)

    ways: dict[str, Answer] = {"index": index, "rules and index": both, "rules": rules, "shared words": words}
    out = {}
    for part, known in (("known", True), ("other", False)):
        asked = [one for one in held if one.known is known]
        for way, answer in ways.items():
            given = [(one, answer(one)) for one in asked]
            first = sum(bool(got) and got[0] in one.codes for one, got in given)
            among = sum(any(code in one.codes for code in got[:MOST]) for one, got in given)
            out[f"{part}, {way}, recall@1"] = Share(first, len(asked))
            out[f"{part}, {way}, recall@{MOST}"] = Share(among, len(asked))
    return out
