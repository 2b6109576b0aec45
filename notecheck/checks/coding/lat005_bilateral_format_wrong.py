"""LAT005."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped, proof
from notecheck.coding.joints import sides_of
from notecheck.coding.lines import BOTH
from notecheck.coding.match import LineMatch
from notecheck.records import Finding

_FORMS = {
    "one-line-50": "one line with 50 and one unit",
    "two-lines": "two lines, LT and RT",
    "two-units": "one line with two units",
}


class BilateralFormatWrong(Check):
    """Both sides are billed in another form than the payer wants.

    ## What it checks
    One line with 50; two lines with LT and RT; 50 or no side with two units; 50 together with LT or RT. The payer's
    form decides, for the place of service and for who bills: Medicare takes two lines from a surgery center. A payer
    that you added is judged by the form in its file.

    ## Why it matters
    The wrong form is denied as a duplicate or paid for one side.

    ## A note that fails
    "Lesions on the right and on the left." billed to Medicare from an office with 64635-RT and 64635-LT.

    ## A note that passes
    The same note billed with 64635-50, one unit.

    ## What it does not check
    Payers whose form is not known, and different joints or levels on the two sides.

    ## Sources
    NCCI Policy Manual for Medicare 2026, ch. I V and ch. VIII H.9; surgeons' bulletin of 2013 for other payers.
    """

    code = "LAT005"
    name = "bilateral-format-wrong"
    severity = "warning"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        if bill is None:
            return
        form, place = bill.setting.form, bill.setting.place
        for code in dict.fromkeys(m.line.code for m in bill.sound):
            lines = [m for m in bill.sound if m.line.code == code and m.row is not None and m.row.bilateral == "1"]
            if not lines or not any(sides_of(p) == BOTH for m in lines for p in m.procedures):
                continue
            used = _form_of(lines)
            if used is None or form.confidence == "unsure" or (used != "mixed" and form.accepts(used, place)):
                continue
            yield self.finding(
                f"{code}: both sides are billed as {_FORMS.get(used, '50 together with LT or RT')}; "
                f"this payer wants {_FORMS[form.bilateral]}.",
                line=code,
                evidence=proof(case, lines[0].procedures, "laterality"),
                fix=f"Bill both sides of {code} as {_FORMS[form.bilateral]}.",
                source=form.source,
                severity=capped(self.severity, form.confidence),
            )


def _form_of(lines: Sequence[LineMatch]) -> str | None:
    """The form of both sides on the lines of one code; None where one side is billed."""
    marks = [set(m.line.modifiers) for m in lines]
    if any("50" in each and each & {"LT", "RT"} for each in marks):
        return "mixed"
    fifty = [m for m, each in zip(lines, marks, strict=True) if "50" in each]
    if fifty:
        first = fifty[0]
        doubled = first.row is not None and first.row.mue == 1 and first.line.units == 2
        return "two-units" if doubled else "one-line-50"
    if any("LT" in each for each in marks) and any("RT" in each for each in marks):
        return "two-lines"
    return None
