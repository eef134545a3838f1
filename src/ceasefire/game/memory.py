"""How many states and how much memory there may be, said before anything large is allocated."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ceasefire.case.mechanism import Move
from ceasefire.errors import InputError
from ceasefire.game.chance import outcomes_of
from ceasefire.game.compile_faults import refuse
from ceasefire.game.rules import StepRules
from ceasefire.game.space import StateSpace

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


def limit_bytes() -> int:
    """Return the share of the memory that one solve may take."""
    return int(SHARE * available_bytes())


def check_states(space: StateSpace, n_states: int = 0) -> None:
    """Refuse (C513) a state space that cannot be indexed, or more reachable states than memory holds."""
    most = limit_bytes() // BYTES_PER_STATE
    if space.n_codes <= MOST_CODES and n_states <= most:
        return
    sizes = sorted(space.sizes.items(), key=lambda item: -item[1])
    found = f"{n_states:,} states so far" if n_states else f"{space.n_codes:,} combinations"
    raise refuse(
        "C513",
        f"too many states: {' x '.join(f'{size} {name}' for name, size in sizes)}",
        found=found,
        expected=f"at most {most:,} on this machine ({gigabytes(available_bytes())})",
        hint=largest_part(space),
    )


def too_much(needed: int, found: str, hint: str) -> InputError:
    """Return the exception (C513) for what takes more memory than there may be."""
    expected = f"at most {gigabytes(limit_bytes())} on this machine"
    return refuse("C513", f"this needs {gigabytes(needed)} of memory", found=found, expected=expected, hint=hint)


def gigabytes(n_bytes: int) -> str:
    """Return a number of bytes in words."""
    if n_bytes > 10**15:
        return "more than a million GB"
    return f"{n_bytes / 1e9:,.2f} GB" if n_bytes < 10**10 else f"{n_bytes / 1e9:,.0f} GB"


def largest_part(space: StateSpace) -> str:
    """Return what to reduce first where there are too many states."""
    largest = max(space.sizes, key=lambda name: space.sizes[name])
    return f"fewer {'nodes' if largest in space.nodes else 'labels'} of {largest} ({space.sizes[largest]} now)"


def table_bytes(plan: Plan) -> int:
    """Return at most what the tables of a game take while they are made: payoffs, and the entries of all lotteries."""
    return sum(_table_bytes(plan, j) for j in range(len(plan.steps)))


def _table_bytes(plan: Plan, j: int) -> int:
    rules, env = plan.steps[j], plan.environment
    profiles = env.n_profiles if rules.typed_payoffs else 1
    per_row = len(rules.step.moves) * (8 * profiles * len(env.case.actors) + 24)
    per_row += BYTES_PER_ENTRY * len(rules.views) * sum(_successors(rules, move) for move in rules.step.moves)
    return len(plan.reach.before[j]) * per_row * len(plan.tables[j])


def _successors(rules: StepRules, move: Move) -> int:
    """Return the most successors a move can have: two to a stock that moves, six to one with noise."""
    stocks = {stock.name for stock in rules.environment.case.stocks}
    common = 1
    for name in stocks & {*move.effects, *move.drift, *move.noise}:
        common *= 6 if name in move.noise else 2
    return int(common * sum(2 ** len(stocks & set(outcome.effects)) for outcome in outcomes_of(move)))
