"""``ceasefire-game/1``: an explicit small game as JSON, with every fault said at once.

A state missing from a step's table stays as it is and nobody chooses there; a move missing in a state is not feasible
there; payoffs not named are 0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ceasefire.errors import Fault, InputError, Place
from ceasefire.game.arrays import Game, GameStep, StepTable
from ceasefire.game.explicit_faults import find_game_faults

FORMAT = "ceasefire-game/1"


def game_from_json(source: str | Path | Mapping[str, Any]) -> Game:
    """Return the game that a ``ceasefire-game/1`` document describes.

    Parameters
    ----------
    source : path, JSON text or the parsed document

    Raises
    ------
    InputError
        With all faults (codes G1xx).
    """
    document, place = _load(source)
    faults = find_game_faults(document, place)
    if faults:
        raise InputError(faults)
    return _Builder(document).game()


def _load(source: str | Path | Mapping[str, Any]) -> tuple[Any, Place]:
    if isinstance(source, Mapping):
        return source, Place()
    text, place = str(source), Place()
    if isinstance(source, Path) or not text.lstrip().startswith("{"):
        place = Place(file=str(source))
        try:
            text = Path(source).read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError([Fault("G101", "this is not text in UTF-8", place, hint=str(error))]) from None
        except OSError as error:
            raise InputError([Fault("G100", f"cannot be read: {error.strerror or error}", place)]) from None
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates), place
    except json.JSONDecodeError as error:
        line = "".join(text.splitlines()[error.lineno - 1 : error.lineno])  # nothing where the text ends too early
        at = Place(place.file, error.lineno, error.colno, line[:200])
        raise InputError([Fault("G101", f"this is not JSON: {error.msg}", at)]) from None
    except _DuplicateError as error:
        raise InputError([Fault("G102", "a key stands twice in one object", place, found=str(error))]) from None
    except ValueError as error:  # a number too long to be one
        raise InputError([Fault("G101", f"this cannot be read: {str(error).partition(';')[0]}", place)]) from None
    except RecursionError:
        raise InputError([Fault("G101", "this is nested too deeply", place)]) from None


class _DuplicateError(ValueError):
    pass


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateError(key)
        found[key] = value
    return found


class _Builder:
    """Turns a checked document into arrays."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.actors = [actor["name"] for actor in document["actors"]]
        self.states = list(document["states"])
        self.state_index = {name: index for index, name in enumerate(self.states)}
        types = document.get("types", {})
        self.labels = tuple(tuple(types[a]["labels"]) if a in types else ("",) for a in self.actors)
        self.prior = tuple(
            np.asarray(types[a]["prior"], dtype=float) / np.sum(types[a]["prior"]) if a in types else np.ones(1)
            for a in self.actors
        )
        self.shape = tuple(len(labels) for labels in self.labels)

    def game(self) -> Game:
        document = self.document
        actors = document["actors"]
        rows = [document.get("terminal", {}).get(state, {}) for state in self.states]
        return Game(
            title=str(document.get("title", "")),
            actor_names=tuple(self.actors),
            precision=np.array([float(a["precision"]) for a in actors]),
            discount_factor=np.array([float(a.get("discount_factor", 1.0)) for a in actors]),
            type_labels=self.labels,
            prior=self.prior,
            n_states=len(self.states),
            state_names=tuple(self.states),
            initial_states=np.array([self.state_index[document["initial"]]], dtype=np.int32),
            initial_probability=np.ones(1),
            n_periods=int(document["periods"]),
            steps=tuple(self._step(step) for step in document["steps"]),
            terminal=_shared(np.stack([self._payoffs(row) for row in rows])),
            stationary=np.zeros(len(actors), dtype=bool),
        )

    def _step(self, step: Mapping[str, Any]) -> GameStep:
        periods = int(self.document["periods"])
        table_of_period = np.zeros(periods, dtype=np.int32)
        if "periods" in step:
            table_of_period[:] = -1
            table_of_period[list(step["periods"])] = 0
        if step.get("actor") is None:
            return GameStep(step["name"], -1, ("",), (self._table(step, ("",)),), table_of_period)
        moves = tuple(step["moves"])
        actor = self.actors.index(step["actor"])
        return GameStep(step["name"], actor, moves, (self._table(step, moves),), table_of_period)

    def _table(self, step: Mapping[str, Any], moves: tuple[str, ...]) -> StepTable:
        table = step.get("table", {})
        states = sorted(self.state_index[name] for name in table)
        n_actors, n_profiles = len(self.actors), int(np.prod(self.shape))
        feasible = np.zeros((len(states), len(moves)), dtype=bool)
        payoff = np.zeros((len(states), len(moves), n_profiles, n_actors))
        start, successor, probability = [0], [], []
        for row, state in enumerate(states):
            for column, move in enumerate(moves):
                cell = table[self.states[state]].get(move)
                if cell is not None:
                    feasible[row, column] = True
                    payoff[row, column] = self._payoffs(cell.get("payoffs", {}))
                    reached = {self.state_index[name]: float(p) for name, p in cell["to"].items() if p > 0}
                    total = sum(reached.values())
                    successor += list(reached)
                    probability += [p / total for p in reached.values()]
                start.append(len(successor))
        return StepTable(
            states=np.array(states, dtype=np.int32),
            feasible=feasible,
            log_weight=np.zeros(feasible.shape),
            payoff=_shared(payoff, axis=2),
            start=np.array(start, dtype=np.int64),
            successor=np.array(successor, dtype=np.int32),
            probability=np.array(probability, dtype=np.float64).reshape(1, 1, -1),
            type_actor=-1,
            view_of_actor=np.zeros(n_actors, dtype=np.int32),
        )

    def _payoffs(self, payoffs: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the payoffs of one cell, (p, i)."""
        result = np.zeros((int(np.prod(self.shape)), len(self.actors)))
        for name, value in payoffs.items():
            actor = self.actors.index(name)
            over = [actor] if isinstance(value, list) else []
            if isinstance(value, Mapping):
                over = [self.actors.index(other) for other in value["over"]]
                value = value["values"]
            numbers = np.asarray(value, dtype=float)
            axes = sorted(range(len(over)), key=lambda j: over[j])
            shape = [self.shape[i] if i in over else 1 for i in range(len(self.actors))]
            spread = np.transpose(numbers, axes).reshape(shape) if over else numbers
            result[:, actor] = np.broadcast_to(spread, self.shape).ravel()
        return result


def _shared(values: np.ndarray[Any, np.dtype[np.float64]], axis: int = 1) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Collapse the axis of profiles to length one where nothing depends on it."""
    first = values.take([0], axis=axis)
    return np.ascontiguousarray(first if np.array_equal(np.broadcast_to(first, values.shape), values) else values)
