"""A hand-made argument of 76 claims, to see that the view stays readable. No number here was computed."""

from __future__ import annotations

from dataclasses import replace

from ceasefire.case.claims import Anchor, Argument, Claim
from ceasefire.case.model import Case
from ceasefire.case.query import parse_query
from ceasefire.case.values import named
from ceasefire.forecast.model import Arrow, ClaimResult, Forecast
from tests.report.sample import sample_forecast
from tests.report.sample_case import both, sample_case

ROLES = ("fact", "premise", "conclusion", "premise", "conclusion", "premise", "fact", "conclusion", "not_modelled")
TIERS = ("core", "secondary", "context", "core", "core", "secondary")
VERDICTS = {
    "fact": ("confirmed", "contradicted", "confirmed", "partly", "not in the record"),
    "premise": ("carries", "moves", "carries", "idle", "moves", "no_change"),
    "conclusion": ("holds", "does not hold", "holds", "too close", "undecided by sampling", "assumed, not derived",
                   "cannot hold here", "holds", "needs_ensemble", "not computed"),
    "not_modelled": ("not modelled",),
}  # fmt: skip
CHECK = "P(pause by 2031-12-31) > 0.5"


def claims() -> tuple[Claim, ...]:
    """Return 76 claims of all roles and tiers, with places in the text."""
    found = []
    for i in range(76):
        role = ROLES[i % len(ROLES)]
        says = both(
            f"Claim number {i + 1} says something about the strait that takes a sentence of some length.",
            f"Behauptung Nummer {i + 1} sagt etwas über die Meerenge, was einen Satz von einiger Länge braucht.",
        )
        place = Anchor(60 * i, 60 * i + 50, "0" * 64)
        check = parse_query(CHECK, {}) if role == "conclusion" else None
        found.append(Claim(f"C{i + 1:02}", role, says, f"Stelle {i + 1}", place, check, tier=TIERS[i % 6]))  # type: ignore[arg-type]
    return tuple(found)


def results(given: tuple[Claim, ...]) -> tuple[ClaimResult, ...]:
    """Return a result for each, of every kind."""
    seen: dict[str, int] = {}
    found = []
    for claim in given:
        verdicts = VERDICTS[claim.role]
        n = seen[claim.role] = seen.get(claim.role, -1) + 1
        found.append(ClaimResult(claim.name, claim.role, verdicts[n % len(verdicts)], dict(claim.says.by_language)))
    return tuple(found)


def arrows(given: tuple[ClaimResult, ...]) -> tuple[Arrow, ...]:
    """Return an arrow for each pair; premises that carry turn every fifth conclusion."""
    premises = [one for one in given if one.role == "premise"]
    conclusions = [one for one in given if one.role == "conclusion"]
    found = []
    for i, premise in enumerate(premises):
        for j, conclusion in enumerate(conclusions):
            turns = premise.verdict == "carries" and (i + j) % 5 == 0
            moved = premise.verdict == "moves" and (i + j) % 4 == 0
            before = 0.2 if j % 3 else -0.2
            after = -before if turns else before + (0.05 if moved else 0.0)
            found.append(Arrow("long", premise.id, conclusion.id, before, after, turns, 0.01))
    return tuple(found)


def many() -> tuple[Forecast, Case]:
    """Return forecast and case of the long argument."""
    given = claims()
    found = results(given)
    pairs = arrows(found)
    turned: dict[str, list[str]] = {}
    for arrow in (one for one in pairs if one.turns):
        turned.setdefault(arrow.premise, []).append(arrow.conclusion)
        turned.setdefault(arrow.conclusion, []).append(arrow.premise)
    told = tuple(replace(one, turns=tuple(turned.get(one.id, ()))) for one in found)
    argument = Argument("long", named("P. Long"), "essay", both("A long essay", "Ein langer Versuch"), given)
    forecast = replace(sample_forecast(), claims=told, argument_map=pairs, partings=())
    return forecast, replace(sample_case(), arguments=(argument,))
