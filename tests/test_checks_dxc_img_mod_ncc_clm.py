"""The checks on imaging, modifiers, drugs, claim edits, claim form and diagnosis codes, each with what must and must not fire.

Notes are made-up records in the fact format; claims are short: ``"64483-RT x2 > M54.16"``.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from golden_facts import facts

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.clm003_provider_identifier_invalid import check_digit_fits
from notecheck.checks.registry import CHECKS
from notecheck.policy import claimrules, codes, crosswalk, icd10
from notecheck.policy.book import Book
from notecheck.records import (
    Claim,
    ClaimLine,
    Evidence,
    Finding,
    Integrity,
    PriorProcedure,
    Suggested,
    Vial,
    Visit,
    WrittenCode,
)

MINE = {check.name: check for check in CHECKS if check.code[:3] in ("DXC", "IMG", "MOD", "NCC", "CLM")}
TFESI = {"family": "epidural-transforaminal", "region": "lumbar", "levels": ["L5-S1"], "laterality": "left", "guidance": ["fluoroscopy"], "contrast": "yes", "images_saved": True}  # fmt: skip
CAUDAL = {
    "family": "epidural-caudal",
    "region": "sacral",
    "guidance": ["fluoroscopy"],
    "contrast": "yes",
    "images_saved": True,
}
CERVICAL_IL = {"family": "epidural-interlaminar", "region": "cervical", "levels": ["C7-T1"], "guidance": ["fluoroscopy"], "contrast": "yes", "images_saved": True}  # fmt: skip
LUMBAR_IL = {**CERVICAL_IL, "region": "lumbar", "levels": ["L4-L5"]}
MBB = {"family": "facet-injection", "technique": "medial-branch-block", "region": "lumbar", "levels": ["L3", "L4", "L5"], "laterality": "right", "guidance": ["fluoroscopy"], "images_saved": True, "injectate": [{"drug": "lidocaine", "mg": 30}]}  # fmt: skip
RFA = {"family": "facet-rfa", "technique": "thermal-rf", "region": "lumbar", "levels": ["L3", "L4", "L5"], "laterality": "right", "guidance": ["fluoroscopy"], "images_saved": True}  # fmt: skip
SI = {
    "family": "si-joint-injection",
    "region": "sacral",
    "laterality": "left",
    "guidance": ["fluoroscopy"],
    "contrast": "yes",
    "images_saved": True,
}
TPI = {
    "family": "trigger-point",
    "technique": "injection",
    "laterality": "left",
    "muscles": ["gluteus medius", "piriformis"],
    "guidance": ["landmark"],
}
TRAPEZIUS = {**TPI, "muscles": ["trapezius", "levator scapulae"]}
KNEE = {
    "family": "joint-injection",
    "laterality": "left",
    "site": "knee",
    "guidance": ["landmark"],
    "injectate": [{"drug": "triamcinolone", "mg": 40}],
}
KNEE_US = {**KNEE, "guidance": ["ultrasound"], "images_saved": True}
SUPRASCAPULAR = {
    "family": "peripheral-nerve-block",
    "site": "suprascapular-nerve",
    "laterality": "right",
    "guidance": ["ultrasound"],
}
STELLATE = {
    "family": "sympathetic-block",
    "region": "cervical",
    "levels": ["C6"],
    "laterality": "right",
    "guidance": ["fluoroscopy"],
}
SYMPATHETIC = {
    "family": "sympathetic-block",
    "region": "lumbar",
    "levels": ["L3"],
    "laterality": "left",
    "guidance": ["fluoroscopy"],
    "contrast": "yes",
}
LEADS = {
    "family": "scs-trial",
    "region": "thoracic",
    "levels": ["T8", "T9"],
    "guidance": ["fluoroscopy"],
    "images_saved": True,
}
IMPLANT = {**LEADS, "family": "scs-implant"}
TOXIN = {"family": "chemodenervation", "technique": "botulinum-toxin", "laterality": "bilateral", "guidance": [], "injectate": [{"drug": "onabotulinumtoxina", "mg": 155}]}  # fmt: skip
DAY = "2026-02-10"
OWN_VISIT = Visit(present=True, separate=True, problems=("worsening",), data=("mri-ordered",), risk="moderate")


@pytest.fixture(scope="module")
def tables() -> Book:
    table = icd10.load()
    return Book(codes.load(), table, crosswalk.load(table), None)  # type: ignore[arg-type]


def lines(text: str) -> tuple[ClaimLine, ...]:
    """``"64483-LT x1 > M54.16 M51.16; 77003"`` as claim lines."""
    found = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        service, _, diagnoses = part.partition(">")
        match = re.fullmatch(r"\s*([A-Z0-9]{5})((?:-[A-Z0-9]{2})*)(?:\s+x([\d.]+))?\s*", service)
        assert match, part
        marks = tuple(filter(None, match.group(2).split("-")))
        found.append(ClaimLine(match.group(1), marks, float(match.group(3) or 1), tuple(diagnoses.split())))
    return tuple(found)


def found(
    tables: Book,
    name: str,
    procedures: list[dict[str, Any]],
    claim: str | None = None,
    *,
    dx: tuple[str, ...] = (),
    chart: tuple[dict[str, Any], ...] = (),
    payer: str = "medicare",
    mac: str | None = "palmetto",
    day: str | None = DAY,
    place: str = "11",
    history: tuple[PriorProcedure, ...] = (),
    provider: str | None = None,
    **extra: Any,
) -> list[Finding]:
    note = facts({"procedures": procedures, "diagnoses": [{"text": text, "icd10": None} for text in dx]}, **extra)
    billed = None
    if claim is not None:
        billed = Claim(lines(claim), payer, mac, None, day, place, provider=provider, history=history)
    when = date.fromisoformat(day) if day and not day.endswith("-31") else date.fromisoformat(DAY)
    charts = tuple(facts(row) for row in chart)
    case = Case(note=note, book=tables, day=when, supported=Suggested(), claim=billed, chart=charts)
    return list(MINE[name]().find(case))


def test_all_of_mine_are_registered() -> None:
    prefixes = {"DXC": 8, "IMG": 6, "MOD": 9, "NCC": 3, "CLM": 3}
    for prefix, count in prefixes.items():
        assert sum(check.code.startswith(prefix) for check in MINE.values()) == count
    completable = {check.code for check in MINE.values() if check.completable}
    assert completable == {"IMG001", "IMG002", "IMG003", "MOD005"}


LANDMARK = {**CAUDAL, "guidance": ["landmark"], "contrast": None, "images_saved": None}
FIRES: list[tuple[str, str, list[dict[str, Any]], str | None, dict[str, Any]]] = [
    ("guidance-missing", "error", [LANDMARK], "62323 > M48.062", {}),
    ("guidance-missing", "error", [LANDMARK], None, {}),
    ("guidance-missing", "error", [{**TFESI, "guidance": []}], "64483-LT > M54.17", {"payer": "commercial"}),
    ("guidance-missing", "error", [{**RFA, "guidance": ["none"]}], "64635-RT > M47.816", {"payer": "aetna"}),
    ("guidance-missing", "warning", [LANDMARK], "62322 > M48.062", {"payer": "evicore"}),
    ("contrast-missing", "error", [{**LUMBAR_IL, "contrast": None}], "62323 > M54.16", {}),
    ("contrast-missing", "error", [{**LUMBAR_IL, "contrast": "no"}], "62323 > M54.16", {}),
    ("contrast-missing", "error", [{**SI, "contrast": None}], None, {}),
    ("image-retention-missing", "warning", [{**TFESI, "images_saved": None}], "64483-LT > M54.17", {}),
    ("image-retention-missing", "warning", [{**SI, "images_saved": False}], "27096-LT > M46.1", {}),
    ("image-retention-missing", "warning", [{**KNEE_US, "images_saved": None}], "20611-LT > M17.12", {"payer": "uhc"}),
    ("image-retention-missing", "info", [{**MBB, "images_saved": None}], "64493-RT > M47.816", {}),
    ("imaging-unbundled", "error", [TFESI], "64483-LT > M54.17; 77003 > M54.17", {}),
    ("imaging-unbundled", "error", [LEADS], "63650 x2 > M96.1; 77003-26-59 > M96.1; 95972 > M96.1", {}),
    ("imaging-unbundled", "error", [KNEE_US], "20610-LT > M17.12; 76942 > M17.12", {}),
    ("imaging-unbundled", "error", [MBB], "64493-RT > M47.816; 76000 > M47.816", {}),
    ("imaging-not-supported", "error", [SUPRASCAPULAR], "64418-RT > M75.01; 76942 > M75.01", {}),
    ("imaging-not-supported", "error", [LANDMARK], "62323 > M48.062; 77003-26 > M48.062", {}),
    ("imaging-not-supported", "error", [{**TPI, "guidance": ["fluoroscopy"]}], "20552 > M79.18; 77003 > M79.18", {}),
    ("guidance-not-covered", "error", [{**MBB, "guidance": ["ultrasound"]}], "64493-RT > M47.816", {}),
    ("guidance-not-covered", "warning", [{**MBB, "guidance": ["ultrasound"]}], "64493-RT > M47.816", {"payer": "uhc"}),
    ("guidance-not-covered", "error", [{**CAUDAL, "guidance": ["ultrasound"], "contrast": "no"}], "62323 > M54.16", {}),
    ("guidance-not-covered", "error", [{**TPI, "guidance": ["ultrasound"], "images_saved": True}], "20552 > M79.18; 76942 > M79.18", {}),
    ("modifier-25-unsupported", "error", [TPI], "99213-25 > M54.50; 20552 > M79.18", {"visit": Visit(present=True, problems=("stable",))}),
    ("modifier-25-unsupported", "error", [TPI], "99213 > M54.50; 20552 > M79.18", {"visit": OWN_VISIT}),
    ("modifier-25-unsupported", "error", [RFA], "99203 > M54.50; 64635-RT > M47.816", {"visit": OWN_VISIT}),
    ("modifier-59-unsupported", "error", [LEADS], "63650 x2 > M96.1; 77003-26-59 > M96.1", {}),
    ("modifier-59-unsupported", "error", [SI, TPI], "27096-LT > M46.1; 20552-59 > M79.18", {}),
    ("modifier-59-unsupported", "error", [LUMBAR_IL, TFESI], "62323 > M54.16; 64483-LT-XS > M54.17", {}),
    ("modifier-59-unsupported", "error", [TPI], "99213-25-59 > M54.50; 20552 > M79.18", {"visit": OWN_VISIT}),
    ("kx-modifier-missing", "warning", [{**MBB, "purpose": "diagnostic"}], "64493-RT > M47.816; 64494-KX-RT > M47.816", {}),
    ("kx-modifier-missing", "warning", [MBB], "64493-RT > M47.816", {}),
    ("kx-modifier-missing", "warning", [{**TFESI, "purpose": "diagnostic", "injectate": [{"drug": "lidocaine", "mg": 10}]}], "64483-LT > M54.17", {}),
    ("kx-modifier-missing", "warning", [{**SI, "purpose": "diagnostic"}], "27096-LT > M46.1", {}),
    ("jw-jz-missing", "error", [KNEE], "20610-LT > M17.12; J3301 x4 > M17.12", {"vials": (Vial("triamcinolone", 40, 0, "single-dose", True),)}),
    ("jw-jz-missing", "error", [TOXIN], "64615 > G43.709; J0585 x155 > G43.709", {}),
    ("wastage-not-documented", "error", [TOXIN], "64615 > G43.709; J0585 x155 > G43.709; J0585-JW x45 > G43.709", {"vials": (Vial("onabotulinumtoxina", 155, None, "single-dose"),)}),
    ("wastage-not-documented", "error", [TOXIN], "J0585 x155 > G43.709; J0585-JW x35 > G43.709", {"vials": (Vial("onabotulinumtoxina", 155, 45, "single-dose"),)}),
    ("wastage-not-documented", "error", [TOXIN], "J0585-JZ x155 > G43.709", {"vials": (Vial("onabotulinumtoxina", 155, 45, "single-dose"),)}),
    ("component-modifier-wrong", "warning", [SUPRASCAPULAR], "64418-RT > M75.01; 76942 > M75.01", {"place": "22"}),
    ("component-modifier-wrong", "warning", [SUPRASCAPULAR], "64418-RT > M75.01; 76942-26 > M75.01", {"place": "11"}),
    ("component-modifier-wrong", "warning", [TFESI], "64483-LT-26 > M54.17", {"place": "24"}),
    ("global-period-modifier-missing", "warning", [], "99213 > G56.01", {"history": (PriorProcedure("2026-02-04", "64635"),)}),
    ("drug-units-mismatch", "error", [KNEE], "20610-LT > M17.12; J3301 x40 > M17.12", {}),
    ("drug-units-mismatch", "error", [TOXIN], "64615 > G43.709; J0585 x165 > G43.709", {}),
    ("drug-units-mismatch", "error", [KNEE], "20610-LT > M17.12; J1100 x4 > M17.12", {}),
    ("discontinued-modifier-missing", "warning", [{**SYMPATHETIC, "status": "discontinued"}], "64520-LT > G90.522", {}),
    ("discontinued-modifier-missing", "warning", [{**RFA, "status": "reduced"}], "64635-RT > M47.816", {}),
    ("ncci-bundled", "error", [{"family": "intrathecal-pump"}], "62370 > M96.1; 62368 > M96.1", {}),
    ("ncci-modifier-needed", "warning", [SI, TPI], "27096-LT > M46.1; 20552 > M79.18", {}),
    ("ncci-modifier-needed", "warning", [LEADS], "63650 x2 > M96.1; 95972 > M96.1", {}),
    ("duplicate-line", "error", [RFA], "64635-50 > M47.816; 64636-50 > M47.816; 64636-50 > M47.816", {}),
    ("claim-date-implausible", "error", [TFESI], "64483-LT > M54.17", {"day": "2091-03-11"}),
    ("claim-date-implausible", "error", [TFESI], "64483-LT > M54.17", {"day": None}),
    ("claim-date-implausible", "error", [TFESI], "64483-LT > M54.17", {"day": "2009-05-05"}),
    ("claim-date-implausible", "error", [TFESI], "64483-LT > M54.17", {"day": "2026-02-31"}),
    ("place-of-service-mismatch", "warning", [IMPLANT], "63650 x2 > M96.1; 63685 > M96.1", {"place": "11"}),
    ("place-of-service-mismatch", "warning", [TFESI], "64483-LT > M54.17", {"place": "93"}),
    ("place-of-service-mismatch", "warning", [TFESI], "64483-LT > M54.17", {"place": "11", "statements": ("setting-asc",)}),
    ("place-of-service-mismatch", "warning", [SI], "G0260-LT > M46.1", {"place": "11"}),
    ("provider-identifier-invalid", "error", [TFESI], "64483-LT > M54.17", {"provider": "1234567890"}),
    ("provider-identifier-invalid", "error", [TFESI], "64483-LT > M54.17", {"provider": "12345"}),
    ("icd10-invalid", "error", [RFA], "64635-RT > M47.186", {"dx": ("Lumbar spondylosis",)}),
    ("icd10-invalid", "error", [TFESI], "64483-LT > R10.21", {"day": "2025-06-01"}),
    ("icd10-invalid", "warning", [RFA], "64635-RT > M47.186", {"day": "2026-10-05"}),
    ("icd10-not-billable", "error", [TFESI], "64483-LT > M54.1", {}),
    ("icd10-not-billable", "error", [TFESI], "64483-LT > M51.36", {"day": "2024-11-01"}),
    ("diagnosis-not-documented", "error", [TFESI], "64483-LT > M96.1", {"dx": ("Lumbar radiculopathy, left",)}),
    ("diagnosis-not-documented", "error", [KNEE], "20610-LT > M16.12", {"dx": ("Primary osteoarthritis, left knee",)}),
    ("diagnosis-not-documented", "error", [TFESI], "64483-LT > M54.17", {"dx": ("Low back pain",)}),
    ("diagnosis-not-documented", "error", [TFESI], "64483-LT > M48.062", {"dx": ("Lumbar stenosis without neurogenic claudication",)}),
    ("diagnosis-not-documented", "error", [], "99213 > E11.65", {"dx": ("Carpal tunnel syndrome, right",)}),
    ("diagnosis-not-documented", "error", [MBB], "64493-RT > M47.816", {"dx": ("Lumbar radiculopathy",)}),
    ("diagnosis-not-documented", "error", [LUMBAR_IL], "62323 > M48.062", {"dx": ("Lumbar stenosis without neurogenic claudication",), "symptoms": ("no-claudication",)}),
    ("diagnosis-not-documented", "error", [TFESI], "64483-LT > M48.061", {"dx": ("Lumbar radiculopathy",), "chart": ({"imaging_studies": [{"modality": "mri", "region": "lumbar", "finding": "disc bulge, no stenosis"}]},)}),
    ("diagnosis-unspecified", "warning", [TOXIN], "64615 > G43.909", {"dx": ("Chronic migraine without aura, not intractable",)}),
    ("diagnosis-unspecified", "warning", [TFESI], "64483-LT > M54.17", {"dx": ("L5-S1 disc herniation with left S1 radiculopathy",)}),
    ("diagnosis-unspecified", "warning", [RFA], "64635-RT > M54.50", {"dx": ("Lumbar spondylosis",)}),
    ("diagnosis-unspecified", "warning", [KNEE], "20610-LT > M17.10", {"dx": ("Knee osteoarthritis, cause unstated",)}),
    ("diagnosis-unspecified", "warning", [KNEE], "20610-LT > M25.562", {"dx": ("Primary osteoarthritis, left knee",)}),
    ("diagnosis-unspecified", "warning", [CAUDAL], "62323 > M48.061", {"dx": ("Lumbar stenosis with neurogenic claudication",)}),
    ("diagnosis-region-mismatch", "error", [{**MBB, "region": "cervical", "levels": ["C4", "C5", "C6"]}], "64493-50 > M47.816", {}),
    ("diagnosis-region-mismatch", "error", [LUMBAR_IL], "62323 > M54.12", {}),
    ("diagnosis-region-mismatch", "error", [], "62321 > M54.16", {}),
    ("diagnosis-laterality-mismatch", "error", [KNEE], "20610-LT > M17.11", {"dx": ("Primary osteoarthritis, left knee",)}),
    ("diagnosis-laterality-mismatch", "error", [KNEE], "20610-LT > M17.11", {"dx": ("Knee trouble",)}),
    ("diagnosis-laterality-mismatch", "error", [TFESI], "64483-LT > M54.31", {"dx": ("Left sciatica",)}),
    ("diagnosis-laterality-mismatch", "error", [KNEE, {**KNEE, "site": "hip", "laterality": "right"}], "20610-LT > M17.11; 20610-RT > M16.11", {"dx": ("Joint trouble",)}),
    ("diagnosis-not-covered", "warning", [RFA], "64635-RT > M54.59", {"mac": "noridian"}),
    ("diagnosis-not-covered", "info", [RFA], "64635-RT > M54.59", {"mac": "palmetto"}),
    ("diagnosis-not-covered", "error", [TFESI], "64483-LT > M54.50", {}),
    ("diagnosis-not-covered", "warning", [TFESI], "64483-LT > M51.360", {}),
    ("diagnosis-not-covered", "warning", [TPI], "20552 > M54.2", {"mac": "wps"}),
    ("diagnosis-not-covered", "error", [TPI], "20552 > M79.7", {"mac": "fcso", "day": "2026-09-20"}),
    ("diagnosis-not-covered", "error", [SUPRASCAPULAR], "64450-RT > E11.42", {"mac": "cgs"}),
    ("excludes1-conflict", "warning", [TFESI], "64483-LT > M51.16 M54.16", {}),
    ("guidance-missing", "info", [{"family": "genicular-block", "laterality": "left", "guidance": []}], "64454-LT > M17.12", {}),
    ("excludes1-conflict", "warning", [TPI], "20552 > M79.18; 99213-25 > M79.7", {}),
]  # fmt: skip
SILENT: list[tuple[str, list[dict[str, Any]], str | None, dict[str, Any]]] = [
    ("guidance-missing", [CAUDAL], "62323 > M48.062", {}),
    ("guidance-missing", [TPI, KNEE, {**SYMPATHETIC, "guidance": []}, {"family": "intrathecal-pump"}, TOXIN], None, {}),
    ("guidance-missing", [LANDMARK], "62322 > M48.062", {"payer": "commercial"}),
    ("guidance-missing", [{**MBB, "guidance": ["ultrasound"]}], "64493-RT > M47.816", {}),
    ("contrast-missing", [LUMBAR_IL, SI], None, {}),
    ("contrast-missing", [MBB, RFA, LEADS, TPI], None, {}),
    ("contrast-missing", [{**LUMBAR_IL, "contrast": "no", "contrast_reason": "allergy"}], "62323 > M54.16", {}),
    ("contrast-missing", [{**LUMBAR_IL, "contrast": None}], "62323 > M54.16", {"statements": ("contrast-allergy",)}),
    ("contrast-missing", [{**SI, "levels": ["L5", "S1", "S2", "S3"], "contrast": None}], "64451-LT > M53.3", {}),
    ("contrast-missing", [{**LUMBAR_IL, "contrast": None}], "62323 > M54.16", {"payer": "commercial"}),
    ("image-retention-missing", [TFESI, SI, MBB], None, {}),
    ("image-retention-missing", [TPI, KNEE, LANDMARK], None, {}),
    ("image-retention-missing", [{**KNEE_US, "images_saved": None}], "20610-LT > M17.12", {"payer": "uhc"}),
    ("imaging-unbundled", [SYMPATHETIC], "64520-LT > G90.522; 77003 > G90.522", {}),
    ("imaging-unbundled", [TFESI, STELLATE], "64483-LT > M54.17; 64510-RT > G90.511; 77003 > G90.511", {}),
    ("imaging-unbundled", [SUPRASCAPULAR], "64418-RT > M75.01; 76942 > M75.01", {}),
    ("imaging-unbundled", [TPI], "20552 > M79.18; 76942 > M79.18", {}),
    ("imaging-not-supported", [{**SUPRASCAPULAR, "images_saved": True}], "64418-RT > M75.01; 76942 > M75.01", {}),
    ("imaging-not-supported", [SYMPATHETIC], "64520-LT > G90.522; 77003 > G90.522", {}),
    ("imaging-not-supported", [TFESI], "64483-LT > M54.17; 77003 > M54.17", {}),
    ("guidance-not-covered", [MBB], "64493-RT > M47.816", {}),
    ("guidance-not-covered", [{**MBB, "guidance": ["fluoroscopy", "ultrasound"]}], "64493-RT > M47.816", {}),
    ("guidance-not-covered", [{**CAUDAL, "guidance": ["ultrasound"], "contrast": "no", "contrast_reason": "pregnancy"}], None, {}),
    ("guidance-not-covered", [KNEE_US, SUPRASCAPULAR], "20611-LT > M17.12; 76942 > M75.01", {}),
    ("guidance-not-covered", [{**TPI, "guidance": ["ultrasound"]}], "20552 > M79.18", {}),
    ("modifier-25-unsupported", [TPI], "99213-25 > M54.16; 20552 > M79.18", {"visit": OWN_VISIT}),
    ("modifier-25-unsupported", [], "99213 > M54.16", {}),
    ("modifier-25-unsupported", [], "G3002 > M96.1; 99214 > M96.1", {}),
    ("modifier-25-unsupported", [], "99213-25 > M54.16; 36415", {}),
    ("modifier-59-unsupported", [CERVICAL_IL, LUMBAR_IL], "62321 > M54.12; 62323-59 > M54.16", {}),
    ("modifier-59-unsupported", [LUMBAR_IL, TRAPEZIUS], "62323 > M54.16; 20553-59 > M79.18", {}),
    ("modifier-59-unsupported", [MBB, KNEE], "64493-RT > M47.816; 20610-LT-59 > M17.12", {}),
    ("kx-modifier-missing", [{**MBB, "purpose": "therapeutic"}], "64493-RT > M47.816", {}),
    ("kx-modifier-missing", [{**MBB, "injectate": [{"drug": "triamcinolone", "mg": 20}]}], "64493-RT > M47.816", {}),
    ("kx-modifier-missing", [MBB], "64493-RT > M47.816", {"payer": "uhc"}),
    ("kx-modifier-missing", [RFA, TFESI], "64635-RT > M47.816; 64483-LT > M54.17", {}),
    ("kx-modifier-missing", [{**MBB, "purpose": "diagnostic"}], "64493-KX-RT > M47.816", {}),
    ("jw-jz-missing", [KNEE], "J3301-JZ x4 > M17.12", {"vials": (Vial("triamcinolone", 40, 0, "single-dose", True),)}),
    ("jw-jz-missing", [KNEE], "J3301 x4 > M17.12", {"vials": (Vial("triamcinolone", 40, None, "multi-dose"),)}),
    ("jw-jz-missing", [KNEE], "J3301 x4 > M17.12", {}),
    ("jw-jz-missing", [TOXIN], "J0585 x155 > G43.709; J0585-JW x45 > G43.709", {}),
    ("jw-jz-missing", [TOXIN], "J0585 x155 > G43.709", {"day": "2023-06-30"}),
    ("jw-jz-missing", [TOXIN], "J0585 x155 > G43.709", {"payer": "uhc"}),
    ("wastage-not-documented", [TOXIN], "J0585 x155 > G43.709; J0585-JW x45 > G43.709", {"vials": (Vial("onabotulinumtoxina", 155, 45, "single-dose"),)}),
    ("wastage-not-documented", [KNEE], "J3301-JZ x4 > M17.12", {"vials": (Vial("triamcinolone", 40, 0, "single-dose"),)}),
    ("component-modifier-wrong", [SUPRASCAPULAR], "64418-RT > M75.01; 76942-26 > M75.01", {"place": "24"}),
    ("component-modifier-wrong", [SUPRASCAPULAR], "64418-RT > M75.01; 76942 > M75.01", {"place": "11"}),
    ("global-period-modifier-missing", [], "99213-24 > G56.01", {"history": (PriorProcedure("2026-02-04", "64635"),)}),
    ("global-period-modifier-missing", [], "99213 > G56.01", {"history": (PriorProcedure("2026-01-30", "64635"),)}),
    ("global-period-modifier-missing", [], "99213 > G56.01", {"history": (PriorProcedure("2026-02-04", "64483"),)}),
    ("drug-units-mismatch", [KNEE], "J3301 x4 > M17.12", {}),
    ("drug-units-mismatch", [KNEE, {**KNEE, "laterality": "right"}], "J3301 x8 > M17.0", {}),
    ("drug-units-mismatch", [KNEE, {**KNEE, "laterality": "right"}], "J3301 x4 > M17.0", {}),
    ("drug-units-mismatch", [{**KNEE, "injectate": [{"drug": "triamcinolone", "mg": None}]}], "J3301 x40 > M17.12", {}),
    ("drug-units-mismatch", [{**KNEE, "injectate": [{"drug": "dexamethasone", "mg": 9.5}]}], "J1100 x10 > M17.12", {}),
    ("discontinued-modifier-missing", [{**SYMPATHETIC, "status": "discontinued"}], "64520-LT-53 > G90.522", {}),
    ("discontinued-modifier-missing", [SYMPATHETIC], "64520-LT > G90.522", {}),
    ("ncci-bundled", [{"family": "intrathecal-pump"}], "62370 > M96.1", {}),
    ("ncci-bundled", [CERVICAL_IL, LUMBAR_IL], "62321 > M54.12; 62323 > M54.16", {}),
    ("ncci-modifier-needed", [SI, TPI], "27096-LT > M46.1; 20552-59 > M79.18", {}),
    ("ncci-modifier-needed", [TFESI], "64483-LT > M54.17; 77003 > M54.17", {}),
    ("ncci-modifier-needed", [TPI], "99213-25 > M54.16; 20552 > M79.18", {}),
    ("duplicate-line", [RFA], "64636-RT > M47.816; 64636-LT > M47.816", {}),
    ("duplicate-line", [KNEE], "J0585 x155 > G43.709; J0585-JW x45 > G43.709; 20610-LT > M17.12; 20610-LT-76 > M17.12", {}),
    ("claim-date-implausible", [TFESI], "64483-LT > M54.17", {}),
    ("place-of-service-mismatch", [IMPLANT], "63685 > M96.1", {"place": "22"}),
    ("place-of-service-mismatch", [LEADS], "63650 x2 > M96.1", {"place": "11"}),
    ("place-of-service-mismatch", [TFESI], "64483-LT > M54.17", {"place": "24", "statements": ("setting-asc",)}),
    ("provider-identifier-invalid", [TFESI], "64483-LT > M54.17", {"provider": "1234567893"}),
    ("provider-identifier-invalid", [TFESI], "64483-LT > M54.17", {"provider": "A. Physician, MD"}),
    ("provider-identifier-invalid", [TFESI], "64483-LT > M54.17", {}),
    ("icd10-invalid", [TFESI], "64483-LT > m5416", {}),
    ("icd10-invalid", [TFESI], "64483-LT > M54.1", {}),
    ("icd10-not-billable", [TFESI], "64483-LT > M51.36", {"day": "2024-06-01"}),
    ("icd10-not-billable", [TFESI], "64483-LT > M47.186", {}),
    ("diagnosis-not-documented", [TFESI], "64483-LT > M54.16", {"dx": ("Lumbar radiculopathy, left",)}),
    ("diagnosis-not-documented", [TFESI], "64483-LT > M51.17", {"dx": ("Left L5-S1 radiculopathy",)}),
    ("diagnosis-not-documented", [MBB], "64493-RT > M47.816", {"dx": ("Cervical spondylosis",)}),
    ("diagnosis-not-documented", [KNEE], "20610-LT > M17.11", {"dx": ("Primary osteoarthritis, left knee",)}),
    ("diagnosis-not-documented", [TFESI], "64483-LT > M96.1", {"dx": ("Lumbar radiculopathy",), "chart": ({"diagnoses": [{"text": "Failed back surgery syndrome", "icd10": None}]},)}),
    ("diagnosis-not-documented", [TFESI], "64483-LT > M48.061", {"dx": ("Lumbar radiculopathy",), "chart": ({"imaging_studies": [{"modality": "mri", "region": "lumbar", "finding": "moderate canal stenosis"}]},)}),
    ("diagnosis-not-documented", [TFESI], "64483-LT > M96.1", {"dx": ()}),
    ("diagnosis-not-documented", [TFESI], "64483-LT > M54.50 G89.29 Z98.1", {"dx": ("Chronic lumbar radiculopathy",)}),
    ("diagnosis-not-documented", [TFESI], "64483-LT > M47.186", {"dx": ("Lumbar radiculopathy",)}),
    ("diagnosis-unspecified", [TFESI], "64483-LT > M54.16", {"dx": ("Lumbar radiculopathy, left",)}),
    ("diagnosis-unspecified", [TFESI], "64483-LT > M51.16 M54.16", {"dx": ("L4-5 disc herniation with radiculopathy",)}),
    ("diagnosis-unspecified", [], "99213 > M54.50", {"dx": ("Lumbar spondylosis",)}),
    ("diagnosis-unspecified", [RFA], "64635-RT > M47.816 M54.50", {"dx": ("Lumbar spondylosis",)}),
    ("diagnosis-unspecified", [KNEE], "20610-LT > M25.562", {"dx": ("Left knee pain",)}),
    ("diagnosis-unspecified", [SUPRASCAPULAR], "64418-RT > G43.909", {"dx": ("Migraine",)}),
    ("diagnosis-region-mismatch", [MBB], "64493-RT > M47.816 M47.817", {}),
    ("diagnosis-region-mismatch", [CAUDAL], "62323 > M54.16", {}),
    ("diagnosis-region-mismatch", [LEADS], "63650 x2 > M54.16", {}),
    ("diagnosis-region-mismatch", [CERVICAL_IL, LUMBAR_IL], "62321 > M54.12; 62323 > M96.1", {}),
    ("diagnosis-region-mismatch", [CERVICAL_IL], "62321 > M54.13", {}),
    ("diagnosis-laterality-mismatch", [KNEE], "20610-LT > M17.12", {"dx": ("Primary osteoarthritis, left knee",)}),
    ("diagnosis-laterality-mismatch", [KNEE], "20610-LT > M17.12", {"dx": ("Osteoarthritis of both knees",)}),
    ("diagnosis-laterality-mismatch", [{**SYMPATHETIC, "laterality": "right"}], "64520-LT > G90.522", {"dx": ("CRPS type I of the left foot",)}),
    ("diagnosis-not-covered", [RFA], "64635-RT > M47.816 M54.59", {"mac": "noridian"}),
    ("diagnosis-not-covered", [RFA], "64635-RT > M54.59", {"payer": "uhc", "mac": None}),
    ("diagnosis-not-covered", [TFESI], "64483-LT > M54.17 M54.50", {}),
    ("diagnosis-not-covered", [TPI], "20552 > M54.2", {"mac": "fcso", "day": "2026-01-20"}),
    ("diagnosis-not-covered", [TPI], "20552 > M79.18", {"mac": "noridian"}),
    ("diagnosis-not-covered", [SI], "27096-LT > M46.1", {"mac": "noridian"}),
    ("excludes1-conflict", [TFESI], "64483-LT > M51.16 M51.17; 64484-LT > M51.17", {}),
    ("excludes1-conflict", [LEADS], "63650 > M96.1 G89.4", {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "severity", "procedures", "claim", "given"), FIRES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_fires(
    tables: Book, name: str, severity: str, procedures: list[dict[str, Any]], claim: str, given: dict[str, Any]
) -> None:
    got = found(tables, name, procedures, claim, **given)
    assert got, "silent"
    assert {f.severity for f in got} == {severity}
    for finding in got:
        assert (finding.code, finding.name) == (MINE[name].code, name)
        assert finding.evidence and finding.message.endswith(".") and finding.fix.endswith(".") and finding.source


@pytest.mark.parametrize(
    ("name", "procedures", "claim", "given"), SILENT, ids=lambda v: v if isinstance(v, str) else ""
)
def test_stays_silent(
    tables: Book, name: str, procedures: list[dict[str, Any]], claim: str, given: dict[str, Any]
) -> None:
    assert found(tables, name, procedures, claim, **given) == []


def test_every_check_has_both_kinds_of_case() -> None:
    assert {row[0] for row in FIRES} == set(MINE)
    assert {row[0] for row in SILENT} == set(MINE)


def test_no_claim_is_judged_by_the_note_alone(tables: Book) -> None:
    names = {n for n in MINE if found(tables, n, [LANDMARK, KNEE], None, dx=("Lumbar stenosis",))}
    assert names == {"guidance-missing", "contrast-missing"}


def test_the_line_of_a_finding_is_the_billed_code(tables: Book) -> None:
    (unbundled,) = found(tables, "imaging-unbundled", [TFESI], "64483-LT > M54.17; 77003 > M54.17")
    assert unbundled.line == "77003"
    (needed,) = found(tables, "ncci-modifier-needed", [SI, TPI], "20552 > M79.18; 27096-LT > M46.1")
    assert needed.line == "20552"


def test_the_nearest_code_is_named(tables: Book) -> None:
    (wrong,) = found(tables, "icd10-invalid", [RFA], "64635-RT > M47.186")
    assert "M47.816" in wrong.message


def test_codes_printed_in_the_note_are_only_information(tables: Book) -> None:
    printed = (
        WrittenCode("icd10", "M54.1", (), Evidence(0, 5, "M54.1")),
        WrittenCode("icd10", "M47.186", (), Evidence(9, 16, "M47.186")),
        WrittenCode("cpt", "64483", (), Evidence(20, 25, "64483")),
    )
    header = found(tables, "icd10-not-billable", [TFESI], None, written_codes=printed)
    wrong = found(tables, "icd10-invalid", [TFESI], None, written_codes=printed)
    assert [f.severity for f in header + wrong] == ["info", "info"]


def test_a_visit_note_of_the_same_day_supports_modifier_25(tables: Book) -> None:
    note = facts({"procedures": [TPI]})
    lines_ = lines("99213-25 > M54.16; 20552 > M79.18")
    claim = Claim(lines_, date_of_service=DAY, place_of_service="11")
    check = MINE["modifier-25-unsupported"]()
    for written, expected in ((DAY, 0), ("2026-01-02", 1)):
        visit = facts({}, visit=OWN_VISIT, integrity=Integrity(dates_of_service=(written,)))
        case = Case(note, tables, date.fromisoformat(DAY), Suggested(), claim, (visit,))
        assert len(list(check.find(case))) == expected


def test_check_digit() -> None:
    rule = claimrules.claim_form().identifier
    assert check_digit_fits("1234567893", rule)
    assert not check_digit_fits("1234567890", rule)
    assert not check_digit_fits("1243567893", rule)


def test_recalled_and_unsure_rules_never_rise_above_info() -> None:
    rules = claimrules.imaging()
    asked = [
        a
        for group in (rules.guided, rules.contrast, rules.kept, rules.not_covered)
        for r in group
        for a in r.payers.values()
    ]
    assert {a.confidence for a in asked} <= {"verified", "verified-2", "recalled"}
    table = icd10.load()
    named = [c for r in claimrules.covered().lists for c in r.covered] + [
        c for r in claimrules.covered().excluded for c in r.out
    ]
    assert not [code for code in named if not table.exists(code)]


def test_a_check_is_a_class_with_its_own_page() -> None:
    for check in MINE.values():
        assert issubclass(check, Check)
        assert "## Sources" in (check.__doc__ or "")
