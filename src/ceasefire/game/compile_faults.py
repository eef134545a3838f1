"""Faults that only show when a case is compiled: numbers, states and probabilities that do not fit together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ceasefire.errors import Fault, InputError, Place

CODES = {
    "C501": "a probability lies outside 0 to 1",
    "C502": "the probabilities of a chance do not sum to 1",
    "C503": "a stock leaves its range",
    "C504": "a stock with both an effect and a drift in one step",
    "C505": "a stock with fewer than 8 nodes ends between two nodes",
    "C506": "a state in which a step has no feasible move",
    "C507": "an outcome of nature that one type of the actor makes impossible",
    "C508": "nature depends on the types of more than one actor in one step",
    "C509": "a move's transition depends on types",
    "C510": "a parameter with perceived_by in a probability that depends on types",
    "C511": "no terminal value for states that can still change",
    "C512": "a state that lasts for ever has no finite value because the discount factor is 1",
    "C513": "more states or memory than this machine has",
    "C514": "a precision or discount factor that makes no sense",
    "C515": "a prior over types that is no probability",
    "C516": "a variant names something that the case does not have",
    "C517": "an initial value outside the range of its stock",
    "C518": "two steps of nature in a row, the second of which reads what the first changes",
    "C519": "a standard deviation below zero",
    "C520": "a weight that is not positive",
    "C521": "an effect that gives no label of its status",
    "C522": "the same variable changed by a chance outcome and by its step",
    "C523": "nodes of a stock that do not increase or leave its range",
    "C524": "a prior of the world that no distribution has",
    "C525": "a case without steps cannot be compiled",
}

SHOWN = 3
NOWHERE = Place()


def refuse(
    code: str, message: str, place: Place = NOWHERE, *, found: str = "", expected: str = "", hint: str = ""
) -> InputError:
    """Return the exception that carries one fault."""
    return InputError([Fault(code, message, place, found, expected, hint)])


def some(names: Sequence[str]) -> str:
    """Return the first names and how many more there are."""
    shown = "; ".join(names[:SHOWN])
    return shown + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def at_states(names: Sequence[str], bad: Any) -> str:
    """Return ``"in 4 states: a; b; c and 1 more"`` for the states at which `bad` (s,) holds."""
    index = np.flatnonzero(np.asarray(bad))
    count = f"in {len(index)} state{'s' if len(index) != 1 else ''}"
    return f"{count}: {some([names[i] for i in index[:SHOWN]])}" + (
        f" and {len(index) - SHOWN} more" if len(index) > SHOWN else ""
    )
