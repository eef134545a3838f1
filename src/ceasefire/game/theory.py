"""Games of the literature whose solutions are known in closed form, as ``ceasefire-game/1`` documents.

Two sides, A and B, divide a pie. The closed forms are limits of rising precision and dense offers. The offer that leaves
the responder indifferent is accepted with one half, so that on a grid the proposer stays one step on its safe side.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FORMAT = "ceasefire-game/1"
Document = dict[str, Any]
DIGITS = 10


def bargaining_range(
    win: float = 0.6,
    cost_a: float = 0.1,
    cost_b: float = 0.15,
    *,
    proposer: str = "A",
    step: float = 0.025,
    precision: float = 1000.0,
) -> Document:
    """Return one offer under complete information.

    Both prefer a share ``x`` of A to war iff ``win - cost_a <= x <= win + cost_b``; the proposer gets the end of this
    range that is better for it.

    Parameters
    ----------
    win : probability that A wins a war over a pie of size 1
    cost_a, cost_b : costs of war, in pies
    proposer : "A" or "B"
        Who names A's share; the other answers.
    step : distance between offers, which run from 0 to 1
    precision : logit precision of both

    References
    ----------
    Fearon, J. D. (1995), Rationalist explanations for war, International Organization 49(3), 379-414: the bargaining
    range [p - cA, p + cB].
    """
    return _one_offer("Bargaining range", precision, _grid(0.0, 1.0, step), _war(win, cost_a, cost_b), proposer)


def take_it_or_leave_it(
    win: float = 0.5,
    cost_a: float = 0.1,
    highest_cost: float = 0.6,
    *,
    cells: int = 60,
    step: float = 0.025,
    precision: float = 10_000.0,
) -> Document:
    """Return one offer to a side whose cost of war is uniform on [0, highest_cost].

    With ``k = highest_cost`` A demands ``x = win + max(0, (k - cost_a) / 2)`` and war follows with probability
    ``max(0, (k - cost_a) / (2 k))`` where ``x <= 1``. Nature draws B's cost after the offer, in equally likely cells,
    each at its middle: A knows as little as if the cost were private, and no beliefs are needed.

    Parameters
    ----------
    win, cost_a, precision : as in `bargaining_range`
    highest_cost : upper end of B's cost of war, in pies
    cells : number of cells of the cost
    step : distance between offers, which run from `win` (nobody fights over less) to 1

    References
    ----------
    Fearon, J. D. (1995), Rationalist explanations for war, International Organization 49(3), 379-414: private
    information about the cost of war, first-order condition 1 - F(x - p) = f(x - p) (x - p + cA).
    """
    shares = _grid(win, 1.0, step)
    costs = [highest_cost * (i + 0.5) / cells for i in range(cells)]
    draw: Document = {}
    answers: dict[str, tuple[float, Document]] = {}
    for x in shares:
        names = [f"{_label(x)} cost {i:02d}" for i in range(cells)]
        draw[_label(x)] = {"": {"to": {name: _round(1.0 / cells) for name in names}, "payoffs": {}}}
        for name, cost in zip(names, costs, strict=True):
            answers[name] = (x, _war(win, cost_a, cost))
    steps = [
        _demand("A", shares, {"start": _label}),
        {"name": "cost", "actor": None, "table": draw},
        _answer("B", answers),
    ]
    return _document("Take it or leave it", precision, [*draw, *answers], steps)


def two_types(
    win: float = 0.5,
    cost_a: float = 0.1,
    costs_b: Sequence[float] = (0.05, 0.3),
    resolute: float = 0.55,
    *,
    step: float = 0.025,
    lowest: float = 0.4,
    highest: float = 0.9,
    precision: float = 1000.0,
) -> Document:
    """Return one offer to a side of two private types.

    With costs ``cL < cH`` A demands ``win + cH``, which the resolute type fights, iff
    ``resolute < (cH - cL) / (cH + cost_a)``; otherwise ``win + cL``, which both accept.

    Parameters
    ----------
    win, cost_a, precision : as in `bargaining_range`
    costs_b : costs of war of the resolute and of the other type, in pies
    resolute : probability of the resolute type
    step, lowest, highest : grid of offers

    References
    ----------
    Fearon, J. D. (1995), Rationalist explanations for war, International Organization 49(3), 379-414: the trade-off
    between risk and return, here with two types.
    """
    document = _one_offer("Two types", precision, _grid(lowest, highest, step), _war(win, cost_a, costs_b))
    types = {"B": {"labels": ["resolute", "other"], "prior": [_round(resolute), _round(1.0 - resolute)]}}
    return {**document, "types": types}


def commitment_problem(
    win_before: float = 0.7,
    win_after: float = 0.5,
    *,
    flow: float = 1.0,
    discount_factor: float = 0.9,
    cost: float = 0.5,
    step: float = 0.01,
    precision: float = 300.0,
) -> Document:
    """Return a shift of power between two periods; A declines and demands, B rises and answers.

    With ``V = flow / (1 - discount_factor)`` war is worth ``M_A(t) = win V - cost`` and
    ``M_B(t) = (1 - win) V - cost`` to the sides, and is fought in the first period iff
    ``discount_factor M_B(t+1) - M_B(t) > V - [M_A(t) + M_B(t)]``. Power does not shift again, so the second period
    divides all that is left, ``V``, at once. A may also attack rather than demand.

    Parameters
    ----------
    win_before, win_after : probability that A wins a war in the first and in the second period
    flow : pie of one period
    discount_factor : of both, per period
    cost : lump cost of war to each side
    step : distance between the shares that A may demand, of the flow and then of ``V``
    precision : logit precision of both

    References
    ----------
    Powell, R. (2006), War as a commitment problem, International Organization 60(1), 169-203: the condition under which
    a shift of power makes peace impossible.
    """
    shares = _grid(0.0, 1.0, step)
    whole = flow / (1.0 - discount_factor)
    names: dict[str, Callable[[float], str]] = {
        "start": lambda x: f"before {_label(x)}",
        "after": lambda x: f"after {_label(x)}",
    }
    demand, answers = _demand("A", shares, names), _answer("B", {})
    demand["moves"].append("attack")
    for state, win, pie, then in (("start", win_before, flow, "after"), ("after", win_after, whole, "peace")):
        war = _war(win, cost, cost, whole)
        demand["table"][state]["attack"] = _cell("war", war)
        offers = {names[state](x): (x, war) for x in shares}
        answers["table"] |= _answer("B", offers, pie, then)["table"]
    document = _document("Commitment problem", precision, ["after", *answers["table"]], [demand, answers])
    actors = [{**actor, "discount_factor": _round(discount_factor)} for actor in document["actors"]]
    return {**document, "actors": actors, "periods": 2}


def crisis_signals(
    war_a: float = -1.5,
    backing_down_a: Sequence[float] = (-2.5, -0.5),
    war_b: float = -2.0,
    committed: float = 0.5,
    *,
    prize: float = 1.0,
    precision: float = 3.0,
) -> Document:
    """Return a crisis in which A challenges, B gives in or resists, and A then fights or backs down.

    What backing down costs A is private: the committed type would rather fight, the bluffer back down. The dearer
    backing down is, the more a type has to lose by a challenge that is resisted; so, the more B resists, the fewer of the
    challengers are committed, and the more it pays B to resist. There can be several equilibria for that reason: at these
    values three, with ``war_b = -1`` one.

    Parameters
    ----------
    war_a, war_b : what war is worth to A and to B; the status quo is worth 0 to both, giving in 0 to B
    backing_down_a : what backing down is worth to the committed type and to the bluffer
    committed : probability of the committed type
    prize : what the challenge is worth to A if B gives in, and to B if A backs down
    precision : logit precision of both

    References
    ----------
    Lewis, J. B., and K. A. Schultz (2003), Revealing preferences: empirical estimation of a crisis bargaining game with
    incomplete information, Political Analysis 11(4), 345-367: the tree. Jo, J. (2011), Nonuniqueness of the equilibrium
    in Lewis and Schultz's model, Political Analysis 19(3), 351-362. Crisman-Cox, C., and M. Gibilisco (2021), Estimating
    signaling games in international relations, Political Science Research and Methods 9(3), 565-582. There
    private payoffs are normal and choices exact; here A has two types and choices are logit.
    """
    zero = {"A": 0.0, "B": 0.0}
    challenge = {"hold": _cell("status quo", zero), "challenge": _cell("challenged", zero)}
    answer = {"give in": _cell("given in", {"A": prize, "B": 0.0}), "resist": _cell("resisted", zero)}
    end = {
        "fight": _cell("war", {"A": war_a, "B": war_b}),
        "back down": _cell("backed down", {"A": list(backing_down_a), "B": prize}),
    }
    steps = [
        {"name": "challenge", "actor": "A", "moves": list(challenge), "table": {"start": challenge}},
        {"name": "answer", "actor": "B", "moves": list(answer), "table": {"challenged": answer}},
        {"name": "end", "actor": "A", "moves": list(end), "table": {"resisted": end}},
    ]
    states = ["challenged", "resisted", "status quo", "given in", "backed down"]
    document = _document("Crisis signals", precision, states, steps)
    document["states"].remove("peace")
    types = {"A": {"labels": ["committed", "bluffer"], "prior": [_round(committed), _round(1.0 - committed)]}}
    return {**document, "types": types}


def library_games() -> dict[str, Document]:
    """Return the games that are shipped, by file name without its ending."""
    return {
        "bargaining-range": bargaining_range(),
        "take-it-or-leave-it": take_it_or_leave_it(),
        "two-types": two_types(),
        "commitment-problem": commitment_problem(),
        "crisis-signals": crisis_signals(),
    }


def as_text(document: Mapping[str, Any]) -> str:
    """Return a document as the text of a file."""
    return json.dumps(document, separators=(",", ":")) + "\n"


def write_library(folder: Path) -> None:
    """Write every shipped game to ``folder/<name>.json``."""
    for name, document in library_games().items():
        (folder / f"{name}.json").write_text(as_text(document), encoding="utf-8")


def _war(win: float, cost_a: float, cost_b: float | Sequence[float], pie: float = 1.0) -> Document:
    """Return the payoffs of a war over a pie; several costs of B are those of its types."""
    left = (1.0 - win) * pie
    of_b = [left - cost for cost in cost_b] if isinstance(cost_b, Sequence) else left - cost_b
    return {"A": win * pie - cost_a, "B": of_b}


def _one_offer(title: str, precision: float, shares: Sequence[float], war: Document, proposer: str = "A") -> Document:
    """Return the game in which one side names A's share and the other takes it or fights."""
    steps = [
        _demand(proposer, shares, {"start": _label}),
        _answer("B" if proposer == "A" else "A", {_label(x): (x, war) for x in shares}),
    ]
    return _document(title, precision, [_label(x) for x in shares], steps)


