"""Premises of an argument: each is cut in turn, and what changes is read off.

A cut counts where a change exceeds two standard errors of the paired simulation and the error of the belief grid. The
latter is what is left of the difference between the change on the grid of cuts and the change on the next coarser one:
most of the error of a number is the same with and without the cut, and cancels.

A check turns where it clearly holds on one side of the cut and clearly fails on the other.

A check that stands in another game than its author's (another setting, a move taken away, a shorter record) costs a
solution of its own for every premise. These are cut where everything is asked for (``every``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np

from ceasefire.audit.asking import Asker, Question
from ceasefire.audit.conclusions import STANDARD_ERRORS, Checked, asks_for_share, clear, reason
from ceasefire.audit.grids import Grids
from ceasefire.audit.standpoint import assumed, check_of, taken_away
from ceasefire.audit.watched import foremost, watched
from ceasefire.case import query as q
from ceasefire.case.claims import Argument, Claim
from ceasefire.case.model import Case
from ceasefire.case.perceptions import perceptions_of
from ceasefire.case.query_text import subject, under
from ceasefire.case.variant import Variant
from ceasefire.errors import CeasefireError
from ceasefire.forecast.evaluate import assume
from ceasefire.forecast.model import Arrow
from ceasefire.forecast.names import leaves
from ceasefire.forecast.scenario import Scenario, game_parameters
from ceasefire.forecast.settings import Settings
from ceasefire.game.arrays import Game
from ceasefire.game.compile import compile_case
from ceasefire.simulate.estimates import finite
from ceasefire.simulate.record import is_on

CARRIES, MOVES, IDLE, NO_CHANGE, NOT_COMPUTED = "carries", "moves", "idle", "no_change", "not computed"


@dataclass(frozen=True)
class Change:
    """What a cut does to one probability; `numerical` is the error of the belief grid of cuts, `error` of sampling.

    ``foremost`` where it is that of an outcome, a headline or the near event, not of what an actor does next elsewhere.
    """

    query: str
    before: float
    change: float
    error: float
    numerical: float
    foremost: bool = True

    @property
    def beyond_error(self) -> float:
        """By how much the change exceeds its errors; negative where it does not."""
        return abs(self.change) - self.numerical - STANDARD_ERRORS * self.error


@dataclass(frozen=True)
class Cut:
    """What became of a premise that was cut."""

    verdict: str
    largest: Change | None
    arrows: tuple[Arrow, ...]
    detail: str = ""


def questions_of(case: Case, argument: Argument, premise: Claim, cuts: Grids, *, every: bool) -> list[Question]:
    """Return what `cut_premise` asks."""
    asked: list[Question] = []
    for leaf in _outcomes(case, premise):
        sides = _with_and_without(leaf, argument, premise)
        asked += [Question(side, grid) for side in sides for grid in dict.fromkeys((cuts.fine, cuts.rough))]
    for claim in _cut_for(argument, every=every):
        asked += [Question(check_of(claim, argument, more), cuts.fine) for more in ((), taken_away(premise.cut))]
    return asked


def checked_conclusions(argument: Argument) -> list[Claim]:
    """Return the conclusions whose checks are numbers."""
    conclusions = [claim for claim in argument.claims if claim.role == "conclusion"]
    return [one for one in conclusions if isinstance(one.check, q.Comparison) and not asks_for_share(one.check)]


def in_own_game(claim: Claim) -> bool:
    """Return whether a check is about the author's own game, with or without a plan: premises are always cut for it."""
    assert claim.check is not None
    conditions = [one for leaf in leaves(claim.check) for one in getattr(leaf, "conditions", ())]
    return all(isinstance(one, q.PlanIs | q.TypeIs) for one in conditions)


def _cut_for(argument: Argument, *, every: bool) -> list[Claim]:
    return [claim for claim in checked_conclusions(argument) if every or in_own_game(claim)]


def cut_premise(
    case: Case,
    argument: Argument,
    premise: Claim,
    asker: Asker,
    cuts: Grids,
    checks: Mapping[str, Checked],
    *,
    every: bool,
) -> Cut:
    """Return what changes when a premise is taken away; a failure of the computation is a verdict too.

    Parameters
    ----------
    cuts : Grids
        With and without the cut, everything is computed on the finer one; the other gives the error of changes.
    checks : by claim id
        The conclusions as they stand, for the grid error of their margins.
    every : bool
        Whether the premise is also cut for checks that stand in another game.
    """
    try:
        first = set(foremost(case))
        changes = [_change(leaf, argument, premise, asker, cuts, leaf in first) for leaf in _outcomes(case, premise)]
        # On the same random numbers another game moves something; to compile both is only needed where nothing moves.
        moves = any(one.change for one in changes)
        if not moves and not changes_game(case, assumed(argument), taken_away(premise.cut)):
            return Cut(NO_CHANGE, None, ())
    except CeasefireError as error:
        return Cut(NOT_COMPUTED, None, (), reason(error))
    arrows = tuple(
        _arrow(argument, premise, claim, asker, cuts.fine, checks[claim.name].error_of_cuts)
        for claim in _cut_for(argument, every=every)
    )
    largest = max(changes, key=lambda one: (one.beyond_error > 0, one.foremost, abs(one.change)), default=None)
    if any(arrow.turns and not works_against(arrow) for arrow in arrows):
        return Cut(CARRIES, largest, arrows)
    return Cut(MOVES if largest is not None and largest.beyond_error > 0 else IDLE, largest, arrows)


