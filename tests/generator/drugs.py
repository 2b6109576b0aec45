"""What was injected, with the total that the words prove."""

from __future__ import annotations

from generator.draw import Draw, decimal, in_words
from generator.model import Row

STEROIDS = {
    "methylprednisolone": (["methylprednisolone", "methylprednisolone acetate", "Depo-Medrol", "DepoMedrol", "Depo Medrol"], [40, 80], [40, 80]),
    "triamcinolone": (["triamcinolone", "Kenalog", "triamcinolone acetonide", "Kenalog-40"], [20, 40, 60, 80], [40]),
    "betamethasone": (["betamethasone", "Celestone", "Celestone Soluspan", "betamethasone sodium phosphate/acetate"], [6, 12], [6]),
    "dexamethasone": (["dexamethasone", "Decadron", "dexamethasone sodium phosphate", "preservative-free dexamethasone"], [4, 8, 10, 15], [4, 10]),
}  # fmt: skip
ANESTHETICS = {
    "bupivacaine": (["bupivacaine", "Marcaine", "Sensorcaine", "preservative-free bupivacaine"], [0.25, 0.5, 0.125, 0.75]),
    "lidocaine": (["lidocaine", "Xylocaine", "preservative free lidocaine", "MPF lidocaine"], [1, 2, 0.5]),
    "ropivacaine": (["ropivacaine", "Naropin"], [0.2, 0.5]),
}
_ML = "{mL|mL|ml|cc|cc|milliliters}"


def amount(draw: Draw, value: float) -> str:
    """A volume with its unit."""
    return f"{decimal(value)} {draw.say(_ML)}"


def item(drug: str, mg: float | None) -> Row:
    """One entry of the injectate."""
    return {"drug": drug, "mg": None if mg is None else round(mg, 3)}


def merged(items: list[Row]) -> list[Row]:
    """One entry for each drug; doses add up, and one unknown dose makes the sum unknown."""
    out: dict[str, float | None] = {}
    for row in items:
        if row["drug"] in out:
            old = out[row["drug"]]
            out[row["drug"]] = None if old is None or row["mg"] is None else old + row["mg"]
        else:
            out[row["drug"]] = row["mg"]
    return [item(drug, mg) for drug, mg in out.items()]


def steroid(draw: Draw, *, only: tuple[str, ...] = (), stated: bool = True) -> tuple[str, Row]:
    """A steroid with its dose: in mg, or as volume and strength."""
    drug = draw.of(only or tuple(STEROIDS))
    brands, doses, strengths = STEROIDS[drug]
    name = draw.of(brands)
    if not stated:
        return name, item(drug, None)
    if name != "Kenalog-40" and draw.chance(0.3):
        strength, volume = draw.of(strengths), draw.pick(1, 1, 2, 0.5, 1.5)
        text = draw.pick(
            f"{amount(draw, volume)} of {name} {strength} mg/{draw.pick('mL', 'ml', 'cc')}",
            f"{amount(draw, volume)} {name} ({strength} mg/mL)",
            f"{amount(draw, volume)} of {strength} mg/mL {name}",
        )
        return text, item(drug, strength * volume)
    dose = draw.of(doses)
    unit = draw.pick("mg", "mg", "mg", "milligrams")
    return draw.pick(f"{dose} {unit} of {name}", f"{dose} {unit} {name}", f"{name} {dose} {unit}", f"{dose}{unit} {name}" if unit == "mg" else f"{dose} {unit} {name}"), item(drug, dose)


def anesthetic(draw: Draw, *, volume: float | None = None, stated: bool = True) -> tuple[str, Row, float]:
    """A local anaesthetic with volume and strength; its volume last."""
    drug = draw.weighted({"bupivacaine": 5, "lidocaine": 4, "ropivacaine": 2})
    names, strengths = ANESTHETICS[drug]
    name, strength = draw.of(names), draw.of(strengths)
    much = volume if volume is not None else draw.pick(0.5, 1, 1, 2, 2, 3, 4, 5)
    if not stated:
        return name, item(drug, None), much
    written = draw.pick(f"{decimal(strength)}%", f"{decimal(strength)}%", f"{decimal(strength)} %", f"{decimal(strength)} percent")
    if strength < 1 and draw.chance(0.15):
        written = f".{decimal(strength).partition('.')[2]}%"
    text = draw.pick(
        f"{amount(draw, much)} of {written} {name}",
        f"{amount(draw, much)} {written} {name}",
        f"{amount(draw, much)} of {name} {written}",
        f"{name} {written} {amount(draw, much)}",
    )
    return text, item(drug, much * strength * 10), much


def saline(draw: Draw) -> tuple[str, Row]:
    """Saline as diluent at the target."""
    much = draw.pick(1, 2, 3, 5)
    return f"{amount(draw, much)} of {draw.say('{preservative-free |}{normal saline|normal saline|saline|0.9% saline|PF saline}')}", item("saline", None)


