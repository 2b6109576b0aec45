"""Made cases for one requirement of the policy data: everything else sound, one measure just short or just enough.

``both_sides`` gives, for one threshold of one value, two cases through the real judging: the first must fail it, the
second must meet it. A threshold of a kind that nothing here can measure raises ``NoMeasure``: it needs a row in
``MEASURES`` (requirements that are judged) or ``READERS`` (numbers that a check of its own compares).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from golden_facts import facts

from notecheck.checks.base import Case
from notecheck.checks.coverage.requirements import Judged, judged
from notecheck.policy import coverage_load
from notecheck.policy.book import Book
from notecheck.policy.coverage import Coverage, Rule
from notecheck.policy.coverage_files import BY_MAC, Requirement, Topic, Value
from notecheck.policy.coverage_words import Threshold, thresholds
from notecheck.records import Claim, ClaimLine, Evidence, Facts, PriorProcedure, Suggested

LATEST = date(2026, 10, 30)
CARE = ("physical-therapy", "nsaid", "chiropractic", "tens", "acupuncture", "home-exercise", "massage")
SI_TESTS = ("si-test-faber", "si-test-gaenslen", "si-test-thigh-thrust", "si-test-compression", "si-test-distraction")
SITES = ("greater-occipital-nerve", "suprascapular-nerve", "ilioinguinal-nerve", "pudendal-nerve", "femoral-nerve")
DRUGS = {"hyaluron": "hyaluronate"}
LEAD_CODES = {"intrathecal-pump": "62362", "peripheral-nerve-stimulation": "64590"}
PLACES = (Evidence(0, 4, "text", "searched:none"),)


class NoMeasure(AssertionError):
    """A threshold that the tests cannot yet measure on both sides."""


@dataclass
class Made:
    """The parts of a case, to be changed by a measure."""

    procedures: list[dict[str, Any]]
    note: dict[str, Any]
    history: list[PriorProcedure]
    day: date
    extra: dict[str, Any] = field(default_factory=dict)
    lines: tuple[ClaimLine, ...] = ()


@dataclass(frozen=True)
class Held:
    """One value of one requirement on a day and for a contractor for which it is in force."""

    topic: Topic
    requirement: Requirement
    value: Value
    mac: str | None
    day: date

    @property
    def name(self) -> str:
        return f"{self.topic.payer}/{self.topic.topic}/{self.requirement.slug}"


def everything(policies: Coverage) -> Iterator[tuple[Topic, Requirement, Value]]:
    for topics in policies.topics.values():
        for topic in topics:
            for requirement in topic.requirements:
                for value in requirement.values:
                    yield topic, requirement, value


def contractors(policies: Coverage, topic: Topic, value: Value) -> list[str | None]:
    """The contractors for which a value is printed; None for payers without contractors."""
    if topic.payer not in policies.with_contractors:
        return [None]
    own = sorted(set(policies.macs) - set(policies.aliases))
    routed = {route.mac for route in topic.policies}
    by_mac = value.policy == BY_MAC and "any" not in routed
    return [mac for mac in own if value.holds_for(mac) and (not by_mac or mac in routed)]


def days(topic: Topic, value: Value, mac: str | None) -> list[date]:
    """Days on which the value could be in force, the earliest first: its first day, and those of the revisions."""
    found = {value.starts, *(e.starts for r in topic.policies if r.mac in (mac, "any") for e in r.editions)}
    return sorted(day for day in found if value.covers(day))


def in_force(policies: Coverage, topic: Topic, requirement: Requirement, value: Value) -> Held | None:
    """The value where and when it holds for the first time; None for a value that is never in force."""
    for mac in contractors(policies, topic, value):
        for day in days(topic, value, mac):
            rule = policies.in_force(topic, requirement, day, mac)
            if is_value(rule, value):
                return Held(topic, requirement, value, mac, day)
    return None


def is_value(rule: Rule, value: Value) -> bool:
    """True when the rule in force is this very value."""
    return not rule.gap and (rule.value, rule.says, rule.confidence) == (value.value, value.says, value.confidence)


def numbers(requirement: Requirement, value: Value) -> tuple[Threshold, ...]:
    """The thresholds of a value; of one that a check of its own compares, every number. Zero is no threshold."""
    if requirement.judge != "reader":
        found = thresholds(coverage_load.shapes()[requirement.judge], value.value)
        return tuple(t for t in found if t.number)
    parts = value.value.items() if isinstance(value.value, dict) else [("", value.value)]
    return tuple(
        Threshold(key, float(number), requirement.unit)
        for key, number in parts
        if isinstance(number, int | float) and not isinstance(number, bool)
    )


def verdict(book: Book, held: Held, made: Made) -> Judged:
    """The answer of the real judging to one requirement of a made case."""
    found = [j for j in judged(case(book, held, made)) if j.requirement == held.name]
    assert len(found) == 1, f"{held.name} was judged {len(found)} times"
    assert is_value(found[0].rule, held.value), f"{held.name}: another value was in force"
    return found[0]


def case(book: Book, held: Held, made: Made) -> Case:
    """The made parts as a case, with an empty chart document: what is lacking is then lacking."""
    claim = Claim(
        lines=made.lines, payer=held.topic.payer if held.topic.payer != "any" else "medicare", mac=held.mac,
        date_of_service=made.day.isoformat(), place_of_service="11", history=tuple(made.history),
    )  # fmt: skip
    note = facts({**made.note, "procedures": made.procedures}, places=PLACES, **made.extra)
    return Case(note, book, made.day, Suggested(), claim, (Facts("chart", places=PLACES),))


def sound(held: Held) -> Made:
    """A session to which the requirement applies, with its stage, purpose, technique and drug."""
    requirement = held.requirement
    family = (requirement.families or held.topic.families)[0]
    if "trial" in requirement.stages:
        family = next(f for f in requirement.families or held.topic.families if f == "scs-trial")
    elif "permanent" in requirement.stages and "scs-implant" in held.topic.families:
        family = "scs-implant"
    technique = requirement.techniques[0] if requirement.techniques else None
    drug = DRUGS.get(requirement.drugs[0], requirement.drugs[0]) if requirement.drugs else "dexamethasone"
    procedure: dict[str, Any] = {
        "family": family, "technique": technique, "region": "lumbar", "levels": ["L4-L5"], "laterality": "left",
        "site": SITES[0], "injectate": [{"drug": drug, "mg": 4}], "guidance": ["fluoroscopy"],
        "purpose": purpose(requirement),
    }  # fmt: skip
    made = Made([procedure], {}, [], held.day)
    if family in LEAD_CODES and "permanent" in requirement.stages:
        made.lines = (ClaimLine(LEAD_CODES[family]),)
    if set(requirement.stages) & {"repeat", "after-therapeutic", "after-diagnostic"}:
        made.history = [earlier(made, 30, relief_days=1 if "after-diagnostic" in requirement.stages else 200)]
    return made


def purpose(requirement: Requirement) -> str | None:
    if not requirement.purposes:
        return None
    return next((p for p in requirement.purposes if p in ("diagnostic", "therapeutic")), None)


def earlier(made: Made, days_ago: int, relief_days: float | None = 200) -> PriorProcedure:
    """A procedure of the same kind, side and level so many days ago."""
    done = made.procedures[0]
    return PriorProcedure(
        (made.day - timedelta(days=days_ago)).isoformat(), family=done["family"], region="lumbar",
        levels=("L4-L5",), laterality="left", relief_days=relief_days,
    )  # fmt: skip


Measure = Callable[[Held, Made, float, Mapping[str, Any]], tuple[Made, Made]]


def _both(change: Callable[[Made, float], None]) -> Measure:
    """A measure of which one less than the number fails and the number itself passes."""

    def measure(held: Held, made: Made, number: float, value: Mapping[str, Any]) -> tuple[Made, Made]:
        short, enough = _copy(made), _copy(made)
        change(short, number - 1)
        change(enough, number)
        return short, enough

    return measure


def _most(change: Callable[[Made, float], None]) -> Measure:
    """A measure of which one more than the number fails and the number itself passes."""

    def measure(held: Held, made: Made, number: float, value: Mapping[str, Any]) -> tuple[Made, Made]:
        over, within = _copy(made), _copy(made)
        change(over, number + 1)
        change(within, number)
        return over, within

    return measure


def _copy(made: Made) -> Made:
    return replace(
        made, procedures=[dict(p) for p in made.procedures], note=dict(made.note), history=list(made.history),
        extra=dict(made.extra),
    )  # fmt: skip


def _weeks_of_care(made: Made, weeks: float) -> None:
    made.note["conservative_care"] = [{"modality": CARE[0], "weeks": weeks, "outcome": "failed"}]


def _kinds_of_care(made: Made, kinds: float) -> None:
    tried = CARE[: int(kinds)]
    made.note["conservative_care"] = [{"modality": m, "weeks": None, "outcome": "failed"} for m in tried]


def _weeks_of_pain(made: Made, weeks: float) -> None:
    made.note["symptom_weeks"] = weeks


def _score(made: Made, points: float) -> None:
    made.note["pain_scores"] = [{"score": points, "max": 10, "timing": "pre"}]


def _last_session(made: Made, ago: float) -> None:
    made.history = [replace(made.history[0], date=(made.day - timedelta(days=int(ago))).isoformat())]


def _tests(made: Made, count: float) -> None:
    names = SI_TESTS[: int(count)]
    made.note["exam"] = ["si-provocation"]
    made.extra["statements"] = names
    made.extra["evidence"] = (
        Evidence(0, 4, "text", "exam", "si-provocation"),
        *(Evidence(0, 4, "text", "statements", name) for name in names),
    )


def _sites(made: Made, count: float) -> None:
    made.procedures = [{**made.procedures[0], "site": site} for site in SITES[: int(count)]]


def _regions(made: Made, count: float) -> None:
    neck = {**made.procedures[0], "region": "cervical", "levels": ["C5-C6"]}
    made.procedures = [made.procedures[0], neck][: int(count)]


def _findings(held: Held, made: Made, number: float, value: Mapping[str, Any]) -> tuple[Made, Made]:
    short, enough = _copy(made), _copy(made)
    short.note["exam"] = list(value["of"][: int(number) - 1])
    enough.note["exam"] = list(value["of"][: int(number)])
    return short, enough


def _relief(source: str, key: str) -> Measure:
    """Relief of one source, the measured part one short and just enough, the other part as the policy asks."""

    def measure(held: Held, made: Made, number: float, value: Mapping[str, Any]) -> tuple[Made, Made]:
        pair = []
        for level in (number - 1, number):
            one = _copy(made)
            parts = {"percent": value.get("percent"), "days": value.get("days"), key: level}
            one.note["relief"] = [{**parts, "source": source}]
            if value.get("function") == "and":
                one.extra["statements"] = ("function-gain",)
            if value.get("only_icd10"):
                one.note["diagnoses"] = [{"text": "named", "icd10": value["only_icd10"][0]}]
            pair.append(one)
        return pair[0], pair[1]

    return measure


def _blocks(key: str) -> Measure:
    def measure(held: Held, made: Made, number: float, value: Mapping[str, Any]) -> tuple[Made, Made]:
        count, percent = int(value["count"]), value["percent"]
        enough = [percent] * count
        short = enough[1:] if key == "count" else [percent - 1, *enough[1:]]
        pair = []
        for percents in (short, enough):
            one = _copy(made)
            one.note["relief"] = [{"percent": p, "days": 0.3, "source": "diagnostic-block"} for p in percents]
            pair.append(one)
        return pair[0], pair[1]

    return measure


def _weeks_then(held: Held, made: Made, number: float, value: Mapping[str, Any]) -> tuple[Made, Made]:
    made.note["diagnoses"] = [{"text": "named", "icd10": value["weeks_for"]}]
    return _both(_weeks_of_care)(held, made, number, value)


def _sessions(key: str) -> Measure:
    """One session too many against the number allowed, today's included."""

    def measure(held: Held, made: Made, number: float, value: Mapping[str, Any]) -> tuple[Made, Made]:
        if key in ("diagnostic", "therapeutic"):
            made.procedures[0]["purpose"] = key
        lasted = 1 if key == "diagnostic" else 200
        window = int(value.get("days") or held.topic.lookback_days)
        pair = []
        for count in (int(number), int(number) - 1):
            one = _copy(made)
            step = (window - 1) // int(number)
            one.history = [earlier(one, step * (n + 1), lasted) for n in range(count)]
            pair.append(one)
        return pair[0], pair[1]

    return measure


