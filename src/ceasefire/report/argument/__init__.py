"""The reading view of arguments: every claim in the order of its text, what became of it and what hangs on it."""

from ceasefire.report.argument.deciding import deciding
from ceasefire.report.argument.entries import arguments, entries, links
from ceasefire.report.argument.overview import brief, told_role
from ceasefire.report.argument.text import MarkedText, marked_texts
from ceasefire.report.argument.view import ReadingView, reading_view

__all__ = [
    "MarkedText",
    "ReadingView",
    "arguments",
    "brief",
    "deciding",
    "entries",
    "links",
    "marked_texts",
    "reading_view",
    "told_role",
]
