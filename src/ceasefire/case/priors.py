"""Priors of parameters: families, their quantiles, and the arguments a person gives.

Families and arguments: ``fixed {value}``; ``normal {mean | median, sd | p90}``; ``lognormal {median, p90}``;
``beta {mean, p90 | sd}`` or ``{a, b}``; ``uniform {low, high}``; ``triangular {low, mode, high}``;
``discrete {values, weights}``; ``quantiles {p10, p50, p90}`` with optional bounds ``low`` and ``high``.

*quantiles* is a normal distribution split at its median, each half with its own spread; with a bound the logarithm
of the distance to it is split normal, with two bounds the logit is. All three quantiles are met exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ceasefire.case.nodes import did_you_mean
from ceasefire.errors import Fault, InputError, Place

Floats = NDArray[np.float64]
Argument = float | tuple[float, ...]

Z90 = 1.2815515655446004
NOWHERE = Place()

CODES = {
    "F151": "a prior has an unknown family",
    "F152": "a prior has the wrong arguments for its family",
    "F153": "no distribution of the family has the arguments of a prior",
}

ARGUMENTS: dict[str, tuple[frozenset[str], ...]] = {
    "fixed": (frozenset({"value"}),),
    "normal": tuple(frozenset({centre, spread}) for centre in ("mean", "median") for spread in ("sd", "p90")),
    "lognormal": (frozenset({"median", "p90"}),),
    "beta": (frozenset({"mean", "p90"}), frozenset({"mean", "sd"}), frozenset({"a", "b"})),
    "uniform": (frozenset({"low", "high"}),),
    "triangular": (frozenset({"low", "mode", "high"}),),
    "discrete": (frozenset({"values", "weights"}),),
    "quantiles": tuple(
        frozenset({"p10", "p50", "p90", *bounds}) for bounds in ((), ("low",), ("high",), ("low", "high"))
    ),
}


@dataclass(frozen=True)
class Prior:
    """A distribution over one number; made by ``make_prior``, which checks the arguments."""

    family: str
    arguments: Mapping[str, Argument]

    def median(self) -> float:
        """Return the nominal value: the median (of a discrete prior the smallest value with half the weight)."""
        return float(self.quantile(0.5))

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the quantiles at `u` (any shape, within (0, 1)), in the same shape."""
        return quantile(self.family, self.arguments, u)

    def support(self) -> tuple[float, float]:
        """Return the smallest interval that holds all of the probability; may be infinite."""
        value = {name: float(v) for name, v in self.arguments.items() if not isinstance(v, tuple)}
        if self.family == "fixed":
            return value["value"], value["value"]
        if self.family == "discrete":
            values = _several(self.arguments["values"])
            return min(values), max(values)
        low, high = {"lognormal": (0.0, math.inf), "beta": (0.0, 1.0)}.get(self.family, (-math.inf, math.inf))
        return value.get("low", low), value.get("high", high)


def _several(value: Argument) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def make_prior(family: str, arguments: Mapping[str, float | Sequence[float]], place: Place = NOWHERE) -> Prior:
    """Return a checked prior.

    Raises
    ------
    InputError
        F151 unknown family, F152 wrong set of arguments, F153 no such distribution.
    """
    if family not in ARGUMENTS:
        raise InputError([Fault("F151", f'"{family}" is no family of priors', place, family, "", _families(family))])
    if frozenset(arguments) not in ARGUMENTS[family]:
        expected = " or ".join("{" + ", ".join(sorted(names)) + "}" for names in ARGUMENTS[family])
        found = "{" + ", ".join(arguments) + "}"
        raise InputError([Fault("F152", f"{family} takes other arguments", place, found, expected)])
    plain = {k: float(v) if isinstance(v, int | float) else tuple(map(float, v)) for k, v in arguments.items()}
    reason = _impossible(family, plain)
    if reason:
        found = ", ".join(f"{name}: {value}" for name, value in plain.items())
        raise InputError([Fault("F153", f"no {family} distribution has these arguments: {reason}", place, found)])
    return Prior(family, plain)


def _families(family: str) -> str:
    return did_you_mean(family, ARGUMENTS)


def _impossible(family: str, arguments: Mapping[str, Argument]) -> str:
    """Return why the arguments cannot be met, or nothing."""
    if not all(math.isfinite(x) for value in arguments.values() for x in _several(value)):
        return "they must be finite"
    if family == "discrete":
        return _impossible_discrete(_several(arguments["values"]), _several(arguments["weights"]))
    if any(isinstance(v, tuple) for v in arguments.values()):
        return "single numbers are expected"
    value = {name: _several(v)[0] for name, v in arguments.items()}
    if family == "beta":
        return _impossible_beta(value)
    order = [value[name] for name in ("low", "p10", "mean", "median", "p50", "mode", "p90", "high") if name in value]
    ordered = order == sorted(order) if family == "triangular" else order == sorted(set(order))
    if not ordered or (len(order) > 1 and order[0] == order[-1]):
        return "they must increase"
    if value.get("sd", 1.0) <= 0:
        return "sd must be positive"
    return "the median must be positive" if family == "lognormal" and value["median"] <= 0 else ""


