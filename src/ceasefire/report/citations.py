"""The pages that the cited rows of a case's tables name: each with its address and the rows that rest on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from ceasefire.case.papers import references
from ceasefire.case.sources import split_row
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table, columns
from ceasefire.report.titles import ADDRESS, breakable


def pages(s: Sentences) -> Table | None:
    """Return every page that a cited row names in its column ``source``; nothing where none does."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in dict.fromkeys(one.row for one, _, _ in references(s.case) if one.row):
        for page in _named(s, row):
            found.setdefault(page, []).append(row)
    rows = tuple(_row(*page, found[page]) for page in sorted(found, key=_order))
    return Table(columns(s, "key address cited_rows"), rows, s.t("table.pages")) if rows else None


def _named(s: Sentences, row: str) -> Iterator[tuple[str, str]]:
    """Yield key and address of each page in a row: ``S01 https://example.org; S02 https://example.net``."""
    place = split_row(row)
    line = s.titles.tables.row(*place) if place else None
    for part in (line.cells.get("source", "") if line else "").split(";"):
        address = re.search(ADDRESS, part)
        if address:
            yield part[: address.start()].strip(), address[0]


def _row(key: str, address: str, rows: list[str]) -> tuple[Markup | str, ...]:
    shown = breakable(address, "/-_?&%")
    link = Markup('<a href="{}" class="address" rel="noreferrer">{}</a>').format(address, shown)
    return key or Markup("–"), link, Markup(", ").join(Markup("<code>{}</code>").format(row) for row in rows)


def _order(page: tuple[str, str]) -> list[tuple[int, str]]:
    """Return what sorts ``S9`` before ``S10``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", " ".join(page))]
