"""Sentences that many procedures share: position, preparation, numbing, guidance, contrast, and the traps among them."""

from __future__ import annotations

from generator.draw import Draw, first_upper

SIDES = ("left", "right", "bilateral")
_GAUGE = "{<g>-gauge|<g> gauge|<g>-ga|<g>G|<g> ga.|#<g>-gauge|<g>g}"


def gauge(draw: Draw, *options: int) -> tuple[str, int]:
    """A needle gauge as written."""
    number = draw.of(options)
    return draw.say(_GAUGE, g=number), number


def side_word(draw: Draw, side: str | None) -> str:
    """A side before a noun."""
    if side is None:
        return ""
    if side == "bilateral":
        return draw.say("{bilateral|bilateral|bilateral|bilat.|b/l|B/L|bilat|right and left|left and right|both}").replace("both", "bilateral")
    full = {"left": "{left|left|left|left|left-sided|Lt|Lt.|(L)|LEFT}", "right": "{right|right|right|right|right-sided|Rt|Rt.|(R)|RIGHT}"}
    return draw.say(full[side])


def titled(draw: Draw, side: str | None, what: str) -> str:
    """A title with its side before or after."""
    if side is None:
        return first_upper(what)
    if draw.chance(0.15):
        word = {"left": "left", "right": "right", "bilateral": "bilateral"}[side]
        return first_upper(what) + draw.pick(f", {word}", f" ({word})", f" - {word}", f", {word} side" if side != "bilateral" else ", bilaterally")
    return first_upper(f"{side_word(draw, side)} {what}")


def position(draw: Draw, how: str = "prone") -> str:
    """How the patient lay; a lateral position names a side that was not treated."""
    side = draw.pick("left", "right")
    words = {
        "prone": "{The patient was {placed|positioned|laid} {prone|in the prone position} on the {fluoroscopy |procedure |}table{| with a pillow under the abdomen|, all pressure points padded}|Pt placed prone|Patient {placed in prone position|prone on the table}}",
        "supine": "{The patient was {placed|positioned} supine{| on the table| with a bump under the hip}|Supine position}",
        "seated": "{The patient was {seated|sitting} {upright|on the edge of the table|leaning forward}|Patient seated}",
        "lateral": f"The patient was {{placed|positioned|turned}} in the {side} lateral {{decubitus |}}position",
    }
    return draw.say(words[how]) + "."


def prep(draw: Draw) -> tuple[str, bool]:
    """Skin preparation, and whether it says sterile or aseptic."""
    if draw.chance(0.8):
        return draw.say(
            "{The {skin|area|back|site|skin overlying the area} was {prepped and draped|prepped with {chlorhexidine|ChloraPrep|Betadine|povidone-iodine} and draped}"
            " in {a|the usual|the standard} sterile {fashion|manner}|{Sterile prep and drape|Sterile prep and drape with ChloraPrep|Prepped and draped in sterile fashion}"
            "|Using {strict |}{aseptic|sterile} technique, the skin was cleaned with {chlorhexidine|Betadine} x 3}."
        ), True  # fmt: skip
    return draw.say("{The {skin|area} was {cleaned|prepped|wiped} with {alcohol|chlorhexidine|Betadine|ChloraPrep}|ChloraPrep to the skin}."), False


def numbing(draw: Draw) -> tuple[str, list[int]]:
    """Skin anaesthesia, never injectate; the gauge of its needle where told."""
    words, number = gauge(draw, 25, 27, 30)
    with_needle = draw.chance(0.5)
    text = draw.say(
        "{The skin {and subcutaneous tissues |}{was|were} {anesthetized|numbed|infiltrated|anesthetised} with <v> {mL|cc|ml} of <p>% {lidocaine|lidocaine|Xylocaine}<needle>"
        "|{Skin wheal|Skin wheals|Local anesthesia} with <p>% lidocaine<needle>|A skin wheal was {raised|made} with <p>% lidocaine<needle>"
        "|<p>% lidocaine was {used|given} to {anesthetize|numb} the skin<needle>|Local skin infiltration with <v> cc <p>% lidocaine<needle>}.",
        v=draw.pick(1, 2, 3, 5), p=draw.pick(1, 1, 2, 0.5), needle=f" using a {words} {draw.pick('1.5 inch ', '1.5-inch ', '')}needle" if with_needle else "",
    )  # fmt: skip
    return text, [number] if with_needle else []


