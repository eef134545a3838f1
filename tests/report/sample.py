"""A hand-made forecast that uses every field the report shows, and a bare one. No number here was computed."""

from __future__ import annotations

import math
from dataclasses import replace

from ceasefire.forecast.model import (
    Arrow,
    Band,
    ClaimResult,
    FactorMap,
    Forecast,
    MapCell,
    NearEvent,
    OutcomeAtDate,
    Parting,
    Signpost,
    Tornado,
    Trust,
    Witness,
)
from tests.report.sample_case import AGAIN, DATES, PAUSE_12, PAUSE_YEAR, TYPES, argument, bare_case, reply, sample_case

RANGE = "one-at-a-time range over the parameters, not an interval"
TEXT = """\
Hier kam das erste Papier, und niemand erwartete es so früh im Jahr; eine Pause hält keine zwei Jahre, sagen die einen.

Ein Papier, ein Papier: zweimal wurde verneint, die Last bleibt gering,
und niemand erfuhr nichts Neues. Danach waren die Gesandten uneins, und alles blieb, wie es gewesen war seit dem Mai.
"""
"""The text of the essay; its places are those of the claims, though not their hashes."""
__all__ = ["TEXT", "bare_case", "bare_forecast", "sample_case", "sample_forecast"]


def rising(top: float, speed: float) -> list[float]:
    """Return a probability that rises towards `top`."""
    return [top * (1 - math.exp(-speed * (i + 1))) for i in range(len(DATES))]


def outcomes() -> dict[str, tuple[OutcomeAtDate, ...]]:
    """Return three rising curves; the first with a range."""
    out = {}
    for name, top, speed in (("pause", 0.8, 0.09), ("again", 0.4, 0.05), ("end", 0.3, 0.03)):
        ranged = name == "pause"
        out[name] = tuple(
            OutcomeAtDate(date, p, p * 0.6 if ranged else None, min(1, p * 1.3) if ranged else None,
                          RANGE if ranged else "", 0.002, 0.01 if i == 29 else 0)
            for i, (date, p) in enumerate(zip(DATES, rising(top, speed), strict=True))
        )  # fmt: skip
    return out


def end_states() -> tuple[dict[str, object], ...]:
    """Return shares of four labels that sum to one."""
    rows = []
    for i, date in enumerate(DATES):
        settled, spent, truce = 0.3 * i / 29, 0.06 * i / 29, 0.45 * (1 - math.exp(-0.15 * i))
        rows.append({"date": date, "p": {"war": 1 - settled - spent - truce, "truce": truce, "settled": settled,
                                         "exhausted": spent}})  # fmt: skip
    return tuple(rows)


def beliefs() -> dict[str, object]:
    """Return what is held about Aria's four types, and the reader's posterior."""
    prior = (0.3, 0.2, 0.3, 0.2)
    held = [
        [p + d * math.tanh(i / 10) for p, d in zip(prior, (-0.1, 0.05, -0.05, 0.1), strict=True)] for i in range(30)
    ]
    reader = [[0.22, 0.25, 0.26, 0.27] for _ in range(30)]
    labels = [dict(zip(("endurance", "priority"), name.split("/"), strict=True)) for name in TYPES]
    types = [{"name": n, "labels": one, "prior": p} for n, one, p in zip(TYPES, labels, prior, strict=True)]
    low = [[max(0.0, p - 0.12) for p in row] for row in held]
    high = [[min(1.0, p + 0.12) for p in row] for row in held]
    return {
        "aria": {
            "dates": list(DATES), "types": types, "held": held, "reader": reader, "held_low": low, "held_high": high,
        }
    }  # fmt: skip


def factor_map() -> FactorMap:
    """Return nine by nine cells, a corner of them greyed, and the four types."""
    cells = []
    for i in range(9):
        for j in range(9):
            x, y = 6 + 6 * i, 0.1 + 0.1 * j
            log_likelihood = -((x - 40) ** 2) / 300 - (y - 0.4) ** 2 / 0.05
            p = 1 / (1 + math.exp(0.06 * (x - 30) + 4 * (y - 0.5)))
            cells.append(MapCell(x, y, p, log_likelihood, log_likelihood < -3))
    places = ((12, 0.2), (12, 0.7), (48, 0.2), (48, 0.7))
    types = tuple({"name": n, "x": x, "y": y, "p": 0.5} for n, (x, y) in zip(TYPES, places, strict=True))
    return FactorMap(PAUSE_12, "aria.endurance", "aria.priority", "months", "", tuple(cells), types)


