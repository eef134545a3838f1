"""What a cut changes over the draws is held against where its author stands."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ceasefire.case import query as q
from ceasefire.case.query_text import query_text, under
from ceasefire.explore.ensemble.claims import cut_change
from ceasefire.simulate.estimates import Sampled

HERE = q.Probability("truce", within_days=30.0)
ASSUMED = (q.Setting("rival", 1.0),)
CUT = (q.Without("arms.send"),)


def ensemble(levels: dict[str, float]) -> Any:
    """Return something that answers as an ensemble does: one number for every query, in two draws."""
    known = {text: {0: Sampled.exact(x), 1: Sampled.exact(x)} for text, x in levels.items()}
    return SimpleNamespace(
        numbers=lambda leaf: known.get(query_text(leaf), {}), weights_of=lambda draws, course: np.full(len(draws), 0.5)
    )


def text(*conditions: q.Condition) -> str:
    return query_text(under(HERE, conditions))


def asked() -> q.Probability:
    leaf = under(under(HERE, CUT), ASSUMED)
    return replace(leaf, text=query_text(leaf))


def test_a_cut_is_held_against_what_its_author_assumes() -> None:
    there = ensemble({text(): 0.9, text(*ASSUMED): 0.5, asked().text: 0.3})
    found = cut_change(asked().text, [asked()], ASSUMED, there)
    assert found is not None
    assert found.value == pytest.approx(-0.2)


def test_without_a_draw_where_the_author_stands_nothing_is_said() -> None:
    assert cut_change(asked().text, [asked()], ASSUMED, ensemble({text(): 0.9, asked().text: 0.3})) is None