FLUORO = (
    "{under {fluoroscopic guidance|fluoroscopy|intermittent fluoroscopy|live fluoroscopic guidance|C-arm guidance|x-ray guidance|image intensifier guidance|biplanar fluoroscopy}"
    "|using {fluoroscopy|fluoroscopic guidance|the C-arm|a C-arm|AP and lateral fluoroscopy|the image intensifier}|with {fluoroscopic guidance|fluoroscopy|C-arm fluoroscopy}}"
)
ULTRASOUND = "{under {ultrasound guidance|ultrasound|real-time ultrasound guidance|direct ultrasound visualization|sonographic guidance|US guidance}|using {ultrasound|a linear ultrasound probe|ultrasound guidance}|with ultrasound guidance}"
CT = "{under {CT guidance|CT-guidance|computed tomography guidance}|using CT guidance|with CT guidance}"
LANDMARK = "{by {palpation of landmarks|anatomic landmarks|anatomical landmarks|palpation}|using {anatomic landmarks|surface landmarks|a landmark technique|palpation}}"
GUIDED = {"fluoroscopy": FLUORO, "ultrasound": ULTRASOUND, "ct": CT, "landmark": LANDMARK}


def guided(draw: Draw, kind: str | None) -> str:
    """A phrase naming the guidance, or nothing."""
    return draw.say(GUIDED[kind]) if kind else ""


def unguided(draw: Draw) -> str:
    """A statement that no imaging was used."""
    return draw.say("{No {imaging|image guidance|fluoroscopy or ultrasound} was used|{This|The injection} was done without {imaging|image guidance|fluoroscopy}|Imaging guidance was not used}.")


def contrast(draw: Draw, chance: float = 0.8, *, epidural: bool = True) -> tuple[str, str | None]:
    """A sentence on contrast and its value: yes, no, or nothing said."""
    if draw.chance(chance):
        agent = draw.say("{Omnipaque 240|Omnipaque 300|Omnipaque-180|Isovue-M 200|Isovue 300|iohexol|iopamidol|contrast|contrast|contrast medium|contrast dye|nonionic contrast|radiopaque dye|gadolinium, because of an iodine allergy,}")
        spread = (
            "{good epidural spread|spread along the nerve root|an epidurogram|epidural flow without vascular uptake|appropriate epidural spread with no intravascular or intrathecal flow|flow along the exiting nerve root}"
            if epidural
            else "{appropriate spread|good spread without vascular uptake|no vascular uptake|the expected outline|filling of the target|no intravascular spread}"
        )
        return draw.say(
            "{{After negative aspiration, |Following negative aspiration, |}<v> {mL|cc|ml} of <agent> was injected {and|which} {showed|demonstrated|confirmed|revealed} <spread>"
            "|Injection of <v> {cc|mL} <agent> {showed|confirmed|demonstrated} <spread>|<agent> <v> {mL|cc} {showed|confirmed} <spread>|<agent> was injected {showing|with} <spread>}.",
            v=draw.pick(0.2, 0.5, 1, 1, 2), agent=agent, spread=draw.say(spread),
        ).replace("allergy, 1", "allergy 1"), "yes"  # fmt: skip
    if draw.chance(0.6):
        return draw.say(
            "{No contrast was {used|injected|given}{| because of an iodine allergy| due to contrast allergy| given her shellfish allergy}"
            "|Contrast was {not used|withheld|omitted|avoided|deferred} {because of|due to|secondary to|owing to} {an iodine allergy|a contrast allergy|allergy|renal insufficiency}"
            "|Contrast: none|Procedure was {done|performed} without contrast{| due to allergy|}|Dye was not injected}."
        ), "no"  # fmt: skip
    return "", None


def trap(draw: Draw) -> str:
    """A true sentence that names a side, a level, a gauge, a number or a drug that is no fact of the procedure."""
    side = draw.pick("left", "right")
    return draw.say(
        "{A 20-gauge IV was {placed|started} in the <side> {hand|arm|forearm}|The patient is <hand>-handed"
        "|Vital signs: BP <a>/<b>, pulse <c>, SpO2 9<d>%|BP <a>/<b> before and after|The patient's head was turned to the <side>"
        "|Blood glucose was 1<d>2 mg/dL|The time of the first needle was 10:4<d>|A blood pressure cuff was on the <side> arm|Monitor, oximeter and <side> arm cuff were {applied|placed}"
        "|Last dose of aspirin was 0<d>/1<d>|Weight 8<d> kg, height 17<d> cm|A pillow was placed under the <side> shoulder}.",
        side=side, hand=side, a=draw.whole(108, 148), b=draw.whole(62, 88), c=draw.whole(58, 92), d=draw.whole(2, 9),
    )  # fmt: skip


def repeated(draw: Draw) -> str:
    """The second side in words."""
    return draw.say(
        "{The {same|identical} {procedure|technique|steps} {was|were} {then |}{performed|repeated|carried out|used} on the {contralateral|opposite|other} side"
        "|{This|The procedure} was {then |}repeated on the {opposite|contralateral|other} side{| in the same {manner|fashion}}|The {contralateral|other|opposite} side was {then |}{treated|done} in {the same|an identical} {manner|fashion|way}}."
    )  # fmt: skip


def finish(draw: Draw) -> str:
    """How the needle left."""
    return draw.say(
        "{The needle was {removed|withdrawn}{| intact| and a bandage applied}|The needle was {flushed and |}removed and a {sterile dressing|Band-Aid|bandage} was {applied|placed}|Needle removed{|, bandage applied}}."
    )  # fmt: skip
