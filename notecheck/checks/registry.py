"""The explicit, ordered list of checks."""

from __future__ import annotations

from notecheck.checks.base import Check
from notecheck.checks.coding.clm001_claim_date_implausible import ClaimDateImplausible
from notecheck.checks.coding.clm002_place_of_service_mismatch import PlaceOfServiceMismatch
from notecheck.checks.coding.clm003_provider_identifier_invalid import ProviderIdentifierInvalid
from notecheck.checks.coding.dxc001_icd10_invalid import Icd10Invalid
from notecheck.checks.coding.dxc002_icd10_not_billable import Icd10NotBillable
from notecheck.checks.coding.dxc003_diagnosis_not_documented import DiagnosisNotDocumented
from notecheck.checks.coding.dxc004_diagnosis_unspecified import DiagnosisUnspecified
from notecheck.checks.coding.dxc005_diagnosis_region_mismatch import DiagnosisRegionMismatch
from notecheck.checks.coding.dxc006_diagnosis_laterality_mismatch import DiagnosisLateralityMismatch
from notecheck.checks.coding.dxc007_diagnosis_not_covered import DiagnosisNotCovered
from notecheck.checks.coding.dxc008_excludes1_conflict import Excludes1Conflict
from notecheck.checks.coding.img001_guidance_missing import GuidanceMissing
from notecheck.checks.coding.img002_contrast_missing import ContrastMissing
from notecheck.checks.coding.img003_image_retention_missing import ImageRetentionMissing
from notecheck.checks.coding.img004_imaging_unbundled import ImagingUnbundled
from notecheck.checks.coding.img005_imaging_not_supported import ImagingNotSupported
from notecheck.checks.coding.img006_guidance_not_covered import GuidanceNotCovered
from notecheck.checks.coding.lat001_laterality_missing import LateralityMissing
from notecheck.checks.coding.lat002_laterality_modifier_mismatch import LateralityModifierMismatch
from notecheck.checks.coding.lat003_bilateral_underbilled import BilateralUnderbilled
from notecheck.checks.coding.lat004_bilateral_not_documented import BilateralNotDocumented
from notecheck.checks.coding.lat005_bilateral_format_wrong import BilateralFormatWrong
from notecheck.checks.coding.lat006_laterality_modifier_missing import LateralityModifierMissing
from notecheck.checks.coding.lat007_laterality_modifier_not_allowed import LateralityModifierNotAllowed
from notecheck.checks.coding.lvl001_level_missing import LevelMissing
from notecheck.checks.coding.lvl002_levels_overbilled import LevelsOverbilled
from notecheck.checks.coding.lvl003_levels_underbilled import LevelsUnderbilled
from notecheck.checks.coding.lvl004_level_limit_exceeded import LevelLimitExceeded
from notecheck.checks.coding.lvl005_add_on_without_primary import AddOnWithoutPrimary
from notecheck.checks.coding.lvl006_nerves_counted_as_joints import NervesCountedAsJoints
from notecheck.checks.coding.lvl007_units_exceed_mue import UnitsExceedMue
from notecheck.checks.coding.lvl008_muscle_count_missing import MuscleCountMissing
from notecheck.checks.coding.lvl009_muscle_count_mismatch import MuscleCountMismatch
from notecheck.checks.coding.lvl010_injections_counted_as_units import InjectionsCountedAsUnits
from notecheck.checks.coding.mod001_modifier_25_unsupported import Modifier25Unsupported
from notecheck.checks.coding.mod002_modifier_59_unsupported import Modifier59Unsupported
from notecheck.checks.coding.mod003_kx_modifier_missing import KxModifierMissing
from notecheck.checks.coding.mod004_jw_jz_missing import JwJzMissing
from notecheck.checks.coding.mod005_wastage_not_documented import WastageNotDocumented
from notecheck.checks.coding.mod006_component_modifier_wrong import ComponentModifierWrong
from notecheck.checks.coding.mod007_global_period_modifier_missing import GlobalPeriodModifierMissing
from notecheck.checks.coding.mod008_drug_units_mismatch import DrugUnitsMismatch
from notecheck.checks.coding.mod009_discontinued_modifier_missing import DiscontinuedModifierMissing
from notecheck.checks.coding.ncc001_ncci_bundled import NcciBundled
from notecheck.checks.coding.ncc002_ncci_modifier_needed import NcciModifierNeeded
from notecheck.checks.coding.ncc003_duplicate_line import DuplicateLine
from notecheck.checks.coding.prc001_billed_procedure_not_documented import BilledProcedureNotDocumented
from notecheck.checks.coding.prc002_documented_procedure_not_billed import DocumentedProcedureNotBilled
from notecheck.checks.coding.prc003_approach_mismatch import ApproachMismatch
from notecheck.checks.coding.prc004_region_mismatch import RegionMismatch
from notecheck.checks.coding.prc005_guidance_code_mismatch import GuidanceCodeMismatch
from notecheck.checks.coding.prc006_technique_code_mismatch import TechniqueCodeMismatch
from notecheck.checks.coding.prc007_site_code_mismatch import SiteCodeMismatch
from notecheck.checks.coding.prc008_specific_code_lacking import SpecificCodeLacking
from notecheck.checks.coding.prc009_outdated_code import OutdatedCode
from notecheck.checks.coding.prc010_procedure_second_opinion import ProcedureSecondOpinion
from notecheck.checks.coverage.aut import (
    AuthorizationCodeMismatch,
    AuthorizationDatesMismatch,
    AuthorizationDiagnosisMismatch,
    AuthorizationExceeded,
    AuthorizationMissing,
)
from notecheck.checks.coverage.cpm import CpmElementsMissing, CpmSameDayEm, CpmTimeInsufficient
from notecheck.checks.coverage.emv import EmLevelUnsupported, EmTimeMissing, EmUnderbilled, ProlongedUnsupported
from notecheck.checks.coverage.frq import (
    CombinedProceduresNotCovered,
    IntervalTooShort,
    MultipleRegionsInSession,
    SessionsExceedLimit,
)
from notecheck.checks.coverage.med_care import (
    ConservativeCareMissing,
    ConservativeCareTooShort,
    FunctionMissing,
    PainScoreBelowThreshold,
    PainScoreMissing,
    SymptomDurationInsufficient,
)
from notecheck.checks.coverage.med_findings import (
    ExamMissing,
    FacetExclusionDocumented,
    ImagingCorrelationMissing,
    RadicularPainMissing,
    TriggerPointExamMissing,
)
from notecheck.checks.coverage.med_response import (
    DiagnosticBlocksMissing,
    PsychologicalEvaluationMissing,
    RepeatReliefBelowThreshold,
    RepeatReliefMissing,
    TrialReliefMissing,
)
from notecheck.checks.coverage.med_service import DrugNotCovered, RationaleMissing, SedationNotSupported
from notecheck.checks.hygiene.doc_author import DateOfServiceMismatch, LateEntryUnmarked, SignatureMissing
from notecheck.checks.hygiene.doc_content import DiagnosisMissing, MedicationMissing, NeedleMissing
from notecheck.checks.hygiene.doc_contradictions import (
    ContradictionLaterality,
    ContradictionLevel,
    ContradictionPatient,
    ContradictionProcedure,
)
from notecheck.checks.hygiene.doc_statements import (
    ComplicationsMissing,
    ConsentMissing,
    ResponseMissing,
    TimeOutMissing,
)
from notecheck.checks.hygiene.doc_template import ClonedNote, PlaceholderUnfilled

