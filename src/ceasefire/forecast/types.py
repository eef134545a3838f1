"""Types by name: dimensions, labels, and which paths have them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.model import Case
from ceasefire.case.query import TypeIs
from ceasefire.game.arrays import Game
from ceasefire.simulate.model import PathSet

Bools = NDArray[np.bool_]


def dimensions(case: Case, actor: str) -> tuple[str, ...]:
    """Return the names of an actor's type dimensions, in the order in which its type labels list them."""
    return tuple(dimension.name for dimension in case.types if dimension.actor == actor)


def labels_of(case: Case, game: Game, actor: str) -> list[dict[str, str]]:
    """Return, for each type of an actor, its label by dimension."""
    names = dimensions(case, actor)
    return [dict(zip(names, label.split("/"), strict=True)) for label in type_names(game, actor)] if names else []


def type_names(game: Game, actor: str) -> tuple[str, ...]:
    """Return the names of an actor's types, such as ``long/aims_first``."""
    return game.type_labels[game.actor_names.index(actor)]


def informed_actors(game: Game) -> tuple[str, ...]:
    """Return the names of the actors with private types."""
    return tuple(game.actor_names[i] for i in game.informed)


def with_label(case: Case, game: Game, actor: str, dimension: str, label: str) -> Bools:
    """Return which of an actor's types have a label, (k,)."""
    return np.array([labels[dimension] == label for labels in labels_of(case, game, actor)], dtype=np.bool_)


def type_of_path(game: Game, paths: PathSet, actor: str) -> NDArray[np.int32]:
    """Return the index of an actor's true type on each path, (n,)."""
    return np.asarray(game.type_of_profile[paths.profile, game.actor_names.index(actor)])


def paths_of(case: Case, game: Game, paths: PathSet, conditions: Iterable[TypeIs]) -> Bools | None:
    """Return which paths have the types that conditions name, (n,); None where there is no condition."""
    mask: Bools | None = None
    for c in conditions:
        kept = with_label(case, game, c.actor, c.dimension, c.label)[type_of_path(game, paths, c.actor)]
        mask = kept if mask is None else mask & kept
    return mask
