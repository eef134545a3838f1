"""Weights of paths: who starts where, what the record leaves, and resampling when too little is left.

Paths stand in ``N_BATCHES`` equal batches that never mix, so that the spread between batches measures the Monte Carlo
error. Within a batch they are divided among *strata* (type profiles, or shadow types) in shares halfway between the
weight of each stratum and equality; weights make up for it. The estimated likelihood of the record given a stratum is
the product of the mean increments there, and resampling within strata leaves every such product unbiased (Gordon,
Salmond and Smith 1993; systematic resampling: Douc, Cappé and Moulines 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ceasefire.simulate.model import N_BATCHES
from ceasefire.simulate.random import Purpose, uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

RESAMPLE_BELOW = 0.5
"""Weights are resampled when the effective number of paths falls below this share of what the strata allow."""


@dataclass(frozen=True)
class Strata:
    """The kinds of paths that are kept apart.

    Parameters
    ----------
    prior : (m,)
        Sums to one.
    types : (m, i), int
        Type of each actor.
    profile : (m,), int
        Number that the stratum is reported under.
    kind : (m,), int
        Shadow type; 0 where there are none.
    keep_shares : bool
        Whether each stratum always has the share of the paths that it begins with (shadow types).
    world_profile : (m,), int, or None
        Number under which the world asks for the stratum; None: `profile`.
    """

    prior: Floats
    types: Ints
    profile: Ints
    kind: Ints
    keep_shares: bool = False
    world_profile: Ints | None = None

    def counts(self, mass: Floats, size: int) -> Ints:
        """Return how many of the `size` paths of a batch each stratum gets at a given mass, (m,).

        Shadow types all have the same number, divided alike among the types of the others.
        """
        if not self.keep_shares:
            return counts_per_batch(mass, size)
        n_shadow = int(self.kind.max()) + 1
        return np.tile(counts_per_batch(self.prior.reshape(n_shadow, -1)[0], size // n_shadow), n_shadow)

    @property
    def n_profiles(self) -> int:
        """Number of profiles reported."""
        return int(self.profile.max()) + 1


def rounded_up(n_paths: int, strata: Strata) -> int:
    """Return the number of paths that fills all batches and gives every stratum at least two in each."""
    size = max(-(-n_paths // N_BATCHES), 2 * strata.prior.size)
    even = int(strata.kind.max()) + 1
    return N_BATCHES * even * -(-size // even)


def counts_per_batch(mass: Floats, size: int) -> Ints:
    """Return how many of the `size` paths of a batch each stratum gets, (m,); none where its mass is zero."""
    alive = mass > 0
    share = np.where(alive, 0.5 * mass / mass.sum() + 0.5 / alive.sum(), 0.0)
    counts = np.where(alive, np.maximum(np.floor(share * size), 1), 0).astype(np.int32)
    order = np.argsort(-(share * size - counts), kind="stable")
    while counts.sum() != size:
        missing = size - int(counts.sum())
        if missing > 0:
            counts[order[np.arange(missing) % int(alive.sum())]] += 1
        else:
            counts[int(np.argmax(counts))] -= 1
    return counts


def strata_of_slots(counts: Ints, n_paths: int) -> Ints:
    """Return the stratum of every path, (n,): the same division in each batch."""
    return np.tile(np.repeat(np.arange(counts.size, dtype=np.int32), counts), N_BATCHES)[:n_paths]


def mass_by(index: Ints, weight: Floats, size: int) -> Floats:
    """Return the summed weight of each stratum, (size,)."""
    return np.bincount(index, weight, size).astype(np.float64)


def is_degenerate(strata: Strata, stratum: Ints, weight: Floats) -> bool:
    """Return whether the weights are so unequal that resampling pays.

    The effective number of paths (1 / sum of squared weights) is compared with what it would be after resampling.
    """
    mass = mass_by(stratum, weight, strata.prior.size)
    count = strata.counts(mass, weight.size // N_BATCHES) * N_BATCHES
    best = np.sum(np.where(count > 0, mass**2 / np.maximum(count, 1), 0.0))
    return bool(np.sum(weight**2) * RESAMPLE_BELOW > best)


def resample(
    seed: int, period: int, step: int, strata: Strata, stratum: Ints, weight: Floats
) -> tuple[NDArray[np.int64], Ints, Floats]:
    """Draw new paths from the old ones, batch by batch and stratum by stratum.

    Returns
    -------
    ancestor : (n,), int
        Which old path each new one copies; always of the same batch.
    stratum : (n,), int
    weight : (n,)
        Equal within a batch and stratum, with the same sum as before.
    """
    size, n_strata = weight.size // N_BATCHES, strata.prior.size
    counts = strata.counts(mass_by(stratum, weight, n_strata), size)
    new_stratum = strata_of_slots(counts, weight.size)
    ancestor = np.arange(weight.size, dtype=np.int64)
    new_weight = np.zeros_like(weight)
    shift = uniforms(seed, np.arange(N_BATCHES * n_strata), period, step, Purpose.RESAMPLE)
    first = np.concatenate([[0], np.cumsum(counts)])
    for b in range(N_BATCHES):
        old = slice(b * size, (b + 1) * size)
        for m in np.flatnonzero(counts):
            members = b * size + np.flatnonzero(stratum[old] == m)
            slots = slice(b * size + int(first[m]), b * size + int(first[m + 1]))
            total = weight[members].sum()
            if total > 0:
                level = (np.arange(counts[m]) + shift[b * n_strata + m]) / counts[m]
                cumulated = np.cumsum(weight[members]) / total
                picked = np.minimum(np.searchsorted(cumulated, level, side="right"), members.size - 1)
                ancestor[slots] = members[picked]
                new_weight[slots] = total / counts[m]
    return ancestor, new_stratum, new_weight


def rank_in_group(stratum: Ints) -> NDArray[np.int64]:
    """Return the place of each path among those of its batch and stratum, counted on from batch to batch, (n,)."""
    n = stratum.size
    batch = np.arange(n) // (n // N_BATCHES)
    order = np.lexsort((np.arange(n), stratum, batch))
    group = (batch * (int(stratum.max()) + 1) + stratum)[order]
    begins = np.concatenate([[True], np.diff(group) != 0])
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n) - np.maximum.accumulate(np.where(begins, np.arange(n), 0))
    return np.asarray(batch * (n // N_BATCHES) + rank, dtype=np.int64)


def stratified_uniforms(seed: int, stratum: Ints, n_columns: int) -> Floats:
    """Return uniform numbers, (n, c), spread evenly over [0, 1) within each batch and stratum.

    Column c of a group of g paths takes every interval [j/g, (j+1)/g) once, in an order of its own.
    """
    n = stratum.size
    path = np.arange(n, dtype=np.int64)
    group = (path // (n // N_BATCHES)) * (int(stratum.max()) + 1) + stratum
    size = np.bincount(group)[group]
    out = np.empty((n, n_columns))
    for c in range(n_columns):
        order = np.lexsort((uniforms(seed, path, -1, c, Purpose.ORDER), group))
        begins = np.concatenate([[True], np.diff(group[order]) != 0])
        rank = np.empty(n)
        rank[order] = np.arange(n) - np.maximum.accumulate(np.where(begins, np.arange(n), 0))
        out[:, c] = (rank + uniforms(seed, path, -1, c, Purpose.JITTER)) / size
    return out
