"""Witnesses: settings within the declared ranges at which a check holds, and at which it fails.

Looked at in this order, until a check has both: the check as it stands; the rival that the claim faces; every type and
every pair of types; random joint draws, which all checks share; then joint draws steered towards the side that is missing
(``draws``), at which every other check that needs no further game looks too.

As it stands, the check is the one that is reported, on its own grid; all others are computed on the grid of cuts. A
witness holds or fails by more than two standard errors of the simulation on the grid on which it is replayed; it is
*clear* where the margin also exceeds the error which that grid has for the check as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations, product

from ceasefire.audit.asking import Asker, Question
from ceasefire.audit.conclusions import FAILS, HOLDS, NOT_COMPUTED, STANDARD_ERRORS, Checked, clear
from ceasefire.audit.draws import STEERED, Ends, Factors
from ceasefire.audit.standpoint import check_of
from ceasefire.case import query as q
from ceasefire.case.claims import Argument, Claim
from ceasefire.case.model import Case
from ceasefire.case.query_text import subject
from ceasefire.errors import CeasefireError
from ceasefire.forecast.model import Witness
from ceasefire.forecast.names import leaves
from ceasefire.forecast.settings import Settings
from ceasefire.simulate.estimates import finite

NEARLY_ZERO = 1e-9
TOGETHER = 2
"""Settings of a check tried at once: few, since what is found spares the next ones."""


@dataclass
class Search:
    """The search for the witnesses of one check.

    ``near`` has the sides on which it was seen within its sampling error, ``largest`` the largest value of each
    probability that it names; ``ends`` and ``margins`` the joint draws looked at and the margin in each.
    """

    argument: Argument
    claim: Claim
    numerical: float = 0.0
    holds: Witness | None = None
    fails: Witness | None = None
    searched: int = 0
    near: set[bool | None] = field(default_factory=set)
    largest: dict[int, float] = field(default_factory=dict)
    ends: list[Ends] = field(default_factory=list)
    margins: list[float] = field(default_factory=list)

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
    for stage in (_rival, _types, _random):
        _in_turn({name: stage(case, one, cuts.seed) for name, one in found.items()}, found, asker, cuts)
    for _ in range(STEERED):
        _steer(case, found, asker, cuts)
    return found


def first_looks(case: Case, argument: Argument, claim: Claim, cuts: Settings) -> list[Question]:
    """Return what is asked at the settings that are looked at first, the same whatever was found."""
    one = Search(argument, claim)
    return [Question(_under(one, setting), cuts) for setting in (*_rival(case, one, 0), *_types(case, one, 0))]


@dataclass(frozen=True)
class Setting:
    """Conditions under which a check is looked at, and the joint draw they are, if any."""

    conditions: q.Conditions
    ends: Ends | None = None


def _in_turn(waiting: dict[str, list[Setting]], found: Mapping[str, Search], asker: Asker, cuts: Settings) -> None:
    """Look at every check under its settings, a few at a time, until it has both witnesses."""
    while any(waiting[name] and not one.is_over for name, one in found.items()):
        batch = {name: waiting[name][:TOGETHER] for name, one in found.items() if not one.is_over}
        waiting |= {name: waiting[name][len(settings) :] for name, settings in batch.items()}
        _look_at(batch, found, asker, cuts)


def _steer(case: Case, found: Mapping[str, Search], asker: Asker, cuts: Settings) -> None:
    """Look at draws steered for each check that lacks a witness; those that need no further game look at them too."""
    steered = {name: _steered(case, one) for name, one in found.items() if not one.is_over}
    batch = {name: list(settings) for name, settings in steered.items()}
    for name, settings in steered.items():
        for other in _others(found, found[name]):
            free = [one for one in settings if _is_free(found[other], found[name], one, asker, cuts)]
            batch[other] = list(dict.fromkeys([*batch[other], *free]))
    _look_at(batch, found, asker, cuts)


def _others(found: Mapping[str, Search], one: Search) -> list[str]:
    """Return the other checks of the same argument that still lack a witness."""
    return [
        name
        for name, other in found.items()
        if other is not one and other.argument is one.argument and not other.is_over
    ]


def _is_free(other: Search, one: Search, setting: Setting, asker: Asker, cuts: Settings) -> bool:
    """Return whether a check asks, under a setting of another one, for no game that this other does not ask for."""
    theirs, own = (asker.games(Question(_under(x, setting), cuts)) for x in (other, one))
    return theirs <= own


def _look_at(
    batch: Mapping[str, list[Setting]], found: Mapping[str, Search], asker: Asker, cuts: Settings
) -> None:  # fmt: skip
    """Look at every check under its settings."""
    asker.gather(
        Question(_under(found[name], setting), cuts) for name, settings in batch.items() for setting in settings
    )
    for name, settings in batch.items():
        for setting in settings:
            _try(found[name], setting, asker, cuts)


def _moved(one: Search, setting: Setting) -> q.Conditions:
    """Return what a setting changes: what the check sets everywhere by itself is left out."""
    assert one.claim.check is not None
    own = set.intersection(*({subject(c) for c in getattr(leaf, "conditions", ())} for leaf in leaves(one.claim.check)))
    return tuple(c for c in setting.conditions if subject(c) not in own)


def _under(one: Search, setting: Setting) -> q.Comparison:
    """Return the check under a setting."""
    return check_of(one.claim, one.argument, _moved(one, setting))


def _as_it_stands(argument: Argument, claim: Claim, checked: Checked, asker: Asker, own: Settings) -> Search:
    """Return the search with the check as it stands, which is a witness where it is clear."""
    check = check_of(claim, argument)
    found = Search(argument, claim, checked.error_of_cuts, searched=1)
    _look(found, check, asker, own)
    is_clear = checked.verdict in (HOLDS, FAILS)
    numbers = checked.value, checked.threshold, checked.margin
    witness = Witness(check.text, {}, *numbers, own.preview, is_clear, own.flags())
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


def _try(one: Search, setting: Setting, asker: Asker, settings: Settings) -> None:
    """Look at a check under a setting; what cannot be computed there is passed by."""
    moved, asked = _moved(one, setting), _under(one, setting)
    if one.is_over or not moved:
        return
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
    if setting.ends is not None and margin is not None:
        one.ends.append(setting.ends)
        one.margins.append(margin)
    named = dict(_named(c) for c in moved)
    witness = Witness(asked.text, named, value, threshold, margin, settings.preview, is_clear, settings.flags())
    if holds is True and one.holds is None:
        one.holds = witness
    if holds is False and one.fails is None:
        one.fails = witness


def _named(condition: q.Condition) -> tuple[str, float | str]:
    if isinstance(condition, q.TypeIs):
        return f"{condition.actor}.{condition.dimension}", condition.label
    assert isinstance(condition, q.Setting), condition
    return condition.name, condition.value


def _rival(case: Case, one: Search, seed: int) -> list[Setting]:
    """Return the switch of the rival that a claim faces."""
    if not one.claim.rival:
        return []
    return [Setting((q.Setting(one.claim.rival, Factors.of(case, one.argument).switched(one.claim.rival)),))]


def _types(case: Case, one: Search, seed: int) -> list[Setting]:
    """Return every type and every pair of types of different dimensions."""
    labels = [[q.TypeIs(d.actor, d.name, label) for label in d.labels] for d in case.types]
    alone = [Setting((kind,)) for kinds in labels for kind in kinds]
    return alone + [Setting(pair) for two in combinations(labels, 2) for pair in product(*two)]


def _random(case: Case, one: Search, seed: int) -> list[Setting]:
    """Return the joint draws that all checks share."""
    factors = Factors.of(case, one.argument)
    return [Setting(factors.conditions(ends), ends) for ends in factors.random(seed)]


def _steered(case: Case, one: Search) -> list[Setting]:
    """Return a joint draw for each side that is missing, after those looked at."""
    factors = Factors.of(case, one.argument)
    missing = [1.0] * (one.holds is None) + [-1.0] * (one.fails is None)
    draws = [factors.steered(one.ends, one.margins, side) for side in missing]
    return [Setting(factors.conditions(ends), ends) for ends in draws if ends is not None]
