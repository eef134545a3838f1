"""The compiled loops of the solver, in one place; each has a plain NumPy twin in the tests."""

from ceasefire.solve.kernels_batch import newton_in_lanes
from ceasefire.solve.kernels_belief import Cut
from ceasefire.solve.kernels_edge import Edges
from ceasefire.solve.kernels_edge_batch import newton_on_edges
from ceasefire.solve.kernels_edge_values import values_on_edges
from ceasefire.solve.kernels_evaluate import evaluate_choice
from ceasefire.solve.kernels_informed import NEVER, continue_tasks, start_tasks
from ceasefire.solve.kernels_nature import nature_step
from ceasefire.solve.kernels_newton import Choice
from ceasefire.solve.kernels_nodes import count_jumps, fill_between
from ceasefire.solve.kernels_plain import plain_step, put_rows
from ceasefire.solve.kernels_values import informed_values, value_tables

__all__ = [
    "NEVER",
    "Choice",
    "Cut",
    "Edges",
    "continue_tasks",
    "count_jumps",
    "evaluate_choice",
    "fill_between",
    "informed_values",
    "nature_step",
    "newton_in_lanes",
    "newton_on_edges",
    "plain_step",
    "put_rows",
    "start_tasks",
    "value_tables",
    "values_on_edges",
]
