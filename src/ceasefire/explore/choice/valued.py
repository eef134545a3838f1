"""``ceasefire value``: what hidden facts are worth to somebody who chooses among the plans, and what next moves teach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.errors import Fault, InputError
from ceasefire.explore.choice.information import Teaching, Worth, now, objective_of, stakes_of, teaching, worth
from ceasefire.explore.ensemble.budget import Budget
from ceasefire.explore.ensemble.runs import budgeted
from ceasefire.explore.ensemble.weighed import profile_labels
from ceasefire.forecast.names import check_query
from ceasefire.forecast.next_moves import first_open_period
from ceasefire.forecast.pipeline import Run, run_variant
from ceasefire.forecast.settings import Settings
from ceasefire.forecast.solutions import Progress
from ceasefire.forecast.types import informed_actors, type_names, type_of_path
from ceasefire.forecast.work import Workers

CODES = {"X110": "The worth of knowing something needs plans to choose from, and a probability as objective."}


@dataclass(frozen=True)
class Valued:
    """What knowing is worth.

    Parameters
    ----------
    objective : str
        The query; more of it is better unless `less`.
    choice : str
        The plan that is best on average; empty for none.
    reached : float
        What it reaches.
    draws : int
        Draws in which every plan was played.
    facts : tuple of Worth
    next_moves : tuple of Teaching
        By step, in the order of the case; at nominal values.
    """

    case: str
    objective: str
    less: bool
    plans: tuple[str, ...]
    choice: str
    reached: float
    draws: int
    facts: tuple[Worth, ...]
    next_moves: tuple[Teaching, ...]


def value(
    case: Case,
    settings: Settings,
    budget: Budget,
    *,
    objective: str | None = None,
    less: bool = False,
    progress: Progress | None = None,
    workers: Workers = None,
) -> Valued:
    """Return what hidden facts are worth to somebody who chooses among the plans of a case.

    Parameters
    ----------
    budget : Budget
        Only draws of the case as it is and of plans are used.
    objective : str, optional
        A probability; the pause within a year where not said.
    less : bool
        Whether less of it is better.

    Raises
    ------
    InputError
        X110, and the faults of queries.
    """
    asked = _objective(case, objective)
    ensemble = budgeted(case, settings, budget.without("fine", "checks", "cuts"), progress, workers)
    if not any(query_text(asked) in member.by_profile for member in ensemble.members if member is not None):
        raise InputError([_fault("the objective is not among what the draws were asked", query_text(asked))])
    stakes = stakes_of(ensemble, asked, tuple(case.plans), less=less)
    choice, reached = now(stakes)
    facts = worth(stakes, _labels(case), ensemble.sample.space.names, settings.seed)
    run = run_variant(case, settings=settings.coarse(), progress=progress)
    return Valued(
        case.name,
        query_text(asked),
        less,
        stakes.plans,
        choice,
        -reached if less else reached,
        len(stakes.chance),
        facts,
        _next_moves(run),
    )


def _fault(message: str, found: str) -> Fault:
    return Fault("X110", message, found=found, hint="a headline or P(outcome within 12 months), without conditions")


def _objective(case: Case, text: str | None) -> q.Probability:
    if not case.plans:
        raise InputError([_fault("the case has no plans to choose from", case.name)])
    if text is None:
        return objective_of(case)
    parsed = q.parse_query(text, case.words)
    check_query(case, parsed)
    if not isinstance(parsed, q.Probability) or parsed.conditions:
        raise InputError([_fault("the objective is not a plain probability", text)])
    return parsed


def _labels(case: Case) -> dict[str, dict[str, np.ndarray]]:
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, has in profile_labels(case).items():
        dimension, _, label = name.partition(" = ")
        found.setdefault(dimension, {})[label] = has
    return found


def _next_moves(run: Run) -> tuple[Teaching, ...]:
    """Return what the next move of each step teaches about the types of all actors who have some."""
    actors = informed_actors(run.game)
    if not actors:
        return ()
    found = []
    for j, step in enumerate(run.game.steps):
        if step.actor < 0 or j not in run.paths.move:
            continue
        move = run.paths.move[j][first_open_period(run.case, j, run.as_of)]
        for actor in actors:
            kind, names = type_of_path(run.game, run.paths, actor), type_names(run.game, actor)
            joint = {
                name: np.bincount(kind[move == a], run.paths.weight[move == a], len(names)).astype(np.float64)
                for a, name in enumerate(step.move_names)
                if np.any(run.paths.weight[move == a] > 0)
            }
            if len(joint) > 1:
                found.append(teaching(joint, names, step.name))
    return tuple(found)
