"""Invented identifiers in many forms, planted into invented notes: what the masking is measured on.

``FORMS`` are those that the patterns were built with. ``UNSEEN`` were written before any of them was tried and no pattern was
changed for them: their figure says more. Names are put together from syllables, so that no list of names can know them; one in
five is an everyday name. Nothing here belongs to anybody: phone numbers end in the reserved 01xx, hosts end in .example.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_FIRST = ["Al", "Be", "Cor", "Da", "El", "Fa", "Gwen", "Hol", "Is", "Jo", "Ke", "Lu", "Mar", "Nor", "Os", "Pe", "Quin", "Ros", "Sa", "Ta", "Ul", "Ver", "Wil", "Xa", "Ys", "Ze"]
_SECOND = ["bert", "dric", "fa", "gard", "lan", "len", "lia", "mina", "mond", "na", "nor", "ra", "ric", "rin", "sa", "son", "ta", "thea", "tor", "vin", "wen", "ya", "zia"]
_SURNAME = ["Ald", "Bram", "Cast", "Dun", "East", "Fen", "Gold", "Har", "Ing", "Ket", "Lang", "Mar", "Nor", "Oak", "Pem", "Quil", "Raven", "Stan", "Thorn", "Under", "Van", "Wex", "Yar", "Zel"]
_ENDING = ["ague", "berry", "combe", "dale", "ergast", "field", "gate", "hurst", "inger", "kirk", "low", "mere", "nick", "over", "pole", "quist", "ridge", "stock", "ton", "ugh", "vale", "wick"]
_EVERYDAY = ["Maria Lopez", "James Wilson", "Linda Nguyen", "Robert Patel", "Aisha Khan", "Susan O'Brien", "Jose Martinez", "Karen McDonald", "Wei Zhang", "David Cohen", "Fatima El-Sayed", "John Smith", "Mary Jones", "Luis de la Cruz", "Anna van der Berg", "Grace Kim", "Peter Young", "Rose Green", "Mark Long", "Dawn Hill"]
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_PLACES = ["Ashwell", "Bramford", "Coldharbor", "Dunmere", "Elmstead", "Foxhollow", "Greyfriars", "Highmoor", "Kingsbarrow", "Larkfield", "Millbrook", "Netherby"]

# {slot:kind}: what is planted, and as which kind of identifier it counts. {p} is the patient, {d} a physician, {n} staff.
FORMS = (
    "Patient: {p}   DOB: {date}   MRN: {id}",
    "PATIENT NAME: {P:rev}     DATE OF BIRTH: {date}     ACCT: {id}",
    "Name: {p}    Age: {age}    Date of service: {date}",
    "{p:rev}     {id}     {date}",
    "Surgeon: {d}, MD",
    "Referring physician: Dr. {d}",
    "Electronically signed by {d}, MD on {date} at 14:22",
    "{d}, M.D., performed the block; {n}, RN, was in the room.",
    "Mr. {p:last} was seen on {date}.",
    "Dr. {d:last} was called about the result.",
    "The patient, {p}, is a {age}-year-old retired clerk.",
    "He came with his wife {n}.",
    "Phone: {phone}   Fax: {phone}",
    "Call {phone} with any fever.",
    "E-mail {email} or see {url}",
    "Address: {street}, {town}",
    "She lives at {street}.",
    "SSN: {ssn}    Member ID: {id}",
    "NPI: {npi}   DEA: {dea}",
    "Generator serial number {serial} was recorded.",
    "MRI of {month_year} at {facility} was reviewed.",
    "Facility: {facility}",
    "Seen last on {words}.",
    "Last injection {short} helped.",
    "{p:last} tolerated it and went home with a driver.",
    "Dictated by {d} {date}; transcribed by {n}",
    "cc: {d}",
)
UNSEEN = (
    "RE: {p}, born {words}, chart no. {id}",
    "PT {p} ({id}) seen {date}",
    "Consult requested by {d} of {facility}.",
    "Attending of record is {d}, D.O.",
    "Thank you for sending me {p}.",
    "{p} tolerated the procedure well.",
    "I spoke with {n} (daughter, {phone}).",
    "Interpreter {n} was present throughout.",
    "X-ray tech: {n}",
    "Signed: {d} / {date} / 09:15",
    "Next visit {words} with {d}, PA-C.",
    "Age {age}. Date {date}. Room 2.",
    "This {age} y/o woman came from {town}.",
    "Reach her at {phone} or {email}.",
    "Portal: {url}",
    "Mail to {street}, {town}.",
    "Implant S/N {serial}, remote paired.",
    "Policy number {id}, group no. {id}.",
    "Transferred from {facility} on {date}.",
    "Social security number {ssn}.",
    "Symptoms since {month_year}; worse since {short}.",
    "Reviewed with {n}, NP, by telephone.",
    "{d} MD",
    "Patient identified as {P}, verified by band {id}.",
    "Ms. {p:last}'s daughter drove her.",
)


@dataclass(frozen=True, slots=True)
class Plant:
    """An identifier in a text: where, of which kind, in which form (the carrier, and whether it is an unseen one)."""

    start: int
    end: int
    kind: str
    form: str
    unseen: bool


def planted(text: str, seed: int, forms: int = 6) -> tuple[str, tuple[Plant, ...]]:
    """``text`` with lines of ``forms`` carriers of each set laid between its lines, and where the identifiers stand."""
    dice = random.Random(seed)
    cast = {"p": _person(dice), "d": _person(dice), "n": _person(dice)}
    chosen = [(f, False) for f in dice.sample(FORMS, forms)] + [(f, True) for f in dice.sample(UNSEEN, forms)]
    dice.shuffle(chosen)
    lines = text.splitlines()
    places = sorted(dice.randint(0, len(lines)) for _ in chosen)
    out, plants, at = [], [], 0
    for place, (form, unseen) in zip(places, chosen, strict=True):
        out.append("\n".join(lines[at:place]))
        at = place
        begin = sum(len(part) + 1 for part in out)
        filled, found = _filled(form, cast, dice)
        plants += [Plant(begin + start, begin + end, kind, form, unseen) for start, end, kind in found]
        out.append(filled)
    out.append("\n".join(lines[at:]))
    return "\n".join(out), tuple(plants)


def _filled(form: str, cast: dict[str, tuple[str, str]], dice: random.Random) -> tuple[str, list[tuple[int, int, str]]]:
    out, found, at = "", [], 0
    for slot in re.finditer(r"\{(\w+)(?::(\w+))?\}", form):
        out += form[at : slot.start()]
        words, kind = _value(slot.group(1), slot.group(2), cast, dice)
        found.append((len(out), len(out) + len(words), kind))
        out += words
        at = slot.end()
    # an age below 90 is no identifier, and is planted to see that it stays
    return out + form[at:], [f for f in found if f[2]]


def _value(slot: str, how: str | None, cast: dict[str, tuple[str, str]], dice: random.Random) -> tuple[str, str]:
    if slot.lower() in cast:
        first, last = cast[slot.lower()]
        name = {"rev": f"{last}, {first}", "last": last, None: f"{first} {last}"}[how]
        return (name.upper() if slot == "P" else name), "name"
    return globals()[f"_{slot}"](dice)


def _person(dice: random.Random) -> tuple[str, str]:
    """Given name with any initial, and surname."""
    if dice.random() < 0.2:
        first, _, last = dice.choice(_EVERYDAY).partition(" ")
        return first, last
    first = dice.choice(_FIRST) + dice.choice(_SECOND)
    middle = dice.choice(["", "", f" {dice.choice('ABCDEFGHJKLMNPRST')}."])
    last = dice.choice(_SURNAME) + dice.choice(_ENDING)
    double = f"-{dice.choice(_SURNAME)}{dice.choice(_ENDING)}" if dice.random() < 0.15 else ""
    return first + middle, last + double


def _numbers(dice: random.Random, pattern: str) -> str:
    return "".join(
        str(dice.randint(0, 9)) if c == "9" else dice.choice("ABCDFGHJKLMNPQRSTVWX") if c == "A" else c for c in pattern
    )


def _date(dice: random.Random) -> tuple[str, str]:
    y, m, d = dice.randint(1940, 2026), dice.randint(1, 12), dice.randint(1, 28)
    forms = (f"{m:02}/{d:02}/{y}", f"{m}/{d}/{y % 100:02}", f"{y}-{m:02}-{d:02}", f"{m:02}-{d:02}-{y}", f"{d:02}.{m:02}.{y}")
    return dice.choice(forms), "date"


def _words(dice: random.Random) -> tuple[str, str]:
    y, m, d = dice.randint(1940, 2026), dice.choice(_MONTHS), dice.randint(1, 28)
    forms = (f"{m} {d}, {y}", f"{m[:3]} {d} {y}", f"{d} {m} {y}", f"{d}-{m[:3]}-{y % 100:02}", f"{m} {d}", f"the {d}th of {m}")
    return dice.choice(forms), "date"


def _month_year(dice: random.Random) -> tuple[str, str]:
    y, m = dice.randint(2019, 2026), dice.randint(1, 12)
    return dice.choice((f"{_MONTHS[m - 1]} {y}", f"{m:02}/{y}", f"{_MONTHS[m - 1][:3]} {y}")), "date"


def _short(dice: random.Random) -> tuple[str, str]:
    return f"on {dice.randint(1, 12)}/{dice.randint(11, 28)}"[3:], "date"


def _id(dice: random.Random) -> tuple[str, str]:
    return _numbers(dice, dice.choice(("9999999", "99-9999", "AA-99999", "A9999999", "999-99-9999", "AA999999"))), "id"


def _ssn(dice: random.Random) -> tuple[str, str]:
    return _numbers(dice, dice.choice(("299-49-9999", "299499999", "xxx-xx-9999"))), "id"


def _npi(dice: random.Random) -> tuple[str, str]:
    return _numbers(dice, "1999999999"), "id"


def _dea(dice: random.Random) -> tuple[str, str]:
    return _numbers(dice, "BA9999999"), "id"


def _serial(dice: random.Random) -> tuple[str, str]:
    return _numbers(dice, dice.choice(("AAA999999A", "99999999", "AA-99999"))), "id"


def _phone(dice: random.Random) -> tuple[str, str]:
    area, last = dice.choice(("212", "303", "415", "614", "919")), dice.randint(100, 199)
    forms = (f"({area}) 555-0{last}", f"{area}-555-0{last}", f"{area}.555.0{last}", f"{area} 555 0{last}", f"1-{area}-555-0{last}")
    return dice.choice(forms), "phone"


def _email(dice: random.Random) -> tuple[str, str]:
    return f"{dice.choice(_FIRST).lower()}.{dice.choice(_SURNAME).lower()}{dice.randint(1, 99)}@{dice.choice(_PLACES).lower()}.example", "email"


def _url(dice: random.Random) -> tuple[str, str]:
    place = dice.choice(_PLACES).lower()
    return dice.choice((f"https://{place}.example/my/{dice.randint(1000, 9999)}", f"www.{place}-pain.example")), "url"


def _street(dice: random.Random) -> tuple[str, str]:
    kind = dice.choice(["Street", "St", "Avenue", "Ave", "Road", "Rd", "Lane", "Drive", "Blvd", "Court", "Way"])
    unit = dice.choice(("", "", ", Apt 4B", ", Suite 210"))
    return f"{dice.randint(1, 9999)} {dice.choice(('', 'N. ', 'West '))}{dice.choice(_PLACES)} {kind}{unit}", "address"


def _town(dice: random.Random) -> tuple[str, str]:
    return f"{dice.choice(_PLACES)}, {dice.choice(('OH', 'TX', 'NC', 'CA', 'NY'))} {dice.randint(10000, 99999)}", "address"


def _age(dice: random.Random) -> tuple[str, str]:
    age = dice.randint(28, 101)
    return str(age), "age" if age > 89 else ""


def _facility(dice: random.Random) -> tuple[str, str]:
    kind = dice.choice(("Hospital", "Surgery Center", "Pain Clinic", "Spine Institute", "Medical Center", "Imaging", "Orthopedics"))
    return f"{dice.choice(('', '', 'St. '))}{dice.choice(_PLACES)} {kind}", "facility"
