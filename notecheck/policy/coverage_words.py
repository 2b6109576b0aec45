"""Whether a requirement can be answered at all: fact names, the shape of its value, the words it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from notecheck.errors import did_you_mean
from notecheck.policy.coverage_files import Requirement, Setting, Shape, Topic, Value
from notecheck.records import Claim, Facts, Integrity, Procedure, Visit

_PARTS = {"procedures": Procedure, "integrity": Integrity, "visit": Visit, "claim": Claim}
_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place (keys and positions below the requirement or topic), and how to mend it."""

    place: tuple[str | int, ...]
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number of a value that a record is held against: its key (empty for a plain number) and unit."""

    key: str
    number: float
    unit: str


def known_facts() -> frozenset[str]:
    """Every name that ``facts`` may hold: the keys of the fact format, with those of its parts and of the claim."""
    plain = {f.name for f in fields(Facts)}
    below = {f"{name}.{f.name}" for name, record in _PARTS.items() for f in fields(record)}
    return frozenset(plain | below)


def thresholds(shape: Shape, value: Setting) -> tuple[Threshold, ...]:
    """The numbers of a value that decide, with their units."""
    if isinstance(value, dict):
        found = [(k, v) for k, v in value.items() if k in shape.units or "*" in shape.units]
    else:
        found = [("", value)] if "" in shape.units else []  # type: ignore[list-item]
    return tuple(
        Threshold(key, float(number), shape.units.get(key) or shape.units["*"])
        for key, number in found
        if isinstance(number, int | float) and not isinstance(number, bool)
    )


def topic_faults(topic: Topic, words: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    """Families of a topic that no note can give."""
    yield from _unknown(("families",), topic.families, "families", words)
    yield from _unknown(("lookback_by_family",), tuple(topic.lookback_by_family), "families", words)


def faults(
    requirement: Requirement, shapes: Mapping[str, Shape], words: Mapping[str, tuple[str, ...]]
) -> Iterator[Fault]:
    """Everything that keeps a requirement from being judged as it is meant."""
    shape = shapes.get(requirement.judge)
    if shape is None:
        near = did_you_mean(requirement.judge, shapes)
        yield Fault(("judge",), f"unknown judge '{requirement.judge}'", near + "judges.yaml lists them.")
        return
    yield from _fact_faults(requirement, shape)
    for key in ("families", "techniques", "stages", "purposes"):
        yield from _unknown((key,), getattr(requirement, key), key, words)
    yield from _unknown(("except_techniques",), requirement.except_techniques, "techniques", words)
    for at, waiver in enumerate(requirement.exceptions):
        yield from _unknown(("exceptions", at, "statements"), waiver.statements, "statements", words)
        yield from _codes(("exceptions", at, "icd10"), waiver.icd10)
        if not (waiver.statements or waiver.icd10 or waiver.words):
            yield Fault(("exceptions", at), f"exception '{waiver.slug}' has no sign", "Add icd10, words or statements.")
    if requirement.unit:
        yield from _unknown(("unit",), (requirement.unit,), "units", words)
        allowed = set(shape.units.values())
        if allowed and requirement.unit not in allowed:
            mend = f"This judge counts {' or '.join(sorted(allowed))}: convert the number."
            yield Fault(("unit",), f"judge '{shape.slug}' does not count {requirement.unit}", mend)
    for at, value in enumerate(requirement.values):
        yield from _value_faults(("values", at), value, shape, words)


def _fact_faults(requirement: Requirement, shape: Shape) -> Iterator[Fault]:
    known = known_facts()
    if not requirement.facts and shape.slug != "reader":
        yield Fault(("facts",), "no fact is named", f"Name what answers it: {', '.join(shape.facts)}.")
    for name in requirement.facts:
        if name not in known:
            yield Fault(("facts",), f"unknown fact '{name}'", did_you_mean(name, known) + "README.md lists the facts.")
        elif shape.facts and name not in shape.facts:
            mend = f"It reads {', '.join(shape.facts)}."
            yield Fault(("facts",), f"judge '{shape.slug}' does not read '{name}'", mend)


def _value_faults(
    place: tuple[str | int, ...], value: Value, shape: Shape, words: Mapping[str, tuple[str, ...]]
) -> Iterator[Fault]:
    setting = value.value
    place = (*place, "value")
    if isinstance(setting, dict) and shape.keys:
        for key in shape.needs:
            if key not in setting:
                yield Fault(place, f"judge '{shape.slug}' needs the key '{key}'", f"Add '{key}'.")
        for key, part in setting.items():
            if key not in shape.keys:
                mend = did_you_mean(key, shape.keys) + f"It takes {', '.join(shape.keys)}."
                yield Fault((*place, key), f"judge '{shape.slug}' has no key '{key}'", mend)
            else:
                yield from _kind_faults((*place, key), part, shape.keys[key], words)
        return
    kinds = [kind for kind in shape.plain if _fits(setting, kind)]
    if not kinds:
        wanted = [*shape.plain, *(["a table of " + ", ".join(shape.keys)] if shape.keys else [])]
        yield Fault(place, f"judge '{shape.slug}' cannot use this value", f"It takes {' or '.join(wanted)}.")
        return
    yield from _kind_faults(place, setting, kinds[0], words)
    if kinds[0] == "table" and "*" in shape.units and any(not _fits(v, "number") for v in dict(setting).values()):  # type: ignore[arg-type]
        yield Fault(place, "every entry must be a number", "Write numbers.")
    yield from _below_zero(place, shape, setting)


def _below_zero(place: tuple[str | int, ...], shape: Shape, setting: Setting) -> Iterator[Fault]:
    for threshold in thresholds(shape, setting):
        if threshold.number < 0:
            yield Fault(place, f"{threshold.number:g} is below zero", "Write the number as the policy prints it.")


def _fits(value: object, kind: str) -> bool:
    """True when the value is of the kind; which words it may hold is asked apart."""
    name = kind.split(" ")[0]
    if name == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if name == "flag":
        return value is True
    if name == "table":
        return isinstance(value, dict)
    if name in ("words", "texts", "codes"):
        return isinstance(value, tuple)
    return isinstance(value, str)  # word, code, one of


def _kind_faults(
    place: tuple[str | int, ...], value: object, kind: str, words: Mapping[str, tuple[str, ...]]
) -> Iterator[Fault]:
    if not _fits(value, kind):
        yield Fault(place, f"{_shown(value)} is not what stands here", f"Write {_wanted(kind)}.")
        return
    name, _, rest = kind.partition(" ")
    listed = value if isinstance(value, tuple) else (str(value),)
    if name in ("words", "word"):
        yield from _unknown(place, listed, rest, words)
    elif name in ("codes", "code"):
        yield from _codes(place, listed)
    elif name == "one":
        allowed = rest.removeprefix("of ").split(", ")
        for word in listed:
            if word not in allowed:
                yield Fault(place, f"'{word}' is none of {', '.join(allowed)}", "Write one of them.")


def _wanted(kind: str) -> str:
    plain = {"number": "a number", "flag": "true", "texts": "a list of words", "codes": "a list of ICD-10 codes"}
    return plain.get(kind) or {"words": f"a list of {kind[6:]}", "word": f"one of the {kind[5:]}"}.get(
        kind.split(" ")[0], kind
    )


def _shown(value: object) -> str:
    return "true or false" if isinstance(value, bool) else f"'{value}'"


def _unknown(
    place: tuple[str | int, ...], used: tuple[str, ...], name: str, words: Mapping[str, tuple[str, ...]]
) -> Iterator[Fault]:
    for word in used:
        if word not in words[name]:
            shown = "exam findings" if name == "exam" else name
            mend = did_you_mean(word, words[name]) + "words.yaml lists them."
            yield Fault(place, f"'{word}' is none of the known {shown}", mend)


def _codes(place: tuple[str | int, ...], used: tuple[str, ...]) -> Iterator[Fault]:
    for code in used:
        if not _CODE.fullmatch(code):
            yield Fault(place, f"'{code}' has not the shape of an ICD-10 code", "Write it as in M54.16 or M54.1.")
