"""Figures: hand-written SVG with a generated sentence for those who do not see it, and the table behind it."""

from ceasefire.report.figures.factor_map import draw_factor_map
from ceasefire.report.figures.figure import Figure, Key, Panel
from ceasefire.report.figures.over_time import draw_beliefs, draw_outcomes, draw_side, draw_stocks
from ceasefire.report.figures.shares import draw_end_states
from ceasefire.report.figures.tornado import Bars, draw_tornado

__all__ = [
    "Bars",
    "Figure",
    "Key",
    "Panel",
    "draw_beliefs",
    "draw_end_states",
    "draw_factor_map",
    "draw_outcomes",
    "draw_side",
    "draw_stocks",
    "draw_tornado",
]
