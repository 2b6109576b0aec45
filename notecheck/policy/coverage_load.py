"""Reads the policy folders: the shipped one, and a practice's own over it. Refuses what is broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import Path

from notecheck import locate
from notecheck.datafile import at_line, read_model
from notecheck.errors import DataError, InputError, did_you_mean
from notecheck.policy.coverage import ANY_PAYER, Coverage
from notecheck.policy.coverage_files import (
    ANY_MAC,
    BY_MAC,
    Judges,
    MoreRequirements,
    Payers,
    Programme,
    Programmes,
    Requirement,
    Shape,
    Topic,
    Words,
)
from notecheck.policy.coverage_words import Fault, faults, topic_faults

TOPIC_FILE = "topic.yaml"
PAYERS, PROGRAMMES = "payers.yaml", "prior-authorization.yaml"
_COMPARE = "Mend the file; compare with a neighbouring one."


@lru_cache(maxsize=1)
def load() -> Coverage:
    """Read ``patterns/policy``. Raises DataError NC-D02 to NC-D04 (unreadable), NC-D06 (contradicts itself)."""
    return load_from(locate.patterns() / "policy")


def load_with(own: Sequence[Path]) -> Coverage:
    """The shipped policies with a practice's own folders over them, the last one on top.

    A topic of an own folder takes the place of the shipped topic of that payer. Raises DataError as :func:`load`, and
    InputError NC-I80 for a folder that is not there or holds no policy.
    """
    return load_from(locate.patterns() / "policy", own) if own else load()


@lru_cache(maxsize=1)
def shapes() -> Mapping[str, Shape]:
    """How each judge decides, by its name: ``patterns/policy/judges.yaml``."""
    return {s.slug: s for s in read_model(locate.patterns() / "policy" / "judges.yaml", Judges).judges}


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, tuple[str, ...]]:
    """The words that policy files may use: ``patterns/policy/words.yaml``."""
    return read_model(locate.patterns() / "policy" / "words.yaml", Words).words


def load_from(folder: Path, own: Sequence[Path] = ()) -> Coverage:
    """The policies of one folder: ``payers.yaml``, ``prior-authorization.yaml`` and ``<payer>/<topic>/*.yaml``."""
    table = read_model(folder / PAYERS, Payers)
    for place in own:
        table = _joined(table, place)
    payers = {row.slug: row.name for row in table.payers}
    known = {row.slug for row in table.macs}
    _check_states(table, folder / PAYERS)
    topics: dict[tuple[str, str], Topic] = {}
    folders: dict[tuple[str, str], Path] = {}
    programmes: list[Programme] = []
    same_service: list[tuple[str, ...]] = []
    for place in (folder, *own):
        for path in sorted(place.glob("*/*")):
            if path.is_dir():
                topic = read_topic(path, {*payers, ANY_PAYER}, known)
                topics[topic.payer, topic.topic] = topic
                folders[topic.payer, topic.topic] = path
            elif path.suffix == ".yaml":
                raise _broken(str(path), "no folder of its own", f"Move it to {path.stem}/{TOPIC_FILE}.")
        if place is folder or (place / PROGRAMMES).exists():
            read = read_model(place / PROGRAMMES, Programmes)
            _check_programmes(read, place / PROGRAMMES, set(payers), table)
            programmes += read.programmes
            same_service += read.same_service
    aliases = {alias: row.slug for row in table.macs for alias in row.aliases}
    names = {row.slug: row.name for row in table.macs}
    by_payer: dict[str, list[Topic]] = {}
    for key in sorted(topics):
        by_payer.setdefault(key[0], []).append(topics[key])
    return Coverage(
        payers=payers,
        macs={**names, **{alias: names[slug] for alias, slug in aliases.items()}},
        states={state: row.slug for row in table.macs for state in row.states},
        topics={payer: tuple(found) for payer, found in by_payer.items()},
        programmes=tuple(programmes),
        same_service=tuple(same_service),
        aliases=aliases,
        with_contractors=frozenset(row.slug for row in table.payers if row.contractors),
        folders=folders,
    )


def read_topic(folder: Path, payers: Iterable[str], macs: Iterable[str]) -> Topic:
    """One topic: ``topic.yaml`` and the further requirement files beside it, in the order of their names."""
    head = folder / TOPIC_FILE
    if not head.exists():
        raise _broken(str(folder), f"no {TOPIC_FILE} in this folder", "Add it: payer, topic, about, families.")
    topic = read_model(head, Topic)
    _check_head(topic, head, set(payers), set(macs))
    seen: dict[str, str] = {}
    requirements: list[Requirement] = []
    for path in (head, *sorted(p for p in folder.glob("*.yaml") if p.name != TOPIC_FILE)):
        found = topic.requirements if path is head else read_model(path, MoreRequirements).requirements
        for at, requirement in enumerate(found):
            place = at_line(path, ("requirements", at)) if requirement.slug in seen else ""
            if place:
                what = f"requirement '{requirement.slug}' stands twice, first in {seen[requirement.slug]}"
                raise _broken(place, what, "Keep one of them.")
            seen[requirement.slug] = path.name
            for fault in _requirement_faults(requirement, topic, set(macs)):
                raise _at(path, ("requirements", at, *fault.place), requirement.slug, fault)
        requirements += found
    return topic.model_copy(update={"requirements": tuple(requirements)})


