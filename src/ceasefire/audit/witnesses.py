"""Witnesses: settings within the declared ranges at which a check holds, and at which it fails.

Looked at in this order, until a check has both: the check as it stands; the rival that the claim faces; every type and
every pair of types; every other rival; then joint draws, in which some parameters lie at an end of their 80 % range and
some rivals are switched. What a draw does to a parameter or rival follows from its name and the seed of the settings, so
that the search is the same every time and an edit of the case leaves the other draws as they were. All checks share the
draws, since they then share the solutions.

As it stands, the check is the one that is reported, on its own grid; all others are computed on the grid of cuts. A
witness holds or fails by more than two standard errors of the simulation on the grid on which it is replayed; it is
*clear* where the margin also exceeds the error which that grid has for the check as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations, product

from ceasefire.audit.asking import Asker, Question
from ceasefire.audit.conclusions import FAILS, HOLDS, NOT_COMPUTED, STANDARD_ERRORS, Checked, clear
from ceasefire.audit.standpoint import check_of
from ceasefire.case import query as q
from ceasefire.case.claims import Argument, Claim
from ceasefire.case.model import Case
from ceasefire.case.query_text import subject
from ceasefire.errors import CeasefireError
from ceasefire.forecast.model import Witness
from ceasefire.forecast.names import leaves
from ceasefire.forecast.ranges import HIGH, LOW
from ceasefire.forecast.settings import Settings
from ceasefire.simulate.estimates import finite

DRAWS = 10
MOVED = 24
"""Parameters at an end of their range in one draw."""
SWITCHED = 0.3
"""Chance that a rival is switched in a draw."""
NEARLY_ZERO = 1e-9
TOGETHER = 4
"""Settings tried at once, so that workers have something to do."""


@dataclass
class Search:
    """The search for the witnesses of one check.

    ``near`` has the sides on which it was seen within its sampling error, ``largest`` the largest value of each
    probability that it names.
    """

    argument: Argument
    claim: Claim
    numerical: float = 0.0
    holds: Witness | None = None
    fails: Witness | None = None
    searched: int = 0
    near: set[bool | None] = field(default_factory=set)
    largest: dict[int, float] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether both witnesses are there."""
        return self.holds is not None and self.fails is not None

    @property
    def never(self) -> bool:
        """Whether something that the check names happened at no setting looked at."""
        return self.searched > 0 and any(largest < NEARLY_ZERO for largest in self.largest.values())


def search(
    case: Case,
    claims: list[tuple[Argument, Claim]],
    checks: Mapping[str, Checked],
    asker: Asker,
    own: Settings,
    cuts: Settings,
) -> dict[str, Search]:
    """Return, by claim id, what was found.

    Parameters
    ----------
    claims : list of (argument, conclusion)
        Whose checks are comparisons of numbers.
    checks : by claim id
        Each check as it stands; one that could not be computed is not searched for.
    own, cuts : Settings
        Of the checks as they stand, and of all other settings.
    """
    found = {
        claim.name: _as_it_stands(argument, claim, checks[claim.name], asker, own)
        for argument, claim in claims
        if checks[claim.name].verdict != NOT_COMPUTED
    }
    tried = {name: _settings(case, one.argument, one.claim, cuts.seed) for name, one in found.items()}
    for stage in range(4):
        waiting = {name: [s for kind, s in tried[name] if kind == stage] for name in found}
        while any(waiting[name] and not one.is_over for name, one in found.items()):
            batch = {name: waiting[name][:TOGETHER] for name, one in found.items() if not one.is_over}
            asker.gather(
                Question(check_of(found[name].claim, found[name].argument, setting), cuts)
                for name, settings in batch.items()
                for setting in settings
            )
            for name, settings in batch.items():
                waiting[name] = waiting[name][len(settings) :]
                for setting in settings:
                    _try(found[name], setting, asker, cuts)
    return found


def _as_it_stands(argument: Argument, claim: Claim, checked: Checked, asker: Asker, own: Settings) -> Search:
    """Return the search with the check as it stands, which is a witness where it is clear."""
    check = check_of(claim, argument)
    found = Search(argument, claim, checked.error_of_cuts, searched=1)
    _look(found, check, asker, own)
    is_clear = checked.verdict in (HOLDS, FAILS)
    witness = Witness(check.text, {}, checked.value, checked.threshold, checked.margin, own.preview, is_clear)
    sampled = checked.margin is None or abs(checked.margin) > STANDARD_ERRORS * checked.error
    if sampled and checked.holds is True:
        found.holds = witness
    if sampled and checked.holds is False:
        found.fails = witness
    return found


