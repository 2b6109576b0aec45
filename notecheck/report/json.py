"""The answer as JSON, in the published formats."""

from __future__ import annotations

import json

from notecheck.records import Facts, Report


def as_json(answer: Report | Facts) -> str:
    """One JSON object, in ASCII only: no terminal or pipe can then change or obey a character of the note."""
    return json.dumps(answer.to_dict(), indent=1, ensure_ascii=True)