def _joined(table: Payers, own: Path) -> Payers:
    if not own.is_dir():
        raise InputError(
            "NC-I80", "no such policy folder", where=str(own), next_step="Name a folder, as in --policy my-policy."
        )
    if not any(own.glob(f"*/*/{TOPIC_FILE}")) and not (own / PROGRAMMES).exists():
        raise InputError(
            "NC-I80",
            f"no <payer>/<topic>/{TOPIC_FILE} in this folder",
            where=str(own),
            next_step="`notecheck policy new PAYER TOPIC --in FOLDER` writes a first one.",
        )
    if not (own / PAYERS).exists():
        return table
    more = read_model(own / PAYERS, Payers)
    slugs = {row.slug for row in table.payers}
    for at, row in enumerate(more.payers):
        if row.slug in slugs:
            what = f"payer '{row.slug}' is known already"
            raise _broken(at_line(own / PAYERS, ("payers", at)), what, "Leave it out here: its topics are added to it.")
    return Payers(payers=(*table.payers, *more.payers), macs=(*table.macs, *more.macs))


def _check_states(table: Payers, path: Path) -> None:
    """Each state has one contractor."""
    taken: dict[str, str] = {}
    for at, row in enumerate(table.macs):
        for state in row.states:
            if state in taken:
                what = f"state '{state}' stands with {taken[state]} and with {row.slug}"
                raise _broken(at_line(path, ("macs", at)), what, "Keep it with the contractor that serves it.")
            taken[state] = row.slug


def _check_head(topic: Topic, path: Path, payers: set[str], macs: set[str]) -> None:
    """Faults that a single model cannot see: wrong folder, unknown payer or contractor, two revisions for one day."""
    if topic.payer not in payers:
        near = did_you_mean(topic.payer, payers)
        raise _broken(at_line(path, ("payer",)), f"unknown payer '{topic.payer}'", near + f"Name it in {PAYERS}.")
    if topic.payer != path.parent.parent.name or topic.topic != path.parent.name:
        what = f"payer and topic are '{topic.payer}' and '{topic.topic}', the folders say otherwise"
        raise _broken(at_line(path, ("payer",)), what, "They must be the names of the two folders.")
    for fault in topic_faults(topic, vocabulary()):
        raise _at(path, fault.place, topic.topic, fault)
    seen: set[str] = set()
    for at, route in enumerate(topic.policies):
        wrong: tuple[str, str] | None = None
        if route.mac not in macs | {ANY_MAC}:
            near = did_you_mean(route.mac, macs)
            wrong = f"policies: unknown contractor '{route.mac}'", near + f"{PAYERS} lists them."
        elif route.mac in seen:
            wrong = f"policies: contractor '{route.mac}' stands twice", "Put its revisions in one row."
        seen.add(route.mac)
        for earlier, later in zip(route.editions, route.editions[1:], strict=False):
            if max(earlier.starts, earlier.ends or earlier.starts) >= later.starts:
                what = f"policies.{route.mac}: {earlier.revision} and {later.revision} share a day"
                wrong = what, "List the revisions by date, each with its own first day."
        if wrong:
            raise _broken(at_line(path, ("policies", at)), *wrong)


def _requirement_faults(requirement: Requirement, topic: Topic, macs: set[str]) -> Iterator[Fault]:
    yield from faults(requirement, shapes(), vocabulary())
    for at, value in enumerate(requirement.values):
        place = ("values", at)
        if unknown := (set(value.macs) | set(value.except_macs)) - macs:
            near = did_you_mean(sorted(unknown)[0], macs)
            yield Fault(place, f"unknown contractor '{sorted(unknown)[0]}'", near + f"{PAYERS} lists them.")
        if value.policy == BY_MAC and not topic.policies:
            yield Fault(place, "'by-mac' needs 'policies' in this folder", "Add 'policies', or name the policy here.")
        if requirement.families and topic.families and not set(requirement.families) <= set(topic.families):
            yield Fault(("families",), "a family that this topic does not have", "Take it out, or add it to the topic.")
    for (_, first), (at, second) in combinations(enumerate(requirement.values), 2):
        if first.meets(second) and first.shares_mac(second):
            what = f"two values for one day, from {first.starts} and from {second.starts}"
            yield Fault(("values", at), what, "Close the older one with 'to', or name the contractors of each.")


def _check_programmes(read: Programmes, path: Path, payers: set[str], table: Payers) -> None:
    states = {state for row in table.macs for state in row.states}
    for at, programme in enumerate(read.programmes):
        fault = _programme_fault(programme, payers, states)
        if any(p.slug == programme.slug and p.meets(programme) for p in read.programmes[:at]):
            fault = "two rows for one day", "Close the older one with 'to'."
        if fault:
            what, mend = fault
            raise _broken(at_line(path, ("programmes", at)), f"programmes.{programme.slug}: {what}", mend)


def _programme_fault(programme: Programme, payers: set[str], states: set[str]) -> tuple[str, str] | None:
    families = vocabulary()["families"]
    if programme.payer not in payers:
        return f"unknown payer '{programme.payer}'", did_you_mean(programme.payer, payers) + f"Name it in {PAYERS}."
    if unknown := set(programme.states) - states:
        return f"unknown state '{sorted(unknown)[0]}'", f"{PAYERS} lists them."
    if unknown := set(programme.families) - set(families):
        near = did_you_mean(sorted(unknown)[0], families)
        return f"unknown family '{sorted(unknown)[0]}'", near + "words.yaml lists them."
    if not programme.codes and not programme.families:
        return "neither codes nor families", "Say what it is about."
    return None


def _at(path: Path, place: tuple[str | int, ...], slug: str, fault: Fault) -> DataError:
    shown = ".".join(str(part) for part in (*place[:1], slug, *place[2:])) if place[:1] == ("requirements",) else slug
    return _broken(at_line(path, place), f"{shown}: {fault.what}", fault.mend)


def _broken(where: str, what: str, mend: str = _COMPARE) -> DataError:
    return DataError("NC-D06", what, where=where, next_step=mend)
