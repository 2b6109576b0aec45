"""The audit of a batch as tables: readiness, gaps, trend, money, use of codes, copied notes, the worst notes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from notecheck.annotate.second_look import MAY_BE
from notecheck.audit.batch import UNKNOWN, Batch, Judged, billed_lines, fingerprints, levels_of, read_batch
from notecheck.audit.copies import Copies, copies
from notecheck.audit.measures import measures
from notecheck.audit.money import Money, at_risk
from notecheck.audit.tables import Cell, Table
from notecheck.audit.utilisation import FALSE_DISCOVERY, FEW, Use, utilisation
from notecheck.report.words import slug_words
from notecheck.scan.store import Store

ANSWERS = ("ready", "addendum", "hold")
MOST_PROVIDERS, MOST_GAPS, MOST_SHOWN = 30, 20, 200
MOST_LEFT = 500
_GAPS = """
SELECT n.provider, c.requirement, count(*) FILTER (WHERE c.answer <> 'not-applicable'),
       count(*) FILTER (WHERE c.answer = 'not-met'), count(*) FILTER (WHERE c.answer = 'unclear'),
       count(*) FILTER (WHERE ends_with(c.because, ?)), any_value(c.question)
FROM checklist c JOIN notes n USING (note_key)
WHERE n.status = 'judged' AND NOT n.gone AND NOT coalesce(c.for_person, false) GROUP BY n.provider, c.requirement
"""
_FOUND = """
SELECT f.code, any_value(f.name), f.severity, count(DISTINCT f.note_key) FROM findings f JOIN notes n USING (note_key)
WHERE n.status = 'judged' AND NOT n.gone AND f.severity <> 'info' GROUP BY f.code, f.severity
ORDER BY count(DISTINCT f.note_key) DESC, f.code
"""


@dataclass(frozen=True, slots=True)
class Worst:
    """A note with the most to mend. ``first`` is its first error or warning in short."""

    note: Judged
    first: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement: how often it was asked, not met and unclear, in all and by provider (asked, gaps).

    ``to_read`` counts the notes where nothing matched and a sentence may be the statement: a person must read it.
    """

    requirement: str
    question: str
    asked: int
    not_met: int
    unclear: int
    by_provider: Mapping[str, tuple[int, int]]
    to_read: int = 0

    @property
    def gaps(self) -> int:
        """Not met or unclear."""
        return self.not_met + self.unclear


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole audit. ``worst`` has the notes to look at first, as many as were asked for."""

    batch: Batch
    gaps: tuple[Gap, ...]
    uses: tuple[Use, ...]
    copies: Copies
    worst: tuple[Worst, ...]
    money: Money | None
    found: tuple[tuple[str, str, str, int], ...]


def picture(store: Store, *, fees: Mapping[str, Decimal] | None = None, worst: int = 100) -> Picture:
    """Everything that the audit of one scan shows. Reads the store only; no note is opened."""
    batch = read_batch(store)
    lines = billed_lines(store)
    return Picture(
        batch=batch,
        gaps=_gaps(store),
        uses=utilisation(batch.notes, lines, levels_of(store), measures()),
        copies=copies(store, fingerprints(store)),
        worst=_worst(store, batch, worst),
        money=at_risk(store, lines, fees) if fees else None,
        found=tuple(tuple(row) for row in store.query(_FOUND)),
    )


def tables(shown: Picture) -> tuple[Table, ...]:
    """The picture as tables, in the order of the page."""
    notes = shown.batch.notes
    made = [
        _readiness("family", "Readiness by procedure", "Procedure", notes, _family),
        _readiness("payer", "Readiness by payer", "Payer", notes, _payer),
        _readiness("provider", "Readiness by provider", "Provider", notes, _provider),
        _readiness("month", "Readiness by month", "Month", notes, _month, by_name=True),
        _pareto(shown.gaps),
        _findings(shown),
        heat(shown),
        _outliers(shown.uses),
        _copied(shown),
        _uniform(shown.copies),
    ]
    if shown.money is not None:
        made += _money(shown, shown.money)
    made.append(_worst_table(shown))
    return (*made, *_left_out(shown.batch))


def _left_out(batch: Batch) -> list[Table]:
    """What the numbers above do not hold, or hold by another payer than the file names."""
    made = []
    if batch.refused:
        says = f"{len(batch.refused)} documents could not be read or judged; no number above counts them."
        heads = ("Document", "Code", "Reason", "What to do")
        made.append(Table("refused", "Refused documents", heads, batch.refused[:MOST_LEFT], _more(batch.refused, says)))
    if batch.unmatched:
        says = f"{len(batch.unmatched)} claims have no note in this scan: nothing was compared with them."
        columns = ("Claim", "Patient", "Day", "Codes", "Why")
        rows = batch.unmatched[:MOST_LEFT]
        made.append(Table("unmatched", "Claims without a note", columns, rows, _more(batch.unmatched, says)))
    if batch.strangers:
        says = "Names in the files that no payer of the policies has, and the payer that stood in for them."
        made.append(Table("payers", "Payers not known", ("Named", "Judged by", "Notes"), batch.strangers, says))
    return made


def _more(rows: Sequence[object], says: str) -> str:
    left = len(rows) - MOST_LEFT
    return f"{says} {left} further ones are not shown here." if left > 0 else says


def heat(shown: Picture) -> Table:
    """Provider by requirement: the share of applicable answers that are a gap; None where nothing was asked."""
    gaps = [gap for gap in shown.gaps if gap.gaps][:MOST_GAPS]
    counted = Counter(note.provider for note in shown.batch.notes)
    names = [name for name, _ in sorted(counted.items(), key=_often)][:MOST_PROVIDERS]
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            counted[name],
            *(round(g / a, 3) if a else None for a, g in (x.by_provider.get(name, (0, 0)) for x in gaps)),
        )
        for name in names
    ]
    left = [f"{len(counted) - len(names)} providers with fewer notes" * (len(counted) > len(names))]
    left.append(
        f"{sum(g.gaps > 0 for g in shown.gaps) - len(gaps)} rarer gaps"
        * (sum(g.gaps > 0 for g in shown.gaps) > len(gaps))
    )
    omitted = " and ".join(part for part in left if part)
    return Table(
        "heat",
        "Gaps by provider",
        ("Provider", "Notes", *(gap.requirement for gap in gaps)),
        tuple(rows),
        "Share of the notes in which the requirement applies and is not met or unclear."
        + (f" Not shown: {omitted}." if omitted else ""),
        frozenset(range(2, 2 + len(gaps))),
    )


def _readiness(
    slug: str, title: str, head: str, notes: Sequence[Judged], of: Callable[[Judged], str], *, by_name: bool = False
) -> Table:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for note in notes:
        counts[of(note)][note.readiness] += 1
    order = sorted(counts) if by_name else sorted(counts, key=lambda name: (-counts[name].total(), name))
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            counts[name].total(),
            *(counts[name][a] for a in ANSWERS),
            round(counts[name]["ready"] / counts[name].total(), 3),
        )
        for name in order
    ]
    return Table(
        slug, title, (head, "Notes", "Ready", "Addendum", "Hold", "Ready, share"), tuple(rows), "", frozenset({5})
    )


def _pareto(gaps: Sequence[Gap]) -> Table:
    total, running, rows = sum(gap.gaps for gap in gaps) or 1, 0, []
    for gap in gaps:
        if gap.gaps:
            running += gap.gaps
            rows.append(
                (
                    gap.requirement,
                    gap.question,
                    gap.asked,
                    gap.not_met,
                    gap.unclear,
                    round(gap.gaps / gap.asked, 3),
                    round(running / total, 3),
                    gap.to_read,
                )
            )
    return Table(
        "gaps",
        "Gaps by weight",
        (
            "Requirement", "Question", "Applies", "Not met", "Unclear", "Gap, share", "Of all gaps, running",
            "With a sentence to read",
        ),
        tuple(rows),
        "Requirements of the policies in force, the most frequent gap first, without what only a person can answer. "
        "With a sentence to read: nothing matched, and a sentence of the note may be the statement; the report of the "
        "note and the table checklist show it.",
        frozenset({5, 6}),
    )


def _findings(shown: Picture) -> Table:
    total = len(shown.batch.notes)
    rows = tuple((code, name, severity, count, round(count / total, 3)) for code, name, severity, count in shown.found)
    return Table(
        "findings",
        "Findings by check",
        ("Check", "Name", "Severity", "Notes", "Of all notes"),
        rows,
        "",
        frozenset({4}),
    )


def _outliers(uses: Sequence[Use]) -> Table:
    rows = [
        (
            use.provider,
            use.says,
            f"{use.count} of {use.of}" if not use.mean else f"{use.of}",
            _rate(use, use.rate),
            _rate(use, use.rate_others),
            _chance(use.p),
            _chance(use.q),
            "stands out" if use.outlying else "",
            "small numbers" if use.few else "",
        )
        for use in uses
    ]
    return Table(
        "use",
        "Use of codes by provider",
        ("Provider", "Measure", "Counted", "Provider's rate", "All others' rate", "p", "q", "Beyond chance", "Numbers"),
        tuple(rows),
        "Exact tests (Fisher; Poisson for means) against all other providers; q is p after Benjamini and Hochberg, "
        f"and {FALSE_DISCOVERY:g} is the line. Below {FEW} sessions, lines or patients numbers are called small. "
        "A difference is a reason to look, not a finding: patients differ.",
    )


def _rate(use: Use, rate: float) -> str:
    return f"{rate:.2f}" if use.mean else f"{rate:.1%}"


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _copied(shown: Picture) -> Table:
    notes = shown.batch.by_key()
    rows: list[tuple[Cell, ...]] = []
    for copy in shown.copies.compared[:MOST_SHOWN]:
        one, two = notes[copy.pair.first], notes[copy.pair.second]
        words = max((p.words for p in copy.passages), default=0)
        rows.append(
            (
                one.note_id,
                two.note_id,
                one.provider if one.provider == two.provider else f"{one.provider} / {two.provider}",
                one.day,
                two.day,
                copy.pair.kind,
                copy.pair.similarity,
                words,
                ", ".join(copy.equal),
                ", ".join(copy.differing),
            )
        )
    more = len(shown.copies.pairs) - len(rows)
    return Table(
        "copies",
        "Copied notes",
        (
            "Note",
            "Other note",
            "Provider",
            "Day",
            "Day of the other",
            "Copied from",
            "Alike",
            "Longest passage, words",
            "Equal, though of one patient and day",
            "Differ",
        ),
        tuple(rows),
        "Alike is the part of what a note says beyond template and chance that the other says too."
        + (f" {more} further pairs are not shown." if more > 0 else ""),
        frozenset({6}),
    )


def _uniform(found: Copies) -> Table:
    rows = tuple((one.provider, one.notes, round(one.template, 3)) for one in found.alike)
    says = (
        "The median part of a note whose words stand in more than half of the provider's notes. "
        "Near 100 % the notes cannot be told apart."
    )
    return Table(
        "template", "How much is template", ("Provider", "Notes", "Template, share"), rows, says, frozenset({2})
    )


def _money(shown: Picture, money: Money) -> list[Table]:
    notes = shown.batch.by_key()
    says = (
        f"By the fee file given: {money.at_risk:,.2f} of {money.billed:,.2f} billed stand on a line that an error "
        "names or in a note on hold. "
        f"{money.without_fee} billed lines have no fee. What a payer would take back is not known."
    )
    made = []
    for slug, title, head, of in (
        ("money-provider", "Money at risk by provider", "Provider", _provider),
        ("money-family", "Money at risk by procedure", "Procedure", _family),
    ):
        sums: dict[str, Decimal] = defaultdict(Decimal)
        lines: Counter[str] = Counter()
        for line in money.lines:
            if line.key in notes:
                sums[of(notes[line.key])] += line.amount
                lines[of(notes[line.key])] += 1
        rows = tuple((name, lines[name], float(sums[name])) for name in sorted(sums, key=lambda n: (-sums[n], n)))
        made.append(Table(slug, title, (head, "Lines at risk", "Amount"), rows, says))
    return made


def _worst_table(shown: Picture) -> Table:
    rows = tuple(
        (
            w.note.note_id,
            w.note.provider,
            w.note.payer,
            w.note.day,
            slug_words(w.note.family),
            w.note.readiness,
            w.note.errors,
            w.note.warnings,
            w.first,
        )
        for w in shown.worst
    )
    says = f"The {len(rows)} of {len(shown.batch.notes)} notes with the most errors, then warnings."
    heads = ("Note", "Provider", "Payer", "Day", "Procedure", "Readiness", "Errors", "Warnings", "First finding")
    return Table("worst", "Notes to look at first", heads, rows, says)


def _gaps(store: Store) -> tuple[Gap, ...]:
    asked: Counter[str] = Counter()
    not_met: Counter[str] = Counter()
    unclear: Counter[str] = Counter()
    by: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    questions: dict[str, str] = {}
    to_read: Counter[str] = Counter()
    for provider, requirement, applies, missing, open_still, sentences, question in store.query(_GAPS, [MAY_BE]):
        to_read[requirement] += sentences
        asked[requirement] += applies
        not_met[requirement] += missing
        unclear[requirement] += open_still
        by[requirement][provider or UNKNOWN] = (applies, missing + open_still)
        questions[requirement] = question or ""
    found = [Gap(r, questions[r], asked[r], not_met[r], unclear[r], by[r], to_read[r]) for r in asked if asked[r]]
    return tuple(sorted(found, key=_frequent))


def _worst(store: Store, batch: Batch, most: int) -> tuple[Worst, ...]:
    order = sorted((note for note in batch.notes if note.errors or note.warnings), key=_bad)[:most]
    rows = store.query(
        "SELECT note_key, code, message FROM findings "
        "WHERE severity <> 'info' AND note_key IN (SELECT unnest(?::VARCHAR[])) "
        "ORDER BY note_key, CASE severity WHEN 'error' THEN 0 ELSE 1 END DESC, number DESC",
        [[note.key for note in order]],
    )
    first = {key: f"{code} {message}" for key, code, message in rows}
    return tuple(Worst(note, first.get(note.key, "")) for note in order)


def _frequent(gap: Gap) -> tuple[int, str]:
    return (-gap.gaps, gap.requirement)


def _often(counted: tuple[str, int]) -> tuple[int, str]:
    return (-counted[1], counted[0])


def _bad(note: Judged) -> tuple[int, int, str, str]:
    return (-note.errors, -note.warnings, note.day, note.key)


def _family(note: Judged) -> str:
    return slug_words(note.family)


def _payer(note: Judged) -> str:
    return note.payer


def _provider(note: Judged) -> str:
    return note.provider


def _month(note: Judged) -> str:
    return note.month
