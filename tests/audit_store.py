"""A synthetic store of a scan, written row by row from one seed: no note is read and nothing is judged.

``python tests/audit_store.py FOLDER COUNT SEED`` writes one, to look at the audit of many notes.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

from clone_notes import Made, copied, honest

from notecheck.scan.fingerprint import fingerprint
from notecheck.scan.rows import checksum
from notecheck.scan.store import Store

FAMILIES = {"epidural-transforaminal": "64483", "facet-injection": "64493", "facet-rfa": "64635", "si-joint-injection": "27096", "trigger-point": "20552", "joint-injection": "20610"}
PAYERS = ("medicare", "uhc", "aetna", "cigna")
REQUIREMENTS = {
    "epidural/conservative-failure": 0.18, "epidural/baseline-scale": 0.3, "epidural/image-guidance": 0.02, "epidural/severity-function-impact": 0.22,
    "facet/pain-duration": 0.12, "facet/diagnostic-relief": 0.4, "facet/no-untreated-radiculopathy": 0.08, "facet/scale-before-and-after": 0.35,
    "si-joint/provocation-tests": 0.3, "si-joint/post-block-relief": 0.25, "trigger-point/taut-band": 0.28, "trigger-point/muscles-named": 0.1, "record/signature": 0.03, "record/consent": 0.02,
}  # fmt: skip
FINDINGS = (("LVL002", "levels-overbilled", "error"), ("LAT002", "laterality-modifier-mismatch", "error"), ("IMG004", "imaging-unbundled", "error"), ("DXC004", "diagnosis-unspecified", "warning"), ("MED001", "conservative-care-missing", "warning"), ("DOC008", "response-missing", "warning"))  # fmt: skip


def write(folder: Path, count: int, seed: int, *, providers: int = 24, copies: int = 0, source: Path | None = None) -> list[Made]:
    """A store of ``count`` notes; the last ``copies`` are planted copies. The texts, in the order of the notes."""
    chance = random.Random(seed)
    made = [honest(seed, number % providers, number // providers, told=number % 3 == 0) for number in range(count - copies)]
    made += [copied(one, seed) for one in chance.sample(made, copies)]
    with Store(folder, create=True) as store:
        for start in range(0, len(made), 500):
            store.write([_rows(chance, one, number, source) for number, one in enumerate(made[start : start + 500], start)])
    return made


def _rows(chance: random.Random, one: Made, number: int, source: Path | None) -> dict[str, list[dict[str, Any]]]:
    file = f"{source}/{one.key}.txt" if source else f"notes/{one.key}.txt"
    key = checksum(file, "")
    provider = int(one.provider.rpartition("-")[2])
    family = chance.choice(list(FAMILIES))
    level = chance.choice(["L3-L4", "L4-L5", "L5-S1"])
    answers = [
        (name, "not-applicable" if chance.random() < 0.3 else "not-met" if chance.random() < share * (2 if provider == 3 else 1) else "unclear" if chance.random() < share / 2 else "met")
        for name, share in REQUIREMENTS.items()
        if name.partition("/")[0] in (family.partition("-")[0], "record") or chance.random() < 0.2
    ]  # fmt: skip
    found = [one for one in FINDINGS if chance.random() < (0.15 if provider == 5 else 0.07)]
    errors, warnings = sum(s == "error" for *_, s in found), sum(s == "warning" for *_, s in found)
    code = FAMILIES[family]
    if code == "20552" and chance.random() < (0.8 if provider == 2 else 0.25):
        code = "20553"
    billed = [(code, ["LT"], 1.0), *([("99213", ["25"], 1.0)] if chance.random() < (0.7 if provider == 4 else 0.2) else [])]
    facts = {
        "procedures": [{"family": family, "levels": [level], "laterality": chance.choice(["left", "right"])}],
        "pain_scores": [{"score": chance.randrange(3, 10), "max": 10, "timing": "current"}], "exam": ["tenderness"],
    }  # fmt: skip
    note = {
        "note_key": key, "source": file, "member": None, "root": "notes", "content_hash": checksum(one.text), "edition": "e", "claim_hash": "", "history_hash": "",
        "status": "judged", "note_id": one.key, "patient": one.patient, "provider": one.provider, "payer": PAYERS[number % 4], "mac": "palmetto",
        "day": one.day, "editions": ["NCCI 2024-07-01", "CPT/HCPCS July 2026"], "families": [family], "readiness": "hold" if errors else "addendum" if warnings else "ready", "errors": errors, "warnings": warnings, "infos": 0,
        "earlier": 0, "claimed": True, "gone": False, "seconds": 0.1, "chars": len(one.text), "judged_at": "2026-11-22T01:00:00",
        "fingerprint": fingerprint(one.text), "report": {"facts": facts},
    }  # fmt: skip
    return {
        "notes": [note],
        "procedures": [{"note_key": key, "number": 0, "family": family, "levels": [level], "laterality": "left", "guidance": [], "muscles": [], "drugs": []}],
        "findings": [
            {"note_key": key, "number": n, "code": c, "name": name, "severity": severity, "message": f"Invented message of {name}.", "fix": "Ask.", "billed": code if c == "LVL002" else None, "quote": "the words", "start": 3, "stop": 12, "line": 1, "source": "invented"}
            for n, (c, name, severity) in enumerate(found)
        ],
        "checklist": [
            {"note_key": key, "number": n, "requirement": name, "topic": name.partition("/")[0], "answer": answer, "for_person": False, "question": f"Is {name.partition('/')[2].replace('-', ' ')} stated?", "because": "invented", "quote": None, "source": "invented"}
            for n, (name, answer) in enumerate(answers)
        ],
        "claims": [{"note_key": key, "number": n, "claim_id": key, "code": c, "modifiers": m, "units": u, "icd10": ["M54.16"], "proposed": False} for n, (c, m, u) in enumerate(billed)],
    }  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), copies=int(sys.argv[2]) // 100)
