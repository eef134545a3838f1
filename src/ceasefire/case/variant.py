"""Variants: the same case with something overridden. Trust rows, ranges, plans, cuts and draws are all variants."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal


@dataclass(frozen=True)
class Variant:
    """What differs from the case as written.

    Parameters
    ----------
    settings : by name of parameter or rival
        Value used instead of the median of the prior (rivals: 0 or 1).
    without : ``"step.move"``
        Moves that do not exist.
    freeze_belief : actor names
        Nobody learns about their types.
    type_prior : by actor, by label tuple joined with ``/``
        Prior used instead of the case's.
    halve_period, horizon_factor, precision_factor
        The numerical choices of DESIGN, part 2, "How far to trust a number".
    halve_stock : str
        Name of the stock whose node spacing is halved; empty for none.
    without_items, without_hindsight, without_unsourced
        Switches of the record: items named or marked are silent, never "default".
    as_of : ISO date
        Cuts the record; empty for the case's own.
    perceptions : str
        How ``perceived_by`` is taken (``case.perceptions``); empty for as the case says.
    """

    settings: Mapping[str, float] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    freeze_belief: frozenset[str] = frozenset()
    type_prior: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    halve_period: bool = False
    horizon_factor: float = 1.0
    precision_factor: float = 1.0
    halve_stock: str = ""
    without_items: frozenset[str] = frozenset()
    without_hindsight: bool = False
    without_unsourced: bool = True
    as_of: str = ""
    perceptions: Literal["", "open", "hidden", "none", "shared"] = ""

    def key(self) -> str:
        """Return a hash that is equal for equal variants, whatever the order of their parts."""

        def plain(value: object) -> object:
            if isinstance(value, frozenset):
                return sorted(value)
            if isinstance(value, Mapping):
                return {name: plain(value[name]) for name in sorted(value)}
            return value

        parts = {f.name: plain(getattr(self, f.name)) for f in fields(self)}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
