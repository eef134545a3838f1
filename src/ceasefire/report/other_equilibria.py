"""What solving from other starts found: a sentence, and the spread of the headlines over the equilibria."""

from __future__ import annotations

from markupsafe import Markup

from ceasefire.report import results
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table, columns


def said(s: Sentences) -> list[Markup]:
    """Return how many equilibria were found and which starts are not counted; empty where nobody looked."""
    given = s.forecast.equilibria
    if not given:
        return []
    found = [s.t("equilibria.found", count=len(given["found"]), starts=given["n_starts"])]
    if given["not_converged"]:
        found.append(s.t("equilibria.not_converged", count=len(given["not_converged"])))
    return found


def spread(s: Sentences) -> list[Markup]:
    """Return a line on each headline that is not the same in all equilibria."""
    return [
        s.t("equilibria.spread", query=query, low=low, high=high)
        for query, _, low, high in _rows(s)
        if str(low) != str(high)
    ]


def table(s: Sentences) -> Table | None:
    """Return each headline in the equilibrium that is followed, and its lowest and highest number."""
    rows = _rows(s)
    return Table(columns(s, "headline followed# low# high#"), tuple(rows), s.t("table.equilibria")) if rows else None


def _rows(s: Sentences) -> list[tuple[Markup, Markup, Markup, Markup]]:
    given = s.forecast.equilibria
    if not given or len(given["found"]) < 2:
        return []
    rows = []
    for text, (low, high) in given["spread"].items():
        headline = results.headline(s.forecast, text)
        unit = headline.unit if headline else ""
        followed = given["found"][0]["numbers"][text]
        cells = [Markup("–") if x is None else s.amount(x, unit) for x in (followed, low, high)]
        rows.append((s.query(text), cells[0], cells[1], cells[2]))
    return rows