def _impossible_discrete(values: tuple[float, ...], weights: tuple[float, ...]) -> str:
    if not values or len(values) != len(weights):
        return "values and weights must be equally many"
    if len(set(values)) < len(values):
        return "a value stands twice"
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return f"weights must be zero or more and sum to 1, here {sum(weights):g}"
    return ""


def _impossible_beta(value: Mapping[str, float]) -> str:
    if "a" in value:
        return "" if min(value["a"], value["b"]) > 0 else "a and b must be positive"
    mean = value["mean"]
    if not 0 < mean < 1:
        return "the mean must lie between 0 and 1"
    if "sd" in value:
        return "" if 0 < value["sd"] ** 2 < mean * (1 - mean) else "sd must be positive and below sqrt(mean (1 - mean))"
    if not mean < value["p90"] < 1:
        return "p90 must lie between the mean and 1"
    return "" if math.isfinite(_beta_shape(mean, value["p90"])[0]) else "p90 is too far from the mean"


@lru_cache(maxsize=4096)
def _beta_shape(mean: float, p90: float) -> tuple[float, float]:
    """Return (a, b) of the most concentrated beta with this mean and 90 % quantile; nan where there is none."""
    from scipy.special import betainc

    def excess(log_n: float | Floats) -> Floats:
        n = np.exp(log_n)
        return np.asarray(betainc(mean * n, (1 - mean) * n, p90) - 0.9)

    grid = np.linspace(math.log(1e6), math.log(1e-2), 400)
    sign = excess(grid) > 0
    change = np.flatnonzero(sign[1:] != sign[:-1])
    if not change.size:
        return math.nan, math.nan
    high, low = float(grid[change[0]]), float(grid[change[0] + 1])
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if (excess(middle) > 0) == bool(sign[change[0]]) else (middle, high)
    n = math.exp((low + high) / 2)
    return mean * n, (1 - mean) * n


def quantile(family: str, arguments: Mapping[str, Argument | Floats], u: ArrayLike) -> Floats:
    """Return quantiles of a family; arguments may be arrays that broadcast with `u` (world parameters).

    Parameters
    ----------
    arguments : by name
        Checked numbers or arrays; for ``discrete`` tuples of numbers.
    u : probability, within (0, 1)
    """
    at = np.asarray(u, dtype=np.float64)
    if family == "discrete":
        order = np.argsort(np.atleast_1d(arguments["values"]))
        values, weights = (np.atleast_1d(arguments[name])[order] for name in ("values", "weights"))
        steps = np.cumsum(weights)[:-1]
        return np.asarray(values[np.searchsorted(steps, at - 1e-12, side="left")])
    value = {name: np.asarray(x, dtype=np.float64) for name, x in arguments.items()}
    if family == "fixed":
        return np.broadcast_to(value["value"], np.broadcast_shapes(value["value"].shape, at.shape)).copy()
    if family == "uniform":
        return np.asarray(value["low"] + (value["high"] - value["low"]) * at)
    if family == "triangular":
        return _triangular(value["low"], value["mode"], value["high"], at)
    return _by_special_functions(family, value, at)


def _triangular(low: Floats, mode: Floats, high: Floats, u: Floats) -> Floats:
    left = low + np.sqrt(u * (high - low) * (mode - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.asarray(np.where(u * (high - low) < mode - low, left, right))


def _by_special_functions(family: str, value: Mapping[str, Floats], u: Floats) -> Floats:
    from scipy.special import betaincinv, ndtri

    if family == "beta":
        a, b = _beta_shapes(value)
        return np.asarray(betaincinv(a, b, u))
    z = np.asarray(ndtri(u))
    if family == "normal":
        centre = value["mean"] if "mean" in value else value["median"]
        spread = value["sd"] if "sd" in value else (value["p90"] - centre) / Z90
        return np.asarray(centre + spread * z)
    if family == "lognormal":
        return np.asarray(value["median"] * np.exp(np.log(value["p90"] / value["median"]) / Z90 * z))
    return _split_normal(value, z)


def _beta_shapes(value: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    if "a" in value:
        return value["a"], value["b"]
    mean = value["mean"]
    if "sd" in value:
        n = mean * (1 - mean) / value["sd"] ** 2 - 1
        return mean * n, (1 - mean) * n
    means, p90s = np.broadcast_arrays(mean, value["p90"])
    shapes = [_beta_shape(float(m), float(p)) for m, p in zip(means.ravel(), p90s.ravel(), strict=True)]
    a, b = np.array(shapes).T
    return a.reshape(means.shape), b.reshape(means.shape)


def _split_normal(value: Mapping[str, Floats], z: Floats) -> Floats:
    low, high = value.get("low"), value.get("high")

    def straight(x: Floats) -> Floats:
        return np.asarray(
            (np.log(x - low) if low is not None else 0.0) - (np.log(high - x) if high is not None else 0.0)
            if low is not None or high is not None
            else x
        )

    p10, p50, p90 = (straight(value[name]) for name in ("p10", "p50", "p90"))
    y = p50 + z / Z90 * np.where(z < 0, p50 - p10, p90 - p50)
    if low is not None and high is not None:
        return np.asarray(low + (high - low) / (1 + np.exp(-y)))
    if low is not None:
        return np.asarray(low + np.exp(y))
    return np.asarray(high - np.exp(-y)) if high is not None else np.asarray(y)
