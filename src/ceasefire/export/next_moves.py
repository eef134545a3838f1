"""What comes next: how the near event ends, and the moves that may be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ceasefire.export.over_time import ACTOR, ACTOR_TYPE, WHAT
from ceasefire.export.table import Layout, Table, date, share, text, without
from ceasefire.forecast.model import Forecast

NEAR_EVENT = Layout(
    "near_event",
    "how the near event ends",
    (
        text("outcome", "the near event: a step, a status or an outcome"),
        text("ending", "how it ends"),
        share("value", "probability of that ending"),
        share("low", "lower end of what the column what says"),
        share("high", "upper end of what the column what says"),
        WHAT,
        share("error", "sampling error"),
        share("grid", "largest change when a grid is refined"),
    ),
    ("ending",),
)
NEAR_EVENT_BY_TYPE = Layout(
    "near_event_by_type",
    "how the near event ends where a hidden type is given",
    (ACTOR_TYPE, text("ending", "how it ends"), share("p", "probability"), share("error", "sampling error")),
    ("actor_type", "ending"),
)
_SEEN = (date("date", "when it may be seen"), text("step", "step of the game"), text("move", "move that may be seen"))
SIGNPOSTS = Layout(
    "signposts",
    "moves that may be seen next, and what seeing each would change",
    (
        *_SEEN,
        text("actor", "who moves"),
        share("p", "probability of the move"),
        share("p_low", "lower end of its 80 % interval over the draws"),
        share("p_high", "upper end of that interval"),
        share("p_error", "sampling error of p"),
        share("p_open", "probability that it is seen while the pause is still open"),
        share("pause_if_seen", "probability of the pause once it is seen"),
        share("pause_low", "lower end of its 80 % interval over the draws"),
        share("pause_high", "upper end of that interval"),
        share("pause_change", "difference that seeing it makes to the pause"),
        share("change_error", "sampling error of that difference; over draws, of having only so many"),
    ),
)
SIGNPOST_BELIEFS = Layout(
    "signpost_beliefs",
    "belief about hidden types once a signpost is seen",
    (*_SEEN, ACTOR, ACTOR_TYPE, share("p", "belief in the type once the move is seen")),
)


def next_moves(forecast: Forecast) -> tuple[Table, ...]:
    """Return the tables of what comes next."""
    return (
        NEAR_EVENT.of(_near_event(forecast)),
        NEAR_EVENT_BY_TYPE.of(_near_by_type(forecast)),
        SIGNPOSTS.of(without(vars(one), "belief_if_seen") for one in forecast.signposts),
        SIGNPOST_BELIEFS.of(_if_seen(forecast)),
    )


def _near_event(forecast: Forecast) -> Iterator[dict[str, Any]]:
    event = forecast.near_event
    if event is not None:
        yield from ({"outcome": event.outcome, "ending": name, **vars(band)} for name, band in event.labels.items())


def _near_by_type(forecast: Forecast) -> Iterator[dict[str, Any]]:
    if forecast.near_event is None:
        return
    errors = forecast.near_event.by_type_error
    for kind, by_ending in forecast.near_event.by_type.items():
        for ending, p in by_ending.items():
            yield {"actor_type": kind, "ending": ending, "p": p, "error": errors.get(kind, {}).get(ending)}


def _if_seen(forecast: Forecast) -> Iterator[dict[str, Any]]:
    for one in forecast.signposts:
        seen = {"date": one.date, "step": one.step, "move": one.move}
        for actor, by_type in one.belief_if_seen.items():
            yield from ({**seen, "actor": actor, "actor_type": kind, "p": p} for kind, p in by_type.items())
