"""The world: how nature really draws, and the true parameters of each path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.priors import make_prior
from ceasefire.errors import InputError
from ceasefire.game.arrays import WorldChance
from ceasefire.game.chance import complete, halve, outcomes_of
from ceasefire.game.compile_faults import refuse
from ceasefire.game.environment import Environment
from ceasefire.game.rules import Rows, StepRules

if TYPE_CHECKING:
    from ceasefire.game.tables import Entry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOLERANCE = 1e-9


@dataclass(frozen=True)
class WorldProbability:
    """Evaluates ``in_world`` along paths; called with row, move, profile (n,) and the world's parameters by name.

    Parameters
    ----------
    types : by ``actor.dimension``, (p,)
    possible : (r, a, o) bool
        Which outcomes the actors think possible.
    """

    rules: StepRules
    rows: Rows
    types: Mapping[str, Floats]
    possible: NDArray[np.bool_]

    def __call__(self, row: Any, move: Any, profile: Any, world: Mapping[str, Floats]) -> Floats:
        """Return the probability in the world of each outcome, (n, o)."""
        row, move, profile = (np.asarray(x, dtype=np.int64) for x in (row, move, profile))
        found = np.zeros((len(row), self.possible.shape[2]))
        for a in np.unique(move):
            at = np.flatnonzero(move == a)
            values = self._of_move(int(a), row[at], profile[at], {n: np.asarray(w)[at] for n, w in world.items()})
            found[at, : values.shape[1]] = values
        return found

    def _of_move(self, a: int, row: Ints, profile: Ints, world: dict[str, Floats]) -> Floats:
        rules, rows = self.rules, self.rows
        outcomes = outcomes_of(rules.step.moves[a])
        formulas = [o.in_world if o.in_world is not None else o.probability for o in outcomes]
        needed = {name for f in formulas if f is not None for name in f.names}
        columns = {name: column[row] for name, column in rows.columns.items() if name in needed}
        names = rows.names(rules.environment.views[0]) | columns | world
        types = {name: values[profile] for name, values in self.types.items()}
        bare = rules.environment.own_names(rules.step.actor)
        names |= types | {short: types[full] for short, full in bare.items()}
        real = tuple(
            type(o)(o.name, f, None, o.effects, o.title, o.place) for o, f in zip(outcomes, formulas, strict=True)
        )
        given = {
            j: np.broadcast_to(np.asarray(f.evaluate(names), dtype=float), (len(row),))
            for j, f in enumerate(formulas)
            if f is not None
        }
        found = complete(given, real, (len(row),), names)
        self._check(found, a, row)
        found = np.clip(found, 0, 1)
        return halve(found, real) if rules.environment.halved and rules.is_nature else found

    def _check(self, found: Floats, a: int, row: Ints) -> None:
        move, names = self.rules.step.moves[a], self.rows.space.names
        place = next((o.in_world.place for o in move.chance if o.in_world is not None), move.place)
        bad = ((found < -TOLERANCE) | (found > 1 + TOLERANCE)).any(axis=1) | (abs(found.sum(axis=1) - 1) > TOLERANCE)
        if bad.any():
            state = names(self.rows.codes[row[bad][:1]])[0]
            raise refuse(
                "C501",
                f"in the world the probabilities of step {self.rules.step.name} are "
                f"{', '.join(f'{p:.4g}' for p in found[bad][0])} in {state}",
                place,
                expected="0 to 1, sum 1",
            )
        beyond = (found > TOLERANCE) & ~self.possible[row, a, : found.shape[1]]
        if beyond.any():
            at, j = np.argwhere(beyond)[0]
            state = names(self.rows.codes[row[[at]]])[0]
            raise refuse(
                "C501",
                f"outcome {move.chance[j].name} of step {self.rules.step.name} can happen in the "
                f"world in {state}, but its probability there is 0",
                place,
                hint="nobody could learn from what they hold impossible; give it a positive probability",
            )


def world_chance(
    rules: StepRules,
    rows: Rows,
    entry: Entry,
    successor: Ints,
    chance: Floats,
    types: Mapping[str, Floats] | None = None,
) -> WorldChance | None:
    """Return how nature really draws in a step; None where no outcome of it has ``in_world``."""
    if not any(o.in_world is not None for move in rules.step.moves for o in move.chance):
        return None
    n_rows, n_moves, _, n_outcomes = chance.shape[1:]
    mine = entry.view == 0
    key = (entry.row[mine] * n_moves + entry.move[mine]) * n_outcomes + entry.outcome[mine]
    order = np.lexsort((successor[mine], key))
    count = np.bincount(key, minlength=n_rows * n_moves * n_outcomes)
    values = rules.environment.profile_values(rules.environment.views[0]) if types is None else types
    return WorldChance(
        n_outcomes=n_outcomes,
        outcome_probability=WorldProbability(rules, rows, values, chance[0].max(axis=2) > 0),
        start=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        successor=successor[mine][order].astype(np.int32),
        probability=entry.probability[mine][order][None, :],
    )


@dataclass(frozen=True)
class WorldDraw:
    """Draws the world's parameters of paths from their priors given the path's types, by inverse distribution.

    Parameters
    ----------
    types : by ``actor.dimension``, (p,)
    """

    environment: Environment
    types: Mapping[str, Floats]

    def __call__(self, profile: Any, uniform: Floats) -> dict[str, Floats]:
        """Return each parameter, (n,), for profiles (n,) and uniform numbers (n, n_world) inside (0, 1)."""
        profile, drawn = np.asarray(profile, dtype=np.int64), {}
        for j, (name, parameter) in enumerate(self.environment.case.world.items()):
            value = np.empty(len(profile))
            for p in np.unique(profile):
                at = profile == p
                value[at] = self.prior(name, int(p)).quantile(uniform[at, j])
            drawn[parameter.name] = value
        return drawn

    def prior(self, name: str, profile: int) -> Any:
        """Return the prior of one parameter for one type profile."""
        env, parameter = self.environment, self.environment.case.world[name]
        names: dict[str, Any] = {**env.views[0].numbers, **{full: v[profile] for full, v in self.types.items()}}
        names |= {short: names[full] for short, full in env.own_names(None).items() if full in names}
        names |= {full.split(".")[-1]: names[full] for full in parameter.given if full in names}
        arguments = {key: float(formula.evaluate(names)) for key, formula in parameter.arguments.items()}
        try:
            return make_prior(parameter.family, arguments, parameter.place)
        except InputError as error:
            fault = error.faults[0]
            raise refuse(
                "C524",
                f"{parameter.name} of the world: {fault.message}",
                parameter.place,
                found=", ".join(f"{k}: {v:.4g}" for k, v in arguments.items()),
                hint=fault.hint,
            ) from None


def world_draw(environment: Environment) -> Callable[[Any, Floats], Mapping[str, Floats]] | None:
    """Return how the world's parameters are drawn; None where the case has none. Checks every profile's prior."""
    if not environment.case.world:
        return None
    draw = WorldDraw(environment, environment.profile_values(environment.views[0]))
    for name in environment.case.world:
        for profile in range(environment.n_profiles):
            draw.prior(name, profile)
    return draw
