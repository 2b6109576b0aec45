"""notecheck: what an interventional-pain note documents, against what was billed and what the policy asks."""

from notecheck.engine import Checker, load
from notecheck.errors import DataError, InputError, NotecheckError
from notecheck.records import Claim, ClaimLine, Facts, Finding, Note, Procedure, Report

__all__ = [
    "Checker",
    "Claim",
    "ClaimLine",
    "DataError",
    "Facts",
    "Finding",
    "InputError",
    "Note",
    "NotecheckError",
    "Procedure",
    "Report",
    "load",
]
