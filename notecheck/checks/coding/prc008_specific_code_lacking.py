"""PRC008."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, searched
from notecheck.records import Finding


class SpecificCodeLacking(Check):
    """What was done has no code of its own, and the claim carries a code that is not for it.

    ## What it checks
    Techniques and targets that belong on an unlisted code (pulsed radiofrequency, the ganglion impar, ablation of the
    sympathetic chain, foraminal injections under ultrasound), when the claim has no unlisted line.

    ## Why it matters
    A near code is not a substitute. Unlisted work is paid on the report, with a comparable code named.

    ## A note that fails
    "Pulsed mode, 42 degrees, two cycles at each nerve." billed with 64635 and 64636.

    ## A note that passes
    The same note billed with 64999, the comparable code named and the note attached.

    ## What it does not check
    Whether the payer covers the work at all; most policies call it unproven.

    ## Sources
    Counting rule unlisted; CMS A58405 as quoted in coding notices.
    """

    code = "PRC008"
    name = "specific-code-lacking"
    severity = "warning"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        if bill is None or any(m.row is not None and m.row.family.startswith("unlisted") for m in bill.matches):
            return
        for supported in case.supported.lines:
            row = case.book.codes.best_row(supported.code, case.day)
            if row is None or not row.family.startswith("unlisted"):
                continue
            yield self.finding(
                f"No code of its own for what was done: {supported.why}.",
                evidence=supported.evidence or searched(case),
                fix=f"If the description is right, bill {supported.code}, name the near code and attach the note.",
                source=bill.setting.rules.source("unlisted"),
            )
