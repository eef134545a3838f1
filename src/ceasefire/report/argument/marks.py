"""The sign of each result: circles for facts, squares for premises, triangles and lozenges for conclusions.

Results differ by shape and filling, never by colour alone.
"""

from __future__ import annotations

from markupsafe import Markup

CIRCLE = '<circle cx="7" cy="7" r="5" class="{}"/>'
SQUARE = '<rect x="2.5" y="2.5" width="9" height="9" class="{}"/>'
UP = '<path d="M7,2 12.5,12 1.5,12Z" class="{}"/>'
DOWN = '<path d="M7,12 12.5,2 1.5,2Z" class="{}"/>'
LOZENGE = '<path d="M7,1 13,7 7,13 1,7Z" class="{}"/>'
DASH = '<path d="M3,7 11,7" class="m-line"/>'

SHAPES = {
    "confirmed": CIRCLE.format("m-full"),
    "partly": CIRCLE.format("m-open") + '<path d="M7,2A5,5 0 0 0 7,12Z" class="m-full"/>',
    "contradicted": CIRCLE.format("m-open") + '<path d="M4,4 10,10M10,4 4,10" class="m-line"/>',
    "not_in_the_record": CIRCLE.format("m-dotted"),
    "carries": SQUARE.format("m-full"),
    "moves": SQUARE.format("m-open") + '<rect x="2.5" y="7" width="9" height="4.5" class="m-full"/>',
    "idle": SQUARE.format("m-open"),
    "no_change": SQUARE.format("m-dotted"),
    "holds": UP.format("m-full"),
    "follows": UP.format("m-full"),
    "does_not_hold": DOWN.format("m-open"),
    "cannot_hold_here": DOWN.format("m-full"),
    "assumed_not_derived": UP.format("m-open"),
    "too_close": LOZENGE.format("m-open") + '<path d="M7,1 7,13 1,7Z" class="m-full"/>',
    "undecided_by_sampling": LOZENGE.format("m-open"),
    "open": LOZENGE.format("m-open"),
    "needs_ensemble": LOZENGE.format("m-dotted"),
}
"""Inside a box of 14 x 14 pixels."""


def shape(verdict: str) -> Markup:
    """Return the sign of a result, to stand inside a drawing."""
    return Markup(SHAPES.get(verdict, DASH))


def mark(verdict: str) -> Markup:
    """Return the sign of a result, to stand in a line of text."""
    return Markup('<svg class="mark" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">{}</svg>').format(
        shape(verdict)
    )
