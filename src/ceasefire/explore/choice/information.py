"""What knowing a hidden fact would be worth to somebody who chooses among plans, and which next move teaches most.

With draws d of weight w, type profiles p of probability pi[d, p] given the record, and the objective x[d, o, p] under plan o
(no plan is one of them), the choice that is best on average reaches

    now = max_o sum_d w_d sum_p pi[d, p] x[d, o, p].

*Knowing a fact* that sorts (d, p) into groups lets the chooser take the best plan in each group. Its worth is what that
reaches less `now`: the expected value of perfect information (Raiffa and Schlaifer 1961). For hidden types the groups are
the labels. For a parameter the expected objective of each plan given the parameter is a straight line in the normal score
of its prior quantile, fitted over the draws (Strong, Oakley and Brennan 2014); since fitting noise to few draws always finds
some worth, it is held against the same with the parameter's values shuffled.

*A next move teaches* what it takes away from the entropy of the types: their mutual information, in bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_text import query_text
from ceasefire.explore.choice.compare import NONE, course_of
from ceasefire.explore.ensemble.courses import split
from ceasefire.explore.ensemble.ensemble import Ensemble
from ceasefire.explore.ensemble.members import Member
from ceasefire.explore.weighing.proposals import step_up

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SHUFFLES = 400


@dataclass(frozen=True)
class Stakes:
    """The objective in every draw, under every plan, for every type profile.

    Parameters
    ----------
    plans : (o,), str
        The first is no plan.
    value : (d, o, p)
        The more the better.
    chance : (d, p)
        Weight of the draw times the probability of the profile; sums to one.
    z : (d, j)
        Normal scores of the parameters.
    """

    plans: tuple[str, ...]
    value: Floats
    chance: Floats
    z: Floats


@dataclass(frozen=True)
class Worth:
    """What knowing a fact is worth.

    Parameters
    ----------
    name : str
        ``actor.dimension``, a parameter, ``types`` (all of them) or ``everything``.
    value, error : float
        In units of the objective; one standard error over the draws, of a parameter the spread of what shuffled values
        are worth.
    choices : by label
        The plan chosen once the fact is known; for a parameter by ``low`` and ``high``: below and above its median.
    distinguishable : bool or None
        Of a parameter: whether it is worth more than shuffled values are.
    """

    name: str
    value: float
    error: float
    choices: Mapping[str, str]
    distinguishable: bool | None = None


@dataclass(frozen=True)
class Teaching:
    """What seeing the next move of a step would teach.

    Parameters
    ----------
    step : str
    bits : float
        Mutual information of the move and the types.
    entropy : float
        Of the types now, in bits.
    moves : by move
        Its probability, and the probability of each type once it is seen.
    """

    step: str
    bits: float
    entropy: float
    moves: Mapping[str, Mapping[str, float]]


def stakes_of(ensemble: Ensemble, objective: q.Probability, plans: Sequence[str], *, less: bool = False) -> Stakes:
    """Return the objective under every plan in the draws that have them all.

    Parameters
    ----------
    objective : Probability
        Without a plan of its own.
    less : bool
        Whether less of it is better.

    Raises
    ------
    ValueError
        If no draw has every plan.
    """
    names = (NONE, *plans)
    text = query_text(split(objective)[1])
    found: list[tuple[int, list[Member]]] = []
    for d, base in enumerate(ensemble.members):
        members = [base, *(ensemble.others.get(course_of(plan), {}).get(d) for plan in plans)]
        there = [one for one in members if one is not None and text in one.by_profile]
        if len(there) == len(names):
            found.append((d, there))
    if not found:
        raise ValueError("no draw has every plan")
    draws = [d for d, _ in found]
    course = course_of(plans[0]) if plans else NONE
    weight = ensemble.weights_of(draws, course)
    value = np.array([[_filled(one, text) for one in members] for _, members in found])
    posterior = np.array([_posterior(members[0]) for _, members in found])
    return Stakes(names, -value if less else value, weight[:, None] * posterior, ensemble.sample.z[draws])


def _filled(member: Member, text: str) -> Floats:
    rows = np.array(member.by_profile[text], dtype=np.float64)
    return np.where(np.isfinite(rows), rows, np.nan_to_num(member.numbers[text].value))


def _posterior(member: Member) -> Floats:
    with np.errstate(divide="ignore"):
        log_weight = np.log(np.array(member.prior)) + np.array(member.log_likelihood_by_profile or [0.0])
    weight = np.exp(log_weight - np.max(log_weight))
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def worth(
    stakes: Stakes, labels: Mapping[str, Mapping[str, Bools]], names: Sequence[str], seed: int = 1
) -> tuple[Worth, ...]:
    """Return what each hidden fact is worth: dimensions of types, all types, parameters, everything.

    Parameters
    ----------
    labels : by ``actor.dimension``, by label, (p,)
        Which profiles have a label.
    names : (j,)
        Parameters.
    """
    n_profiles = stakes.chance.shape[1]
    found = [_of_groups(stakes, name, by_label) for name, by_label in labels.items()]
    if n_profiles > 1:
        each = {str(p): np.arange(n_profiles) == p for p in range(n_profiles)}
        found.append(_of_groups(stakes, "types", each, show=len(labels) == 1))
    found += _of_parameters(stakes, names, seed)
    return (*found, _jackknifed("everything", stakes, _everything, {}))


def now(stakes: Stakes) -> tuple[str, float]:
    """Return the plan that is best on average, and what it reaches."""
    means = np.einsum("dp,dop->o", stakes.chance, stakes.value) / stakes.chance.sum()
    best = int(np.argmax(means))
    return stakes.plans[best], float(means[best])


def _of_groups(stakes: Stakes, name: str, groups: Mapping[str, Bools], *, show: bool = True) -> Worth:
    def gain(chance: Floats, value: Floats) -> float:
        sums = np.array([np.einsum("dp,dop->o", chance * has, value) for has in groups.values()])
        return float(sums.max(axis=1).sum() - np.einsum("dp,dop->o", chance, value).max()) / float(chance.sum())

    choices = {}
    for label, has in groups.items():
        sums = np.einsum("dp,dop->o", stakes.chance * has, stakes.value)
        choices[label] = stakes.plans[int(np.argmax(sums))]
    return _jackknifed(name, stakes, gain, choices if show else {})


def _everything(chance: Floats, value: Floats) -> float:
    best = float(np.sum(chance * value.max(axis=1)))
    return (best - float(np.einsum("dp,dop->o", chance, value).max())) / float(chance.sum())


def _jackknifed(
    name: str, stakes: Stakes, gain: Callable[[Floats, Floats], float], choices: Mapping[str, str]
) -> Worth:
    whole = gain(stakes.chance, stakes.value)
    n = len(stakes.chance)
    kept = [np.arange(n) != d for d in range(n)] if n > 1 else []
    parts = np.array([gain(stakes.chance[rest], stakes.value[rest]) for rest in kept])
    error = float(np.sqrt((n - 1) / n * np.sum((parts - parts.mean()) ** 2))) if n > 1 else float("nan")
    return Worth(name, max(float(whole), 0.0), error, choices)


def _of_parameters(stakes: Stakes, names: Sequence[str], seed: int) -> list[Worth]:
    weight = stakes.chance.sum(axis=1)
    mean = np.einsum("dp,dop->do", stakes.chance, stakes.value) / weight[:, None]
    weight = weight / weight.sum()
    if len(mean) < 4:
        return []
    rng = np.random.default_rng([seed, len(mean)])
    orders = [rng.permutation(len(mean)) for _ in range(SHUFFLES)]
    found, p_values = [], []
    for j, name in enumerate(names):
        z = stakes.z[:, j]
        gain, fitted = _line(z, mean, weight)
        shuffled = np.array([_line(z[order], mean, weight)[0] for order in orders])
        p_values.append((1 + float(np.sum(shuffled >= gain - 1e-12))) / (1 + SHUFFLES))
        ends = {"low": z <= 0, "high": z > 0}
        choices = {end: stakes.plans[int(np.argmax(weight[at] @ fitted[at]))] for end, at in ends.items() if at.any()}
        found.append((name, gain, float(shuffled.std()), choices))
    kept = step_up(np.array(p_values)) if found else np.zeros(0, dtype=bool)
    return [
        Worth(name, gain, error, choices, bool(is_kept) and gain > 0)
        for (name, gain, error, choices), is_kept in zip(found, kept, strict=True)
    ]


def _line(z: Floats, mean: Floats, weight: Floats) -> tuple[float, Floats]:
    """Return what a parameter is worth, and the fitted objective of each plan in each draw, (d, o)."""
    centre, average = float(weight @ z), weight @ mean
    spread = float(weight @ (z - centre) ** 2)
    slope = (weight * (z - centre)) @ mean / spread if spread > 0 else np.zeros(mean.shape[1])
    fitted = average + (z - centre)[:, None] * slope
    return float(weight @ fitted.max(axis=1) - average.max()), fitted


def teaching(moves: Mapping[str, Floats], names: Sequence[str], step: str) -> Teaching:
    """Return what the next move of a step would teach.

    Parameters
    ----------
    moves : by move, (k,)
        Joint probability of the move and each type; sums to one over all.
    names : (k,)
        Of the types.
    """
    joint = np.array(list(moves.values()))
    joint = joint / joint.sum()
    before = joint.sum(axis=0)
    bits = _entropy(before) - sum(float(row.sum()) * _entropy(row / row.sum()) for row in joint if row.sum() > 0)
    told = {
        move: {
            "probability": float(row.sum()),
            **dict(zip(names, map(float, row / max(row.sum(), 1e-300)), strict=True)),
        }
        for move, row in zip(moves, joint, strict=True)
    }
    return Teaching(step, max(bits, 0.0), _entropy(before), told)


def _entropy(p: Floats) -> float:
    p = p[p > 0]
    return float(-np.sum(p * np.log2(p)))


def objective_of(case: Case) -> q.Probability:
    """Return the usual objective: the pause within a year, else the first outcome of the case."""
    name = case.report.pause or case.outcomes[0].name
    found = q.Probability(name, within_days=365.25)
    return replace(found, text=query_text(found))
