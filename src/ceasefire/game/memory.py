"""How many states and how much memory a case needs, said before anything large is allocated."""

from __future__ import annotations

import os
from math import comb, prod
from pathlib import Path
from typing import TYPE_CHECKING

from ceasefire.case.mechanism import Move
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.game.chance import outcomes_of
from ceasefire.game.compile_faults import refuse
from ceasefire.game.environment import NOMINAL
from ceasefire.game.rules import Rows, StepRules
from ceasefire.game.space import StateSpace
from ceasefire.game.tables import table_rows

if TYPE_CHECKING:
    from ceasefire.game.compile import Plan

MOST_CODES = 10**15
BYTES_PER_STATE = 2_000
BYTES_PER_ENTRY = 100
SHARE = 0.6


def available_bytes() -> int:
    """Return the memory this process may use: of the machine, its container, and ``CEASEFIRE_MEMORY_GB``."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    told = os.environ.get("CEASEFIRE_MEMORY_GB", "")
    if told.replace(".", "", 1).isdigit():
        limits.append(int(float(told) * 1e9))
    container = Path("/sys/fs/cgroup/memory.max")
    if container.is_file() and (text := container.read_text().strip()).isdigit():
        limits.append(int(text))
    return min(limits)


def check_states(space: StateSpace, n_states: int = 0) -> None:
    """Refuse (C513) a state space that cannot be indexed, or more reachable states than memory holds."""
    most = int(SHARE * available_bytes() / BYTES_PER_STATE)
    if space.n_codes <= MOST_CODES and n_states <= most:
        return
    sizes = sorted(space.sizes.items(), key=lambda item: -item[1])
    found = f"{n_states:,} states so far" if n_states else f"{space.n_codes:,} combinations"
    raise refuse(
        "C513",
        f"too many states: {' x '.join(f'{size} {name}' for name, size in sizes)}",
        found=found,
        expected=f"at most {most:,} on this machine ({available_bytes() / 1e9:.1f} GB)",
        hint=_advice(space),
    )


def estimate_memory(case: Case, variant: Variant = NOMINAL, intervals: int = 20) -> tuple[int, str]:
    """Return the bytes that compiling and solving a case take at their peak, and a sentence that says so.

    Strategies beyond a quarter of the memory lie on disk and do not count.

    Parameters
    ----------
    intervals : int
        Intervals of the belief grid along each edge.

    Raises
    ------
    InputError
        C513 where there are too many states to count.
    """
    from ceasefire.game.compile import make_plan

    plan = make_plan(case, variant)
    needed, text, _ = _estimate(plan, intervals)
    return needed, text


def check_memory(case: Case, variant: Variant = NOMINAL, intervals: int = 20) -> str:
    """Return what ``estimate_memory`` says; refuse (C513), before anything is allocated, what does not fit."""
    from ceasefire.game.compile import make_plan

    needed, text, space = _estimate(make_plan(case, variant), intervals)
    limit = int(SHARE * available_bytes())
    if needed > limit:
        raise refuse(
            "C513",
            f"this needs {needed / 1e9:.1f} GB",
            found=text,
            expected=f"at most {limit / 1e9:.1f} GB on this machine",
            hint=_advice(space, beliefs=True),
        )
    return text


def _advice(space: StateSpace, beliefs: bool = False) -> str:
    largest = max(space.sizes, key=lambda name: space.sizes[name])
    kind = "nodes" if largest in space.nodes else "labels"
    more = ", or fewer belief intervals" if beliefs else ""
    return f"fewer {kind} of {largest} ({space.sizes[largest]} now){more}"


def _estimate(plan: Plan, intervals: int) -> tuple[int, str, StateSpace]:
    env, n_states = plan.environment, len(plan.reach.states)
    beliefs = _n_beliefs(plan, intervals)
    tables = sum(_table_bytes(plan, j) for j in range(len(plan.steps)))
    values = 3 * 8 * n_states * beliefs * env.n_profiles * len(env.case.actors)
    strategies = sum(_strategy_bytes(plan, j) for j in range(len(plan.steps))) * beliefs * env.n_periods
    kept = min(strategies, available_bytes() // 4)
    needed = tables + values + kept
    text = (
        f"{n_states:,} states of {plan.space.n_codes:,} combinations, {env.n_periods} periods, "
        f"{env.n_profiles} type profiles, {beliefs:,} beliefs: {needed / 1e9:.2f} GB of memory"
    )
    if strategies > kept:
        text += f" and {strategies / 1e9:.1f} GB on disk"
    return needed, text, plan.space


def _n_beliefs(plan: Plan, intervals: int) -> int:
    return prod(comb(intervals + space.n_types - 1, space.n_types - 1) for space in plan.environment.types)


def _table_bytes(plan: Plan, j: int) -> int:
    """Return at most what a step's tables take while they are made: payoffs, and the entries of all lotteries."""
    rules, env = plan.steps[j], plan.environment
    profiles = env.n_profiles if rules.typed_payoffs else 1
    per_row = len(rules.step.moves) * (8 * profiles * len(env.case.actors) + 24)
    per_row += BYTES_PER_ENTRY * len(rules.views) * sum(_successors(rules, move) for move in rules.step.moves)
    return len(plan.reach.before[j]) * per_row * len(plan.tables[j])


def _successors(rules: StepRules, move: Move) -> int:
    """Return the most successors a move can have: two to a stock that moves, six to one with noise."""
    stocks = {stock.name for stock in rules.environment.case.stocks}
    common = prod(6 if name in move.noise else 2 for name in stocks & {*move.effects, *move.drift, *move.noise})
    return int(common * sum(2 ** len(stocks & set(outcome.effects)) for outcome in outcomes_of(move)))


def _strategy_bytes(plan: Plan, j: int) -> int:
    """Return the size of a step's strategy in one period at one belief: float32, where there is a choice."""
    rules, env = plan.steps[j], plan.environment
    if rules.step.actor is None or len(rules.step.moves) < 2:
        return 0
    _, feasible = table_rows(rules, Rows(env, plan.space, plan.reach.before[j], plan.tables[j][0][0]))
    choices = int((feasible.sum(axis=1) > 1).sum())
    return 4 * choices * len(rules.step.moves) * env.types[env.actor_index[rules.step.actor]].n_types
