"""What seeing a next move would change, over the weighted draws.

With W the weight of a draw, u the probability in it that the move is seen while the pause is still open, and y that of the
pause once it is, the pause after the move is sum W u y / sum W u: whoever sees the move also learns which draws make it
likely. From that is taken the mean of the pause whatever is done there. This change is read from the preview grid, where all
draws are, and added to the pause whatever is done, as the full grid corrects it: rare moves are seen on too few paths to be
corrected one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.ensemble.ensemble import Ensemble
from ceasefire.explore.ensemble.members import Member
from ceasefire.explore.ensemble.pooled import HIGH, LOW
from ceasefire.explore.weighing.estimates import weighted_mean
from ceasefire.explore.weighing.weights import LEAST_EFFECTIVE
from ceasefire.forecast.model import Signpost
from ceasefire.simulate.estimates import finite, weighted_quantile

Floats = NDArray[np.float64]


def if_seen(one: Signpost, ensemble: Ensemble) -> Signpost:
    """Return a next move with its numbers over the draws in place of the nominal ones."""
    name = f"{one.step}.{one.move}"
    p = ensemble.read(lambda member: _of(member, name).get("p", 0.0))
    found = replace(
        one,
        p=p.value,
        p_low=finite(p.low),
        p_high=finite(p.high),
        p_open=ensemble.read(lambda member: _of(member, name).get("p_open", 0.0)).value,
        belief_if_seen=_beliefs(one.belief_if_seen, name, ensemble),
    )
    return _pause(found, name, ensemble)


def _of(member: Member, name: str) -> Mapping[str, Any]:
    return member.next_moves.get(name, {})


@dataclass(frozen=True)
class _Draws:
    """The draws in which enough paths show a move; `weight` (n,) with how likely the move is, `plain` (n,) without."""

    index: list[int]
    weight: Floats
    plain: Floats

    def values(self, ensemble: Ensemble, name: str, what: str) -> Floats:
        """Return a number of the move in each of these draws, (n,)."""
        return np.array([_of(_member(ensemble, d), name)[what] for d in self.index], dtype=np.float64)


def _member(ensemble: Ensemble, draw: int) -> Member:
    member = ensemble.members[draw]
    assert member is not None
    return member


def _draws(ensemble: Ensemble, name: str, how_likely: str, known: str) -> _Draws | None:
    """Return the draws in which `known` was computed for a move; None where none of them counts."""
    index = [
        d
        for d, member in enumerate(ensemble.members)
        if member is not None and ensemble.weight()[d] > 0 and _of(member, name).get(known) is not None
    ]
    plain = ensemble.weight()[index]
    weight = plain * np.array([_of(_member(ensemble, d), name)[how_likely] for d in index], dtype=np.float64)
    return _Draws(index, weight / weight.sum(), plain / plain.sum()) if weight.sum() > 0 else None


def _pause(one: Signpost, name: str, ensemble: Ensemble) -> Signpost:
    draws = _draws(ensemble, name, "p_open", "pause_if_seen")
    if draws is None:
        return replace(one, pause_if_seen=None, pause_low=None, pause_high=None, pause_change=None, change_error=None)
    seen = draws.values(ensemble, name, "pause_if_seen")
    whatever = seen - draws.values(ensemble, name, "pause_change")
    change = float(draws.weight @ seen - draws.plain @ whatever)
    level = float(np.clip(_whatever_is_done(name, ensemble) + change, 0.0, 1.0))
    low, high = _ends(seen + level - draws.weight @ seen, draws.weight, ensemble)
    part = draws.weight * (seen - draws.weight @ seen) - draws.plain * (whatever - draws.plain @ whatever)
    return replace(
        one,
        pause_if_seen=level,
        pause_low=low,
        pause_high=high,
        pause_change=change,
        change_error=float(np.sqrt(np.sum(part**2))),
    )


def _whatever_is_done(name: str, ensemble: Ensemble) -> float:
    """Return the pause within a year where it is still open at the step, corrected by the full grid."""

    def of_draw(member: Member) -> float:
        step = name.partition(".")[0]
        for move, x in member.next_moves.items():
            if move.partition(".")[0] == step and x["pause_if_seen"] is not None:
                return float(x["pause_if_seen"] - x["pause_change"])
        return float("nan")

    return ensemble.read(of_draw).value


def _ends(x: Floats, weight: Floats, ensemble: Ensemble) -> tuple[float | None, float | None]:
    """Return the ends of the interval; nothing where too few draws count."""
    if ensemble.withheld or 1 / float(np.sum(weight**2)) < LEAST_EFFECTIVE:
        return None, None
    low, high = (float(np.clip(weighted_quantile(x, weight, level), 0.0, 1.0)) for level in (LOW, HIGH))
    return low, high


def _beliefs(
    nominal: Mapping[str, Mapping[str, float]], name: str, ensemble: Ensemble
) -> Mapping[str, Mapping[str, float]]:
    draws = _draws(ensemble, name, "p", "belief_if_seen")
    if draws is None:
        return {}
    held = [_of(_member(ensemble, d), name)["belief_if_seen"] for d in draws.index]
    return {
        actor: {kind: weighted_mean(np.array([x[actor][kind] for x in held]), draws.weight).value for kind in by_type}
        for actor, by_type in nominal.items()
    }
