"""The model's own surprise against that of one that draws moves at their past frequencies.

The rival knows no actors, aims or types. Before each observed choice at a step it gives move a the probability

    (1 + times a was made at this step so far) / (feasible moves + times any feasible move was made at it so far)

(Laplace's rule), so it never sees what it predicts. Where the record leaves several moves possible their probabilities are
added, and the count is divided among them in these proportions. The game is judged alike: each choice by its probability
given all items before it, with the draws weighted by those items alone (for the first choice, the prior). The sums over
the choices are two prequential log likelihoods of the same moves (Dawid 1984); their difference is the log of a Bayes
factor.

References
----------
Dawid (1984), Journal of the Royal Statistical Society A 147, 278-292.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.explore.weighing.weights import effective_size
from ceasefire.game.arrays import Game
from ceasefire.simulate.record import RecordRules

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NO_CHOICE = 1e-12


@dataclass(frozen=True)
class Choice:
    """One observed choice, in the order of the record.

    Parameters
    ----------
    item : str
        Name of the record's item.
    step : str
    allowed, feasible : (a,), bool
        Moves that the record leaves, and moves that could be made.
    """

    item: str
    step: str
    allowed: Bools
    feasible: Bools


@dataclass(frozen=True)
class Comparison:
    """Log probabilities of the same choices under the game and under past frequencies.

    Parameters
    ----------
    items : (c,), str
    game, frequencies : (c,)
        Log probability of each choice given all before.
    error : float
        Standard error of the sum of ``game``, from the draws.
    """

    items: tuple[str, ...]
    game: Floats
    frequencies: Floats
    error: float

    @property
    def log_ratio(self) -> float:
        """Return the log of how much likelier the choices are under the game than at past frequencies."""
        return float(np.sum(self.game) - np.sum(self.frequencies))

    @property
    def explains_worse(self) -> bool:
        """Whether the game explains the past worse, by more than two standard errors."""
        return self.log_ratio < -2 * self.error


def observed_choices(game: Game, rules: RecordRules) -> tuple[Choice, ...]:
    """Return the choices that the record observes, in the order in which paths meet them.

    A move counts as feasible where it is so in some state in which the step takes place in that period.
    """
    found = []
    for (period, index), seen in sorted(rules.steps.items()):
        table = game.steps[index].table_at(period)
        if table is not None:
            feasible = np.asarray(table.feasible.any(axis=0))
            found.append(Choice(seen.name, game.steps[index].name, seen.allowed, feasible))
    return tuple(found)


def frequency_log_probability(choices: Sequence[Choice]) -> Floats:
    """Return the log probability of each choice at the frequencies before it, (c,)."""
    made: dict[str, Floats] = {}
    found = []
    for choice in choices:
        counts = made.setdefault(choice.step, np.zeros(choice.allowed.size))
        open_moves = np.where(choice.feasible, 1.0 + counts, 0.0)
        chance = np.where(choice.allowed, open_moves, 0.0) / np.sum(open_moves)
        total = float(np.sum(chance))
        with np.errstate(divide="ignore"):
            found.append(float(np.log(total)))
        if total > 0:
            made[choice.step] = counts + chance / total
    return np.array(found)


def predictive(record: RecordByDraw, log_base: Floats | None = None) -> Floats:
    """Return the log probability of each item given all before it, averaged over the draws, (e,).

    The sum is the log of the mean likelihood.
    """
    base = np.zeros(len(record.prior)) if log_base is None else log_base
    own = record.item_log_probability
    reached = base[:, None] + np.concatenate([np.zeros((len(base), 1)), np.cumsum(own, axis=1)], axis=1)
    return np.diff(np.logaddexp.reduce(reached, axis=0))


def compare(record: RecordByDraw, choices: Sequence[Choice], log_base: Floats | None = None) -> Comparison:
    """Return game and frequencies side by side for the observed choices.

    Items that are certain in every draw and under every profile were no choices (one feasible move) and count for
    neither.

    Parameters
    ----------
    record : RecordByDraw
        All items, those on the state too.
    choices : in the record's order
        Of items of `record`.
    log_base : (d,), optional
        Log weights of the draws at exponent zero.
    """
    place = {name: e for e, name in enumerate(record.items)}
    size = np.max(np.abs(record.log_likelihood), axis=(0, 2))
    kept = [choice for choice in choices if choice.item in place and size[place[choice.item]] > NO_CHOICE]
    at = [place[choice.item] for choice in kept]
    game = predictive(record, log_base)
    base = np.zeros(len(record.prior)) if log_base is None else log_base
    n_effective = effective_size(base + record.total)
    error = np.sqrt(max(1 / n_effective - 1 / len(base), 0.0)) if n_effective else np.inf
    return Comparison(tuple(choice.item for choice in kept), game[at], frequency_log_probability(kept), float(error))
