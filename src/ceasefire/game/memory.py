"""How many states and how much memory a case needs, said before anything large is allocated."""

from __future__ import annotations

import os
from math import comb
from pathlib import Path
from typing import TYPE_CHECKING

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.game.compile_faults import refuse
from ceasefire.game.space import StateSpace

if TYPE_CHECKING:
    from ceasefire.game.compile import Plan

MOST_CODES = 10**15
BYTES_PER_STATE = 2_000
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


def estimate_memory(case: Case, variant: Variant = Variant(), intervals: int = 20) -> tuple[int, str]:
    """Return the bytes that compiling and solving a case take at their peak, and a sentence that says so.

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
    needed = _bytes(plan, intervals)
    n_states, env = len(plan.reach.states), plan.environment
    text = (
        f"{n_states:,} states of {plan.space.n_codes:,} combinations, {env.n_periods} periods, "
        f"{env.n_profiles} type profiles, {_n_beliefs(plan, intervals):,} beliefs: {needed / 1e9:.2f} GB"
    )
    return needed, text


def check_memory(case: Case, variant: Variant = Variant(), intervals: int = 20) -> str:
    """Return what ``estimate_memory`` says; refuse (C513), before anything is allocated, what does not fit."""
    needed, text = estimate_memory(case, variant, intervals)
    limit = int(SHARE * available_bytes())
    if needed > limit:
        from ceasefire.game.space import make_space

        raise refuse(
            "C513",
            f"this needs {needed / 1e9:.1f} GB",
            found=text,
            expected=f"at most {limit / 1e9:.1f} GB",
            hint=_advice(make_space(case, variant), beliefs=True),
        )
    return text


def _advice(space: StateSpace, beliefs: bool = False) -> str:
    largest = max(space.sizes, key=lambda name: space.sizes[name])
    kind = "nodes" if largest in space.nodes else "labels"
    more = ", or fewer belief intervals" if beliefs else ""
    return f"fewer {kind} of {largest} ({space.sizes[largest]} now){more}, or a shorter horizon"


def _n_beliefs(plan: Plan, intervals: int) -> int:
    total = 1
    for space in plan.environment.types:
        total *= comb(intervals + space.n_types - 1, space.n_types - 1)
    return total


def _bytes(plan: Plan, intervals: int) -> int:
    """Return tables, two sets of values, and strategies in float32 for every period and choice."""
    env = plan.environment
    n_states, beliefs = len(plan.reach.states), _n_beliefs(plan, intervals)
    n_actors = len(env.case.actors)
    values = 8 * n_states * beliefs * env.n_profiles * n_actors
    total = 3 * values
    for rules, before, groups in zip(plan.steps, plan.reach.before, plan.tables, strict=True):
        n_moves = len(rules.step.moves)
        profiles = env.n_profiles if rules.typed_payoffs else 1
        tables = len(before) * n_moves * (8 * profiles * n_actors + 12 * 6 * len(rules.views) + 32)
        total += tables * len(groups)
        if not rules.is_nature and n_moves > 1:
            own = env.types[env.actor_index[str(rules.step.actor)]].n_types
            total += 4 * len(before) * beliefs * own * n_moves * env.n_periods
    return total