def trust() -> tuple[Trust, ...]:
    """Return one full row, one over the limit, one with nothing computed."""
    ranged = {"low": 0.2, "high": 0.42, "parameter": "grip"}
    return (
        Trust(PAUSE_YEAR, 0.335, 0.004, {"strain": -0.006}, 0.081, 0.001, 0.12, -0.21, 0.04, -0.02, 0.002, ranged),
        Trust(PAUSE_12, 0.53, -0.002, {"strain": 0.001}, 0.01, 0.0, 0.03, -0.04, 0.02, -0.01, 0.002, ranged),
        Trust(AGAIN, 0.41),
    )


def signposts() -> tuple[Signpost, ...]:
    """Return the next moves of all three actors."""
    seen = {"aria": dict(zip(TYPES, (0.35, 0.15, 0.35, 0.15), strict=True))}
    other = {"aria": dict(zip(TYPES, (0.15, 0.28, 0.22, 0.35), strict=True))}
    return (
        Signpost("2031-07-15", "answer_a", "aria", "accept", 0.08, seen, 0.93, 0.40),
        Signpost("2031-07-15", "answer_a", "aria", "face_saving", 0.31, seen, 0.58, 0.05),
        Signpost("2031-07-15", "answer_a", "aria", "refuse", 0.61, other, 0.45, -0.08),
        Signpost("2031-08-01", "offer", "concord", "paper", 0.7, {}, 0.57, 0.04),
        Signpost("2031-08-01", "offer", "concord", "no_paper", 0.3, {}, None, None),
    )


def claims(flags: str = "--preview") -> tuple[ClaimResult, ...]:
    """Return results of every role and of many kinds; witnesses are asked with `flags`."""
    check = "P(again within 24 months of pause) > 0.5"
    holds = Witness(
        f"{check[:-7]} | spoils = 1, drain = 0.8) > 0.5",
        {"spoils": 1, "drain": 0.8},
        0.61,
        0.5,
        0.11,
        True,
        True,
        flags,
    )
    fails = Witness(check, {}, 0.41, 0.5, -0.09, False, True, flags.removeprefix("--preview").strip())
    typed = Witness(
        "P(pause by 2031-12-31 | aria.endurance = long) > 0.1",
        {"aria.endurance": "long"},
        0.2,
        0.1,
        0.1,
        True,
        True,
        flags,
    )
    given = (
        ClaimResult("C1", "fact", "confirmed", {}, "das erste Papier", detail="R1 (2031-03-04)"),
        ClaimResult("C2", "premise", "carries", {}, realised_by="offer.paper, drain", cut={"without": ["offer.paper"]},
                    largest_change=-0.21, changed=PAUSE_YEAR, changed_from=0.335, change_error=0.003,
                    numerical_error=0.004, turns=("C6",)),
        ClaimResult("C3", "conclusion", "does not hold", {}, "hält keine zwei Jahre", 0.41, 0.5, -0.09, 0.004, 0.01,
                    holds=False, flips_at=0.41, witness_holds=holds, witness_fails=fails, searched=40,
                    without_slips=0.02, turns=("C5",), notes=("through_slips",), check=check),
        ClaimResult("C4", "not_modelled", "not modelled", {}),
        ClaimResult("C5", "premise", "idle", {}, realised_by="aria.endurance",
                    cut={"freeze_belief": ["aria"], "set": {"drain": 0.1, "spoils": 1}}, largest_change=0.001,
                    changed=PAUSE_12, changed_from=0.53, change_error=0.002, turns=("C3",),
                    notes=("against", "silent_record"), detail="R1, R2"),
        ClaimResult("C6", "conclusion", "holds", {}, "ein Papier", 0.215, 0.1, 0.115, 0.003, holds=True, flips_at=0.215,
                    witness_holds=typed, turns=("C2",), searched=1,
                    check="P(pause by 2031-12-31) - P(pause by 2031-12-31 | plan = no_paper) > 0.1"),
        ClaimResult("C7", "fact", "partly", {}, "zweimal", 1.0, 2.0, detail="1-2: R2 (2031-04-09, unsourced)"),
        ClaimResult("C8", "conclusion", "assumed, not derived", {}, "gering", 11.0, 12.0, 1.0, 0.2, holds=True,
                    flips_at=11.0, notes=("not_cut",), searched=60, check="E(strain at 2031-12-31) < 12"),
        ClaimResult("C9", "fact", "not in the record", {}, "uneins"),
        ClaimResult("D1", "fact", "contradicted", {}, "in April", detail="R1 (2031-03-04)"),
        ClaimResult("D2", "premise", "moves", {}, realised_by="month.strain", cut={"set": {"grip": 0}},
                    largest_change=0.06, changed=AGAIN, changed_from=0.41, change_error=0.002, notes=("no_change",)),
        ClaimResult("D3", "conclusion", "needs_ensemble", {}, "lasts", check="P(again within 24 months of pause) < 0.3"),
    )  # fmt: skip
    says = {claim.name: dict(claim.says.by_language) for one in (argument(), reply()) for claim in one.claims}
    return tuple(replace(one, says=says[one.id]) for one in given)


