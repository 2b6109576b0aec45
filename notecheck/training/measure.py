"""``notecheck evaluate --models``: every figure of the learned models, measured on what they were not trained on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck import locate
from notecheck.annotate import artefacts, icd_search
from notecheck.annotate.second_look import EVIDENCE, FAMILIES, SecondLook
from notecheck.annotate.text_model import TextModel
from notecheck.coding.proposed import proposed_claim
from notecheck.engine import judge
from notecheck.policy.crosswalk import Crosswalk
from notecheck.read.claims import claim_from_dict
from notecheck.records import Note, Report
from notecheck.training import data, families
from notecheck.training.corpus import own_notes, read_families
from notecheck.training.measure_evidence import SECOND, on_notes, on_unusual
from notecheck.training.measure_icd import measure_icd
from notecheck.training.scores import Share

if TYPE_CHECKING:
    from notecheck.engine import Checker

HELD = ("held", "third-held")
CASES = ("own_cases", "audited_cases")
_LOUD = ("error", "warning")
_EVERY = 40


def measured(
    make: Callable[[bool], Checker], tests: Path, step: int = 1, say: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """All figures. ``make`` builds a Checker, without models where it is given False. Takes minutes.

    ``step`` 3 takes every third of the open cases; ``say`` is told what is measured next.
    """
    tell = say or _silent
    without = make(False)
    second = SecondLook(without.book)
    walk: Crosswalk = without.book.crosswalk
    tell("icd: phrases held out ...")
    codes = measure_icd(icd_search.load(), without.book.icd10, walk, data.held_diagnoses(tests))
    tell("evidence: unusual statements ...")
    unusual = on_unusual(without, second, tests)
    later = on_unusual(without, second, tests, SECOND)
    tell("evidence: held notes ...")
    notes = on_notes(without, second, tests, *HELD)
    tell("families: held notes ...")
    read_again = _families(without, second, tests)
    tell("cases with and without models ...")
    without_and_with = ablation(without, second, tests, step, tell)
    tell("facts with and without models ...")
    facts = facts_changed(without, make(True), tests)
    return {
        "icd": {name: share.to_dict() for name, share in codes.items()},
        "evidence, unusual statements": {**unusual.to_dict(), "errors": unusual.gallery},
        "evidence, second list": later.to_dict(),
        "evidence, held notes": {**notes.to_dict(), "errors": notes.gallery},
        "families": read_again,
        "ablation": without_and_with | facts,
        "load": load_seconds(),
        "megabytes": round(sum(path.stat().st_size for path in locate.models().glob("*.skops")) / 1e6, 2),
    }


def _families(checker: Checker, second: SecondLook, tests: Path) -> dict[str, Any]:
    """What the patterns miss and the model says, and what it says wrongly, on the held bank and the held notes."""
    told = [(one.text, one.families) for one in families.bank(tests, "c")]
    told += [(text, frozenset(p["family"] for p in gold["procedures"])) for _, text, gold in own_notes(tests, *HELD)]
    missed = caught = doubts = 0
    wrong = []
    for text, gold in told:
        facts = checker.extract(Note(text))
        opinions = second.opinions(Note(text), facts)
        unread = {o.family for o in opinions if not o.doubted}
        doubted = {o.family for o in opinions if o.doubted}
        gone = gold - read_families(facts)
        missed += len(gone)
        caught += len(gone & unread)
        doubts += len(doubted - gold)
        wrong += [f"sees {family}" for family in unread - gold]
        wrong += [f"doubts {family}" for family in doubted & gold]
    return {
        "notes": len(told),
        "said of missed": Share(caught, missed).to_dict(),
        "rightly doubted": doubts,
        "right": caught + doubts,
        "wrong": len(wrong),
        "errors": wrong,
    }


def facts_changed(without: Checker, with_models: Checker, tests: Path) -> dict[str, int]:
    """Annotated notes whose facts differ when the models are open: none may."""
    texts = [text for _, text, _ in own_notes(tests, *HELD)]
    changed = sum(without.extract(text) != with_models.extract(text) for text in texts)
    return {"notes": len(texts), "notes with other facts": changed}


def ablation(
    checker: Checker, second: SecondLook, tests: Path, step: int = 1, say: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Every ``step``-th open case judged with and without models: what a case is scored on, and processor time.

    The facts are read once; the models come after them and cannot change them.
    """
    out: dict[str, Any] = dict.fromkeys(("cases", "changed", "opinions", "opinions on clean cases", "candidates"), 0)
    whole = extra = 0.0
    tell = say or _silent
    taken = list(cases(tests))[::step]
    for number, (case, text, papers) in enumerate(taken):
        if number % _EVERY == 0 and number:
            tell(f"  {number} of {len(taken)} cases")
        note, chart = Note(text), tuple(Note(paper) for paper in papers)
        begin = time.process_time()
        facts, of_chart = checker.extract(note), tuple(checker.extract(paper) for paper in chart)
        claim = proposed_claim(facts, claim_from_dict(case["claim"], checker.book))
        plain = judge(facts, claim, of_chart, checker.book)
        whole += time.process_time() - begin
        begin = time.process_time()
        opinions = second.opinions(note, facts)
        seen = second.over(plain, (note, *chart))
        extra += time.process_time() - begin
        learned = second.over(judge(facts, claim, of_chart, checker.book, opinions=opinions), (note, *chart))
        out["cases"] += 1
        out["changed"] += _verdict(learned) != _verdict(plain) or learned.facts != plain.facts
        out["opinions"] += len(opinions)
        out["opinions on clean cases"] += len(opinions) if "*" in case["expect"]["must_not"] else 0
        proofs = [e for f in seen.findings for e in f.evidence] + [e for i in seen.checklist for e in i.evidence]
        out["candidates"] += len({e.field for e in proofs if e.field.startswith("candidate:")})
    out["seconds a check"] = round(whole / out["cases"], 3)
    out["more with models"] = round(extra / whole, 3)
    return out


def cases(tests: Path) -> Iterator[tuple[Mapping[str, Any], str, list[str]]]:
    """The open cases of the project with the texts that they name."""
    for folder in CASES:
        for line in (tests / folder / "cases.jsonl").read_text(encoding="utf-8").splitlines():
            if line.strip():
                case = json.loads(line)
                texts = [_text(tests / folder / "notes" / name) for name in (case["note"], *case["chart"])]
                yield case, texts[0], texts[1:]


def load_seconds() -> dict[str, float]:
    """Processor seconds that each model takes to open, once the libraries are there."""
    out = {}
    for name in (EVIDENCE, FAMILIES):
        begin = time.process_time()
        TextModel(artefacts.read(name)).likelihoods(["warm"])
        out[name] = round(time.process_time() - begin, 3)
    begin = time.process_time()
    icd_search.load.__wrapped__().search("warm")
    out[icd_search.NAME] = round(time.process_time() - begin, 3)
    return out


def _silent(_: str) -> None:
    return None


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _verdict(report: Report) -> object:
    """All that a case is scored on."""
    loud = sorted((f.code, f.severity, f.line or "") for f in report.findings if f.severity in _LOUD)
    return loud, report.readiness, report.suggested.lines