def _look(one: Search, check: q.Comparison, asker: Asker, settings: Settings) -> None:
    """Keep the largest value of each probability that a check names."""
    for place, leaf in enumerate(leaves(check)):
        if isinstance(leaf, q.Probability | q.MoveAt):
            seen = finite(asker.number(leaf, settings).value) or 0.0
            one.largest[place] = max(one.largest.get(place, 0.0), seen)


def _try(one: Search, setting: q.Conditions, asker: Asker, settings: Settings) -> None:
    """Look at a check under a setting; what cannot be computed there is passed by."""
    if one.is_over:
        return
    asked = check_of(one.claim, one.argument, setting)
    try:
        compared = asker.compare(asked, settings)
    except CeasefireError:
        return
    one.searched += 1
    _look(one, asked, asker, settings)
    holds, is_clear = clear(compared, 0.0), clear(compared, one.numerical) is not None
    value, threshold, margin = (finite(x.value) for x in (compared.left.number, compared.right, compared.gap))
    if holds is None:
        one.near.add(compared.holds)
    named = dict(_named(c) for c in setting)
    witness = Witness(asked.text, named, value, threshold, margin, settings.preview, is_clear)
    if holds is True and one.holds is None:
        one.holds = witness
    if holds is False and one.fails is None:
        one.fails = witness


def _named(condition: q.Condition) -> tuple[str, float | str]:
    if isinstance(condition, q.TypeIs):
        return f"{condition.actor}.{condition.dimension}", condition.label
    assert isinstance(condition, q.Setting), condition
    return condition.name, condition.value


def _settings(case: Case, argument: Argument, claim: Claim, seed: int) -> list[tuple[int, q.Conditions]]:
    """Return the settings to try, each with its stage; what a check sets everywhere by itself is left out of them."""
    assert claim.check is not None
    own = set.intersection(*({subject(c) for c in getattr(leaf, "conditions", ())} for leaf in leaves(claim.check)))
    found: list[tuple[int, q.Conditions]] = [(0, _switched(case, argument, claim.rival))] if claim.rival else []
    found += [(1, kinds) for kinds in _types(case)]
    found += [(2, _switched(case, argument, name)) for name in case.rivals if name != claim.rival]
    found += [(3, draw) for draw in _draws(case, argument, seed)]
    kept = [(stage, tuple(c for c in setting if subject(c) not in own)) for stage, setting in found]
    seen: dict[q.Conditions, int] = {}
    for stage, setting in kept:
        if setting:
            seen.setdefault(setting, stage)
    return [(stage, setting) for setting, stage in seen.items()]


def _switched(case: Case, argument: Argument, rival: str) -> q.Conditions:
    here = argument.assumes.get(rival, case.rivals[rival].nominal)
    return (q.Setting(rival, 1.0 - float(here)),)


def _types(case: Case) -> Iterator[q.Conditions]:
    """Yield every type and every pair of types of different dimensions."""
    labels = [[q.TypeIs(d.actor, d.name, label) for label in d.labels] for d in case.types]
    for one in labels:
        yield from ((kind,) for kind in one)
    for pair in combinations(labels, 2):
        yield from product(*pair)


def _draws(case: Case, argument: Argument, seed: int) -> Iterator[q.Conditions]:
    ranged = {name: [float(p.prior.quantile(u)) for u in (LOW, HIGH)] for name, p in case.parameters.items()}
    names = [name for name, (low, high) in ranged.items() if low < high and name not in argument.assumes]
    for draw in range(DRAWS):
        moved = sorted(names, key=lambda name: _uniform(seed, draw, "moved", name))[:MOVED]
        ends = [q.Setting(name, ranged[name][_uniform(seed, draw, "end", name) < 0.5]) for name in sorted(moved)]
        switched = [name for name in case.rivals if _uniform(seed, draw, "switched", name) < SWITCHED]
        yield (*ends, *(one for name in switched for one in _switched(case, argument, name)))


def _uniform(*parts: object) -> float:
    """Return a number in [0, 1) that follows from `parts`."""
    return int.from_bytes(sha256(repr(parts).encode()).digest()[:8], "big") / 2.0**64
