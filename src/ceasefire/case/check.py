"""Rules that span fields: runs every rule, and each adds its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ceasefire.case.nodes import Faults
from ceasefire.case.papers import check_papers

if TYPE_CHECKING:
    from ceasefire.case.read import Reading


def check_case(reading: Reading, faults: Faults) -> None:
    """Run all rules on a case that was read."""
    check_papers(reading.case, reading.tables, faults)
