"""How the parts of a note stand on the page: headings in lines, glued, in other orders, SOAP, or none at all."""

from __future__ import annotations

from dataclasses import dataclass

from generator.draw import Draw

HEADINGS = {
    "pre": ["PREOPERATIVE DIAGNOSIS", "Preoperative Diagnosis", "Pre-procedure diagnosis", "PRE-OP DX", "Diagnosis", "DIAGNOSIS", "Preprocedure Diagnosis"],
    "post": ["POSTOPERATIVE DIAGNOSIS", "Postoperative Diagnosis", "Post-procedure diagnosis", "POST-OP DX"],
    "title": ["PROCEDURE", "Procedure", "PROCEDURE PERFORMED", "Procedure performed", "PROCEDURES", "Procedure(s)", "OPERATION", "NAME OF PROCEDURE"],
    "history": ["INDICATIONS", "Indications", "HISTORY", "HPI", "INDICATION FOR PROCEDURE", "History of present illness", "CLINICAL HISTORY", "Interval history"],
    "exam": ["PHYSICAL EXAM", "Exam", "PHYSICAL EXAMINATION", "Focused exam", "Physical Exam"],
    "studies": ["IMAGING", "Imaging", "DIAGNOSTIC STUDIES", "Radiology", "Imaging studies"],
    "sedation": ["ANESTHESIA", "Anesthesia", "SEDATION"],
    "body": ["DESCRIPTION OF PROCEDURE", "Description of procedure", "PROCEDURE IN DETAIL", "Procedure details", "TECHNIQUE", "DETAILS OF PROCEDURE", "Procedure description", "NARRATIVE"],
    "outcome": ["COMPLICATIONS AND DISPOSITION", "Post-procedure", "POST-PROCEDURE COURSE", "Outcome", "POSTPROCEDURE"],
    "plan": ["PLAN", "Plan", "RECOMMENDATIONS", "Follow-up", "DISPOSITION AND PLAN"],
}
STYLES = {"lines": 4, "inline": 4, "glued": 1.5, "shuffled": 1.2, "soap": 1, "letter": 1.2, "visit": 0.8, "markdown": 0.6, "bare": 0.8}
_CAPITALS = {key: [h for h in values if h.isupper()] for key, values in HEADINGS.items()}


@dataclass
class Parts:
    """The text of each part; empty ones are left out."""

    head: str
    pre: str
    post: str
    titles: list[str]
    history: str
    exam: str
    studies: str
    sedation: str
    bodies: list[str]
    outcome: str
    plan: str
    foot: str


def _order(parts: Parts, draw: Draw) -> list[tuple[str, str]]:
    titles = "\n".join(f"{n}. {t}" for n, t in enumerate(parts.titles, 1)) if len(parts.titles) > 1 else "".join(parts.titles)
    return [
        ("pre", parts.pre), ("post", parts.post), ("title", titles), ("history", parts.history), ("exam", parts.exam), ("studies", parts.studies),
        ("sedation", parts.sedation), ("body", "\n".join(parts.bodies)), ("outcome", parts.outcome), ("plan", parts.plan),
    ]  # fmt: skip


def lay(draw: Draw, parts: Parts, style: str) -> str:
    """The note in one style."""
    rows = [(kind, text) for kind, text in _order(parts, draw) if text]
    if style == "shuffled":
        fixed = [r for r in rows if r[0] in ("title", "body", "outcome")]
        rest = [r for r in rows if r not in fixed]
        draw.random.shuffle(rest)
        cut = draw.whole(0, len(rest))
        rows = [*rest[:cut], *fixed, *rest[cut:]]
    if style in ("lines", "inline", "shuffled", "markdown"):
        out = [parts.head]
        for kind, text in rows:
            heading = draw.of(HEADINGS[kind])
            if style == "lines":
                out.append(f"{heading}:\n{text}" if draw.chance(0.5) else f"{heading}\n{text}")
            elif style == "markdown":
                out.append(f"**{heading}:** {text}" if draw.chance(0.5) else f"## {heading}\n{text}")
            else:
                out.append(f"{heading}: {text}")
        return (draw.pick("\n", "\n\n") if style != "lines" else "\n\n").join(filter(None, [*out, parts.foot]))
    if style == "glued":
        pieces = []
        for kind, text in rows:
            pieces.append(f"{draw.of(_CAPITALS[kind])}: {text}".replace("\n", " "))
        joined = "".join(p if p[-1] in ".!?" else p + "." for p in pieces) if draw.chance(0.5) else " ".join(p if p[-1] in ".!?" else p + "." for p in pieces)
        return "\n".join(filter(None, [parts.head, joined, parts.foot]))
    if style == "soap":
        by = dict(rows)
        title = " ".join(parts.titles) if len(parts.titles) == 1 else "; ".join(parts.titles)
        blocks = [
            f"S: {by.get('history', 'Here for procedure.')}",
            "O: " + (" ".join(by[k] for k in ("exam", "studies") if k in by) or "Vitals stable."),
            f"A: {by.get('pre', 'As below.')}",
            f"PROCEDURE: {title}\n" + " ".join([by[k] for k in ("sedation",) if k in by] + parts.bodies + [by[k] for k in ("outcome",) if k in by]),
            f"P: {by['plan']}" if "plan" in by else "",
        ]
        if not parts.titles:
            del blocks[3]
        return "\n".join(filter(None, [parts.head, *blocks, parts.foot]))
    if style == "visit":
        # a visit and the procedure of the same day in one document
        by = dict(rows)
        first = [f"HPI: {by['history']}" if "history" in by else "", f"Exam: {by['exam']}" if "exam" in by else "", f"Imaging: {by['studies']}" if "studies" in by else "",
                 f"Assessment: {parts.pre}" if parts.pre else "", f"Plan: {draw.pick('Proceed with the procedure today.', 'Procedure today as discussed, see below.')}"]  # fmt: skip
        second = ["PROCEDURE NOTE", f"Procedure: {'; '.join(parts.titles)}", by.get("sedation", ""), *parts.bodies, parts.outcome, f"Follow-up: {parts.plan}" if parts.plan else ""]
        return "\n".join(filter(None, [parts.head, *first])) + "\n\n" + "\n".join(filter(None, [*second, parts.foot]))
    if style == "bare":
        texts = [*parts.titles, parts.history, parts.exam, parts.studies, parts.sedation, *parts.bodies, parts.outcome, parts.plan]
        diagnosis = f"Dx: {parts.pre}" if parts.pre else ""
        return "\n".join(filter(None, [parts.head, diagnosis, *texts, parts.foot]))
    opening = f"{draw.pick('Today', 'At this visit')} we performed the following: {'; '.join(parts.titles)}." if parts.titles else ""
    diagnosis = f"Diagnosis: {parts.pre}." if parts.pre else ""
    paragraphs = [
        " ".join(filter(None, [parts.history, parts.exam, parts.studies, diagnosis])),
        " ".join(filter(None, [opening, parts.sedation, *parts.bodies])),
        " ".join(filter(None, [parts.outcome, parts.plan])),
    ]
    return "\n\n".join(filter(None, [parts.head, *paragraphs, parts.foot]))
