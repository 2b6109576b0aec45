"""What stands around a procedure: diagnoses, complaint, care, ratings, relief, function, findings, studies, and their traps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from generator.draw import Draw, first_upper, in_words, listed
from generator.model import Row
from generator.topics import Topic

CARE: dict[str, list[str]] = {
    "physical-therapy": ["physical therapy", "physical therapy", "PT", "formal physical therapy", "supervised physical therapy"],
    "home-exercise": ["home exercise program", "home exercises", "a home exercise program", "HEP"],
    "chiropractic": ["chiropractic care", "chiropractic treatment", "chiropractic manipulation", "chiropractic adjustments"],
    "acupuncture": ["acupuncture"],
    "nsaid": ["ibuprofen", "naproxen", "meloxicam", "NSAIDs", "diclofenac", "celecoxib", "Mobic", "Celebrex", "anti-inflammatories", "ibuprofen 800 mg TID"],
    "acetaminophen": ["acetaminophen", "Tylenol"],
    "opioid": ["tramadol", "hydrocodone", "oxycodone", "opioids", "Norco 10/325", "Percocet 5/325"],
    "muscle-relaxant": ["cyclobenzaprine", "tizanidine", "methocarbamol", "muscle relaxants", "baclofen", "Flexeril", "Robaxin"],
    "neuropathic-agent": ["gabapentin", "pregabalin", "duloxetine", "Lyrica", "Neurontin", "gabapentin 300 mg TID", "Cymbalta", "nortriptyline"],
    "oral-steroid": ["a Medrol Dosepak", "a prednisone taper", "oral steroids"],
    "topical": ["lidocaine patches", "topical diclofenac", "Voltaren gel", "topical lidocaine"],
    "massage": ["massage", "massage therapy"],
    "tens": ["a TENS unit", "TENS"],
    "heat-ice": ["heat and ice", "ice and heat", "heat"],
    "bracing": ["a lumbar brace", "bracing", "a brace"],
    "activity-modification": ["activity modification"],
    "cognitive-behavioral": ["cognitive behavioral therapy", "CBT"],
}
_DRUGS = ("nsaid", "acetaminophen", "opioid", "muscle-relaxant", "neuropathic-agent", "oral-steroid")
_COURSES = ("physical-therapy", "home-exercise", "chiropractic", "acupuncture", "massage")
_WHO = "{The patient|She|He|Patient|Pt}"


def diagnoses(draw: Draw, topic: Topic, side: str | None) -> tuple[list[str], list[Row]]:
    """Diagnoses as written, and their codes."""
    out, rows = [], []
    for template, code in draw.some(topic.diagnoses, 1, 2):
        words = f"{side} " if side else ""
        if isinstance(code, dict):
            if side not in code or code[side] is None:
                continue
            text = draw.say(template, s=f"{side} ").rstrip(" ,") if "<s>" in template else template
            known = code[side]
        else:
            text, known = draw.say(template, s=words), code
            if "<s>" not in template and side and code and draw.chance(0.25):
                text = draw.pick(f"{text}, {side}", f"{side} {text[0].lower()}{text[1:]}")
        out.append(first_upper(text))
        rows.append({"text": first_upper(text), "icd10": known or None})
    return out, rows


def duration(draw: Draw) -> tuple[str, float | None]:
    """How long the pain has lasted, with its weeks."""
    unit, factor, top = draw.weighted({("week", 1, 11): 2, ("month", 4, 11): 5, ("year", 52, 9): 4})
    number = draw.whole(2, top)
    shown = draw.pick(str(number), str(number), in_words(number))
    words = draw.say("{for {the past |the last |about |approximately |}<n> <u>s|x <n> <u>s|of <n> <u>s duration|for over <n> <u>s}", n=shown, u=unit)
    if unit != "week" and draw.chance(0.1):
        words, weeks = draw.say("for {several|many} <u>s", u=unit), None
        return words, weeks
    return words, number * factor


def complaint(draw: Draw, topic: Topic, side: str | None, age: int) -> tuple[str, float | None]:
    """The first sentence of the history."""
    who = draw.pick("female", "male", "woman", "man")
    pain = draw.say(topic.pain, s=f"{side} " if side else "")
    words, weeks = duration(draw) if draw.chance(0.75) else ("", None)
    text = draw.say(
        "{<age>{ y/o|-year-old| yo| year old|-year-old} <who> with <pain> <words>|The patient is a <age>-year-old <who> {who presents with|with|with a history of} <pain> <words>|Patient {presents|returns} with <pain> <words>|<Pain> <words>}.",
        age=age, who=who, pain=pain, words=words, Pain=first_upper(pain),
    )  # fmt: skip
    return text, weeks


def _length(draw: Draw, day: date) -> tuple[str, float]:
    """A course with its length in weeks: ``6 weeks of``, or from two dates."""
    weeks = draw.pick(4, 6, 6, 8, 8, 10, 12)
    if weeks in (8, 12) and draw.chance(0.3):
        months = weeks // 4
        return draw.say("{<n> months|<w> months}", n=months, w=in_words(months)), months * 4
    return draw.say("{<n> weeks|<w> weeks|<n> wks}", n=weeks, w=in_words(weeks)), weeks


def care(draw: Draw, day: date) -> tuple[list[str], list[Row]]:
    """Sentences on earlier treatment, one outcome for each modality."""
    left = draw.some(list(CARE), 2, 6)
    draw.random.shuffle(left)
    out: list[str] = []
    rows: list[Row] = []

    def add(modality: str, weeks: float | None, outcome: str) -> None:
        rows.append({"modality": modality, "weeks": weeks, "outcome": outcome})

    while left:
        kind = draw.weighted({"failed": 4, "list": 3, "weeks": 3, "dates": 0.8, "partial": 1.5, "helped": 1, "intolerant": 0.8, "contra": 0.5, "ongoing": 1.2, "tried": 1, "never": 1, "plan": 0.7})
        modality = left.pop()
        word = draw.of(CARE[modality])
        if kind == "list" and left:
            more = [left.pop() for _ in range(min(len(left), draw.whole(1, 3)))]
            words = listed(draw, [word, *(draw.of(CARE[m]) for m in more)])
            out.append(draw.say("{<who> has failed <w>|Failed <w>|<w> have failed|No relief from <w>|<who> has had no {relief|benefit} from <w>|<who> continues to have pain despite <w>|Pain persists despite <w>|Pain is refractory to <w>|Conservative {care|treatment|measures} including <w> {has|have} failed|Failed conservative treatment: <w>}.", who=draw.say(_WHO), w=words))
            for each in (modality, *more):
                add(each, None, "failed")
        elif kind == "weeks" and modality in _COURSES:
            words, weeks = _length(draw, day)
            outcome = draw.weighted({"failed": 5, "partial": 2, "helped": 1})
            tail = {"failed": "{without {relief|benefit|improvement|lasting relief}|with no {relief|benefit|improvement}|and failed}", "partial": "with {partial relief|some relief|minimal relief|only partial relief}", "helped": "with {good|excellent|significant} {relief|improvement}"}[outcome]
            out.append(draw.say("{<who> {completed|did|tried|underwent|attended} <len> of <w> <tail>|<Len> of <w> <tail>|<who> {completed|tried} <w> {for|x} <len> <tail>|<W> x <len> <tail>}.", who=draw.say(_WHO), len=words, Len=first_upper(words), w=word.removeprefix("a "), W=first_upper(word.removeprefix("a ")), tail=draw.say(tail)))
            add(modality, weeks, outcome)
        elif kind == "dates" and modality in ("physical-therapy", "chiropractic"):
            weeks = draw.pick(4, 6, 8)
            start = day - timedelta(weeks=weeks + draw.whole(2, 12))
            end = start + timedelta(weeks=weeks)
            shown = [f"{d.month}/{d.day}/{d.year}" for d in (start, end)]
            out.append(draw.say("{<W> from <a> {to|through|until} <b> {without {benefit|relief|improvement}|with no improvement}|<who> attended <w> from <a> to <b> without {relief|benefit}}.", who=draw.say(_WHO), w=word, W=first_upper(word), a=shown[0], b=shown[1]))
            add(modality, weeks, "failed")
        elif kind == "partial":
            out.append(draw.say("{<W> {provided|gave|offered} {only |}{partial|some|minimal|modest|limited} {relief|benefit}|<W> with {partial|some} relief|Partial relief {with|from} <w>|Some relief {with|from} <w>}.", w=word, W=first_upper(word)))
            add(modality, None, "partial")
        elif kind == "helped":
            out.append(draw.say("{<W> {has|have} been helpful|<W> helped|Good relief {with|from} <w>|<W> {provided|gave} {good|excellent|significant} relief}.", w=word, W=first_upper(word)).replace("has been", "has been"))
            add(modality, None, "helped")
        elif kind == "intolerant" and modality in _DRUGS:
            out.append(draw.say("{<who> could not tolerate <w> {due to|because of} {nausea|sedation|dizziness|GI upset}|<W> was {stopped|discontinued} {due to|because of} {side effects|sedation|nausea|dizziness}|Intolerant of <w>|<who> did not tolerate <w>}.", who=draw.say(_WHO), w=word, W=first_upper(word)))
            add(modality, None, "not-tolerated")
        elif kind == "contra" and modality in ("nsaid", "opioid", "acetaminophen"):
            name = {"nsaid": "NSAIDs", "opioid": "Opioids", "acetaminophen": "Acetaminophen"}[modality]
            out.append(draw.say("{<n> {are|are} contraindicated {due to|because of} {kidney disease|chronic kidney disease|liver disease|anticoagulation}|<n> cannot be {used|taken} {due to|because of} {renal insufficiency|anticoagulation|liver disease}}.", n=name).replace("Acetaminophen are", "Acetaminophen is"))
            add(modality, None, "contraindicated")
        elif kind == "ongoing":
            verb = "{takes|is taking|currently takes|continues to take|remains on}" if modality in _DRUGS else "{continues|is doing|currently does|continues with}"
            if modality not in (*_DRUGS, "home-exercise", "physical-therapy"):
                kind = "tried"
            else:
                out.append(draw.say(f"<who> {verb} <w>.", who=draw.say(_WHO), w=word))
                add(modality, None, "ongoing")
                continue
            out.append(draw.say("{<who> has tried <w>|Prior treatment {includes|included} <w>|Treatment to date: <w>}.", who=draw.say(_WHO), w=word))
            add(modality, None, "not-stated")
        elif kind == "tried":
            out.append(draw.say("{<who> has tried <w>|Prior treatment {includes|included} <w>|Treatments to date: <w>|Tried <w>}.", who=draw.say(_WHO), w=word))
            add(modality, None, "not-stated")
        elif kind == "never":
            out.append(draw.say("{<who> has not tried <w>|<who> has never {tried|had} <w>|<who> {declined|declines} <w>|No prior <w>|Has not yet tried <w>}.", who=draw.say(_WHO), w=word.removeprefix("a ")))
        elif kind == "plan":
            if modality in ("physical-therapy", "chiropractic", "acupuncture", "massage"):
                out.append(draw.say("{Will refer {to|for} <w>|Referral to <w> was {placed|made}|Recommend <w> after the injection|We will start <w> next month}.", w=word))
            else:
                out.append(draw.say("{Will start <w>|Consider <w> if pain persists|Plan to add <w>|We discussed <w> as an option}.", w=word))
        else:
            out.append(draw.say("{<who> has tried <w> {without {relief|benefit|success}|with no {relief|benefit}}|<W> {did not help|{was|were} not helpful|provided no relief|gave no benefit|failed}|No {relief|improvement|benefit} {with|from} <w>|Failed <w>|Inadequate relief from <w>}.", who=draw.say(_WHO), w=word, W=first_upper(word)))
            add(modality, None, "failed")
    return out, rows


def rating(draw: Draw, score: float, top: int = 10) -> str:
    """A pain score as written."""
    if top == 100:
        return draw.pick(f"{score:g}/100", f"{score:g} out of 100")
    if score == int(score):
        return draw.pick(f"{score:g}/10", f"{score:g}/10", f"{score:g}/10", f"{score:g} out of 10", f"{in_words(int(score))} out of ten", f"{score:g} /10", f"{score:g} of 10")
    return f"{score:g}/10"


def ratings(draw: Draw) -> tuple[list[str], list[str], list[Row]]:
    """Sentences before the procedure, sentences after it, and the scores."""
    before: list[str] = []
    after: list[str] = []
    rows: list[Row] = []

    def add(score: float, timing: str, top: int = 10) -> None:
        rows.append({"score": score, "max": top, "timing": timing})

    high, low = draw.whole(5, 9), draw.whole(0, 3)
    form = draw.weighted({"now": 4, "three": 2, "range": 1.5, "hundred": 1, "decimal": 0.7, "none": 1.5, "bare": 1})
    if form == "now":
        before.append(draw.say("{{Current pain|Pain|Pain today|Pain level|Pain score today|Today's pain} {is |}<r>|{The patient|She|He|Patient} {rates|rated|reports} {the |}pain {as |at |}<r>{| today| on the NRS| on the numeric rating scale}|Pain <r> today|VAS today: <r>|Numeric rating scale <r>}.", r=rating(draw, high)).replace("rated pain", "rates pain").replace("rated the", "rates the"))
        add(high, "current")
    elif form == "three":
        worst, best = min(10, high + 1), max(1, high - 3)
        before.append(draw.say("{Average pain <a>, worst <w>, best <b>|Pain: average <a>, worst <w>, best <b>|Pain is <w> at worst, <b> at best and <a> on average}.", a=rating(draw, high), w=rating(draw, worst), b=rating(draw, best)))
        add(high, "average"), add(worst, "worst"), add(best, "best")
    elif form == "range":
        bottom = high - draw.whole(2, 3)
        before.append(draw.say("{Pain {ranges|varies|fluctuates} from <b>/10 to <a>/10|Pain ranges between <b> and <a> out of 10|Pain ranges from <b> to <a>/10}.", b=bottom, a=high))
        add(bottom, "unspecified"), add(high, "unspecified")
    elif form == "hundred":
        score = draw.whole(55, 90, 5)
        before.append(draw.say("{VAS {score |}{is |}<r>{| today}|Current VAS: <r>|VAS <r> today}.", r=rating(draw, score, 100)))
        add(score, "current", 100)
    elif form == "decimal":
        before.append(draw.say("{Pain is {currently |}<r>|Current pain score <r>|NRS today <r>}.", r=rating(draw, high - 0.5)))
        add(high - 0.5, "current")
    elif form == "bare":
        before.append(draw.say("{Pain score: <n>|NRS: <n>|NRS <n>|Pain level today: <n>}.", n=high))
        add(high, "current")
    if draw.chance(0.6):
        start = draw.whole(4, 9)
        kind = draw.weighted({"both": 3, "arrow": 1.5, "post": 2, "pre": 1})
        if kind == "both":
            after.append(draw.say("{Pre-procedure pain {score |}<a>, post-procedure {pain |}<b>|Pain before the procedure was <a> and after {the procedure |}was <b>|Pre-op pain <a>, post-op pain <b>|NRS pre <a>, post <b>|Pain score before: <a>; after: <b>|Pain went from <a> {before|pre-procedure} to <b> {after|post-procedure}}.", a=rating(draw, start), b=rating(draw, low)))
            add(start, "pre"), add(low, "post")
        elif kind == "arrow":
            after.append(draw.say("{Pain <a>/10 {->|→|-->} <b>/10|NRS <a> {->|→} <b>}.", a=start, b=low))
            add(start, "pre"), add(low, "post")
        elif kind == "post":
            after.append(draw.say("{Post-procedure pain {score |}{was |}<b>|Pain {15|20|30} minutes after the {procedure|injection} was <b>|At discharge pain was <b>|In recovery the pain was <b>|Post-injection pain: <b>}.", b=rating(draw, low)))
            add(low, "post")
        else:
            after.append(draw.say("{Pre-procedure pain {score |}{was |}<a>|Pain {immediately |}before the procedure: <a>|Preprocedure pain level: <a>}.", a=rating(draw, start)))
            add(start, "pre")
    unique = {(r["score"], r["max"], r["timing"]): r for r in rows}
    return before, after, list(unique.values())


def score_trap(draw: Draw) -> str:
    """A fraction or number that is no pain score."""
    return draw.say(
        "{BP <a>/<b>|Seen last on 0<m>/10|Next visit 11/10|{Goal|Her goal|His goal} is a pain level of <g>/10 or less|Stress level is <g>/10|ROS: 10/14 systems reviewed and negative"
        "|GCS 15/15|PHQ-9 score <m>|Sleeps <m> of 10 nights|Visit 3/10 of the program}.",
        a=draw.whole(110, 150), b=draw.whole(64, 92), m=draw.whole(1, 9), g=draw.whole(2, 4),
    )  # fmt: skip



def relief(draw: Draw, family: str | None) -> tuple[list[str], list[str], list[Row], list[Row]]:
    """Relief of earlier procedures (history) and of this one (response); care entries that go with it."""
    past: list[str] = []
    now: list[str] = []
    rows: list[Row] = []
    care_rows: list[Row] = []
    if family == "facet-rfa" and draw.chance(0.7):
        first, second = draw.whole(80, 95, 5), draw.whole(80, 95, 5)
        past.append(draw.say("{{The |}first {diagnostic |}medial branch block {gave|provided} <a>% relief and the second {diagnostic |}{medial branch |}block <b>%{| relief}|Two diagnostic medial branch blocks {gave|provided} <a>% and <b>% {pain |}relief{| respectively}|Diagnostic MBB #1: <a>% relief. Diagnostic MBB #2: <b>% relief}.", a=first, b=second))
        rows += [{"percent": p, "days": None, "source": "diagnostic-block"} for p in sorted({first, second})]
    elif draw.chance(0.25):
        percent, months = draw.whole(50, 90, 5), draw.whole(2, 8)
        what = draw.say({"facet-rfa": "{prior RFA|previous radiofrequency ablation}"}.get(family or "", "{prior injection|previous injection|last epidural|previous epidural steroid injection|last injection}"))
        past.append(draw.say("{{Her|His|The} <w> {gave|provided} <p>% {pain |}relief for <m> months|<p>% relief for <m> months after the <w>|{Her|His} <w> on 1/<d>/2025 resulted in <p>% relief lasting <m> months}.", w=what, p=percent, m=months, d=draw.whole(2, 28)))
        rows.append({"percent": percent, "days": months * 30, "source": "prior-procedure"})
        care_rows.append({"modality": "prior-injection", "weeks": None, "outcome": "helped"})
    if draw.chance(0.3):
        percent = draw.whole(50, 100, 5)
        now.append(draw.say("{{The patient|Patient|She|He} reported {<p>%|<p> percent|approximately <p>%} {pain |}relief {after the {procedure|injection}|15 minutes after the injection|immediately after the procedure|in recovery|at discharge}|<p>% {pain relief|relief|improvement} {20 minutes after the {injection|block|procedure}|post-procedure|immediately post-procedure}}.", p=percent))
        rows.append({"percent": percent, "days": None, "source": "this-procedure"})
    return past, now, rows, care_rows


def function(draw: Draw, topic: Topic) -> tuple[list[str], bool, list[Row]]:
    """Limits in daily life, or their denial, and questionnaires."""
    out: list[str] = []
    limited, rows = False, []
    if draw.chance(0.5):
        limited = True
        out.append(draw.say("{{Pain|The pain} {limits|interferes with} {walking|sitting|standing|sleep|work|daily activities|ADLs|household chores|sleep and work}|{The patient|She|He} {is unable to|cannot} {stand|sit|walk} {more|longer} than {10|15|20} minutes|Difficulty with {dressing and bathing|stairs|household chores|ADLs}|{Unable to work|Unable to sleep through the night} because of {the |}pain}."))
    elif draw.chance(0.2):
        out.append(draw.say("{No {functional limitation|limitation of daily activities|limitations in ADLs}|Independent in all {ADLs|activities of daily living}|Denies difficulty with daily activities}."))
    if draw.chance(0.25):
        scale = draw.of(topic.scale)
        number = draw.whole(24, 68, 2)
        full = {"ODI": "{ODI|Oswestry Disability Index|Oswestry|ODI score}", "NDI": "{NDI|Neck Disability Index|NDI score}", "RMDQ": "{Roland-Morris|RMDQ|Roland Morris Disability Questionnaire}", "PROMIS": "{PROMIS physical function|PROMIS pain interference|PROMIS}", "WOMAC": "{WOMAC|WOMAC score}", "DASH": "{QuickDASH|QuickDASH score|DASH|DASH score}"}[scale]
        percent = "%" if scale in ("ODI", "NDI") else ""
        value = draw.whole(8, 20) if scale == "RMDQ" else number
        out.append(draw.say("<n>{ |: | score | is | of }<v><p>.", n=draw.say(full), v=value, p=draw.pick(percent, "")).replace("score score", "score").replace("score of", "score of"))
        rows.append({"scale": scale, "score": value})
    return out, limited or bool(rows), rows


_NEGATIVE = {
    "straight-leg-raise": "{Straight leg raise {is |}negative{| bilaterally}|SLR negative bilaterally|Negative SLR}", "spurling": "{Spurling's {is |}negative|Negative Spurling}", "motor-weakness": "{Strength {is |}5/5 {throughout|in all extremities}|No motor weakness|Motor 5/5}",
    "reflex-change": "{Reflexes {are |}2+ and symmetric|DTRs 2+ throughout}", "dermatomal-sensory-change": "{Sensation {is |}intact to light touch|No sensory deficit}", "gait": "{Gait {is |}normal|Normal gait}", "swelling": "{No swelling|No edema}", "allodynia": "{No allodynia}",
    "tinel": "{Tinel's negative|Negative Tinel}", "facet-loading": "{Facet loading negative|Negative facet loading}", "si-provocation": "{FABER negative bilaterally|FABER and Gaenslen negative}", "tenderness": "{No tenderness to palpation|Non-tender to palpation}",
}  # fmt: skip


def exam(draw: Draw, topic: Topic, side: str | None) -> tuple[list[str], list[str]]:
    """Findings present and absent."""
    one = side if side in ("left", "right") else draw.pick("left", "right")
    chosen = draw.some(topic.findings, 1, 3) if topic.findings else []
    texts = [draw.say(words, one=one, One=first_upper(one)) + draw.pick(".", ".", ".", ";") for _, words in chosen]
    slugs = [slug for slug, _ in chosen]
    rest = [slug for slug in _NEGATIVE if slug not in slugs]
    texts += [draw.say(_NEGATIVE[slug]) + "." for slug in draw.some(rest, 0, 3)]
    draw.random.shuffle(texts)
    return [first_upper(t) if t[0] != "+" else t for t in texts], slugs


def studies(draw: Draw, topic: Topic, side: str | None) -> tuple[list[str], list[Row]]:
    """Studies cited, and plans for further ones that are none."""
    one = side if side in ("left", "right") else draw.pick("left", "right")
    chosen = draw.some(topic.studies, 1, 2) if topic.studies else []
    texts, rows = [], []
    for modality, region, words in chosen:
        text = draw.say(words, one=one, One=first_upper(one))
        if draw.chance(0.25):
            text = draw.say("{<t> ({<m>/<d>/2025|<m>/2025})|<t>, dated <m>/<d>/2025}", t=text, m=draw.whole(1, 12), d=draw.whole(1, 28))
        texts.append(text + ".")
        rows.append({"modality": modality, "region": region, "finding": None})
    if draw.chance(0.12):
        texts.append(draw.say("{Will order {an MRI|a CT myelogram} if pain persists|Repeat MRI was ordered|Consider EMG of the {arms|legs}}."))
    return texts, rows


def plan(draw: Draw, families: list[str]) -> str:
    """What comes next: never a procedure of this note."""
    return draw.say(
        "{{Follow up|Return|RTC} in {2|3|4|6} weeks|If {no improvement|pain persists|pain returns}, {consider|we will consider|will consider} {RFA|radiofrequency ablation|a caudal epidural|a repeat injection|spinal cord stimulator trial|surgical referral}"
        "|Will {schedule|plan} {a |}{right L4-5 TFESI|left SI joint injection|bilateral C4-6 medial branch blocks|genicular nerve block} {next|in two weeks|at the next visit}|{May|Can} repeat in {2 weeks|3 months} if {beneficial|helpful|needed}"
        "|Discussed {possible |}{spinal cord stimulation|vertebroplasty|trigger point injections} {in the future|as a later option}|{Pain diary given|Ice to the area as needed}. Follow up in clinic {in 2 weeks|as scheduled}"
        "|Authorization {requested|pending} for {cervical RFA|right hip injection|L5-S1 interlaminar epidural}}."
    )  # fmt: skip


_OPERATIONS = {"lumbar": "{L4-S1 fusion|L4-5 laminectomy|L5-S1 microdiscectomy}", "cervical": "{C5-6 ACDF|C5-C7 ACDF}", "knee": "{<s>|}knee arthroscopy", "sacral": "{L4-S1 fusion|L4-5 laminectomy}"}
_SHOTS = {"lumbar": "{a {left|right} L4-5 TFESI|an L5-S1 interlaminar epidural|a caudal epidural|bilateral L4-5 facet injections}", "cervical": "{a C7-T1 interlaminar epidural|bilateral C4-6 facet injections}",
          "sacral": "a {left|right} SI joint injection", "knee": "a knee injection"}  # fmt: skip


def history(draw: Draw, part: str | None, side: str | None = None) -> tuple[list[str], list[Row]]:
    """Earlier operations and procedures: never a procedure of this note, and a treatment only where it was for this pain.

    A knee operated on is the knee that hurts; with the other one it would be another problem.
    """
    if part not in _OPERATIONS:
        return [], []
    own = part if draw.chance(0.8) else None
    part = own or ("cervical" if part == "knee" else "knee")
    kind = draw.weighted({"surgery": 2, "injection": 3})
    if kind == "surgery":
        text = draw.say("{{History of|Past history of|PSH:} <w> {in 20<y>|<y2> years ago}|{s/p|S/P} <w> {20<y>|in 20<y>}}.", w=draw.say(_OPERATIONS[part], s=f"{side} " if side else ""), y=draw.whole(10, 22), y2=draw.whole(3, 12))
        return [text], [{"modality": "prior-surgery", "weeks": None, "outcome": "not-stated"}] if own else []
    outcome = draw.pick("failed", "not-stated")
    tail = {"failed": "{without {relief|benefit}|with no relief|that did not help}", "not-stated": ""}[outcome]
    text = draw.say("{{She|He|The patient} {had|underwent} <w> {in {March|June|October} 20<y>|{six months|two years} ago|last year|at an outside {clinic|facility}} <t>|Prior procedures: <w> {in 20<y>|(20<y>)} <t>|Previously had <w> in 20<y> <t>}.", w=draw.say(_SHOTS[part]), y=draw.whole(20, 24), t=draw.say(tail))
    return [text], [{"modality": "prior-injection", "weeks": None, "outcome": outcome}] if own else []


def merged_care(rows: list[Row]) -> list[Row]:
    """One entry for each modality: a stated result wins over none; two different results are kept apart by the caller."""
    out: dict[str, Any] = {}
    for row in rows:
        old = out.get(row["modality"])
        if old is None or (old["outcome"] == "not-stated" and row["outcome"] != "not-stated"):
            out[row["modality"]] = row
    return list(out.values())
