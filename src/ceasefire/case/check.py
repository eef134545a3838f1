"""Rules that span fields: runs every rule, and each adds its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ceasefire.case import check_names, check_numbers, check_report, check_steps
from ceasefire.case.nodes import Faults
from ceasefire.case.papers import check_papers
from ceasefire.case.perceptions import check_views
from ceasefire.case.uses import names_of

if TYPE_CHECKING:
    from ceasefire.case.read import Reading


def check_case(reading: Reading, faults: Faults) -> None:
    """Run all rules on a case that was read."""
    case, root, names = reading.case, reading.root, names_of(reading.case)
    check_names.check_distinct_names(case, faults)
    check_names.check_names_in_formulas(case, names, faults)
    check_names.check_comparisons(case, names, faults)
    check_names.check_choices_by_status(root, case, faults)
    check_numbers.check_literals(case, faults)
    check_numbers.check_sources(case, root, faults)
    check_numbers.check_perceptions(case, faults)
    check_views(case, faults)
    check_numbers.check_hindsight(case, faults)
    check_numbers.check_unused(case, faults)
    check_numbers.check_type_priors(case, faults)
    check_numbers.check_prior_labels(case, root, faults)
    check_numbers.check_given(case, names, faults)
    check_numbers.check_bounds(case, faults)
    check_steps.check_actors_of_steps(case, faults)
    check_steps.check_targets(case, names, faults)
    check_steps.check_moves(case, faults)
    check_steps.check_changes(case, faults)
    check_steps.check_chance(case, root, faults)
    check_steps.check_type_dependence(case, names, faults)
    check_steps.check_labels(case, faults)
    check_steps.check_complete(case, root, faults)
    check_report.check_outcomes(case, faults)
    check_report.check_plans(case, faults)
    check_report.check_report_names(case, root, faults)
    check_report.check_words(case, root, faults)
    check_report.check_languages(case, faults)
    check_papers(case, reading.tables, faults)
