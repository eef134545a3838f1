"""Where all paths are: state, beliefs, types, world and weight at one moment. Changed in place, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.evidence import RecordItem
from ceasefire.errors import Fault, InputError, Place
from ceasefire.game.arrays import Game
from ceasefire.simulate import weights
from ceasefire.simulate.model import N_BATCHES, PathSet
from ceasefire.simulate.random import Purpose, uniforms
from ceasefire.simulate.shadow import ShadowPlay
from ceasefire.simulate.views import HeldView, Track
from ceasefire.simulate.weights import Strata

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CONTINUED = 0x5EED
"""Changes the seed of paths that continue others, whose first periods have used the same counters."""


@dataclass
class Walk:
    """All paths at one moment.

    Attributes
    ----------
    path : (n,), int
        Number of each path, the counter of its random numbers.
    weight : (n,)
        Not normalised; ``log_scale`` has been taken out.
    tracks : by view
        Public beliefs; the first are those of the game that is played.
    types : by actor, (n,)
    profile : (n,), int
        Number under which each path is reported.
    world_profile : (n,), int
        Number under which the world knows each path's types.
    kind : (n,), int
        Shadow type; 0 where there are none.
    pattern : (n,), int
        Turn pattern of the period.
    switch : (n,), bool
        Whether the path has passed a place where its strategy jumps between neighbouring nodes.
    items : by name, (p,)
        Log of the mean increment by profile.
    """

    game: Game
    seed: int
    strata: Strata
    path: NDArray[np.int64]
    batch: Ints
    stratum: Ints
    weight: Floats
    state: Ints
    start_state: Ints
    tracks: list[Track]
    world: dict[str, Floats]
    pattern: Ints
    switch: Bools
    log_scale: float = 0.0
    side_start: dict[str, Floats] = field(default_factory=dict)
    items: dict[str, Floats] = field(default_factory=dict)
    resampled: list[int] = field(default_factory=list)

    @property
    def n(self) -> int:
        """Number of paths."""
        return int(self.weight.size)

    @property
    def belief(self) -> list[Floats]:
        """The public belief of the game that is played, by actor, (n, k)."""
        return self.tracks[0].belief

    def __post_init__(self) -> None:
        self._look_up()

    def _look_up(self) -> None:
        """Set what follows from the stratum of each path."""
        strata, stratum = self.strata, self.stratum
        self.types = list(np.ascontiguousarray(strata.types[stratum].T))
        self.profile: Ints = strata.profile[stratum]
        self.kind: Ints = strata.kind[stratum]
        known = strata.world_profile
        self.world_profile: Ints = self.profile if known is None else known[stratum]

    # ---------------------------------------------------------------- beginning
    @classmethod
    def begin(
        cls,
        game: Game,
        n_paths: int,
        seed: int,
        start: PathSet | None,
        shadow: ShadowPlay | None,
        other: HeldView | None = None,
    ) -> Walk:
        """Return the paths before the first period, with the beliefs of an `other` view beside those of the game."""
        games = [game] if other is None else [game, other.game]
        strata = _strata(game) if shadow is None else shadow.strata(game)
        if start is not None:
            return _continued(cls, games, seed, start, strata)
        n = weights.rounded_up(n_paths, strata)
        counts = strata.counts(strata.prior, n // N_BATCHES)
        stratum = weights.strata_of_slots(counts, n)
        path = np.arange(n, dtype=np.int64) if shadow is None else weights.rank_in_group(stratum)
        batch = (np.arange(n) // (n // N_BATCHES)).astype(np.int32)
        weight = strata.prior[stratum] / (counts[stratum] * N_BATCHES)
        first = _pick(game.initial_probability, uniforms(seed, path, -1, -1, Purpose.INITIAL))
        state = game.initial_states[first].astype(np.int32)
        walk = cls(
            game, seed, strata, path, batch, stratum, weight, state, state.copy(),
            [Track.prior(one, n) for one in games], {}, np.zeros(n, dtype=np.int32), np.zeros(n, dtype=bool),
        )  # fmt: skip
        walk._draw_world(shadow)
        return walk

    def _draw_world(self, shadow: ShadowPlay | None) -> None:
        draw = self.game.draw_world if shadow is None else shadow.draw_world
        if draw is not None and self.game.n_world:
            uniform = weights.stratified_uniforms(self.seed, self.stratum, self.game.n_world)
            drawn = draw(self.world_profile, np.clip(uniform, 1e-12, 1 - 1e-12))
            self.world = {name: np.asarray(values, dtype=np.float64) for name, values in drawn.items()}

    # ---------------------------------------------------------------- turns
    def draw_pattern(self, period: int) -> None:
        """Draw who sits the period out."""
        patterns = self.game.turn_patterns
        if len(patterns) > 1:
            uniform = uniforms(self.seed, self.path, period, -1, Purpose.PATTERN)
            self.pattern = _pick(np.array([p for p, _ in patterns]), uniform)

    def patterns_present(self) -> list[int]:
        """Return the patterns to be played apart; [-1] where there is only one."""
        return [-1] if len(self.game.turn_patterns) == 1 else [int(p) for p in np.unique(self.pattern)]

    def sits_out(self, actor: int) -> Bools:
        """Return on which paths an actor has no turn in this period."""
        out = np.array([actor in absent for _, absent in self.game.turn_patterns])
        return np.asarray(out[self.pattern], dtype=bool)

    # ---------------------------------------------------------------- weights
    def masses(self) -> Floats:
        """Return the weight of each profile, (p,)."""
        return weights.mass_by(self.profile, self.weight, self.strata.n_profiles)

    def weigh(self, name: str, factor: Floats, item: RecordItem) -> None:
        """Multiply the weights by the likelihood of an item of the record."""
        before = self.masses()
        self.weight *= factor
        self.note_item(name, before, "the state", item.place)

    def note_item(self, name: str, before: Floats, where: str, place: Place = Place()) -> None:
        """Keep what an item did to the weight of each profile; keep the weights in range.

        Raises
        ------
        InputError
            S402 if no path is left.
        """
        after = self.masses()
        if not after.sum() > 0:
            message = f'no simulated path agrees with the item "{name}" of the record ({where})'
            hint = "see whether the move is feasible there, give `miscoded` a chance, or simulate more paths"
            raise InputError([Fault("S402", message, place, hint=hint)])
        with np.errstate(divide="ignore", invalid="ignore"):
            increment = np.log(after) - np.log(before)
        increment[np.isnan(increment)] = -np.inf
        self.items[name] = self.items.get(name, np.zeros(after.size)) + increment
        self.log_scale += float(np.log(after.sum()))
        self.weight /= after.sum()

    def resample_if_degenerate(self, period: int, step: int) -> NDArray[np.int64] | None:
        """Replace the paths by equally weighted ones where weights have degenerated; return the ancestors."""
        if not self.items or not weights.is_degenerate(self.strata, self.stratum, self.weight):
            return None
        ancestor, self.stratum, self.weight = weights.resample(
            self.seed, period, step, self.strata, self.stratum, self.weight
        )
        self._look_up()
        self.state, self.start_state = self.state[ancestor], self.start_state[ancestor]
        for track in self.tracks:
            track.reorder(ancestor)
        self.world = {name: values[ancestor] for name, values in self.world.items()}
        self.pattern, self.switch = self.pattern[ancestor], self.switch[ancestor]
        self.resampled.append(period)
        return ancestor


def _pick(probability: Floats, uniform: Floats) -> Ints:
    """Return the index that each uniform number falls on."""
    edges = np.cumsum(probability)
    return np.minimum(np.searchsorted(edges, uniform, side="right"), edges.size - 1).astype(np.int32)


def _strata(game: Game) -> Strata:
    """Return one stratum per type profile."""
    types = game.type_of_profile
    prior = np.prod([game.prior[i][types[:, i]] for i in range(game.n_actors)], axis=0)
    index = np.arange(game.n_profiles, dtype=np.int32)
    return Strata(prior / prior.sum(), types, index, np.zeros_like(index))


def _continued(cls: type[Walk], games: list[Game], seed: int, start: PathSet, strata: Strata) -> Walk:
    """Return paths that begin where those of another game over the same states ended, in as many views."""
    game = games[0]
    names: tuple[str, ...] = start.notes["state_names"]
    place = {name: s for s, name in enumerate(game.state_names)}
    lookup = np.array([place.get(name, -1) for name in names], dtype=np.int32)
    state = lookup[start.state[-1]]
    if (state < 0).any():
        missing = names[int(start.state[-1][int(np.argmax(state < 0))])]
        raise ValueError(f"the state {missing} does not exist in the game that goes on from there")
    n = start.n_paths
    tracks = [Track.prior(one, n) for one in games]
    for track, last in zip(tracks, start.notes["last_beliefs"], strict=True):
        for actor, kept in last.items():
            track.belief[actor] = np.ascontiguousarray(kept, dtype=np.float64)
    world = {name: values.copy() for name, values in start.world.items()}
    walk = cls(
        game, seed ^ CONTINUED, strata, np.arange(n, dtype=np.int64), start.batch, start.profile.astype(np.int32),
        start.weight.copy(), state, state.copy(), tracks, world, np.zeros(n, dtype=np.int32), np.zeros(n, dtype=bool),
    )  # fmt: skip
    walk.side_start = {name: values[-1] for name, values in start.side.items()}
    return walk
