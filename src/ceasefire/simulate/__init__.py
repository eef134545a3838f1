"""Simulated paths with exact beliefs, conditioned on the record; outcomes and numbers from them."""

from ceasefire.simulate.model import PathSet, Spells
from ceasefire.simulate.outcomes import spells
from ceasefire.simulate.paths import simulate
from ceasefire.simulate.plans import PlannedPlay, forced_moves

__all__ = ["PathSet", "PlannedPlay", "Spells", "forced_moves", "simulate", "spells"]
