"""A headline with the record counted whole, by half, not at all, and without one event: corrected by the full grid.

Counted whole it is the headline itself. At another exponent e of the likelihood a draw weighs what the record says of it at
that exponent, and has the number

    x_e[d] = x[d] + sum_p (r_e[d, p] - r_1[d, p]) v[d, p],

x its number given the record, v that under each true type profile, r_e the profiles' probabilities given the record at e
(``left_out``). Draws that were solved on the full grid too correct the others at every exponent, as they correct the number
itself (``Ensemble.correction``). What leaving one event out changes is read from the preview grid, where all draws are, and
added to the corrected number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.query_text import query_text
from ceasefire.explore.ensemble.courses import split
from ceasefire.explore.ensemble.ensemble import EXPONENTS, Ensemble
from ceasefire.explore.ensemble.members import Member, record_of
from ceasefire.explore.ensemble.pooled import Correction, Pooled, correct, pool_values
from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.explore.weighing.left_out import counted, leave_one_out
from ceasefire.explore.weighing.stages import Chosen
from ceasefire.explore.weighing.weights import Weights
from ceasefire.simulate.estimates import finite

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Recorded:
    """Draws on one grid, with what the record says of each.

    Parameters
    ----------
    draws : (d,), int
        Which of the ensemble's they are; ascending.
    members : (d,)
    record : RecordByDraw
    log_base : (d,)
        Log weights of the draws at exponent zero.
    """

    draws: Ints
    members: tuple[Member, ...]
    record: RecordByDraw
    log_base: Floats

    @cached_property
    def counted(self) -> dict[float, tuple[Floats, Weights]]:
        """Return the probability of each profile, (d, p), and the weights of the draws, by exponent."""
        return {exponent: counted(self.record, self.log_base, exponent) for exponent in EXPONENTS}

    def numbers(self, leaf: q.Probability, exponent: float) -> Floats:
        """Return a headline in each draw at an exponent, (d,); NaN where nothing meets its condition."""
        change = self.counted[exponent][0] - self.counted[1.0][0]
        moved = self._given_record(leaf) + np.sum(change * self.by_profile(leaf), axis=1)
        return np.asarray(np.clip(moved, 0.0, 1.0))

    def by_profile(self, leaf: q.Probability) -> Floats:
        """Return a headline in each draw under each profile, (d, p); a profile without a path takes the draw's number."""
        rows = np.array([member.by_profile[leaf.text] for member in self.members], dtype=np.float64)
        return np.where(np.isfinite(rows), rows, np.nan_to_num(self._given_record(leaf))[:, None])

    def _given_record(self, leaf: q.Probability) -> Floats:
        asked = query_text(split(leaf)[1])  # a member keeps its numbers without what names a course
        return np.array([member.numbers[asked].value for member in self.members])


def on_preview_grid(ensemble: Ensemble) -> Recorded | None:
    """Return all draws that could be computed; None where there is no record."""
    found = {d: member for d, member in enumerate(ensemble.members) if member is not None and member.prior}
    draws = np.array(list(found), dtype=np.int64)
    return _recorded(draws, list(found.values()), ensemble.sample.log_base[draws])


def on_full_grid(ensemble: Ensemble) -> Recorded | None:
    """Return the draws that were solved on the full grid too; None where there are none, or no record."""
    draws = ensemble.both_grids.index
    return _recorded(draws, [ensemble.fine[int(d)] for d in draws], ensemble.fine_log_base)


def _recorded(draws: Ints, members: Sequence[Member], log_base: Floats) -> Recorded | None:
    if not any(member.items for member in members):
        return None
    return Recorded(draws, tuple(members), record_of(members), log_base)


def by_exponent(
    ensemble: Ensemble, recorded: Recorded, leaves: Iterable[q.Probability]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return headlines at each exponent of the likelihood.

    Parameters
    ----------
    recorded : Recorded
        All draws, from ``on_preview_grid``.
    leaves : iterable of Probability
        Headlines without a course of their own.

    Returns
    -------
    by headline, by exponent (``"1"``, ``"0.5"``, ``"0"``)
        ``value``, ``low``, ``high``, ``sampling``, ``grid``, ``correction`` and ``n`` as the headline has them, at exponent
        one the same numbers; ``effective_size`` of the draws at that exponent, and ``withheld``: whether it is too small
        for an interval, so that ``low`` and ``high`` are None.
    """
    full = on_full_grid(ensemble)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for leaf in leaves:
        pooled = {exponent: _pooled(ensemble, recorded, full, leaf, exponent) for exponent in EXPONENTS}
        found[leaf.text] = {f"{exponent:g}": _plain(*one) for exponent, one in pooled.items()}
    return found


def _pooled(
    ensemble: Ensemble, recorded: Recorded, full: Recorded | None, leaf: q.Probability, exponent: float
) -> tuple[Pooled, Weights]:
    """Return a headline at an exponent, and the weights of the draws there."""
    if exponent == 1.0:
        return ensemble.pooled(leaf), ensemble.weights[exponent]
    x, weights = recorded.numbers(leaf, exponent), recorded.counted[exponent][1]
    shift = None if full is None else _correction(ensemble, recorded, full, leaf, exponent)
    found = pool_values(x, weights.weight, correction=shift)
    return found.without_interval() if weights.intervals_withheld else found, weights


def _correction(
    ensemble: Ensemble, recorded: Recorded, full: Recorded, leaf: q.Probability, exponent: float
) -> Correction | None:
    chosen = Chosen(np.searchsorted(recorded.draws, full.draws), ensemble.both_grids.log_chance)
    (x, weight), (above, full_weight) = (
        (one.numbers(leaf, exponent), one.counted[exponent][1].weight) for one in (recorded, full)
    )
    return correct(x, weight, chosen, above, full_weight)


def _plain(found: Pooled, weights: Weights) -> dict[str, Any]:
    numbers = {name: x for name, x in found.as_dict().items() if name != "monte_carlo"}
    return {**numbers, "effective_size": weights.effective_size, "withheld": weights.intervals_withheld}


def without_events(ensemble: Ensemble, recorded: Recorded, leaf: q.Probability) -> list[dict[str, Any]]:
    """Return a headline with each event of the record in turn saying nothing, the largest change first."""
    whole = ensemble.pooled(leaf).value
    return [
        {
            "id": one.item,
            "headline": leaf.text,
            "value": finite(float(np.clip(whole + one.change, 0.0, 1.0))),
            "error": finite(one.value.error),
            "change": finite(one.change),
            "effective_size": one.weights.effective_size,
        }
        for one in leave_one_out(recorded.record, recorded.by_profile(leaf), recorded.log_base)
    ]
