"""A practice's own policies: a first file to fill in, and every fault of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from notecheck import locate
from notecheck.datafile import read_model
from notecheck.errors import DataError, InputError
from notecheck.policy import coverage_load
from notecheck.policy.coverage import ANY_PAYER, Coverage
from notecheck.policy.coverage_files import Payers

TEMPLATE = """\
# {payer}, {topic}: say where the text was found and what was not read.
payer: {payer}
topic: {topic}
about: {about}
families: [{families}]
lookback_days: 365
requirements:
  - slug: conservative-failure
    question: Was conservative care tried long enough without success?
    judge: conservative-care
    facts: [conservative_care]
    where: chart
    severity: error
    stages: [initial]
    unit: weeks
    values:
      - from: {today}
        value: 4
        policy: number of the policy
        revision: its edition
        section: its section
        says: your own short words, never the sentence of the policy
        last_checked: {today}
        confidence: unsure
"""


def write_new(coverage: Coverage, folder: Path, payer: str, topic: str, today: date) -> tuple[Path, ...]:
    """A first topic of a practice's own, ready to be filled in; the payer is added where it is unknown.

    Raises InputError NC-I85 when the topic is there already, or a name is no slug.
    """
    for name in (payer, topic):
        if not name or not name.replace("-", "").isalnum() or name != name.lower():
            raise InputError(
                "NC-I85", f"'{name}' is no name for a folder", where="policy new",
                next_step="Use small letters, digits and hyphens, as in acme-health.",
            )  # fmt: skip
    file = folder / payer / topic / "topic.yaml"
    if file.exists():
        raise InputError(
            "NC-I85", "this topic is there already", where=str(file), next_step="Edit it, or name another."
        )
    like = [t for topics in coverage.topics.values() for t in topics if t.topic == topic]
    families = like[0].families if like else ("epidural-transforaminal",)
    text = TEMPLATE.format(
        payer=payer, topic=topic, about=like[0].about if like else topic.replace("-", " ").capitalize(),
        families=", ".join(families), today=today.isoformat(),
    )  # fmt: skip
    written = [file]
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    table = folder / "payers.yaml"
    if payer not in coverage.payers and not table.exists():
        table.write_text(f"payers:\n  - {{slug: {payer}, name: {payer}}}\n", encoding="utf-8")
        written.append(table)
    return tuple(written)


def faults(folder: Path | None) -> Iterator[DataError]:
    """The first fault of every topic folder and table; nothing when the policies are sound.

    ``folder`` is a practice's own one, None the shipped one. Raises InputError NC-I80 for a folder without policies.
    """
    shipped = locate.patterns() / "policy"
    place = folder or shipped
    told: set[str] = set()
    try:
        coverage_load.load_from(shipped, (folder,) if folder else ())
        return
    except DataError as error:
        told.add(error.where)
        yield error
    tables = [table for source in {shipped, place} if (table := _table(source))]
    payers = {row.slug for table in tables for row in table.payers} | {ANY_PAYER}
    macs = {row.slug for table in tables for row in table.macs}
    for path in sorted(p for p in place.glob("*/*") if p.is_dir()):
        try:
            coverage_load.read_topic(path, payers, macs)
        except DataError as error:
            if error.where not in told:
                told.add(error.where)
                yield error


def _table(folder: Path) -> Payers | None:
    try:
        return read_model(folder / coverage_load.PAYERS, Payers)
    except DataError:
        return None
