"""A headline with the record counted whole, by half, not at all, and without one event: corrected by the full grid.

Each draw has its number under each true type profile; the record weighs draws and profiles together (``left_out``). Draws
that were solved on the full grid too correct the others at every exponent, as they correct the number itself
(``Ensemble.correction``), so that the column of the whole record says what the headline says. What leaving one event out
changes is read from the preview grid, where all draws are, and added to the corrected number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.explore.ensemble.ensemble import EXPONENTS, Ensemble
from ceasefire.explore.ensemble.members import Member
from ceasefire.explore.weighing.estimates import weighted_mean
from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.explore.weighing.left_out import by_draw, leave_one_out
from ceasefire.explore.weighing.stages import Chosen, corrected_mean
from ceasefire.simulate.estimates import finite

Floats = NDArray[np.float64]


def record_of(members: Sequence[Member]) -> RecordByDraw | None:
    """Return what the record says of each draw; None where there is none."""
    items = [{name: np.array(x) for name, x in member.items.items()} for member in members]
    return RecordByDraw.of(items, np.array([member.prior for member in members])) if any(items) else None


def by_exponent(ensemble: Ensemble, text: str, asked: str) -> dict[str, float | None]:
    """Return a headline at each exponent of the likelihood.

    Parameters
    ----------
    text : str
        The headline as the case writes it.
    asked : str
        The same as a query without conditions, as members keep it.
    """
    return {f"{exponent:g}": finite(_at(ensemble, text, asked, exponent)) for exponent in EXPONENTS}


def without_events(ensemble: Ensemble, text: str, asked: str) -> list[dict[str, Any]]:
    """Return a headline with each event of the record in turn saying nothing, the largest change first."""
    draws, members = alive(ensemble)
    record = record_of(members)
    assert record is not None
    whole = _at(ensemble, text, asked, 1.0)
    return [
        {
            "id": one.item,
            "headline": text,
            "value": finite(float(np.clip(whole + one.change, 0.0, 1.0))),
            "error": finite(one.value.error),
            "change": finite(one.change),
            "effective_size": one.weights.effective_size,
        }
        for one in leave_one_out(record, _values(text, asked, members), ensemble.sample.log_base[draws])
    ]


def alive(ensemble: Ensemble) -> tuple[list[int], list[Member]]:
    """Return the draws that have a member, and these."""
    found = [(d, member) for d, member in enumerate(ensemble.members) if member is not None and member.prior]
    return [d for d, _ in found], [member for _, member in found]


def _at(ensemble: Ensemble, text: str, asked: str, exponent: float) -> float:
    draws, members = alive(ensemble)
    record = record_of(members)
    assert record is not None
    in_draw, weights = by_draw(record, _values(text, asked, members), ensemble.sample.log_base[draws], exponent)
    chosen = Chosen(np.searchsorted(draws, ensemble.both_grids.index), ensemble.both_grids.log_chance)
    fine = [ensemble.fine[int(d)] for d in ensemble.both_grids.index]
    if not fine or any(text not in member.by_profile for member in fine):
        return weighted_mean(in_draw, weights.weight).value
    above = record_of(fine)
    assert above is not None
    full, full_weights = by_draw(above, _values(text, asked, fine), ensemble.fine_log_base, exponent)
    found = corrected_mean(in_draw, weights.weight, chosen, full, full_weights.weight)
    return float(np.clip(found.value, 0.0, 1.0))


def _values(text: str, asked: str, members: Sequence[Member]) -> Floats:
    """Return a headline in each draw under each profile, (d, p); a profile without a path takes the draw's mean."""
    rows = np.array([member.by_profile[text] for member in members], dtype=np.float64)
    mean = np.array([member.numbers[asked].value for member in members])
    return np.where(np.isfinite(rows), rows, np.nan_to_num(mean)[:, None])
