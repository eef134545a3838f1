"""One actor, one decision, one month: P(agreed) = logistic(precision (gain - cost - strain^2 + extra)), by hand.

``precision = logit(0.9) / 0.1``; extra is discrete, idle does nothing.
"""

# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import numpy as np

PRECISION = float(np.log(9.0) / 0.1)

CASE = """\
format: ceasefire-case/1
title: {en: One decision, de: Eine Entscheidung}
status: live
calendar: {start: 2020-01-01, period: month, end: 2020-01-31, as_of: 2020-01-01}
actors:
  one: {title: {en: The one, de: Der Eine}, scale: {worst: war, best: peace}, discount_factor: 1, precision: {takes_better: sharp, when_better_by: 0.1}}
parameters:
  gain: {title: {en: gain of agreeing, de: Gewinn}, prior: {normal: {median: 0.05, sd: 0.04}}, unit: years, assumed: made}
  cost: {title: {en: cost of agreeing, de: Kosten}, prior: {uniform: {low: 0, high: 0.2}}, unit: years, assumed: made}
  strain: {title: {en: strain, de: Last}, prior: {normal: {median: 0, sd: 0.1}}, unit: years, assumed: made}
  extra: {title: {en: extra offer, de: Zugabe}, prior: {discrete: {values: [0, 0.03, 0.06], weights: [0.6, 0.2, 0.2]}}, unit: years, assumed: made}
  idle: {title: {en: idle, de: wirkungslos}, prior: {uniform: {low: 0, high: 1}}, unit: share, assumed: made}
  sharp: {title: {en: how sharply, de: wie scharf}, value: 0.9, unit: probability, assumed: made}
state:
  phase: {labels: [war, agreed], initial: war}
steps:
  - {name: talk, actor: one, when: phase == war,
     moves: {refuse: {}, agree: {effects: {phase: agreed}, payoffs: {one: gain - cost - strain * strain + extra + 0 * idle}}}}
terminal: {one: 0}
outcomes:
  agreed: {reach: phase == agreed, title: {en: an agreement, de: eine Einigung}}
end_states: phase
report:
  near_event: agreed
  pause: agreed
  headlines: ["P(agreed by 2020-01-31)"]
"""


def write_decision_case(folder: Path) -> Path:
    """Write the case into `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    (folder / "sources.yaml").write_text("format: ceasefire-sources/1\nsources: {}\n", encoding="utf-8")
    (folder / "log.md").write_text("# Log\n\n2020-01-01: priors written before the first solve.\n", encoding="utf-8")
    return folder


def p_agreed(gain: float = 0.05, cost: float = 0.1, strain: float = 0.0, extra: float = 0.0) -> float:
    """Return the probability by hand."""
    return float(1 / (1 + np.exp(-PRECISION * (gain - cost - strain**2 + extra))))
