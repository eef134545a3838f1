"""A hand-made case that uses every field the report shows, and a bare one: two sides at war and a mediator."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from ceasefire.case.claims import Anchor, Argument, Claim
from ceasefire.case.evidence import Record, RecordItem, Source, SourceRef, Text
from ceasefire.case.formula import parse_formula
from ceasefire.case.mechanism import (
    Actor,
    Move,
    Outcome,
    Parameter,
    Plan,
    PlanRule,
    Rival,
    SideStock,
    StatusVariable,
    Step,
    Stock,
    TypeDimension,
)
from ceasefire.case.model import Calendar, Case, ReportPlan, Yardstick
from ceasefire.case.priors import make_prior
from ceasefire.case.query import Probability, Query, parse_query
from ceasefire.case.values import named

ALWAYS = parse_formula("1 == 1")
ONE = parse_formula("patience")
DATES = tuple(
    (dt.date(2031 + (7 + i) // 12, (7 + i) % 12 + 1, 1) - dt.timedelta(days=1)).isoformat() for i in range(30)
)
TYPES = ("short/peace_first", "short/aims_first", "long/peace_first", "long/aims_first")
PAUSE_YEAR = "P(pause by 2031-12-31)"
PAUSE_12 = "P(pause within 12 months)"
AGAIN = "P(again within 24 months of pause)"


def both(en: str, de: str) -> Text:
    """Return a text in English and German."""
    return Text({"en": en, "de": de})


def actors() -> tuple[Actor, ...]:
    """Return two sides and a mediator."""
    ends = {"worst": both("the strait is lost", "die Meerenge ist verloren"), "best": both("open strait", "offen")}

    def one(name: str, title: Text) -> Actor:
        return Actor(name, title, **ends, discount_factor=ONE, takes_better=ONE, when_better_by=0.1)

    return (
        one("aria", both("Aria", "Arien")),
        one("boria", both("Boria", "Borien")),
        one("concord", both("The Concord", "Die Eintracht")),
    )


def steps() -> tuple[Step, ...]:
    """Return one step for each side, one for the mediator, and the month."""
    offer = (
        Move("no_paper", both("no paper", "kein Papier")),
        Move("paper", both("tables a paper", "legt ein Papier vor")),
    )
    answer = (
        Move("refuse", both("refuses", "lehnt ab")),
        Move("face_saving", both("offers a gesture", "bietet eine Geste")),
        Move("accept", both("accepts the paper", "nimmt das Papier an")),
    )
    return (
        Step("offer", "concord", offer, both("offer", "Angebot"), record="complete", default="no_paper"),
        Step("answer_a", "aria", answer, both("answer", "Antwort")),
        Step("answer_b", "boria", answer, both("answer", "Antwort")),
        Step("month", None, (Move(""),), both("the month", "der Monat")),
    )


def parameters() -> dict[str, Parameter]:
    """Return parameters of every kind of origin."""
    lognormal = make_prior("lognormal", {"median": 0.4, "p90": 0.9})
    return {
        "drain": Parameter(
            "drain",
            lognormal,
            "months/month",
            both("what a month of war costs", "was ein Kriegsmonat kostet"),
            SourceRef(row="quantities.csv#2"),
        ),
        "patience": Parameter(
            "patience",
            make_prior("beta", {"mean": 0.95, "p90": 0.98}),
            "",
            both("patience", "Geduld"),
            SourceRef(source="gazette", excerpt="patience of 0.95 a month"),
        ),
        "grip": Parameter(
            "grip",
            lognormal,
            "years",
            both("worth of the strait", "Wert der Meerenge"),
            assumed=both("no measured series; two envoys disagree", "keine Messreihe; zwei Gesandte sind uneins"),
            hindsight=True,
        ),
        "fee": Parameter("fee", lognormal, "thousand people/year", Text({"en": "fee without German title"})),
    }


def record() -> Record:
    """Return three items, one unsourced, and a series."""
    items = (
        RecordItem("R1", dt.date(2031, 3, 4), "offer", ("paper",), title=both("First paper", "Erstes Papier"),
                   source=SourceRef(source="gazette", excerpt="a first paper was tabled"), grade="A"),
        RecordItem("R2", dt.date(2031, 4, 9), "answer_a", ("refuse", "face_saving"), also=("refuse",),
                   title=both("Aria hesitates", "Arien zögert"), grade="C", unsourced=True, active=False),
        RecordItem("R3", dt.date(2031, 6, 30), stock="strain", value=14.0, error=2.0,
                   title=both("Strain as estimated", "Geschätzte Last"), hindsight=True),
    )  # fmt: skip
    return Record(items, None, {"strain": (("2031-01-31", 6.0), ("2031-03-31", 9.5), ("2031-06-30", 14.0))})


def check(text: str) -> Query:
    """Return a check of a claim, parsed."""
    return parse_query(text, {})


def argument() -> Argument:
    """Return an essay with claims of every role and every kind of question; its order in the file is not the text's."""
    at = {name: Anchor(100 * i, 100 * i + 40, "0" * 64) for i, name in enumerate(("C1", "C2", "C3", "C4", "C6", "C5"))}
    claims = (
        Claim("C1", "fact", both("The first paper came in March.", "Das erste Papier kam im März."),
              "das erste Papier", at["C1"], fact={"date": "R1", "is": "2031-03"}, tier="core"),
        Claim("C2", "premise", both("Without a paper nobody moves.", "Ohne Papier bewegt sich niemand."), "", at["C2"],
              realised_by="offer.paper, drain", cut={"without": ["offer.paper"]}, tier="core"),
        Claim("C3", "conclusion", both("A pause does not last two years.", "Eine Pause hält keine zwei Jahre."),
              "hält keine zwei Jahre", at["C3"], check("P(again within 24 months of pause) > 0.5"), "spoils", tier="core"),
        Claim("C4", "not_modelled", both("The strait is a symbol.", "Die Meerenge ist ein Sinnbild."), "", at["C4"],
              reason=both("no move of any actor turns on it", "kein Zug eines Akteurs hängt daran"), tier="context"),
        Claim("C5", "premise", both("Aria learns nothing new.", "Arien erfährt nichts Neues."), "nichts Neues", at["C5"],
              realised_by="aria.endurance", cut={"freeze_belief": ["aria"], "set": {"drain": 0.1, "spoils": 1}}),
        Claim("C6", "conclusion", both("A paper brings a pause.", "Ein Papier bringt eine Pause."), "ein Papier", at["C6"],
              check("P(pause by 2031-12-31) - P(pause by 2031-12-31 | plan = no_paper) > 0.1"), tier="secondary"),
        Claim("C7", "fact", both("Aria refused twice.", "Arien lehnte zweimal ab."), "zweimal",
              fact={"count": "answer_a.refuse", "since": dt.date(2031, 1, 1), "is": ">= 2"}),
        Claim("C8", "conclusion", both("The strain stays low.", "Die Last bleibt gering."), "gering",
              check=check("E(strain at 2031-12-31) < 12")),
        Claim("C9", "fact", both("The envoys disagree.", "Die Gesandten sind uneins."), "uneins",
              fact={"items": ["R1", "R2"], "shows": "partly", "because": both("one denied it", "einer bestritt es")}),
    )  # fmt: skip
    return Argument(
        "essay", named("I. Envoy"), "essay", both("Essay on the strait", "Versuch über die Meerenge"), claims
    )


