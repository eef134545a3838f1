"""Histories told from known parameters and types, as records that can be weighed.

Parameters come from their priors, types from theirs; the game is solved and walked through move by move with the exact
strategies at the exact beliefs. Up to ``as_of`` every move becomes an item of the record, and so does the end-state status
at the end of each period, so that nothing is left to what an absent item means.

*Miscoding* comes in two kinds. The likelihood takes the coded move for the one on which the game went on, with the record's
chance that it was not chosen at all: ``slips`` tells histories like that. If the others saw another move than the one that
is coded (``miscoded``) their beliefs went elsewhere, and the likelihood does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.evidence import RecordItem, Text
from ceasefire.case.formula import parse_formula
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.explore.ensemble.draws import space_of
from ceasefire.forecast.views import needs_one_view
from ceasefire.forecast.walk import Decision, Spot, Walk
from ceasefire.game.arrays import Game

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effort:
    """How finely each draw is solved and how many there are.

    Parameters
    ----------
    draws : int
        In the rounds of the ensemble.
    n_paths : int
        Per draw.
    intervals : int
        Of the belief grids.
    tolerance : float
        Residual at which an informed step counts as solved.
    """

    draws: int = 128
    n_paths: int = 512
    intervals: int = 8
    tolerance: float = 1e-7


@dataclass(frozen=True)
class World:
    """How histories are told, where that differs from what the analyst assumes.

    Parameters
    ----------
    settings : by name of parameter or rival
    precision_factor : float
        Multiplies every precision.
    errors : str
        ``slips``, ``miscoded`` or ``none``.
    """

    name: str
    settings: Mapping[str, float] = field(default_factory=dict)
    precision_factor: float = 1.0
    errors: str = "slips"

    def variant(self, settings: Mapping[str, float]) -> Variant:
        """Return the variant of the case that is played."""
        return Variant(settings={**settings, **self.settings}, precision_factor=self.precision_factor)


@dataclass(frozen=True)
class Told:
    """A history and how it came about.

    Parameters
    ----------
    z : (j,)
        Normal scores of the true parameters.
    profile : int
        True type profile.
    case : Case
        With the history as its record, and no hash: nothing kept for the case is taken for it.
    ended : int
        Code of the end-state status when the calendar ends.
    """

    z: Floats
    profile: int
    case: Case
    ended: int


def solved(case: Case, variant: Variant, effort: Effort) -> tuple[Any, Game, Any]:
    """Return environment, game and solution of a variant."""
    from ceasefire.game.compile import compile_case
    from ceasefire.game.environment import Environment
    from ceasefire.solve import solve

    needs_one_view(case, variant, "history told from one view")
    game = compile_case(case, variant)
    solution = solve(game, intervals=effort.intervals, tolerance=effort.tolerance, audit=False)
    return Environment(case, variant), game, solution


def tell(case: Case, world: World, seed: int, effort: Effort) -> Told:
    """Return one history of a case without ``in_world``, told from parameters and types of their priors."""
    rng = np.random.default_rng([seed, 0x7E11])
    space = space_of(case)
    z = rng.standard_normal(space.n_parameters)
    environment, game, solution = solved(case, world.variant(space.settings_at(z)), effort)
    profile = int(rng.choice(game.n_profiles, p=game.profile_prior))
    chance = 0.0 if case.record.miscoded is None else float(environment.scalar(case.record.miscoded))
    teller = _Teller(case, game, Walk(game, solution), game.type_of_profile[profile], world.errors, chance, rng)
    items, ended = teller.tell()
    record = replace(case.record, items=tuple(items))
    return Told(z, profile, replace(case, record=record, case_hash=""), ended)


@dataclass
class _Teller:
    """Walks through one history and notes it."""

    case: Case
    game: Game
    walk: Walk
    own: NDArray[np.int32]
    errors: str
    chance: float
    rng: np.random.Generator
    items: list[RecordItem] = field(default_factory=list)

    def tell(self) -> tuple[list[RecordItem], int]:
        """Return the items up to ``as_of`` and the code of the end-state status at the end."""
        spot, as_of = self.walk.start(), self.case.calendar.as_of_period
        phases = self.game.state_columns[self.case.end_states]
        while not self.walk.over(spot):
            move = self._move(spot, spot.period <= as_of)
            reached = self.walk.after_move(spot, move)
            chance = self._true_chance(spot, move, reached)
            period, spot = spot.period, reached[int(self.rng.choice(len(reached), p=chance))][1]
            if spot.period > period and period < as_of:
                self._note_state(period, int(phases[spot.state]))
        return self.items, int(phases[spot.state])

    def _move(self, spot: Spot, noted: bool) -> int:
        """Return the move made at a step, noting the one that is coded."""
        found, step = self.walk.table(spot), self.game.steps[spot.step]
        if found is None or step.actor < 0:
            return 0
        decision = self.walk.decision(spot)
        if decision is None:
            made = coded = int(np.flatnonzero(found[0].feasible[found[1]])[0])
        else:
            made, coded = self._made_and_coded(decision)
        if noted:
            self._note_move(spot, step.name, step.move_names[coded])
        return made

    def _made_and_coded(self, decision: Decision) -> tuple[int, int]:
        sigma = decision.probability[self.own[decision.actor] if len(decision.probability) > 1 else 0]
        made = int(self.rng.choice(decision.feasible, p=sigma / sigma.sum()))
        if self.errors == "none" or self.rng.random() >= self.chance:
            return made, made
        if self.errors == "slips":
            made = int(self.rng.choice(decision.feasible))
            return made, made
        alike = [int(a) for a in decision.feasible if self._phases(decision, int(a)) == self._phases(decision, made)]
        return made, int(self.rng.choice(alike))

    def _phases(self, decision: Decision, move: int) -> set[int]:
        """Return the end-state statuses that a move may lead to; a record cannot mistake these."""
        table = decision.step.table_at(decision.spot.period)
        assert table is not None
        at = decision.row * table.n_moves + move
        reached = table.successor[table.start[at] : table.start[at + 1]]
        return {int(code) for code in self.game.state_columns[self.case.end_states][reached]}

    def _true_chance(self, spot: Spot, move: int, reached: list[tuple[float, Spot]]) -> Floats:
        """Return the probability of each place reached under the true types."""
        chance = np.array([p for p, _ in reached])
        found = self.walk.table(spot)
        if found is not None and found[0].type_actor >= 0:
            table, row = found
            at = row * table.n_moves + move
            own = table.probability[0][self.own[table.type_actor], table.start[at] : table.start[at + 1]]
            states = table.successor[table.start[at] : table.start[at + 1]].tolist()
            chance = np.array([own[states.index(after.state)] for _, after in reached])
        return np.asarray(chance / chance.sum(), dtype=np.float64)

    def _note_move(self, spot: Spot, step: str, move: str) -> None:
        date = self.case.calendar.start_of(spot.period)
        self.items.append(RecordItem(f"{step}{spot.period}", date, step=step, moves=(move,), title=Text()))

    def _note_state(self, period: int, code: int) -> None:
        status = next(s for s in self.case.statuses if s.name == self.case.end_states)
        condition = parse_formula(f"{status.name} == {status.labels[code]}")
        date = self.case.calendar.start_of(period)
        self.items.append(RecordItem(f"{status.name}{period}", date, condition=condition))