CODING: tuple[type[Check], ...] = (
    BilledProcedureNotDocumented,
    DocumentedProcedureNotBilled,
    ApproachMismatch,
    RegionMismatch,
    GuidanceCodeMismatch,
    TechniqueCodeMismatch,
    SiteCodeMismatch,
    SpecificCodeLacking,
    OutdatedCode,
    ProcedureSecondOpinion,
    LevelMissing,
    LevelsOverbilled,
    LevelsUnderbilled,
    LevelLimitExceeded,
    AddOnWithoutPrimary,
    NervesCountedAsJoints,
    UnitsExceedMue,
    MuscleCountMissing,
    MuscleCountMismatch,
    InjectionsCountedAsUnits,
    LateralityMissing,
    LateralityModifierMismatch,
    BilateralUnderbilled,
    BilateralNotDocumented,
    BilateralFormatWrong,
    LateralityModifierMissing,
    LateralityModifierNotAllowed,
    GuidanceMissing,
    ContrastMissing,
    ImageRetentionMissing,
    ImagingUnbundled,
    ImagingNotSupported,
    GuidanceNotCovered,
    Modifier25Unsupported,
    Modifier59Unsupported,
    KxModifierMissing,
    JwJzMissing,
    WastageNotDocumented,
    ComponentModifierWrong,
    GlobalPeriodModifierMissing,
    DrugUnitsMismatch,
    DiscontinuedModifierMissing,
    NcciBundled,
    NcciModifierNeeded,
    DuplicateLine,
    ClaimDateImplausible,
    PlaceOfServiceMismatch,
    ProviderIdentifierInvalid,
    Icd10Invalid,
    Icd10NotBillable,
    DiagnosisNotDocumented,
    DiagnosisUnspecified,
    DiagnosisRegionMismatch,
    DiagnosisLateralityMismatch,
    DiagnosisNotCovered,
    Excludes1Conflict,
)
COVERAGE: tuple[type[Check], ...] = (
    ConservativeCareMissing,
    ConservativeCareTooShort,
    PainScoreMissing,
    PainScoreBelowThreshold,
    FunctionMissing,
    SymptomDurationInsufficient,
    ExamMissing,
    ImagingCorrelationMissing,
    RadicularPainMissing,
    FacetExclusionDocumented,
    RepeatReliefMissing,
    RepeatReliefBelowThreshold,
    DiagnosticBlocksMissing,
    PsychologicalEvaluationMissing,
    TrialReliefMissing,
    RationaleMissing,
    DrugNotCovered,
    SedationNotSupported,
    TriggerPointExamMissing,
    SessionsExceedLimit,
    IntervalTooShort,
    MultipleRegionsInSession,
    CombinedProceduresNotCovered,
    AuthorizationMissing,
    AuthorizationCodeMismatch,
    AuthorizationDiagnosisMismatch,
    AuthorizationDatesMismatch,
    AuthorizationExceeded,
    EmLevelUnsupported,
    EmTimeMissing,
    EmUnderbilled,
    ProlongedUnsupported,
    CpmTimeInsufficient,
    CpmElementsMissing,
    CpmSameDayEm,
)
HYGIENE: tuple[type[Check], ...] = (
    SignatureMissing,
    DateOfServiceMismatch,
    TimeOutMissing,
    ConsentMissing,
    PlaceholderUnfilled,
    ContradictionLaterality,
    ContradictionLevel,
    ContradictionProcedure,
    ClonedNote,
    ComplicationsMissing,
    ResponseMissing,
    MedicationMissing,
    NeedleMissing,
    DiagnosisMissing,
    ContradictionPatient,
    LateEntryUnmarked,
)

CHECKS: tuple[type[Check], ...] = (*CODING, *COVERAGE, *HYGIENE)
