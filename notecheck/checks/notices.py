"""What can be wrong with a suppression itself. No checks of a note: they change no verdict and no exit code."""

from __future__ import annotations

from typing import ClassVar

from notecheck.records import Notice, Severity, Suppression
from notecheck.records.ruling import NoticeCode


class SuppressionNotice:
    """One kind of notice. The class docstring is the page that ``notecheck rule CODE`` prints."""

    code: ClassVar[NoticeCode]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    since: ClassVar[str] = "0.1"
    status: ClassVar[str] = "stable"
    fix: ClassVar[str]

    @classmethod
    def of(cls, suppression: Suppression, why: str) -> Notice:
        """The notice on one suppression."""
        return Notice(cls.code, cls.name, cls.severity, f"{suppression.code}: {why}", suppression.where, cls.fix)


class UnusedSuppression(SuppressionNotice):
    """A suppression names a finding that the note does not have.

    ## What it checks
    Each suppression of the note, in its sidecar file or in the configuration, against the findings made.

    ## Why it matters
    A line that suppresses nothing today may hide a new fault tomorrow.

    ## A note that fails
    A note without a finding LAT002, beside a file with `notecheck:ignore LAT002 reason="provider confirmed left"`.

    ## A note that passes
    The same file beside a note with the finding: it is listed as suppressed.

    ## What it does not check
    Suppressions of other notes. It changes neither the verdict nor the exit code.

    ## Sources
    The house's own rule.
    """

    code = "CFG001"
    name = "unused-suppression"
    severity = "info"
    fix = "Take the line out, or correct its code."


class ExpiredSuppression(SuppressionNotice):
    """A suppression is past its last day, so that its finding counts again.

    ## What it checks
    `until=DATE` of each suppression of the note against today; the date named is the last day.

    ## Why it matters
    What was accepted for a time has to be looked at again.

    ## A note that fails
    A note beside a file with `notecheck:ignore LAT002 reason="addendum asked for" until=2020-01-31`.

    ## A note that passes
    The same line with a later date, or with none.

    ## What it does not check
    Whether the reason still holds. It changes neither the verdict nor the exit code; the finding that comes back does.

    ## Sources
    The house's own rule.
    """

    code = "CFG002"
    name = "expired-suppression"
    severity = "warning"
    fix = "Settle the finding, or give the suppression a new date and reason."


NOTICES: tuple[type[SuppressionNotice], ...] = (UnusedSuppression, ExpiredSuppression)
