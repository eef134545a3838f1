"""A minimal complete case folder for tests: two actors, one of them with two types; war, truce, settled.

``write_small_case(folder)`` writes it; ``edits`` replaces text in ``case.yaml`` (each old text must stand there).
"""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

CASE = """\
format: ceasefire-case/1
title: {en: A small war, de: Ein kleiner Krieg}
status: live
calendar: {start: 2020-01-01, period: month, end: 2021-12-31, as_of: 2020-04-15}
words: {quick: 6 months, unlikely: "< 0.2", likely: "> 0.8"}
actors:
  north: {title: {en: North, de: Norden}, scale: {worst: {en: a year of war, de: ein Jahr Krieg}, best: {en: a year of peace on its terms, de: ein Jahr Frieden nach eigenem Willen}},
    discount_factor: patience, precision: {takes_better: consistency, when_better_by: 0.1}}
  south: {title: {en: South, de: Süden}, scale: {worst: {en: a year of war, de: ein Jahr Krieg}, best: {en: a year of peace on its terms, de: ein Jahr Frieden nach eigenem Willen}},
    discount_factor: patience, precision: {takes_better: consistency, when_better_by: 0.1}}
parameters:
  patience: {title: {en: weight of the next month, de: "Gewicht des nächsten Monats"}, prior: {beta: {mean: 0.97, p90: 0.99}}, unit: per month, assumed: {en: no measurement, de: keine Messung}}
  consistency: {title: {en: how often the better move is taken, de: "wie oft der bessere Zug gewählt wird"}, prior: {beta: {mean: 0.8, p90: 0.9}}, unit: probability, assumed: {en: no measurement, de: keine Messung}}
  p_high: {title: {en: probability of high resolve, de: "Wahrscheinlichkeit hoher Entschlossenheit"}, prior: {beta: {mean: 0.4, p90: 0.6}}, unit: probability, assumed: {en: no measurement, de: keine Messung}}
  w_low: {title: {en: low resolve, de: "geringe Entschlossenheit"}, value: 0.2, unit: share, assumed: {en: a label turned into a number, de: ein Wort als Zahl}}
  w_high: {title: {en: high resolve, de: "hohe Entschlossenheit"}, prior: {uniform: {low: 0.5, high: 0.9}}, unit: share, assumed: {en: a label turned into a number, de: ein Wort als Zahl}}
  wear: {title: {en: strain of a month of war, de: "Last eines Kriegsmonats"}, prior: {lognormal: {median: 1.0, p90: 1.5}}, unit: months/month, assumed: {en: time itself, de: die Zeit selbst}}
  push: {title: {en: strain of a push, de: "Last durch Druck"}, prior: {lognormal: {median: 1.0, p90: 2.0}}, unit: months/month, assumed: {en: no series, de: keine Reihe}}
  limit: {title: {en: strain at which half give way, de: "Last, bei der die Hälfte nachgibt"}, prior: {normal: {median: 24, sd: 4}}, unit: months, assumed: {en: no series, de: keine Reihe}}
  softness: {title: {en: softness of the limit, de: "Weichheit der Grenze"}, value: 3, unit: months, assumed: {en: no series, de: keine Reihe}}
  strain_0: {title: {en: strain at the start, de: "Last zu Beginn"}, value: 4, unit: months, assumed: {en: months fought so far, de: bisherige Monate}}
  truce_value: {title: {en: worth of a truce, de: "Wert einer Waffenruhe"}, value: 0.5, unit: share, assumed: {en: half of the scale, de: halbe Skala}}
  push_cost: {title: {en: cost of a push, de: "Kosten des Drucks"}, value: 0.02, unit: years, assumed: {en: small, de: klein}}
types:
  north:
    resolve: {values: {low: w_low, high: w_high}, unit: share, prior: {high: p_high, low: rest}, title: {en: resolve, de: Entschlossenheit}, titles: {low: {en: low resolve, de: wenig entschlossen}, high: {en: high resolve, de: sehr entschlossen}}}
state:
  phase: {labels: [war, truce, settled], initial: war, title: {en: phase, de: Phase}, titles: {war: {en: war, de: Krieg}, truce: {en: truce, de: Waffenruhe}, settled: {en: settlement, de: Einigung}}}
  strain: {range: [0, 60], unit: months, initial: strain_0, nodes: 16, at_bounds: stay, title: {en: strain, de: Last}}
steps:
  - {name: pressure, actor: south, when: phase == war, record: complete, default: wait, order: [wait, press], title: {en: pressure, de: Druck},
     moves: {wait: {title: {en: wait, de: warten}}, press: {title: {en: press, de: drängen}, effects: {strain: strain + push}, payoffs: {south: -push_cost}}}}
  - {name: talks, actor: north, when: phase == war, record: partial, title: {en: talks, de: Gespräche},
     moves: {refuse: {title: {en: refuse, de: ablehnen}}, accept: {title: {en: accept, de: annehmen}, effects: {phase: truce}}}}
  - {name: pause, actor: north, when: phase == truce, title: {en: the pause, de: die Pause},
     moves: {hold: {title: {en: hold, de: halten}}, resume: {title: {en: resume, de: wieder angreifen}, effects: {phase: war}}, settle: {title: {en: settle, de: sich einigen}, effects: {phase: settled}}}}
  - name: month
    nature: true
    title: {en: the month, de: der Monat}
    drift: {strain: "where(phase == war, wear, 0)"}
    chance:
      - {name: gives_way, probability: "where(phase == war, logistic((strain - limit) / softness), 0)", effects: {phase: settled}, title: {en: gives way, de: gibt nach}}
      - {name: goes_on, rest: true, title: {en: goes on, de: geht weiter}}
    flow:
      north: {by: phase, war: "resolve - strain / limit", truce: truce_value, settled: 1 - resolve}
      south: {by: phase, war: 0, truce: truce_value, otherwise: 1}
terminal: {north: 0, south: 0}
side: {cost: {flow: {by: phase, war: push, otherwise: 0}, unit: months, title: {en: cost, de: Kosten}}}
outcomes:
  truce_in_effect: {reach: phase == truce, lasting: 30 days, ends: phase == war, title: {en: a truce, de: eine Waffenruhe}}
  fighting_again: {reach: phase == war, after: truce_in_effect, title: {en: fighting again, de: wieder Krieg}}
  end_of_war: {reach: phase == settled, title: {en: the end of the war, de: das Ende des Krieges}}
plans:
  press_always: {steps: {pressure: [{press: phase == war}, {otherwise: equilibrium}]}, known: true, title: {en: steady pressure, de: steter Druck}}
end_states: phase
report:
  near_event: truce_in_effect
  factors: [north.resolve]
  pause: truce_in_effect
  again: fighting_again
  headlines: ["P(truce_in_effect by 2020-12-31)", "median(truce_in_effect)", "P(end_of_war by 2021-12-31)"]
"""

