"""Faults of a ``ceasefire-game/1`` document: one function per part, all faults returned."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ceasefire.errors import Fault, Place

CODES = {
    "G100": "A file with an explicit game cannot be read.",
    "G101": "A file with an explicit game is no JSON text in UTF-8, or is nested too deeply.",
    "G102": "A key stands twice in one object.",
    "G103": "Something has the wrong type: an object, a list or a name is expected.",
    "G104": "The format is not ceasefire-game/1.",
    "G105": "A key that every game needs is missing.",
    "G106": "Unknown key.",
    "G107": "Something is not a finite number.",
    "G108": "A number is out of range, or a period does not exist.",
    "G109": "A name is not text, or stands twice.",
    "G110": "An actor, state or move that the game does not have.",
    "G111": "Types need one prior probability per label.",
    "G112": "Probabilities do not sum to one.",
    "G113": "A step of nature names moves.",
    "G114": "A state of a step's table has no feasible move.",
    "G115": "A list of payoffs has the wrong shape.",
}
FORMAT = "ceasefire-game/1"
TOP = {"format", "title", "actors", "types", "states", "initial", "periods", "steps", "terminal"}
ACTOR = {"name", "precision", "discount_factor"}
STEP = {"name", "actor", "moves", "table", "periods"}
SUM_TOLERANCE = 1e-6


def find_game_faults(document: Any, place: Place) -> list[Fault]:
    """Return all faults of a parsed document, in the order of the document."""
    if not isinstance(document, Mapping):
        return [Fault("G103", "a game is an object", place, found=type(document).__name__)]
    checker = _Checker(document, place)
    checker.run()
    return checker.faults


class _Checker:
    def __init__(self, document: Mapping[str, Any], place: Place) -> None:
        self.document, self.place = document, place
        self.faults: list[Fault] = []
        self.actors: list[str] = []
        self.n_types: dict[str, int] = {}
        self.states: set[str] = set()
        self.periods = 0

    def fault(self, code: str, message: str, found: Any = "", expected: str = "", hint: str = "") -> None:
        self.faults.append(Fault(code, message, self.place, "" if found == "" else repr(found), expected, hint))

    def run(self) -> None:
        document = self.document
        if document.get("format") != FORMAT:
            self.fault("G104", "the format is not the one read here", document.get("format"), repr(FORMAT))
        self.keys(document, TOP, "the game")
        for key in ("actors", "states", "initial", "periods", "steps"):
            if key not in document:
                self.fault("G105", f"the game has no {key}")
        self.check_actors()
        self.check_types()
        self.check_states()
        self.check_steps()
        self.check_terminal()

    def keys(self, mapping: Mapping[str, Any], allowed: set[str], where: str) -> None:
        for key in mapping:
            if key not in allowed:
                self.fault("G106", f"{where} has an unknown key", key, ", ".join(sorted(allowed)))

    def mapping(self, value: Any, where: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.fault("G103", f"{where} is not an object", value)
        return {}

    def items(self, value: Any, where: str) -> list[Any]:
        if isinstance(value, list):
            return value
        self.fault("G103", f"{where} is not a list", value)
        return []

    def number(self, value: Any, where: str, low: float = -math.inf, high: float = math.inf) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fault("G107", f"{where} is not a finite number", value)
        elif not low <= value <= high:
            self.fault("G108", f"{where} is out of range", value, f"from {low:g} to {high:g}")

    def distinct(self, names: Iterable[Any], where: str) -> None:
        seen: set[str] = set()
        for name in names:
            if not isinstance(name, str):
                self.fault("G109", f"{where} has a name that is not text", name)
            elif name in seen:
                self.fault("G109", f"{where} has a name twice", name)
            else:
                seen.add(name)

    def check_actors(self) -> None:
        for actor in self.items(self.document.get("actors", []), "actors"):
            actor = self.mapping(actor, "an actor")
            name = actor.get("name")
            self.keys(actor, ACTOR, f"actor {name!r}")
            self.actors.append(name if isinstance(name, str) else "")
            if "precision" not in actor:
                self.fault("G105", f"actor {name!r} has no precision")
            self.number(actor.get("precision", 0.0), f"precision of {name!r}", 0.0)
            self.number(actor.get("discount_factor", 1.0), f"discount factor of {name!r}", 0.0, 1.0)
        self.distinct(self.actors, "actors")
        if not self.actors:
            self.fault("G105", "the game has no actors")

    def check_types(self) -> None:
        for name, entry in self.mapping(self.document.get("types", {}), "types").items():
            if name not in self.actors:
                self.fault("G110", "types of somebody who is not an actor", name, ", ".join(self.actors))
            entry = self.mapping(entry, f"types of {name!r}")
            self.keys(entry, {"labels", "prior"}, f"types of {name!r}")
            labels = self.items(entry.get("labels", []), f"labels of {name!r}")
            prior = self.items(entry.get("prior", []), f"prior of {name!r}")
            self.distinct(labels, f"labels of {name!r}")
            self.n_types[name] = len(labels)
            if not labels or len(labels) != len(prior):
                self.fault("G111", f"types of {name!r}: one prior probability per label", (len(labels), len(prior)))
            self.lottery(prior, f"prior of {name!r}")

    def lottery(self, probabilities: list[Any], where: str) -> None:
        before = len(self.faults)
        for value in probabilities:
            self.number(value, where, 0.0, 1.0)
        if len(self.faults) == before and abs(sum(probabilities) - 1.0) > SUM_TOLERANCE:
            self.fault("G112", f"{where}: probabilities do not sum to one", sum(probabilities), "1")

    def check_states(self) -> None:
        states = self.items(self.document.get("states", []), "states")
        self.distinct(states, "states")
        self.states = {state for state in states if isinstance(state, str)}
        if isinstance(self.document.get("initial"), str | None) is False:
            self.fault("G103", "initial is not the name of a state", self.document["initial"])
        elif "initial" in self.document and self.document["initial"] not in self.states:
            self.fault("G110", "initial is not a state", self.document["initial"])
        periods = self.document.get("periods", 1)
        if isinstance(periods, bool) or not isinstance(periods, int) or periods < 1:
            self.fault("G107", "periods is not a whole number of at least 1", periods)
        else:
            self.periods = periods

    def check_steps(self) -> None:
        steps = [self.mapping(s, "a step") for s in self.items(self.document.get("steps", []), "steps")]
        self.distinct([step.get("name") for step in steps], "steps")
        for step in steps:
            self.check_step(step, f"step {step.get('name')!r}")

    def check_step(self, step: Mapping[str, Any], where: str) -> None:
        self.keys(step, STEP, where)
        actor = step.get("actor")
        moves = [""]
        if actor is None:
            if step.get("moves") not in (None, [""], []):
                self.fault("G113", f"{where} is nature's and names moves", step.get("moves"))
        else:
            if actor not in self.actors:
                self.fault("G110", f"{where} belongs to somebody who is not an actor", actor, ", ".join(self.actors))
            moves = self.items(step.get("moves", []), f"moves of {where}")
            self.distinct(moves, f"moves of {where}")
        if "periods" in step:
            for period in self.items(step["periods"], f"periods of {where}"):
                if isinstance(period, bool) or not isinstance(period, int) or not 0 <= period < max(self.periods, 1):
                    self.fault("G108", f"{where} names a period that the game does not have", period)
        for state, row in self.mapping(step.get("table", {}), f"table of {where}").items():
            self.check_row(self.mapping(row, f"{where}, state {state!r}"), state, moves, f"{where}, state {state!r}")

    def check_row(self, row: Mapping[str, Any], state: str, moves: list[Any], where: str) -> None:
        if state not in self.states:
            self.fault("G110", f"{where}: no such state")
        if not row:
            self.fault("G114", f"{where}: no feasible move", hint="leave the state out if nobody chooses there")
        for move, cell in row.items():
            if move not in moves:
                self.fault("G110", f"{where}: no such move", move, ", ".join(map(repr, moves)))
            cell = self.mapping(cell, f"{where}, move {move!r}")
            self.keys(cell, {"to", "payoffs"}, f"{where}, move {move!r}")
            reached = self.mapping(cell.get("to", {}), f"{where}, move {move!r}: to")
            for name in reached:
                if name not in self.states:
                    self.fault("G110", f"{where}, move {move!r}: leads to no state", name)
            self.lottery(list(reached.values()), f"{where}, move {move!r}")
            self.payoffs(cell.get("payoffs", {}), f"{where}, move {move!r}")

    def check_terminal(self) -> None:
        for state, row in self.mapping(self.document.get("terminal", {}), "terminal").items():
            if state not in self.states:
                self.fault("G110", "terminal names no state", state)
            self.payoffs(row, f"terminal of {state!r}")

    def payoffs(self, payoffs: Any, where: str) -> None:
        for name, value in self.mapping(payoffs, f"payoffs of {where}").items():
            if name not in self.actors:
                self.fault("G110", f"{where}: payoff to somebody who is not an actor", name, ", ".join(self.actors))
                continue
            over = [name] if isinstance(value, list) else []
            if isinstance(value, Mapping):
                self.keys(value, {"over", "values"}, f"{where}: payoff to {name!r}")
                over = self.items(value.get("over", []), f"{where}: over")
                value = value.get("values")
                self.distinct(over, f"{where}: over")
            if any(other not in self.actors for other in over):
                self.fault("G110", f"{where}: payoff over somebody who is not an actor", over, ", ".join(self.actors))
                continue
            self.nested(value, tuple(self.n_types.get(other, 1) for other in over), f"{where}: payoff to {name!r}")

    def nested(self, value: Any, shape: tuple[int, ...], where: str) -> None:
        try:
            numbers = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            self.fault("G107", f"{where} is not made of numbers", value)
            return
        if numbers.shape != shape:
            self.fault("G115", f"{where} has the wrong shape", numbers.shape, f"{shape}, one number per type")
        if isinstance(value, bool) or not np.isfinite(numbers).all():
            self.fault("G107", f"{where} is not finite", value)