def _document(title: str, precision: float, states: Iterable[str], steps: list[Document]) -> Document:
    return {
        "format": FORMAT,
        "title": title,
        "actors": [{"name": name, "precision": precision, "discount_factor": 1.0} for name in ("A", "B")],
        "states": ["start", *states, "peace", "war"],
        "initial": "start",
        "periods": 1,
        "steps": steps,
    }


def _demand(actor: str, shares: Sequence[float], names: Mapping[str, Callable[[float], str]]) -> Document:
    """Return the step in which a share for A is named; `names` gives, by state, the state that a share leads to."""
    table = {state: {_label(x): _cell(name(x), {}) for x in shares} for state, name in names.items()}
    return {"name": "demand", "actor": actor, "moves": [_label(x) for x in shares], "table": table}


def _answer(
    actor: str, offers: Mapping[str, tuple[float, Document]], pie: float = 1.0, then: str = "peace"
) -> Document:
    """Return the step in which offers, by state (A's share, payoffs of war), are accepted or fought over."""
    table = {
        state: {"accept": _cell(then, {"A": pie * x, "B": pie * (1.0 - x)}), "fight": _cell("war", war)}
        for state, (x, war) in offers.items()
    }
    return {"name": "answer", "actor": actor, "moves": ["accept", "fight"], "table": table}


def _cell(to: str, payoffs: Mapping[str, Any]) -> Document:
    by_actor = {a: [_round(v) for v in u] if isinstance(u, list) else _round(u) for a, u in payoffs.items()}
    return {"to": {to: 1.0}, "payoffs": by_actor}


def _grid(lowest: float, highest: float, step: float) -> list[float]:
    return [_round(lowest + i * step) for i in range(round((highest - lowest) / step) + 1)]


def _round(value: float) -> float:
    return round(value, DIGITS)


def _label(share: float) -> str:
    return f"{share:.3f}"