def reply() -> Argument:
    """Return a second argument that takes a rival for granted."""
    claims = (
        Claim("D1", "fact", both("The first paper came in April.", "Das erste Papier kam im April."), "in April",
              fact={"date": "R1", "is": "2031-04"}),
        Claim("D2", "premise", both("The strait pays for the war.", "Die Meerenge bezahlt den Krieg."), "pays for",
              realised_by="month.strain", cut={"set": {"grip": 0}}),
        Claim("D3", "conclusion", both("A pause lasts.", "Eine Pause hält."), "lasts",
              check=check("P(again within 24 months of pause) < 0.3")),
    )  # fmt: skip
    return Argument("reply", named("A. Critic"), "reply", both("A reply", "Eine Antwort"), claims, {"spoils": 1})


def sample_case() -> Case:
    """Return a case that uses every field."""
    accept = both("pause", "Waffenruhe")
    return Case(
        name="strait",
        folder=Path("strait"),
        title=both("The strait", "Die Meerenge"),
        status="reconstruction",
        calendar=Calendar(dt.date(2031, 1, 1), dt.date(2033, 12, 31), "month", dt.date(2031, 7, 15), 36),
        actors=actors(),
        parameters=parameters(),
        rivals={"spoils": Rival("spoils", both("spoilers decide", "Störer entscheiden"))},
        types=(
            TypeDimension("aria", "endurance", ("short", "long"), (ONE, ONE), (ONE, None), "months",
                          both("endurance", "Ausdauer"), (both("short", "kurz"), both("long", "lang"))),
            TypeDimension("aria", "priority", ("peace_first", "aims_first"), (ONE, ONE), (ONE, None), "",
                          both("weight on its war aims", "Gewicht der Kriegsziele"),
                          (both("peace first", "Frieden zuerst"), both("aims first", "Ziele zuerst"))),
        ),
        statuses=(
            StatusVariable("phase", ("war", "truce", "settled", "exhausted"), "war", both("phase", "Phase"),
                           (both("war", "Krieg"), both("pause", "Waffenruhe"), both("settled", "Frieden"),
                            both("exhausted", "Erschöpfung"))),
        ),
        stocks=(
            Stock("strain", "months", 0, 60, ONE, title=both("strain on Aria", "Last auf Arien"), series="strain"),
        ),
        steps=steps(),
        side=(SideStock("dead", ONE, "people", title=both("people killed", "Getötete")),),
        outcomes=(
            Outcome("pause", ALWAYS, lasting_days=30, ends=ALWAYS, title=accept),
            Outcome("again", ALWAYS, after="pause", title=both("fighting again", "neue Kämpfe")),
            Outcome("end", ALWAYS, title=both("a settlement", "ein Friedensschluss")),
        ),
        plans={
            "no_paper": Plan("no_paper", {"offer": (PlanRule("no_paper", None),)}, True,
                             both("the mediator offers nothing", "die Vermittlung bietet nichts")),
            "a_paper_a_month": Plan("a_paper_a_month", {"offer": (PlanRule("paper", None),)}, False,
                                    both("a paper every month", "jeden Monat ein Papier")),
        },
        end_states="phase",
        report=ReportPlan(
            "meeting", ("aria.endurance", "aria.priority"), "pause", "again",
            (
                Probability("pause", by=dt.date(2031, 12, 31), text=PAUSE_YEAR),
                Probability("pause", within_days=365.25, text=PAUSE_12),
                Probability("again", within_days=730.5, of="pause", text=AGAIN),
            ),
            (Yardstick("pause", "2031-12-31", 0.22, "gazette"),),
        ),
        sources={
            "gazette": Source("gazette", both("The Strait Gazette", "Der Meerengenbote"),
                              "https://example.org/gazette", "2031-05-01", "B", both("CC BY 4.0", "CC BY 4.0"), "en"),
            "essay": Source("essay", Text({"de": "Versuch über die Meerenge"}), "", "2031-07-01", "", Text(), "de", 900),
            "reply": Source("reply", both("A reply", "Eine Antwort"), "", "2031-07-02", "",
                            both("public domain", "gemeinfrei"), "en", 300),
        },
        record=record(),
        arguments=(argument(), reply()),
        case_hash="5a5a5a5a5a5a5a5a",
    )  # fmt: skip


def bare_case() -> Case:
    """Return a case without steps: sources, a record and an argument only."""
    full = sample_case()
    return replace(
        full, name="bare", status="live", calendar=replace(full.calendar, as_of=None), actors=(),
        parameters={}, types=(),
        statuses=(), stocks=(), steps=(), side=(), outcomes=(), plans={}, end_states="", report=ReportPlan(),
    )  # fmt: skip
