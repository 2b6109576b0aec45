"""Compare measured scores with the thresholds; prints every figure, exits 1 when one is too low (or too high)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def figures(scores: dict[str, Any], least: dict[str, Any]) -> list[tuple[str, float, float, bool]]:
    """(name, measured, threshold, good)"""
    facts, case_facts = scores["facts"], scores["case_facts"]
    hit, wanted = scores["cases"]["must_recall"]
    alarms, forbidden = scores["cases"]["false_alarms"]
    at_least = [
        ("facts, real notes: ALL f1", facts["ALL"]["f1"], least["facts"]["all_f1"]),
        ("facts, real notes: family f1", facts["family"]["f1"], least["facts"]["family_f1"]),
        ("facts, case notes: ALL f1", case_facts["ALL"]["f1"], least["case_facts"]["all_f1"]),
        (
            "families, hard notes: precision",
            scores["families"]["families"]["precision"],
            least["families"]["precision"],
        ),
        ("cases: recall of must", hit / wanted if wanted else 1.0, least["cases"]["must_recall"]),
    ]
    at_most = [
        ("negatives: notes with a false procedure", scores["negatives"]["with_false_procedure"],
         least["negatives"]["most_with_false_procedure"]),
        ("cases: false alarm rate", alarms / forbidden if forbidden else 0.0, least["cases"]["false_alarm_rate"]),
    ]  # fmt: skip
    return [(n, m, t, m >= t) for n, m, t in at_least] + [(n, m, t, m <= t) for n, m, t in at_most]


def main() -> int:
    """Arguments: folder with the scorer's answers, thresholds file."""
    folder, thresholds = map(Path, sys.argv[1:3])
    scores = {file.stem: json.loads(file.read_text(encoding="utf-8"))["result"] for file in folder.glob("*.json")}
    rows = figures(scores, json.loads(thresholds.read_text(encoding="utf-8")))
    for name, measured, threshold, good in rows:
        print(f"{name:42s}{measured:8.3f}   threshold {threshold:<6g}{'' if good else '   MISSED'}")
    for what in ("suggested_exact", "readiness"):
        print(f"cases: {what:35s}{scores['cases'][what][0]:4d} of {scores['cases'][what][1]}")
    return 0 if all(good for *_, good in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
