"""The bodies that the API reads and gives, as pydantic models: they make the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck.web.settings import Limits

MOST_CHARACTERS = Limits().note
MOST_CHART = Limits().chart
Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
Word = Annotated[str, Field(max_length=200)]
Mode = Literal["prebill", "preauth"]


class Strict(BaseModel):
    """A body without unknown keys."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Line(Strict):
    """One claim line."""

    code: Word = Field(description="CPT or HCPCS code.", examples=["64483"])
    modifiers: list[Word] = Field(default=[], max_length=20, examples=[["RT"]])
    units: float = Field(default=1, gt=0, le=1_000_000)
    icd10: list[Word] = Field(default=[], max_length=20, examples=[["M54.16"]])


class Approval(Strict):
    """What the payer approved."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)

    number: Word | None = None
    codes: list[Word] = Field(default=[], max_length=50)
    icd10: list[Word] = Field(default=[], max_length=50)
    from_: Word | None = Field(default=None, alias="from")
    to: Word | None = None
    units: float | None = None
    laterality: Word | None = None
    levels: list[Word] = Field(default=[], max_length=50)


class Prior(Strict):
    """An earlier procedure of the same patient."""

    date: Word
    code: Word | None = None
    family: Word | None = None
    region: Word | None = None
    levels: list[Word] = Field(default=[], max_length=50)
    laterality: Word | None = None
    relief_percent: float | None = None
    relief_days: float | None = None


class ClaimBody(Strict):
    """A claim in the published claim format; see "The claim format" in the README."""

    claim_id: Word | None = None
    note_id: Word | None = None
    patient_id: Word | None = None
    provider: Word | None = None
    payer: Word | None = Field(default=None, examples=["medicare"])
    mac: Word | None = Field(default=None, examples=["palmetto"])
    state: Word | None = Field(default=None, examples=["NC"])
    date_of_service: Word | None = Field(default=None, examples=["2026-03-04"])
    place_of_service: Word | None = Field(default=None, examples=["11"])
    billed_by: Word | None = None
    lines: list[Line] = Field(default=[], max_length=100)
    authorization: Approval | None = None
    history: list[Prior] = Field(default=[], max_length=500)


class CheckBody(Strict):
    """A note, the claim for it, and further documents of the same patient."""

    note: Text = Field(description="The text of the note.")
    claim: ClaimBody | None = None
    chart: list[Text] = Field(default=[], max_length=MOST_CHART, description="Further documents: visit, imaging.")
    earlier: list[Text] = Field(default=[], max_length=MOST_CHART, description="Earlier procedure notes.")
    mode: Mode = Field(default="prebill", description="preauth judges a visit note before the procedure.")


class ExtractBody(Strict):
    """A note."""

    note: Text


class Part(Strict):
    """A document of the page."""

    name: Word = "document"
    text: Text


class Choices(Strict):
    """What stands beside the note on the page."""

    codes: Annotated[str, Field(max_length=2000)] = ""
    payer: Word = ""
    mac: Word = ""
    state: Word = ""
    date_of_service: Word = ""
    place_of_service: Word = ""
    mode: Mode = "prebill"
    history: list[Prior] = Field(default=[], max_length=500)
    authorization: Approval | None = None


class PageBody(Strict):
    """What the page sends."""

    note: Text
    name: Word = "note"
    chart: list[Part] = Field(default=[], max_length=MOST_CHART)
    choices: Choices = Choices()


class TypedBody(Strict):
    """Codes as typed, and the word at the cursor."""

    codes: Annotated[str, Field(max_length=2000)] = ""
    word: Word = ""
    date_of_service: Word = ""


class TemplateBody(Strict):
    """A provider's blank template."""

    template: Text
    family: Word
    payer: Word = ""
    mac: Word = ""
    date_of_service: Word = ""


class NewTemplateBody(Strict):
    """Which blank template is wanted."""

    family: Word
    payer: Word = ""
    mac: Word = ""
    date_of_service: Word = ""


class BatchBody(Strict):
    """What holds for every note of a batch."""

    choices: Choices = Choices()


class Rule(BaseModel):
    """One check in short."""

    code: str
    name: str
    severity: Literal["error", "warning", "info"]
    since: str
    status: str
    says: str


class RulePage(Rule):
    """One check with its page in Markdown."""

    page: str


class Rules(BaseModel):
    """Every check."""

    rules: list[Rule]


class Policy(BaseModel):
    """One topic of one payer. ``since`` is the first day with a known value."""

    payer: str
    topic: str
    about: str
    requirements: int
    since: str
    contractors: list[str]
    own: bool


class Policies(BaseModel):
    """Every coverage policy, and the editions of the code tables."""

    policies: list[Policy]
    editions: list[str]


class Answer(BaseModel):
    """The answer of a check. In the OpenAPI document the published schema stands in this place."""

    model_config = ConfigDict(extra="allow")

    note_id: str
    readiness: Literal["ready", "addendum", "hold"]
    facts: dict[str, Any]
    findings: list[dict[str, Any]]
    checklist: list[dict[str, Any]]
    suggested: dict[str, Any]
    editions: list[str]
    ledger: list[dict[str, Any]]
    claim: dict[str, Any] | None
    day: str
    mode: Mode


class FactsAnswer(BaseModel):
    """What one note documents."""

    model_config = ConfigDict(extra="allow")

    note_id: str
    procedures: list[dict[str, Any]]


class Question(BaseModel):
    """One question to the provider."""

    topic: str
    question: str
    options: list[str]
    asks: list[str]
    indicators: list[dict[str, str]]
    looked_in: list[str]
    findings: list[str]


class QueryAnswer(BaseModel):
    """The questions, and the same as text with an empty addendum."""

    queries: list[Question]
    text: str


class Fault(BaseModel):
    """One fault of a body: where (a JSON pointer) and what; never the value."""

    pointer: str
    detail: str


class ProblemBody(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    next_step: str | None = None
    where: str | None = None
    errors: list[Fault] | None = None


class HookBody(BaseModel):
    """A CDS Hooks request. Unknown members are let through, as that standard asks."""

    model_config = ConfigDict(extra="allow")

    hook: Word
    hookInstance: Word
    context: dict[str, Any]
    prefetch: dict[str, Any] | None = None
    extension: dict[str, Any] | None = None


class Cards(BaseModel):
    """The answer of a CDS Hooks service."""

    cards: list[dict[str, Any]]


class Services(BaseModel):
    """The CDS Hooks services of this server."""

    services: list[dict[str, Any]]