RECORD = """\
format: ceasefire-record/1
items:
  - {id: first_push, date: 2020-02-10, step: pressure, move: press, unsourced: true, grade: c, title: {en: South presses, de: Süden drängt}}
  - {id: still_war, date: 2020-03-31, state: phase == war, unsourced: true, grade: c, title: {en: the war goes on, de: der Krieg geht weiter}}
"""

SOURCES = """\
format: ceasefire-sources/1
sources:
  essay: {title: {en: An essay, de: Ein Aufsatz}, address: "https://example.org/essay", date: 2020-04-15, grade: b, licence: own, language: en, words: 400}
"""

ARGUMENT = """\
format: ceasefire-argument/1
author: A. Writer
source: essay
title: {en: Pressure ends wars, de: Druck beendet Kriege}
claims:
  C1: {role: premise, quote: "pressure wears them down", says: {en: Pressure adds to the strain., de: Druck erhöht die Last.},
       realised_by: pressure.press, cut: {without: pressure.press}}
  C2: {role: conclusion, quote: "a pause within the year", says: {en: There is a truce by the end of the year., de: Bis Jahresende gibt es eine Waffenruhe.},
       check: "P(truce_in_effect by 2020-12-31) is likely"}
"""

LOG = "# Log\n\n2020-04-15: priors written before the first solve.\n"


def write_small_case(folder: Path, edits: Mapping[str, str] | None = None, *, argument: bool = True) -> Path:
    """Write the case into `folder` (made if needed) and return the folder.

    Parameters
    ----------
    folder : Path
    edits : by old text, the new text
        Replacements in ``case.yaml``; an old text that does not stand there is an error of the test.
    argument : bool
        Whether ``arguments/writer.yaml`` is written too.
    """
    text = CASE
    for old, new in (edits or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    files = {"case.yaml": text, "record.yaml": RECORD, "sources.yaml": SOURCES, "log.md": LOG}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    if argument:
        (folder / "arguments").mkdir(exist_ok=True)
        (folder / "arguments" / "writer.yaml").write_text(ARGUMENT, encoding="utf-8")
    return folder
