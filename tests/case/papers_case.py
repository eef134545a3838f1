"""A case without a game: sources, a record and an argument, for tests. ``write_papers`` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ESSAY = """\
Six calls and no pause.

The calls struck at the isolation of the other side. Pressure alone will bring
no quick stop; the front held a fifth of the land, and the talks
began in Alaska with honours that nobody had asked for. All of this took years.
"""

FILES = {
    "case.yaml": """\
format: ceasefire-case/1
title: {en: A summit, de: Ein Gipfel}
status: reconstruction
calendar: {start: 2025-02-01, period: month, end: 2031-12-31, as_of: 2025-08-15}
words: {quick: 12 months, unlikely: "< 0.2"}
""",
    "sources.yaml": """\
format: ceasefire-sources/1
sources:
  essay: {title: An essay, date: 2025-08-15, grade: B, language: en, words: 200}
  agency: {title: An agency, address: "https://example.org", grade: A}
""",
    "record.yaml": """\
format: ceasefire-record/1
items:
  - {id: call_1, date: 2025-02-12, step: contact, move: call, source: agency}
  - {id: call_3, date: 2025-06-04, step: contact, move: call, also: [call], source: agency}
  - {id: call_2, date: 2025-03-18, step: contact, move: call, source: {source: agency, excerpt: "a second call"}}
  - {id: summit, date: 2025-08-15, step: contact, moves: [call, honour], source: agency}
events: events.csv
series: {oil: oil.csv}
""",
    "events.csv": """\
id,date,title_en,title_de,step,moves,source,excerpt,unsourced
annexation,2014-03-18,an annexation,eine Annexion,,,,,true
visit,2025-08-06,"a visit, long",ein Besuch,envoy,visit;letter,agency,three hours,
""",
    "oil.csv": "date,value\n2025-02,61.5\n2025-01,66\n",
    "quantities.csv": """\
quantity,period,low,central,high,unit,source
territory,2025-01,326,431,,sq km,AFP
territory,2025-01,,326,,sq km,Ministry
territory,2025-02,,"1,080",,sq km,AFP
share held,2025-08,18,19,20,%,AFP
""",
    "arguments/essay.yaml": """\
format: ceasefire-argument/1
author: A. Writer
source: essay
title: {en: Six calls, de: Sechs Anrufe}
claims:
  C1: {role: fact, quote: Six calls, says: {en: There were four calls., de: Es waren vier Anrufe.},
       fact: {count: contact.call, until: 2025-08-14, is: 4}}
  C2: {role: fact, quote: began in Alaska, says: The talks began., fact: {date: summit, is: 2025-08-15}}
  C3: {role: premise, quote: struck at the isolation, says: Calls end isolation.,
       realised_by: contact.call, cut: {without: contact.call}}
  C4: {role: conclusion, tier: core, quote: no quick stop, says: Pressure is slow.,
       check: "P(truce within quick | plan = alone) is unlikely"}
  C5: {role: not_modelled, quote: took years, says: It took years., reason: a remark}
""",
}


def write_papers(folder: Path, edits: Mapping[str, Mapping[str, str]] | None = None) -> Path:
    """Write the case into `folder` and return it; `edits` replaces texts by file (each must stand there)."""
    for name, content in FILES.items():
        for old, new in (edits or {}).get(name, {}).items():
            assert old in content, old
            content = content.replace(old, new)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder
