"""The shipped game ``crisis-signals`` as a case of one month: three equilibria, or one where war costs B less."""

# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

CASE = """\
format: ceasefire-case/1
title: {en: A crisis, de: Eine Krise}
status: live
calendar: {start: 2020-01-01, period: month, end: 2020-01-31, as_of: 2020-01-01}
actors:
  a: {title: {en: A, de: A}, scale: {worst: {en: nothing, de: nichts}, best: {en: the prize, de: der Preis}}, discount_factor: patience, precision: {takes_better: consistency, when_better_by: 1}}
  b: {title: {en: B, de: B}, scale: {worst: {en: nothing, de: nichts}, best: {en: the prize, de: der Preis}}, discount_factor: patience, precision: {takes_better: consistency, when_better_by: 1}}
parameters:
  patience: {title: {en: patience, de: Geduld}, value: 1, unit: per month, assumed: {en: one month, de: ein Monat}}
  consistency: {title: {en: consistency, de: Stetigkeit}, value: 0.9525741268224334, unit: probability, assumed: {en: precision 3, de: Schärfe 3}}
  p_committed: {title: {en: committed, de: entschlossen}, value: 0.5, unit: probability, assumed: {en: even, de: gleich}}
  dear: {title: {en: dear, de: teuer}, value: -2.5, unit: years, assumed: {en: dear, de: teuer}}
  cheap: {title: {en: cheap, de: billig}, value: -0.5, unit: years, assumed: {en: cheap, de: billig}}
  war_a: {title: {en: war to A, de: Krieg für A}, value: -1.5, unit: years, assumed: {en: dear, de: teuer}}
  war_b: {title: {en: war to B, de: Krieg für B}, prior: {normal: {median: -2, sd: 0.1}}, unit: years, assumed: {en: dear, de: teuer}}
  prize: {title: {en: prize, de: Preis}, value: 1, unit: years, assumed: {en: the scale, de: die Skala}}
types:
  a:
    back_down: {values: {committed: dear, bluffer: cheap}, unit: years, prior: {committed: p_committed, bluffer: rest}, title: {en: backing down, de: Nachgeben}, titles: {committed: {en: committed, de: entschlossen}, bluffer: {en: bluffer, de: Bluffer}}}
state:
  phase: {labels: [quiet, challenged, resisted, given_in, backed_down, war], initial: quiet, title: {en: phase, de: Phase}}
steps:
  - {name: challenge, actor: a, when: phase == quiet, title: {en: challenge, de: Drohung},
     moves: {hold: {title: {en: hold, de: stillhalten}}, challenge: {title: {en: challenge, de: drohen}, effects: {phase: challenged}}}}
  - {name: answer, actor: b, when: phase == challenged, title: {en: answer, de: Antwort},
     moves: {give_in: {title: {en: give in, de: nachgeben}, effects: {phase: given_in}, payoffs: {a: prize}}, resist: {title: {en: resist, de: widerstehen}, effects: {phase: resisted}}}}
  - {name: end, actor: a, when: phase == resisted, title: {en: end, de: Ende},
     moves: {fight: {title: {en: fight, de: kämpfen}, effects: {phase: war}, payoffs: {a: war_a, b: war_b}}, back_off: {title: {en: back off, de: zurückweichen}, effects: {phase: backed_down}, payoffs: {a: back_down, b: prize}}}}
terminal: {a: 0, b: 0}
outcomes:
  war_begins: {reach: phase == war, any: true, title: {en: war, de: Krieg}}
  a_gets_it: {reach: phase == given_in, any: true, title: {en: giving in, de: Nachgeben}}
end_states: phase
report:
  near_event: war_begins
  headlines: ["P(a_gets_it by 2020-01-31)", "P(war_begins by 2020-01-31)"]
"""


def write_crisis(folder: Path) -> Path:
    """Write the case into `folder` and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    empty = {
        "record.yaml": "format: ceasefire-record/1\nitems: []\n",
        "sources.yaml": "format: ceasefire-sources/1\nsources: {}\n",
        "log.md": "# Log\n\n2020-01-01: priors written before the first solve.\n",
    }
    for name, text in {"case.yaml": CASE, **empty}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