def argument_map() -> tuple[Arrow, ...]:
    """Return an arrow of every kind."""
    return (
        Arrow("essay", "C2", "C3", -0.09, -0.02, False, 0.01),
        Arrow("essay", "C2", "C6", 0.115, -0.1, True, 0.01),
        Arrow("essay", "C2", "C8", 1.0, 1.1, False, 0.2),
        Arrow("essay", "C5", "C3", -0.09, 0.03, True, 0.01),
        Arrow("essay", "C5", "C6", 0.115, 0.116, False, 0.01),
        Arrow("essay", "C5", "C8", None, None, False),
        Arrow("reply", "D2", "D3", -0.11, -0.05, False, 0.01),
    )


def partings() -> tuple[Parting, ...]:
    """Return a parting of every kind."""

    def sides(*said: tuple[str, str]) -> tuple[dict[str, str], ...]:
        authors = (("essay", "I. Envoy"), ("reply", "A. Critic"))
        return tuple(
            {"argument": name, "author": author, "claim": claim, "says": says}
            for (name, author), (claim, says) in zip(authors, said, strict=True)
        )

    return (
        Parting("inference", "P(again within 24 months of pause)", sides(("C3", "> 0.5"), ("D3", "< 0.3"))),
        Parting("fact", "date: R1", sides(("C1", "2031-03"), ("D1", "2031-04"))),
        Parting("premise", "spoils", sides(("", "0"), ("D2", "1"))),
    )


def headlines() -> tuple[dict[str, object], ...]:
    """Return the three headlines."""
    what = RANGE
    return (
        {"query": PAUSE_YEAR, "value": 0.335, "low": 0.2, "high": 0.42, "what": what, "error": 0.002,
         "parameter": "grip", "outcome": "pause", "by": "2031-12-31", "unit": "probability"},
        {"query": PAUSE_12, "value": 0.53, "low": 0.31, "high": 0.66, "what": what, "error": 0.002,
         "parameter": "drain", "outcome": "pause", "within": 365.25},
        {"query": AGAIN, "value": 0.41, "low": None, "high": None, "what": "", "error": 0.004,
         "outcome": "again", "within": 730.5, "of": "pause"},
    )  # fmt: skip


