"""The stories behind the procedures: diagnoses with codes, symptoms, findings and studies that fit."""

from __future__ import annotations

from dataclasses import dataclass, field


def _sided(left: str, right: str, both: str | None = None) -> dict[str, str | None]:
    return {"left": left, "right": right, "bilateral": both}


@dataclass(frozen=True)
class Topic:
    """``diagnoses``: words and code (by side where the code has one); ``<s>`` is the side with its blank, or nothing."""

    region: str | None
    pain: str
    diagnoses: list[tuple[str, str | dict[str, str | None]]]
    findings: list[tuple[str, str]] = field(default_factory=list)
    studies: list[tuple[str, str | None, str]] = field(default_factory=list)
    scale: tuple[str, ...] = ("ODI",)


_LUMBAR_STUDIES: list[tuple[str, str | None, str]] = [
    ("mri", "lumbar", "{MRI of the lumbar spine|Lumbar MRI|MRI lumbar spine|MRI L-spine|Lumbar spine MRI}{| without contrast} {shows|showed|demonstrates|reveals} {a disc {herniation|protrusion} at L4-5|moderate foraminal stenosis at L5-S1|multilevel facet arthropathy|L4-5 and L5-S1 disc bulges|severe central stenosis at L3-4}"),
    ("ct", "lumbar", "{CT of the lumbar spine|Lumbar CT|CT lumbar spine} {shows|showed} {facet hypertrophy|spondylosis at L4-5|prior L4-S1 fusion hardware}"),
    ("xray", "lumbar", "{X-rays of the lumbar spine|Lumbar x-rays|Plain films of the lumbar spine|Lumbar radiographs} {show|showed|reveal} {degenerative changes|disc space narrowing at L5-S1|grade 1 spondylolisthesis at L4-5}"),
]  # fmt: skip
_CERVICAL_STUDIES: list[tuple[str, str | None, str]] = [
    ("mri", "cervical", "{MRI of the cervical spine|Cervical MRI|MRI cervical spine|MRI C-spine|Cervical spine MRI} {shows|showed|demonstrates|reveals} {a C5-6 disc {protrusion|osteophyte complex}|foraminal stenosis at C6-7|multilevel facet arthropathy}"),
    ("xray", "cervical", "{X-rays of the cervical spine|Cervical x-rays|Cervical spine radiographs} {show|showed} {spondylosis|straightening of the lordosis|degenerative changes at C5-6}"),
]  # fmt: skip