def _outcomes(case: Case, premise: Claim) -> list[q.Leaf]:
    """Return the probabilities watched, without the moves of a step from which the cut itself takes one."""
    cut: Any = premise.cut
    steps = {move.partition(".")[0] for move in cut.get("without", ())}
    return [one for one in watched(case) if not (isinstance(one, q.MoveAt) and one.step in steps)]


def _with_and_without(leaf: q.Leaf, argument: Argument, premise: Claim) -> tuple[q.Leaf, q.Leaf]:
    """Return a probability where the author stands, as it is and with the premise cut."""
    before = under(leaf, assumed(argument))
    after = under(under(leaf, taken_away(premise.cut)), assumed(argument))
    return before, after


def _change(
    leaf: q.Leaf, argument: Argument, premise: Claim, asker: Asker, cuts: Grids, is_foremost: bool
) -> Change:  # fmt: skip
    before, after = _with_and_without(leaf, argument, premise)
    there = asker.number(before, cuts.fine)
    change = asker.number(after, cuts.fine).minus(there)
    rough = asker.number(after, cuts.rough).minus(asker.number(before, cuts.rough)) if cuts.left else change
    numerical = abs(change.minus(rough).value) * cuts.left
    return Change(after.text, there.value, _known(change.value), _known(change.error), _known(numerical), is_foremost)


def _known(x: float) -> float:
    return finite(x) or 0.0


def _arrow(argument: Argument, premise: Claim, claim: Claim, asker: Asker, cuts: Settings, numerical: float) -> Arrow:
    """Return what a cut does to a conclusion; one that cannot be computed does not turn."""
    try:
        before, after = (asker.compare(check_of(claim, argument, more), cuts) for more in ((), taken_away(premise.cut)))
    except CeasefireError:
        return Arrow(argument.name, premise.name, claim.name, None, None, turns=False)
    change = after.gap.minus(before.gap)
    error = numerical + STANDARD_ERRORS * _known(change.error)
    there, here = finite(before.gap.value), finite(after.gap.value)
    turns = {clear(before, numerical), clear(after, numerical)} == {True, False}
    return Arrow(argument.name, premise.name, claim.name, there, here, turns, error)


def works_against(arrow: Arrow) -> bool:
    """Return whether a check fails as it stands and would hold without the premise."""
    if arrow.before is None:  # a median beyond the horizon
        return arrow.turns and (arrow.after or 0.0) > 0
    return arrow.turns and arrow.before <= 0


def set_by_check(premise: Claim, conclusion: Claim) -> bool:
    """Return whether a check says itself something that a cut would say, so that the cut does not apply there."""
    cut = {subject(one) for one in taken_away(premise.cut)}
    assert conclusion.check is not None
    return any(subject(c) in cut for leaf in leaves(conclusion.check) for c in getattr(leaf, "conditions", ()))


def silenced(case: Case, premise: Claim) -> tuple[str, ...]:
    """Return the items of the record that say nothing once a premise is cut, since all their moves are taken away."""
    cut: Any = premise.cut
    gone = set(cut.get("without", ()))
    items = [item for item in case.record.items if item.step is not None and is_on(item, Variant())]
    return tuple(item.name for item in items if {f"{item.step}.{move}" for move in item.moves} <= gone)


def changes_game(case: Case, start: q.Conditions, cut: q.Conditions) -> bool:
    """Return whether a cut changes the compiled game, or a number that only the simulation reads."""
    before = assume(Scenario(), start).variant
    after = assume(assume(Scenario(), start), cut).variant
    for name, value in after.settings.items():
        if name not in game_parameters(case) and value != before.settings.get(name, _nominal(case, name)):
            return True
    return not same(_games(case, before), _games(case, after))


def _games(case: Case, variant: Variant) -> list[Game]:
    """Return the compiled game, and where perceptions are hidden also that of those who see something otherwise."""
    games = [compile_case(case, variant)]
    if perceptions_of(case, variant) == "hidden":
        games.append(compile_case(case, replace(variant, perceptions="shared")))
    return games


def _nominal(case: Case, name: str) -> float:
    rival = case.rivals.get(name)
    return float(rival.nominal) if rival else float(case.parameters[name].prior.quantile(0.5))


def same(one: Any, other: Any) -> bool:
    """Return whether two records hold the same numbers and names; functions are not compared."""
    if callable(one):  # also a record that can be called, which holds the environment in which it was compiled
        return callable(other)
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(np.asarray(one), np.asarray(other))
    if is_dataclass(one) and is_dataclass(other):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(part, other[name]) for name, part in one.items())
    if isinstance(one, Sequence) and not isinstance(one, str):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return bool(one == other)
