"""Whether a query names what the case has; every fault at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ceasefire.case import query as q
from ceasefire.case.model import Case
from ceasefire.case.query_names import find_query_faults
from ceasefire.errors import InputError


def check_query(case: Case, query: q.Query) -> None:
    """Raise every fault of the names and dates in a query.

    Raises
    ------
    InputError
        Q109, Q111 to Q113.
    """
    faults = find_query_faults(query, case)
    if faults:
        raise InputError(faults)


def leaves(query: q.Query) -> Iterator[q.Leaf | q.Share]:
    """Yield the queries that are neither differences nor comparisons."""
    if isinstance(query, q.Difference):
        yield from leaves(query.left)
        yield from leaves(query.right)
    elif isinstance(query, q.Comparison):
        yield from leaves(query.left)
        if not isinstance(query.right, float | int | dt.date):
            yield from leaves(query.right)
    else:
        yield query
