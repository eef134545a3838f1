"""One month, two moves: North (two types) pushes or waits, then South stands firm or yields; every number by hand.

With ``L = logit(0.9) / 0.1``, in a view with its own ``cost``, ``price`` and resolve ``w_k``::

    push(k)  = logistic(L (w_k - cost))
    b(k)     proportional to prior(k) push(k)       after a push; with 1 - push(k) after waiting
    stand(b) = logistic(L (price - sum of b(k) w_k))
"""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ceasefire.case import read_case
from ceasefire.case.model import Case

Floats = NDArray[np.float64]
L = float(np.log(9.0) / 0.1)
PRIOR = np.array([0.6, 0.4])
RESOLVE = np.array([0.1, 0.2])
COST, PRICE = 0.15, 0.16

CASE = """\
format: ceasefire-case/1
title: {en: Two moves, de: Zwei Züge}
status: live
calendar: {start: 2020-01-01, period: month, end: 2020-01-31, as_of: 2020-01-01}
actors:
  north: {title: {en: North, de: Norden}, scale: {worst: war, best: peace}, discount_factor: 1, precision: {takes_better: sharp, when_better_by: 0.1}}
  south: {title: {en: South, de: Süden}, scale: {worst: war, best: peace}, discount_factor: 1, precision: {takes_better: sharp, when_better_by: 0.1}}
perceptions: hidden
parameters:
  sharp: {title: {en: how sharply, de: wie scharf}, value: 0.9, unit: probability, assumed: made}
  cost: {title: {en: cost of a push, de: Kosten eines Vorstoßes}, value: 0.15, unit: years, assumed: made}
  cost_seen: {title: {en: cost as seen, de: gesehene Kosten}, value: 0.05, unit: years, assumed: made}
  price: {title: {en: price of yielding, de: Preis des Nachgebens}, value: 0.16, unit: years, assumed: made}
  price_seen: {title: {en: price as seen, de: gesehener Preis}, value: 0.12, unit: years, assumed: made}
  w_low: {title: {en: low, de: wenig}, value: 0.1, unit: share, assumed: made}
  w_high: {title: {en: high, de: viel}, value: 0.2, unit: share, assumed: made}
  w_seen: {title: {en: high as seen, de: viel gesehen}, value: 0.3, unit: share, assumed: made}
  p_high: {title: {en: chance of high, de: Aussicht auf viel}, value: 0.4, unit: share, assumed: made}
  softness: {title: {en: softness, de: Weichheit}, value: 0.1, unit: share, assumed: made}
types:
  north:
    resolve: {values: {low: w_low, high: w_high}, unit: share, prior: {high: p_high, low: rest}, title: {en: resolve, de: Entschlossenheit}}
state:
  phase: {labels: [calm, pushed, yielded], initial: calm, title: {en: phase, de: Phase}}
  sign: {labels: [none, good, bad], initial: none, title: {en: sign, de: Zeichen}}
steps:
  - {name: pressure, actor: north, when: phase == calm,
     moves: {wait: {}, push: {effects: {phase: pushed}, payoffs: {north: resolve - cost}}}}
  - {name: answer, actor: south, when: phase == calm or phase == pushed,
     moves: {stand: {payoffs: {south: price - north.resolve}}, yield: {effects: {phase: yielded}}}}
  - name: month
    nature: true
    chance:
      - {name: shows, probability: "logistic((north.resolve - cost_known) / softness)", effects: {sign: good}}
      - {name: hides, rest: true, effects: {sign: bad}}
terminal: {north: 0, south: 0}
outcomes:
  yielded: {reach: phase == yielded, title: {en: South yields, de: Süden gibt nach}}
end_states: phase
plans:
  push_known: {steps: {pressure: [{push: phase == calm}]}, known: true, title: {en: push, de: Vorstoß}}
  push_unknown: {steps: {pressure: [{push: phase == calm}]}, known: false, title: {en: push unseen, de: Vorstoß ohne Wissen}}
report:
  near_event: yielded
  pause: yielded
  headlines: ["P(yielded by 2020-01-31)"]
"""
KNOWN = "  cost_known: {title: {en: cost as known, de: bekannte Kosten}, value: 0.15, unit: years, assumed: made}\n"
RECORD = """\
format: ceasefire-record/1
items:
  - {id: pushed, date: 2020-01-01, step: pressure, move: push, unsourced: true, grade: c, title: {en: a push, de: ein Vorstoß}}
  - {id: stood, date: 2020-01-01, step: answer, move: stand, unsourced: true, grade: c, title: {en: a stand, de: standhaft}}
"""


def two_views(
    folder: Path, seen: Mapping[str, str], *, record: bool = False, edits: Mapping[str, str] | None = None
) -> Case:
    """Return the case in which actors see parameters otherwise: by ``"parameter as seen"``, who does."""
    text = CASE.replace("types:\n", KNOWN + "types:\n", 1)
    for name, who in seen.items():
        what, stands_for = name.split(" as ")
        assert f"  {what}: {{" in text
        text = text.replace(
            f"  {what}: {{", f"  {what}: {{perceived_by: {{{', '.join(f'{a}: {stands_for}' for a in who.split())}}}, "
        )
    for old, new in (edits or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    (folder / "sources.yaml").write_text("format: ceasefire-sources/1\nsources: {}\n", encoding="utf-8")
    (folder / "log.md").write_text("# Log\n\n2020-01-01: priors written before the first solve.\n", encoding="utf-8")
    if record:
        (folder / "record.yaml").write_text(RECORD, encoding="utf-8")
    return read_case(folder)


def logistic(x: Floats | float) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.asarray(x))))


def push(cost: float = COST, resolve: Floats = RESOLVE) -> Floats:
    """Return the probability of a push by type."""
    return logistic(L * (resolve - cost))


def believed(likelihood: Floats, prior: Floats = PRIOR) -> Floats:
    """Return the belief after something that each type does with this probability."""
    weight = prior * likelihood
    return np.asarray(weight / weight.sum())


def stand(belief: Floats, price: float = PRICE, resolve: Floats = RESOLVE) -> float:
    """Return the probability that South stands firm at a belief."""
    return float(logistic(L * (price - belief @ resolve)))


def payoffs(north: float = COST, expected: float = COST, price: float = PRICE) -> Floats:
    """Return what both get at the case's own values, (2,).

    Parameters
    ----------
    north, expected : float
        Cost with which North chooses, and with which South thinks that it does.
    price : float
        With which South chooses.
    """
    total = np.zeros(2)
    for has_pushed in (True, False):
        chance, reading = (push(cost) if has_pushed else 1 - push(cost) for cost in (north, expected))
        firm = stand(believed(reading), price)
        total[0] += PRIOR * chance @ (RESOLVE - COST) if has_pushed else 0.0
        total[1] += PRIOR * chance @ (firm * (PRICE - RESOLVE))
    return total
