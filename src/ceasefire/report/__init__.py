"""Records to prose, pictures and tables, in one language; nothing is computed here.

``write_report(forecast, case, target, language=...)`` writes one self-contained page; ``summary(forecast, case,
language)`` returns the same sentences as text in 80 columns, ``first_lines`` the headlines before the rest is there,
``budget_lines`` what is going to be solved.
"""

from __future__ import annotations

from ceasefire.report.budget import budget_lines
from ceasefire.report.page import render, write_report
from ceasefire.report.speech import languages
from ceasefire.report.summary import first_lines, summary

__all__ = ["budget_lines", "first_lines", "languages", "render", "summary", "write_report"]