def _window(held: Held, made: Made, number: float, value: Mapping[str, Any]) -> tuple[Made, Made]:
    """The oldest of too many sessions on the last day of the rolling window, and a day before it."""
    limit = int(value.get("limit") or value.get("therapeutic") or 0)
    pair = []
    for oldest in (int(number) - 1, int(number)):
        one = _copy(made)
        one.history = [earlier(one, oldest), *(earlier(one, 10 * (n + 1)) for n in range(limit - 1))]
        pair.append(one)
    return pair[0], pair[1]


MEASURES: Mapping[tuple[str, str], Measure] = {
    ("blocks", "count"): _blocks("count"),
    ("blocks", "percent"): _blocks("percent"),
    ("conservative-care", ""): _both(_weeks_of_care),
    ("conservative-care", "kinds"): _both(_kinds_of_care),
    ("conservative-care", "weeks"): _both(_weeks_of_care),
    ("conservative-care", "weeks_then"): _weeks_then,
    ("findings", "count"): _findings,
    ("first-block", "percent"): _relief("diagnostic-block", "percent"),
    ("interval", ""): _both(_last_session),
    ("pain-threshold", ""): _both(_score),
    ("regions", ""): _most(_regions),
    ("repeat-relief", "days"): _relief("prior-procedure", "days"),
    ("repeat-relief", "percent"): _relief("prior-procedure", "percent"),
    ("sessions", ""): _sessions(""),
    ("sessions", "days"): _window,
    ("sessions", "diagnostic"): _sessions("diagnostic"),
    ("sessions", "limit"): _sessions("limit"),
    ("sessions", "therapeutic"): _sessions("therapeutic"),
    ("si-tests", ""): _both(_tests),
    ("sites", ""): _most(_sites),
    ("symptom-duration", ""): _both(_weeks_of_pain),
    ("trial-relief", "percent"): _relief("trial", "percent"),
}
FAILS: Mapping[str, frozenset[str]] = {
    "steroid-dose": frozenset({"unclear"}),
    "findings": frozenset({"unclear", "not-met"}),
}
"""What a judge may answer on the failing side, where it is not plainly ``not-met``."""


def measure_of(held: Held, threshold: Threshold) -> Measure:
    """The measure of a threshold. Raises NoMeasure for one of a new kind."""
    judge = held.requirement.judge
    if judge == "steroid-dose":

        def dose(made: Made, mg: float) -> None:
            made.procedures[0]["injectate"] = [{"drug": threshold.key, "mg": mg}]

        return _most(dose)
    found = MEASURES.get((judge, threshold.key))
    if found is None:
        raise NoMeasure(f"{held.name}: no boundary test for judge '{judge}', number '{threshold.key}'")
    return found


def both_sides(held: Held, threshold: Threshold) -> tuple[Made, Made]:
    """The case that just fails the threshold, and the one that just meets it."""
    value = held.value.value if isinstance(held.value.value, dict) else {}
    return measure_of(held, threshold)(held, sound(held), threshold.number, value)
