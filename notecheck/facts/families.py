"""What each procedure family treats: which marks of the text belong to it."""

from __future__ import annotations

EPIDURAL = ("epidural-transforaminal", "epidural-interlaminar", "epidural-caudal", "epidural-unspecified")
FACET = ("facet-injection", "facet-rfa")
PERIPHERAL = (
    "joint-injection",
    "bursa-injection",
    "tendon-injection",
    "carpal-tunnel-injection",
    "peripheral-nerve-block",
    "genicular-block",
    "genicular-rfa",
    "sympathetic-block",
    "neurolysis",
    "peripheral-nerve-stimulation",
)
STEROIDS = frozenset({"methylprednisolone", "triamcinolone", "betamethasone", "dexamethasone"})
TOXINS = {"botulinum toxin", "onabotulinumtoxina", "abobotulinumtoxina", "incobotulinumtoxina", "rimabotulinumtoxinb"}
NOT_INJECTATE = frozenset(
    {"midazolam", "propofol", "ketamine", "cefazolin", "atropine", "ethyl chloride", "epinephrine"}
)
"""Drugs of the encounter that do not count as given at the target."""
MUSCLE = ("trigger-point", "chemodenervation")
STIMULATOR = ("scs-trial", "scs-implant", "scs-revision")
DEVICE = (*STIMULATOR, "intrathecal-pump", "peripheral-nerve-stimulation")
OPEN = (*DEVICE, "vertebral-augmentation", "basivertebral-ablation")
"""Families that are operations themselves: incision and closure do not make them anaesthesia."""

SPINAL = (
    *EPIDURAL,
    *FACET,
    *STIMULATOR,
    "other",
    "si-rfa",
    "epidural-blood-patch",
    "epidural-catheter",
    "epidural-adhesiolysis",
    "discography",
    "vertebral-augmentation",
    "basivertebral-ablation",
)

TARGETS: dict[str, tuple[str, ...]] = {
    "epidural-transforaminal": ("epidural-transforaminal",),
    "epidural-interlaminar": ("epidural-interlaminar", "epidural-lor", "epidural-tuohy"),
    "epidural-caudal": ("epidural-caudal",),
    "facet-injection": ("facet-joint", "medial-branch"),
    "facet-rfa": ("facet-joint", "medial-branch"),
    "si-joint-injection": ("si-joint",),
    "si-rfa": ("lateral-branch",),
    "trigger-point": ("trigger-point",),
    "genicular-block": ("genicular-nerve",),
    "genicular-rfa": ("genicular-nerve",),
    "scs-trial": ("lead",),
    "scs-implant": ("lead",),
    "intrathecal-pump": ("pump",),
    "vertebral-augmentation": ("vertebral-body",),
    "discography": ("disc",),
}
"""Family -> values of ``target`` mentions that prove it in the body."""

SITE_FAMILY: dict[str, str] = {
    **dict.fromkeys(
        [
            "knee",
            "hip",
            "glenohumeral",
            "acromioclavicular",
            "sternoclavicular",
            "elbow",
            "wrist",
            "ankle",
            "subtalar",
            "cmc",
            "mcp",
            "mtp",
            "pip",
            "dip",
            "tmj",
            "sacrococcygeal-joint",
            "pubic-symphysis",
            "costochondral",
            "atlanto-axial",
            "atlanto-occipital",
            "talonavicular",
            "midfoot",
            "costovertebral",
            "costosternal",
            "radioulnar",
        ],
        "joint-injection",
    ),
    "carpal-tunnel": "carpal-tunnel-injection",
    **dict.fromkeys(
        [
            "trochanteric-bursa",
            "subacromial-bursa",
            "olecranon-bursa",
            "pes-anserine-bursa",
            "ischial-bursa",
            "iliopsoas-bursa",
            "prepatellar-bursa",
            "retrocalcaneal-bursa",
            "scapulothoracic-bursa",
            "bakers-cyst",
        ],
        "bursa-injection",
    ),
    **dict.fromkeys(
        [
            "common-extensor-tendon",
            "common-flexor-tendon",
            "plantar-fascia",
            "flexor-tendon-sheath",
            "first-dorsal-compartment",
            "bicipital-tendon",
            "achilles-tendon",
            "patellar-tendon",
            "iliolumbar-ligament",
            "heel",
            "gluteal-tendon",
            "rotator-cuff",
            "tibialis-posterior-tendon",
            "peroneal-tendon",
            "hamstring-tendon",
        ],
        "tendon-injection",
    ),
    **dict.fromkeys(
        [
            "stellate-ganglion",
            "lumbar-sympathetic-chain",
            "celiac-plexus",
            "splanchnic-nerve",
            "superior-hypogastric-plexus",
            "ganglion-impar",
            "sphenopalatine-ganglion",
            "inferior-hypogastric-plexus",
        ],
        "sympathetic-block",
    ),
    "genicular-nerve": "genicular-block",
}
"""Site -> the family of an injection there; every other named nerve is a peripheral nerve block."""

LIES_IN: dict[str, str] = {
    "first-dorsal-compartment": "wrist", "carpal-tunnel": "wrist", "flexor-tendon-sheath": "wrist",
    "common-extensor-tendon": "elbow", "common-flexor-tendon": "elbow", "olecranon-bursa": "elbow",
    "achilles-tendon": "ankle", "tibialis-posterior-tendon": "ankle", "peroneal-tendon": "ankle",
    "subacromial-bursa": "glenohumeral", "bicipital-tendon": "glenohumeral", "rotator-cuff": "glenohumeral",
    "trochanteric-bursa": "hip", "gluteal-tendon": "hip", "pes-anserine-bursa": "knee", "prepatellar-bursa": "knee",
}  # fmt: skip
"""Site -> the joint named beside it to say where it lies ("first dorsal compartment, right wrist")."""

SITE_REGION: dict[str, str | None] = {
    "stellate-ganglion": "cervical",
    "lumbar-sympathetic-chain": "lumbar",
    "intercostal-nerve": "thoracic",
    "sacrococcygeal-joint": "sacral",
    "ganglion-impar": "sacral",
    "third-occipital-nerve": "cervical",
    "dorsal-root-ganglion": None,
    "splanchnic-nerve": "thoracic",
    "atlanto-axial": "cervical",
    "atlanto-occipital": "cervical",
}


def family_of_site(site: str) -> str:
    """The family of an injection at ``site``."""
    return SITE_FAMILY.get(site, "peripheral-nerve-block")


def sites_of(family: str) -> frozenset[str] | None:
    """Sites that fit a family; None where every nerve fits; empty where the family names no site."""
    if family in ("peripheral-nerve-block", "neurolysis", "peripheral-nerve-stimulation"):
        return None
    if family in ("genicular-block", "genicular-rfa"):
        return frozenset({"genicular-nerve"})
    return frozenset(site for site, owner in SITE_FAMILY.items() if owner == family)