def mix(
    draw: Draw, *, sites: int = 1, steroids: tuple[str, ...] = (), diagnostic: bool = False, both: bool = False
) -> tuple[str, list[Row]]:
    """What one sentence says was injected over ``sites`` targets, and the totals.

    ``diagnostic``: local anaesthetic alone. ``both``: the sites lie on two sides, so that "at each level" would not
    tell the total; the number of sites is then named.
    """
    each = draw.say("{at each level|at each site|at each target|per level|per site|into each}") if sites > 1 else ""
    if both and sites > 1:
        each = f"at each of the {draw.pick(in_words(sites), sites)} {draw.pick('sites', 'targets', 'injection sites')}"
    if diagnostic:
        words, row, _ = anesthetic(draw, volume=draw.pick(0.3, 0.5, 0.5, 0.8, 1))
        times = sites
        text = draw.say(f"{{<words> was {{injected|deposited|instilled|delivered}} {each}|{{We|I}} injected <words> {each}}}", words=words)
        if sites > 1 and "into each" in text:
            text = text.replace("into each", draw.pick("at each nerve", "at each location"))
        return text, [item(row["drug"], row["mg"] * times)]
    first, row_a = steroid(draw, only=steroids)
    second, row_b, _volume = anesthetic(draw)
    rows, parts = [row_a, row_b], [first, second]
    if draw.chance(0.2):
        words, row = saline(draw)
        rows.append(row)
        parts.append(words)
    if draw.chance(0.2):
        rows, parts = rows[:1], parts[:1]
    joined = parts[0] if len(parts) == 1 else draw.pick(" and ", " with ", " mixed with ", " plus ", " + ", " in ").join(parts[:2])
    if len(parts) == 3:
        joined = f"{parts[0]}, {parts[1]} and {parts[2]}"
    form = draw.weighted({"plain": 4, "each": 3, "divided": 3, "shared": 2} if sites > 1 else {"plain": 1})
    verb = draw.say("{injected|injected|slowly injected|administered|instilled|deposited|given}")
    if form == "each":
        text = draw.say(
            "{<each> <joined> {was|were} <verb>|<joined> {was|were} <verb> <each>|{We|I} injected <joined> <each>}",
            each=each.replace("into each", "at each level"), joined=joined, verb=verb,
        )  # fmt: skip
        return text, [item(r["drug"], None if r["mg"] is None else r["mg"] * sites) for r in rows]
    if form == "divided":
        text = draw.say(
            "{A total of <joined> was <verb>, divided {equally|evenly} {between|among} the {levels|sites|targets}"
            "|A {mixture|solution|combination} of <joined> was {divided|split} {equally|evenly} {between|among} the {sites|levels}}",
            joined=joined, verb=verb,
        )  # fmt: skip
        return text, rows
    if form == "shared":
        return _shared(draw, sites, first, row_a, both)
    if sites > 1:
        text = draw.say("{In total, |Altogether |}<joined> {was|were} <verb> {in total|over all {levels|sites} together}", joined=joined, verb=verb)
        return text, rows
    text = draw.say(
        "{A {mixture|solution|combination|total} of <joined> was {then |}<verb>|<joined> {was|were} {then |}<verb>|{We|I} {then |}injected <joined>"
        "|The {medication|injectate} was <joined>|The injectate consisted of <joined>, which was <verb>}",
        joined=joined, verb=verb,
    )  # fmt: skip
    return text, rows


def _shared(draw: Draw, sites: int, first: str, steroid_row: Row, both: bool) -> tuple[str, list[Row]]:
    """A mixture drawn up and used up: the parts, the total and the share of each site agree."""
    per = draw.pick(1, 1.5, 2)
    total = per * sites
    second, row, _ = anesthetic(draw, volume=total - 1 if total > 1.5 else 1)
    if " of " in first and ("mg/" in first):
        first = f"{item_words(draw, steroid_row)}"
    if both:
        where = f"at each of the {draw.pick(in_words(sites), sites)} sites"
    else:
        where = draw.say("{at each {level|site|target}|per {level|site}}")
    text = draw.say(
        "{<total> of a {mixture|solution} {of|containing|consisting of} <first> {and|with|plus} <second> was {prepared|drawn up}, and <per> was {injected|given} <where>"
        "|A {mixture|solution} of <first> {and|with} <second> (total {volume |}<total>) was {prepared|made}; <per> {of this |}was {injected|given} <where>}",
        where=where, total=amount(draw, total), per=amount(draw, per), first=first, second=second,
    )  # fmt: skip
    return text, [steroid_row, row]


def item_words(draw: Draw, row: Row) -> str:
    """A steroid by its dose alone."""
    brand = draw.of(STEROIDS[row["drug"]][0][:2])
    return f"{decimal(row['mg'])} mg of {brand}"