TOPICS: dict[str, Topic] = {
    "lumbar-radicular": Topic(
        "lumbar", "{low back and <s>leg pain|low back pain radiating to the <s>leg|back and leg pain}",
        [("{Lumbar radiculopathy|Lumbar radiculopathy|Radiculopathy, lumbar region|Lumbar radiculitis}", "M54.16"), ("{Lumbosacral radiculopathy|Radiculopathy, lumbosacral region}", "M54.17"),
         ("{Lumbar spinal stenosis with neurogenic claudication}", "M48.062"), ("{Lumbar disc herniation with radiculopathy|Lumbar disc displacement with radiculopathy}", "M51.16")],
        [("straight-leg-raise", "{Straight leg raise {is |was |}positive on the <one>|Positive straight leg raise on the <one>|SLR {is |}positive <one>|<One> SLR positive at 40 degrees|+SLR <one>}"),
         ("dermatomal-sensory-change", "{Decreased sensation in the <one> L5 dermatome|Sensation is diminished to light touch over the <one> lateral calf|Hypesthesia in the <one> S1 distribution|Reduced pinprick in the <one> L5 distribution}"),
         ("motor-weakness", "{Strength 4/5 in <one> great toe extension|<One> EHL 4/5|Weakness of <one> ankle dorsiflexion, 4/5|Mild weakness of <one> dorsiflexion}"),
         ("reflex-change", "{<One> ankle reflex {is |}diminished|Absent <one> Achilles reflex|<One> ankle jerk 1+, {other side|contralateral} 2+}"),
         ("gait", "{Antalgic gait|Gait is antalgic|Walks with an antalgic gait}"), ("tenderness", "{Tenderness over the lumbar paraspinals|Tender to palpation over the lower lumbar paraspinal muscles|TTP over lumbar paraspinals}")],
        [*_LUMBAR_STUDIES, ("emg", "lumbar", "{EMG/NCS of the lower extremities|EMG of the legs} {shows|showed} {an <one> L5 radiculopathy|chronic L5 radiculopathy|acute L5 denervation}")],
        ("ODI", "ODI", "RMDQ", "PROMIS"),
    ),
    "cervical-radicular": Topic(
        "cervical", "{neck and <s>arm pain|neck pain radiating into the <s>arm}",
        [("{Cervical radiculopathy|Cervical radiculopathy|Radiculopathy, cervical region|Cervical radiculitis}", "M54.12"), ("{Cervical spinal stenosis}", "M48.02")],
        [("spurling", "{Spurling's {test |sign |maneuver |}{is |}positive on the <one>|Positive Spurling <one>|+Spurling <one>|Spurling positive to the <one>}"), ("motor-weakness", "{<One> triceps strength 4/5|Weakness of <one> wrist extension (4/5)|<One> biceps 4/5}"),
         ("dermatomal-sensory-change", "{Decreased sensation in the <one> C6 dermatome|Diminished light touch over the <one> C7 distribution}"), ("reflex-change", "{<One> triceps reflex diminished|Absent <one> biceps reflex}"),
         ("range-of-motion-limited", "{Cervical range of motion is {limited|reduced}{| in extension}|Limited neck extension and rotation|Decreased cervical ROM}")],
        _CERVICAL_STUDIES, ("NDI",),
    ),
    "thoracic-radicular": Topic("thoracic", "{mid back pain|thoracic pain wrapping around the chest}", [("{Thoracic radiculopathy|Radiculopathy, thoracic region}", "M54.14")],
        [("tenderness", "{Tenderness over the thoracic paraspinals|Tender to palpation over the mid thoracic spine}")],
        [("mri", "thoracic", "{MRI of the thoracic spine|Thoracic MRI|MRI thoracic spine} {shows|showed} {a T7-8 disc protrusion|degenerative changes}")]),
    "lumbar-facet": Topic(
        "lumbar", "{axial low back pain|low back pain without leg symptoms|non-radiating low back pain|mechanical low back pain}",
        [("{Lumbar spondylosis without myelopathy or radiculopathy|Lumbar facet arthropathy|Lumbar facet syndrome|Lumbar spondylosis|Spondylosis without myelopathy or radiculopathy, lumbar region|Facet arthropathy, lumbar}", "M47.816")],
        [("facet-loading", "{Facet loading {is |was |}positive {bilaterally|on the <one>}|Positive {lumbar |}facet loading {bilaterally|on the <one>|<one>}|+facet loading|Kemp's test positive {bilaterally|on the <one>}}"),
         ("tenderness", "{Tenderness over the {lower |}lumbar facets|Tender to palpation over L4-5 and L5-S1 facets|Paraspinal tenderness|TTP over the lumbar facet joints}"),
         ("range-of-motion-limited", "{Lumbar extension {is |}limited|Limited lumbar extension and rotation|Decreased lumbar ROM in extension|Range of motion of the lumbar spine is {reduced|limited}}")],
        _LUMBAR_STUDIES,
    ),
    "cervical-facet": Topic(
        "cervical", "{axial neck pain|neck pain without arm symptoms}",
        [("{Cervical spondylosis without myelopathy or radiculopathy|Cervical facet arthropathy|Cervical facet syndrome|Cervical spondylosis|Spondylosis without myelopathy or radiculopathy, cervical region}", "M47.812")],
        [("facet-loading", "{Cervical facet loading positive {bilaterally|on the <one>}|Positive cervical facet loading}"), ("tenderness", "{Tenderness over the cervical facets|Tender over the <one> cervical paraspinals}"),
         ("range-of-motion-limited", "{Cervical extension is limited|Neck rotation limited|Reduced cervical range of motion}")],
        _CERVICAL_STUDIES, ("NDI",),
    ),
    "thoracic-facet": Topic("thoracic", "{mid back pain|axial thoracic pain}", [("{Thoracic spondylosis without myelopathy or radiculopathy|Spondylosis without myelopathy or radiculopathy, thoracic region}", "M47.814")],
        [("tenderness", "{Tenderness over the thoracic facets|Tender over the mid thoracic paraspinals}")], [("xray", "thoracic", "{Thoracic x-rays|X-rays of the thoracic spine} {show|showed} {spondylosis|degenerative changes}")]),
    "si": Topic(
        "sacral", "{<s>buttock pain|<s>low back and buttock pain|pain below the belt line}", [("{Sacroiliitis|Sacroiliitis, not elsewhere classified}", "M46.1")],
        [("si-provocation", "{FABER, thigh thrust and Gaenslen {are |}positive on the <one>|Positive FABER, Gaenslen, and compression on the <one>|Thigh thrust and distraction positive <one>|Three of five SI provocation tests {are |}positive on the <one>|Patrick's and Gaenslen's tests positive on the <one>}"),
         ("tenderness", "{Tenderness over the <one> SI joint|Tender over the <one> PSIS|Tenderness at the <one> sacral sulcus}")],
        [("xray", "sacral", "{X-rays of the SI joints|Sacroiliac joint x-rays} {show|showed} {sclerosis|degenerative changes}")],
    ),
    "lumbar-disc": Topic("lumbar", "{discogenic low back pain|low back pain}", [("{Lumbar radiculopathy}", "M54.16")], [("tenderness", "{Midline lumbar tenderness|Tenderness over the lumbar spinous processes}")], _LUMBAR_STUDIES[:1]),
    "knee": Topic(None, "<s>knee pain", [("{<s>knee osteoarthritis|Primary osteoarthritis of the <s>knee|Osteoarthritis, <s>knee}", _sided("M17.12", "M17.11", "M17.0"))],
        [("tenderness", "{Medial joint line tenderness|Tenderness along the medial joint line}"), ("swelling", "{Mild effusion of the <one> knee|Swelling of the <one> knee|<One> knee is swollen}"), ("range-of-motion-limited", "{Knee flexion limited to 100 degrees|Limited range of motion of the <one> knee|Decreased ROM in the <one> knee}")],
        [("xray", "knee", "{X-rays of the <one> knee|<One> knee x-rays|<One> knee radiographs} {show|showed} {tricompartmental osteoarthritis|medial joint space narrowing}")], ("WOMAC",)),
    "hip": Topic(None, "<s>{groin|hip} pain", [("{<s>hip osteoarthritis|Primary osteoarthritis of the <s>hip}", _sided("M16.12", "M16.11", "M16.0"))],
        [("range-of-motion-limited", "{Internal rotation of the <one> hip is limited|<One> hip range of motion limited|Decreased internal rotation, <one> hip}"), ("gait", "{Antalgic gait|Trendelenburg gait}")],
        [("xray", "hip", "{X-rays of the <one> hip|<One> hip x-rays} {show|showed} {joint space narrowing|moderate osteoarthritis}")]),
    "shoulder": Topic(None, "<s>shoulder pain", [("{Adhesive capsulitis of the <s>shoulder|<s>adhesive capsulitis|<s>frozen shoulder}", _sided("M75.02", "M75.01")), ("{<s>shoulder osteoarthritis|Primary osteoarthritis of the <s>shoulder}", _sided("M19.012", "M19.011"))],
        [("range-of-motion-limited", "{Abduction of the <one> shoulder limited to 90 degrees|Limited range of motion of the <one> shoulder|<One> shoulder ROM decreased}"), ("tenderness", "{Tenderness over the <one> {bicipital groove|AC joint|subacromial space}}")],
        [("mri", "shoulder", "{MRI of the <one> shoulder|<One> shoulder MRI} {shows|showed} {supraspinatus tendinosis|a partial thickness tear}"), ("xray", "shoulder", "{X-rays of the <one> shoulder|<One> shoulder x-rays} {show|showed} {glenohumeral arthritis|no fracture}")], ("DASH",)),
    "gtb": Topic(None, "<s>lateral hip pain", [("{<s>trochanteric bursitis|Trochanteric bursitis of the <s>hip|<s>greater trochanteric bursitis}", _sided("M70.62", "M70.61"))], [("tenderness", "{Tenderness over the <one> greater trochanter|Point tender over the <one> greater trochanter}")], []),
    "plantar": Topic(None, "<s>heel pain", [("{Plantar fasciitis|<s>plantar fasciitis}", "M72.2")], [("tenderness", "{Tenderness at the medial calcaneal tubercle|Tender at the plantar fascia origin}")], []),
    "elbow": Topic(None, "<s>lateral elbow pain", [("{<s>lateral epicondylitis|Lateral epicondylitis, <s>elbow}", _sided("M77.12", "M77.11"))], [("tenderness", "{Tenderness over the <one> lateral epicondyle}")], []),
    "dequervain": Topic(None, "<s>wrist pain", [("{de Quervain tenosynovitis|De Quervain's tenosynovitis}", "M65.4")], [("tenderness", "{Tenderness over the first dorsal compartment}")], []),
    "carpal": Topic(None, "<s>hand numbness and pain", [("{<s>carpal tunnel syndrome|Carpal tunnel syndrome, <s>}", _sided("G56.02", "G56.01", "G56.03"))],
        [("tinel", "{Tinel's {sign |}positive at the <one> wrist|Positive Tinel at the <one> wrist}"), ("phalen", "{Phalen's {test |}positive|Positive Phalen on the <one>}")], [("emg", "wrist", "{EMG/NCS|Nerve conduction studies} {confirmed|showed} {moderate carpal tunnel syndrome|median neuropathy at the wrist}")]),
    "headache": Topic(None, "{occipital headache|<s>occipital head pain}", [("{Occipital neuralgia|<s>occipital neuralgia}", "M54.81")], [("tenderness", "{Tenderness over the <one> greater occipital nerve|Tender at the occipital ridge}"), ("tinel", "{Tinel's sign positive over the <one> occipital nerve|Positive Tinel over the occipital nerve}")], []),
    "migraine": Topic(None, "{chronic migraine|daily headache}", [("{Chronic migraine without aura, intractable, without status migrainosus}", "G43.719")], [], []),
    "dystonia": Topic(None, "{neck pulling and pain}", [("{Cervical dystonia|Spasmodic torticollis}", "G24.3")], [], []),
    "meralgia": Topic(None, "{burning of the lateral thigh}", [("{<s>meralgia paresthetica|Meralgia paresthetica, <s>thigh}", _sided("G57.12", "G57.11", "G57.13"))], [], []),
    "crps-arm": Topic(None, "<s>arm pain", [("{CRPS type I of the <s>upper extremity|Complex regional pain syndrome type I, <s>upper limb|Complex regional pain syndrome I of the <s>upper limb}", _sided("G90.512", "G90.511", "G90.513"))],
        [("allodynia", "{Allodynia of the <one> hand|Allodynia to light touch over the <one> forearm}"), ("temperature-color-change", "{The <one> hand is cool and mottled|Color and temperature change of the <one> hand}"), ("swelling", "{Swelling of the <one> hand|The <one> hand is swollen}")], []),
    "crps-leg": Topic(None, "<s>foot pain", [("{CRPS type I of the <s>lower extremity|Complex regional pain syndrome type I, <s>lower limb|Complex regional pain syndrome I of the <s>lower limb}", _sided("G90.522", "G90.521", "G90.523"))],
        [("allodynia", "{Allodynia over the <one> foot|Allodynia to light touch of the <one> foot}"), ("temperature-color-change", "{The <one> foot is cool and mottled|Color and temperature change of the <one> foot}")], []),
    "pancreas": Topic(None, "{abdominal pain}", [("{Chronic pancreatitis}", "K86.1")], [], [("ct", "abdomen", "{CT of the abdomen|Abdominal CT} {shows|showed} {pancreatic calcifications|a pancreatic mass}")]),
    "coccyx": Topic("sacral", "{tailbone pain|coccyx pain}", [("{Coccydynia|Coccygodynia}", "M53.3")], [("tenderness", "{Tenderness over the coccyx}")], []),
    "myofascial": Topic(None, "{neck and shoulder girdle pain|muscle pain|myofascial pain}", [("{Myofascial pain syndrome|Myofascial pain|Myalgia, other site}", "M79.18")],
        [("taut-band", "{Palpable taut bands|Taut bands on palpation|Taut band palpable}"), ("referred-pain", "{Palpation reproduces referred pain {to the arm|into the shoulder}|Referred pain on palpation}"), ("tenderness", "{Exquisite point tenderness|Tender trigger points|Tenderness to palpation}")], []),
    "fbss": Topic("lumbar", "{back and leg pain after surgery|chronic back and leg pain}", [("{Postlaminectomy syndrome|Post-laminectomy syndrome|Failed back surgery syndrome}", "M96.1")], [("gait", "{Antalgic gait}")], _LUMBAR_STUDIES[:1]),
    "fracture": Topic(None, "{acute back pain}", [("{Back pain after vertebral compression fracture}", "M54.9")], [("tenderness", "{Midline tenderness at the thoracolumbar junction|Point tenderness over the fracture}")], [("mri", "lumbar", "{MRI of the lumbar spine|Lumbar MRI} {shows|showed} {an acute compression fracture|marrow edema}")]),
    "pdph": Topic(None, "{postural headache}", [("{Post-dural puncture headache|Postdural puncture headache}", "G97.1")], [], []),
    "vertebrogenic": Topic("lumbar", "{low back pain}", [("{Vertebrogenic low back pain}", "M54.51")], [("tenderness", "{Midline lumbar tenderness}")], [("mri", "lumbar", "{MRI of the lumbar spine|Lumbar MRI} {shows|showed} {Modic type 1 changes at L5-S1|Modic changes at L5 and S1}")]),
    "none": Topic(None, "{pain}", [], [], []),
}  # fmt: skip
