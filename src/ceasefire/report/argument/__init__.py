"""The reading view of arguments: every claim in the order of its text, what became of it and what hangs on it."""

from ceasefire.report.argument.entries import entries, links
from ceasefire.report.argument.overview import predicate, told_role
from ceasefire.report.argument.text import MarkedText, marked_texts
from ceasefire.report.argument.view import ReadingView, reading_view

__all__ = ["MarkedText", "ReadingView", "entries", "links", "marked_texts", "predicate", "reading_view", "told_role"]
