"""Statements on the note and the encounter: consent, time-out, sedation, outcome, signature, placeholders."""

from __future__ import annotations

from generator.draw import Draw

CONSENT = (
    "{{Informed consent|Written informed consent|Informed written consent|Verbal and written consent|Consent} was {obtained|signed|given}{| from the patient|, and questions were answered}"
    "|{The risks, benefits and alternatives|Risks, benefits, and alternatives|Risks and benefits} were {discussed|explained|reviewed}{| in detail} and {informed consent was obtained|the patient signed the consent|written consent was obtained|the patient consented}"
    "|Consent: {signed|obtained|yes}|{After|Following} informed consent{| was obtained}, the patient was {brought|taken} to the procedure {room|suite}|The patient {signed the consent form|gave informed consent|signed an informed consent}}"
)
TIME_OUT = (
    "{A {time-out|time out|timeout} was {performed|done|called|completed|taken}{| verifying patient, procedure and site| to confirm patient, site and procedure| per protocol}|{Time-out|Time out|Timeout}: {done|performed|completed|yes|0915}"
    "|A {surgical |procedural |}{pause|time-out} {confirmed|verified} {the |}patient identity, {procedure and site|site and procedure}|Correct patient, procedure and site were {verified|confirmed} in a {time-out|time out}}"
)
COMPLICATIONS = (
    "{There were no {immediate |apparent |}complications|No complications{| were noted| noted|.}|Complications: {None|none|none apparent|Nil}|Without complications|No immediate complications|No apparent complications were {seen|noted}|There were no complications{| from the procedure}}"
)
RESPONSE = "{The patient tolerated the procedure {well|very well|without difficulty}|Patient tolerated {procedure|the procedure} well|Tolerated well|Pt tolerated well|{She|He} tolerated the {injection|procedure} well}"
DISPOSITION = (
    "{The patient was {discharged|discharged home|sent home}{| in {stable|good} condition| with {a driver|discharge instructions}}|Discharged {home|to home|home in stable condition|home with driver}|{The patient|Patient} was {transferred|taken|moved} to {recovery|the recovery {area|room}|PACU}{| in stable condition}"
    "|Discharge: home with {spouse|driver}|Disposition: {home|discharged home}|{She|He} left the clinic in {good|stable} condition}"
)
SEDATION: dict[str, str] = {
    "none": "{No sedation was {given|used|administered}|Sedation: none|Sedation: None|The patient declined sedation|No IV sedation|Performed without sedation}",
    "minimal": "{Anxiolysis with oral {diazepam 5 mg|Valium 5 mg|lorazepam 1 mg}|Minimal sedation{| with oral diazepam}|Sedation: minimal|{Valium 5 mg|Diazepam 5 mg} by mouth {was given |}for anxiolysis}",
    "moderate": "{Moderate sedation {was given |}with midazolam 2 mg and fentanyl 50 mcg IV|IV sedation{| was given| with midazolam}|Conscious sedation with {Versed 2 mg|Versed 2 mg and fentanyl 50 mcg}|Sedation: {IV conscious sedation|moderate}|Moderate {conscious |}sedation, start 0905, end 0922}",
    "deep": "{Monitored anesthesia care|Anesthesia: MAC|MAC anesthesia|MAC {was provided by anesthesia|with propofol}|Sedation: MAC}",
    "general": "{General anesthesia|General endotracheal anesthesia|Anesthesia: general}",
    "local": "{Anesthesia: local|Anesthesia: local only|Local anesthesia only|Sedation: local}",
}
PLACEHOLDERS = [
    "Images saved: ***", "Blood loss: ____", "Specimens: ***", "Assistant: @ASSISTANT@", "Room: [ROOM]", "Procedure time: *** minutes", "Implant: {implant}", "Blood pressure after: ____/____", "Escort: [ESCORT NAME]",
    "Time in: ***", "Nurse: @NURSE@", "EBL: ___", "Follow up in *** weeks", "Dictation number: ______",
]  # fmt: skip
LAST = ["Ashgrove", "Penhallow", "Quillfeather", "Marchbanks", "Oakenshaw", "Thistledown", "Wexcombe", "Farrowgate", "Lindqvist-Moor", "Braddock"]
FIRST = ["Imogen", "Tobias", "Perpetua", "Ansel", "Rosalind", "Casimir", "Ottilie", "Barnaby", "Philippa", "Lucian"]


def name(draw: Draw) -> str:
    """An invented person."""
    return f"{draw.of(FIRST)} {draw.of(LAST)}"


def signature(draw: Draw, day: str) -> str:
    """A signed end: a named signer with credentials or an electronic signature."""
    return draw.say(
        "{Electronically signed by {Dr. |}<n>, {MD|DO|M.D.}{| on <d>| <d> 14:02}|<n>, {MD|DO|M.D.|D.O.}|/s/ <n>, MD|Signed electronically: <n>, {MD|DO} <d>|Electronically authenticated by <n>, MD on <d>|E-signed: <n>, DO, <d>|<n>, MD - electronically signed <d>}",
        n=name(draw), d=day,
    )  # fmt: skip


def unsigned(draw: Draw) -> str:
    """An end that is no signature."""
    return draw.say("{Dictated by provider; transcribed automatically|cc: referring physician|Unsigned draft|Signature pending|Awaiting signature}.")