def sample_forecast() -> Forecast:
    """Return a forecast that uses every field."""
    case = sample_case()
    strain = [14 + 0.5 * i for i in range(30)]
    dead = [900.0 * i for i in range(30)]
    near = NearEvent(
        "meeting",
        {"accept": Band(0.08, 0.03, 0.15, RANGE, 0.001), "face_saving": Band(0.31),
         "refuse": Band(0.61, 0.5, 0.7, RANGE, 0.002)},
        {name: {"accept": p, "face_saving": 0.3, "refuse": 0.7 - p}
         for name, p in zip(TYPES, (0.2, 0.05, 0.08, 0.02), strict=True)},
    )  # fmt: skip
    plans = {
        name: {
            "title": dict(plan.title.by_language),
            "known": plan.known,
            "headlines": [
                {"query": PAUSE_YEAR, "value": p, "error": 0.002, "change": p - 0.335, "change_error": 0.001}
            ],
        }
        for (name, plan), p in zip(case.plans.items(), (0.12, 0.47), strict=True)
    }
    rows = [
        {
            "name": one.name, "title": dict(one.title.by_language), "value": one.prior.median(),
            "p10": float(one.prior.quantile(0.1)), "p90": float(one.prior.quantile(0.9)), "unit": one.unit,
            "grade": "measured" if one.source and one.source.row else "quoted" if one.source else "assumed",
            "source": vars(one.source) if one.source else None,
            "assumed": dict(one.assumed.by_language) or None, "hindsight": one.hindsight,
        }
        for one in case.parameters.values()
    ]  # fmt: skip
    by_type = [
        {"name": n, "labels": dict(zip(("endurance", "priority"), n.split("/"), strict=True)), "prior": p,
         "likelihood": math.exp(-i), "posterior": q}
        for i, (n, p, q) in enumerate(zip(TYPES, (0.3, 0.2, 0.3, 0.2), (0.22, 0.25, 0.26, 0.27), strict=True))
    ]  # fmt: skip
    return Forecast(
        case="strait", title=dict(case.title.by_language), case_hash=case.case_hash, status="reconstruction",
        as_of="2031-07-15", seed=1, versions={"ceasefire": "0.1.0", "numpy": "2.4.0", "python": "3.11.2"}, dates=DATES,
        outcomes=outcomes(), outcome_titles={one.name: dict(one.title.by_language) for one in case.outcomes}
        | {"meeting": {"en": "the meeting on the strait", "de": "das Treffen an der Meerenge"}},
        end_states=end_states(), beliefs=beliefs(),
        stocks={"strain": {"unit": "months", "dates": list(DATES), "mean": strain, "low": [0.8 * x for x in strain],
                           "high": [1.2 * x for x in strain], "what": "10 % and 90 % of paths",
                           "series": [["2031-01-31", 6.0], ["2031-03-31", 9.5], ["2031-06-30", 14.0]]}},
        side={"dead": {"unit": "people", "dates": list(DATES), "mean": dead, "low": [0.6 * x for x in dead],
                       "high": [1.7 * x for x in dead], "what": "low and high parameter sets"}},
        headlines=headlines(), near_event=near, signposts=signposts(), factor_map=factor_map(), plans=plans,
        trust=trust(),
        tornado=(Tornado(PAUSE_YEAR, "grip", 0.2, 0.9, 0.42, 0.2), Tornado(PAUSE_YEAR, "drain", 0.1, 0.9, 0.3, 0.37)),
        claims=claims(), argument_map=argument_map(), partings=partings(), parameters=tuple(rows),
        yardsticks=(
            {"outcome": "pause", "by": "2031-12-31", "value": 0.22, "low": 0.12, "high": 0.36, "kind": "base rate",
             "source": "gazette", "title": {"en": "wars of this age, n = 41", "de": "Kriege dieses Alters, n = 41"},
             "ours": 0.335},
            {"outcome": "pause", "by": "2031-12-31", "value": 0.4, "kind": "crowd", "source": "gazette",
             "title": {"en": "forecasters in May", "de": "Prognostiker im Mai"}, "ours": 0.335},
        ),
        certificate={"residual": 3e-10, "regret": 2e-9, "best_response_loss": 0.02, "converged": True,
                     "branch": "stagewise-principal", "intervals": 20, "failed": [], "switches": 0.03,
                     "solved_again": 1.0, "states": 420},
        evidence={"log_likelihood": -4.2, "by_type": {"aria": by_type},
                  "items": [{"id": "R1", "date": "2031-03-04", "step": "offer", "move": "paper",
                             "likelihood_by_type": {"aria": dict(zip(TYPES, (0.5, 0.5, 0.5, 0.5), strict=True))}}],
                  "without_unsourced": {}},
        seconds={"solve": 1.2, "simulate": 0.8}, notes=("A note from the computation.",),
    )  # fmt: skip


def bare_forecast(with_claims: bool = True) -> Forecast:
    """Return the forecast of the case without steps: everything that may be missing is missing."""
    return Forecast(
        case="bare", title={"en": "The strait", "de": "Die Meerenge"}, case_hash="00", status="live", as_of="", seed=1,
        versions={"ceasefire": "0.1.0"}, dates=(), outcomes={}, outcome_titles={}, end_states=(), beliefs={}, stocks={},
        side={}, headlines=(), near_event=None, signposts=(), factor_map=None, plans={}, trust=(), tornado=(),
        claims=claims() if with_claims else (), argument_map=(), partings=(),
        parameters=(), yardsticks=(), certificate={}, evidence={}, seconds={},
    )  # fmt: skip
