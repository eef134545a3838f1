"""Witnesses: settings within the declared ranges at which a check holds, and at which it fails.

Looked at in this order, until a check has both: the check as it stands; the rival that the claim faces; every type and
every pair of types; every other rival; then joint draws, in which some parameters lie at an end of their 80 % range and
some rivals are switched. The draws follow from the case alone, so the search is the same every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from ceasefire.audit.asking import Asker, Question
from ceasefire.audit.conclusions import clear
from ceasefire.audit.grids import Grids
from ceasefire.audit.standpoint import check_of
from ceasefire.case import query as q
from ceasefire.case.claims import Argument, Claim
from ceasefire.case.model import Case
from ceasefire.errors import CeasefireError
from ceasefire.forecast.model import Witness
from ceasefire.forecast.names import leaves
from ceasefire.forecast.ranges import HIGH, LOW
from ceasefire.simulate.estimates import finite

DRAWS = 6
MOVED = 8
"""Parameters at an end of their range in one draw."""
SWITCHED = 0.3
"""Chance that a rival is switched in a draw."""
TOGETHER = 4
"""Settings tried at once, so that workers have something to do."""


@dataclass
class Search:
    """The search for the witnesses of one check."""

    argument: Argument
    claim: Claim
    holds: Witness | None = None
    fails: Witness | None = None
    searched: int = 0
    largest: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether both witnesses are there."""
        return self.holds is not None and self.fails is not None


def search(case: Case, claims: list[tuple[Argument, Claim]], asker: Asker, grids: Grids) -> dict[str, Search]:
    """Return, by claim id, what was found.

    Parameters
    ----------
    claims : list of (argument, conclusion)
        Whose checks are comparisons of numbers.
    grids : Grids
        Witnesses are computed on the finer of the two.
    """
    found = {claim.name: Search(argument, claim) for argument, claim in claims}
    tried = {name: _settings(case, one.argument, one.claim) for name, one in found.items()}
    for stage in range(4):
        waiting = {name: [s for kind, s in tried[name] if kind == stage] for name in found}
        while any(waiting[name] and not one.is_over for name, one in found.items()):
            batch = {name: waiting[name][:TOGETHER] for name, one in found.items() if not one.is_over}
            asker.gather(
                Question(check_of(found[name].claim, found[name].argument, setting), grids.fine)
                for name, settings in batch.items()
                for setting in settings
            )
            for name, settings in batch.items():
                waiting[name] = waiting[name][len(settings) :]
                for setting in settings:
                    _try(found[name], setting, asker, grids)
    return found


def _try(one: Search, setting: q.Conditions, asker: Asker, grids: Grids) -> None:
    """Look at a check under a setting; what cannot be computed there is passed by."""
    if one.is_over:
        return
    asked = check_of(one.claim, one.argument, setting)
    try:
        compared = asker.compare(asked, grids.fine)
    except CeasefireError:
        return
    one.searched += 1
    one.largest = max(one.largest, abs(finite(compared.left.number.value) or 0.0))
    holds = clear(compared)
    value, threshold, margin = (finite(x.value) for x in (compared.left.number, compared.right, compared.gap))
    named = {_subject(c): _value(c) for c in setting}
    witness = Witness(asked.text, named, value, threshold, margin, grids.fine.preview)
    if holds is True and one.holds is None:
        one.holds = witness
    if holds is False and one.fails is None:
        one.fails = witness


def _subject(condition: q.Condition) -> str:
    if isinstance(condition, q.TypeIs):
        return f"{condition.actor}.{condition.dimension}"
    assert isinstance(condition, q.Setting), condition
    return condition.name


def _value(condition: q.Condition) -> Any:
    return condition.label if isinstance(condition, q.TypeIs) else getattr(condition, "value", None)


def _settings(case: Case, argument: Argument, claim: Claim) -> list[tuple[int, q.Conditions]]:
    """Return the settings to try, each with its stage; those that a check sets by itself change nothing and are left out."""
    assert claim.check is not None
    own = {_subject(c) for leaf in leaves(claim.check) for c in getattr(leaf, "conditions", ()) if _is_setting(c)}
    faced = _switched(case, argument, claim.rival) if claim.rival else ()
    found: list[tuple[int, q.Conditions]] = [(0, ()), (0, faced)] if faced else [(0, ())]
    found += [(1, kinds) for kinds in _types(case)]
    found += [(2, _switched(case, argument, name)) for name in case.rivals if name != claim.rival]
    found += [(3, draw) for draw in _draws(case, argument)]
    return [(stage, kept) for stage, kept in found if not kept or any(_subject(c) not in own for c in kept)]


def _is_setting(condition: q.Condition) -> bool:
    return isinstance(condition, q.Setting | q.TypeIs)


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


def _draws(case: Case, argument: Argument) -> Iterator[q.Conditions]:
    seed = int(case.case_hash[:12], 16) if case.case_hash else 0
    ranged = {name: [float(p.prior.quantile(u)) for u in (LOW, HIGH)] for name, p in case.parameters.items()}
    names = sorted(name for name, (low, high) in ranged.items() if low < high and name not in argument.assumes)
    for draw in range(DRAWS):
        rng = np.random.default_rng([seed, draw])
        moved = rng.choice(len(names), size=min(MOVED, len(names)), replace=False)
        settings = [q.Setting(names[i], ranged[names[i]][int(rng.integers(2))]) for i in sorted(moved)]
        switched = [name for name in case.rivals if rng.random() < SWITCHED]
        yield (*settings, *(one for name in switched for one in _switched(case, argument, name)))
