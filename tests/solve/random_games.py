"""Random explicit games, and the same game written in another way."""

from __future__ import annotations

from typing import Any

import numpy as np

Document = dict[str, Any]


def random_game(
    seed: int, *, types: tuple[int, ...] = (2,), periods: int = 2, states: int = 4, precision: float = 3.0,
    discount: float = 0.97,
) -> Document:  # fmt: skip
    """Return a document: one actor per entry of `types` (1: no private types), a step each and one of nature."""
    rng = np.random.default_rng(seed)
    actors = [f"actor{i}" for i in range(len(types))]
    names = [f"s{j}" for j in range(states)]

    def number(shape: tuple[int, ...] = ()) -> Any:
        return np.round(rng.normal(scale=0.5, size=shape), 3).tolist()

    def lottery() -> dict[str, float]:
        chosen = rng.choice(states, size=2, replace=False)
        p = round(float(rng.uniform(0.2, 0.8)), 3)
        return {names[chosen[0]]: p, names[chosen[1]]: round(1.0 - p, 3)}

    def cell(mover: int) -> Document:
        payoffs: Document = {}
        for i, name in enumerate(actors):
            payoffs[name] = number((types[i],)) if types[i] > 1 else number()
        private = [i for i, n in enumerate(types) if n > 1]
        if private and types[mover] == 1:
            payoffs[actors[mover]] = {"over": [actors[private[0]]], "values": number((types[private[0]],))}
        return {"to": lottery(), "payoffs": payoffs}

    steps = [
        {
            "name": f"step of {name}", "actor": name, "moves": ["a", "b", "c"],
            "table": {s: {m: cell(i) for m in ("a", "b", "c")[: 2 + (j + i) % 2]} for j, s in enumerate(names[:-1])},
        }
        for i, name in enumerate(actors)
    ]  # fmt: skip
    steps.append({"name": "nature", "actor": None, "table": {names[0]: {"": {"to": lottery(), "payoffs": {}}}}})
    prior = [rng.dirichlet(np.full(n, 4.0)) for n in types]
    return {
        "format": "ceasefire-game/1", "title": f"random {seed}",
        "actors": [{"name": n, "precision": precision, "discount_factor": discount} for n in actors],
        "types": {
            n: {"labels": [f"k{k}" for k in range(m)], "prior": p.tolist()}
            for n, m, p in zip(actors, types, prior, strict=True) if m > 1
        },
        "states": names, "initial": names[0], "periods": periods, "steps": steps,
        "terminal": {s: {n: number((m,)) if m > 1 else number() for n, m in zip(actors, types, strict=True)} for s in names},
    }  # fmt: skip
