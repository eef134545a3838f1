"""Simulation-based calibration: told histories are weighed as any record is, and the truth is ranked in what comes out.

The rank of a true number among the weighted draws, the weight of those below it, is uniform on (0, 1) over histories, for
every parameter, type and forecast, if and only if the whole chain is right (Talts, Betancourt, Simpson, Vehtari and Gelman
2018). Telling and weighing share the solver and nothing else (see ``told``). The rank of a true type lies evenly between the
probability of the profiles before it and that plus its own. Intervals from 10 % to 90 % cover when the rank lies in them.

Where the world is not as assumed (another precision, a rival mechanism) the same table says what is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import InputError
from ceasefire.explore.calibration.told import Effort, Told, World, solved, tell
from ceasefire.explore.ensemble.draws import space_of
from ceasefire.explore.weighing.evidence import RecordByDraw
from ceasefire.explore.weighing.proposals import quantile_of
from ceasefire.explore.weighing.rounds import in_rounds, rounds_of
from ceasefire.explore.weighing.weights import Weights, weigh
from ceasefire.game.arrays import Game

Floats = NDArray[np.float64]

LOW, HIGH = 0.1, 0.9
N_BINS = 10
NO_PARAMETERS = ("types", "forecast")


@dataclass(frozen=True)
class Weighed:
    """A told history weighed by someone who does not know how it came about.

    Parameters
    ----------
    z : (d, j)
    record : RecordByDraw
    weights : Weights
    values : (d, p)
        Probability that the calendar ends as asked, given the record, by draw and profile.
    """

    z: Floats
    record: RecordByDraw
    weights: Weights
    values: Floats

    @property
    def forecast(self) -> Floats:
        """Return the probability in each draw, (d,)."""
        return np.asarray(np.sum(self.record.posterior() * self.values, axis=1))


@dataclass(frozen=True)
class _Draw:
    items: Mapping[str, Floats]
    prior: Floats
    values: Floats
    log_likelihood: float


class Games:
    """Solved games of a case by what a draw sets.

    They do not depend on the record: histories of several worlds that are weighed with the same draws share them.
    """

    def __init__(self, case: Case, effort: Effort) -> None:
        self.case, self.effort = case, effort
        self._kept: dict[str, tuple[Any, Game, Any]] = {}

    def of(self, variant: Variant) -> tuple[Any, Game, Any]:
        """Return environment, game and solution of a variant."""
        key = variant.key()
        if key not in self._kept:
            self._kept[key] = solved(self.case, variant, self.effort)
        return self._kept[key]


def run_draw(case: Case, variant: Variant, games: Games, label: int, seed: int) -> _Draw:
    """Return the likelihood of the record of a case and the forecast in one draw.

    Parameters
    ----------
    games : Games
        Of the same mechanism.
    """
    from ceasefire.simulate.paths import simulate

    environment, game, solution = games.of(variant)
    prior = game.profile_prior
    try:
        paths = simulate(
            case, game, solution, variant=variant, environment=environment, n_paths=games.effort.n_paths, seed=seed,
            exact_pairs=0,
        )  # fmt: skip
    except InputError as fault:
        if any(one.code != "S402" for one in fault.faults):
            raise
        return _Draw({}, prior, np.zeros(prior.size), -np.inf)
    holds = game.state_columns[case.end_states][paths.state[-1]] == label
    mass = np.bincount(paths.profile, paths.weight, prior.size)
    hit = np.bincount(paths.profile, paths.weight * holds, prior.size)
    values = np.divide(hit, mass, out=np.zeros(prior.size), where=mass > 0)
    return _Draw(paths.item_log_likelihood, prior, values, paths.log_likelihood)


def weigh_history(case: Case, games: Games, label: int, seed: int) -> Weighed:
    """Return the posterior of a case given its record, drawn and weighed as the ensemble of a forecast is."""
    space, draws = space_of(case), list[_Draw]()

    def record() -> RecordByDraw:
        return RecordByDraw.of([draw.items for draw in draws], np.array([draw.prior for draw in draws]))

    def log_likelihood() -> Floats:
        return np.array([draw.log_likelihood for draw in draws])

    def likelihood(z: Floats) -> tuple[Floats, Floats]:
        draws.extend(run_draw(case, Variant(space.settings_at(row)), games, label, seed) for row in z)
        return log_likelihood(), record().item_log_probability

    rounds = in_rounds(space.n_parameters, rounds_of(games.effort.draws), seed, likelihood)
    weights = weigh(log_likelihood(), rounds.log_base)
    return Weighed(rounds.z, record(), weights, np.array([draw.values for draw in draws]))


# -------------------------------------------------------------------- ranks
@dataclass(frozen=True)
class Replication:
    """One history told and weighed.

    Parameters
    ----------
    ranks : by quantity
        Of the true value: every uncertain parameter, ``types``, ``forecast``.
    effective_size, k_hat : float
    forecast, known : probability
        What was said to happen, and what is right for someone who knows parameters and mechanism.
    came : bool
        Whether it happened.
    prior_covers : share
        Of the parameters whose truth lies in the 80 % interval of the prior: the luck of these truths.
    """

    ranks: Mapping[str, float]
    effective_size: float
    k_hat: float
    forecast: float
    known: float
    came: bool
    prior_covers: float

    @property
    def covers(self) -> float:
        """Share of the parameters whose truth lies in the 80 % interval."""
        own = [rank for name, rank in self.ranks.items() if name not in NO_PARAMETERS]
        return float(np.mean([LOW <= rank <= HIGH for rank in own]))


def replicate(case: Case, world: World, games: Games, label: str, seed: int) -> Replication:
    """Tell one history and weigh it.

    Parameters
    ----------
    case : Case
        Its own record is not used, only the record's chance of miscoding.
    games : Games
        Of the case; shared by the worlds of one seed, never by seeds: their draws are independent.
    label : str
        End state whose probability at the end of the calendar is forecast.
    seed : int
        Of this history and of its draws.
    """
    told = tell(case, world, seed, games.effort)
    status = next(s for s in case.statuses if s.name == case.end_states)
    code = status.labels.index(label)
    weighed = weigh_history(told.case, games, code, seed)
    space = space_of(case)
    known = run_draw(told.case, world.variant(space.settings_at(told.z)), games, code, seed)
    posterior = RecordByDraw.of([known.items], known.prior[None]).posterior()[0]
    truth = float(posterior @ known.values)
    return Replication(
        ranks=ranks(told, weighed, space.names, truth, np.random.default_rng([seed, 0x4A4C])),
        effective_size=weighed.weights.effective_size,
        k_hat=weighed.weights.k_hat,
        forecast=float(weighed.weights.weight @ weighed.forecast),
        known=truth,
        came=told.ended == code,
        prior_covers=float(np.mean(np.abs(quantile_of(told.z) - 0.5) <= HIGH - 0.5)),
    )


def ranks(
    told: Told, weighed: Weighed, names: Sequence[str], truth: float, rng: np.random.Generator
) -> dict[str, float]:
    """Return the rank of every true number among the weighted draws; equal values are divided at random."""
    w = weighed.weights.weight
    found = {name: float(w @ (weighed.z[:, j] < told.z[j])) for j, name in enumerate(names)}
    types = w @ weighed.record.posterior()
    found["types"] = float(np.sum(types[: told.profile]) + rng.random() * types[told.profile])
    below, equal = float(w @ (weighed.forecast < truth)), float(w @ (weighed.forecast == truth))
    found["forecast"] = below + rng.random() * equal
    return found


@dataclass(frozen=True)
class Row:
    """How the ranks of one quantity lie.

    Parameters
    ----------
    covered : share
        Of histories whose truth lies in the 80 % interval.
    error : float
        Standard error of that if the chain is right.
    mean_rank : float
        Below one half where the posterior lies too high.
    p_histogram, p_band : probability
        Of ranks at least as uneven where the truth is uniform: chi-square of ten bins; greatest distance of the
        distribution from the diagonal (Kolmogorov).
    """

    quantity: str
    covered: float
    error: float
    mean_rank: float
    histogram: tuple[int, ...]
    p_histogram: float
    p_band: float


def table(replications: Sequence[Replication]) -> tuple[Row, ...]:
    """Return one row per quantity."""
    names = list(replications[0].ranks)
    return tuple(row(name, np.array([r.ranks[name] for r in replications])) for name in names)


def row(quantity: str, rank: Floats) -> Row:
    """Return how ranks (h,) of one quantity lie."""
    from scipy.stats import chisquare, kstest

    counts = np.bincount(np.minimum((rank * N_BINS).astype(np.int64), N_BINS - 1), minlength=N_BINS)
    return Row(
        quantity=quantity,
        covered=float(np.mean((rank >= LOW) & (rank <= HIGH))),
        error=float(np.sqrt((HIGH - LOW) * (1 - HIGH + LOW) / rank.size)),
        mean_rank=float(rank.mean()),
        histogram=tuple(int(n) for n in counts),
        p_histogram=float(chisquare(counts).pvalue),
        p_band=float(kstest(rank, "uniform").pvalue),
    )


@dataclass(frozen=True)
class Scores:
    """How good the forecasts were.

    Parameters
    ----------
    said, came : float
        Mean probability and how often it happened.
    excess : float
        Happenings beyond those expected, in standard deviations of their sum if the forecasts are right.
    brier, brier_known : float
        Mean squared error, and that of someone who knows parameters and mechanism.
    distance : float
        Mean distance of the forecast from what someone would say who knows parameters and mechanism.
    """

    said: float
    came: float
    excess: float
    brier: float
    brier_known: float
    distance: float


def scores(replications: Sequence[Replication]) -> Scores:
    """Return how good the forecasts of all histories were."""
    said, known, came = (
        np.array([float(getattr(r, name)) for r in replications]) for name in ("forecast", "known", "came")
    )
    spread = float(np.sqrt(np.sum(said * (1 - said))))
    excess = float(np.sum(came - said)) / spread if spread else 0.0
    brier, best = (float(np.mean((p - came) ** 2)) for p in (said, known))
    return Scores(float(said.mean()), float(came.mean()), excess, brier, best, float(np.mean(np.abs(said - known))))
