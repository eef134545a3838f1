"""What is asked of the draws: the case as it is, its plans, the checks of its arguments, and cuts of their premises.

A course is a set of conditions with the queries that are asked under them. Courses that stand in the same game (the case
under several plans) are computed together, since they share a solution.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ceasefire.audit.premises import checked_conclusions, in_own_game
from ceasefire.audit.standpoint import assumed, check_of, taken_away
from ceasefire.audit.watched import foremost, watched
from ceasefire.case import query as q
from ceasefire.case.claims import Argument, Claim
from ceasefire.case.model import Case
from ceasefire.case.query_text import condition_text, query_text, under
from ceasefire.forecast.evaluate import assume
from ceasefire.forecast.headlines import simple_headlines
from ceasefire.forecast.names import leaves
from ceasefire.forecast.scenario import Scenario

BASE = ""


@dataclass(frozen=True)
class Course:
    """Conditions beyond a draw's own parameters, and what is asked under them.

    Parameters
    ----------
    name : str
        Empty for the case as it is, else the conditions as a query has them.
    conditions : Conditions
        Without conditions on types, which only choose among paths.
    asked : tuple of Leaf
        Each once, with conditions on types only.
    """

    name: str
    conditions: q.Conditions
    asked: tuple[q.Leaf, ...]

    def scenario(self, start: Scenario) -> Scenario:
        """Return the course for a draw."""
        return assume(start, self.conditions)

    @property
    def game(self) -> str:
        """What is equal for courses that share a solution."""
        return assume(Scenario(), self.conditions).variant.key()


def split(leaf: q.Leaf) -> tuple[q.Conditions, q.Leaf]:
    """Return the conditions of a query that choose its course, and the query with those on types alone."""
    types = tuple(c for c in leaf.conditions if isinstance(c, q.TypeIs | q.TypeSet))
    course = tuple(c for c in leaf.conditions if not isinstance(c, q.TypeIs | q.TypeSet))
    bare = replace(leaf, conditions=types)
    return course, replace(bare, text=query_text(bare))


def name_of(conditions: q.Conditions) -> str:
    """Return the name of a course: its conditions in a fixed order."""
    return ", ".join(sorted(condition_text(one) for one in conditions))


def courses(queries: Iterable[q.Leaf]) -> tuple[Course, ...]:
    """Return the courses in which queries are asked; queries under the same conditions stand together."""
    found: dict[str, tuple[q.Conditions, dict[str, q.Leaf]]] = {}
    for leaf in queries:
        conditions, bare = split(leaf)
        _, asked = found.setdefault(name_of(conditions), (conditions, {}))
        asked[bare.text] = bare
    return tuple(Course(name, conditions, tuple(asked.values())) for name, (conditions, asked) in found.items())


def base_queries(case: Case) -> tuple[q.Leaf, ...]:
    """Return what is asked of every draw: the headlines and all that checks ask of the case as it is."""
    asked: list[q.Leaf] = [*headline_leaves(case), *watched(case)]
    asked += [leaf for check in checks(case).values() for leaf in _leaves(check) if not split(leaf)[0]]
    return tuple({query_text(leaf): leaf for leaf in asked if not split(leaf)[0]}.values())


def headline_leaves(case: Case) -> list[q.Leaf]:
    """Return the single numbers that the headlines are made of."""
    return [leaf for headline in case.report.headlines for leaf in _leaves(headline)]


def _leaves(query: q.Query) -> list[q.Leaf]:
    return [leaf for leaf in leaves(query) if not isinstance(leaf, q.Share)]


def plan_queries(case: Case) -> tuple[q.Leaf, ...]:
    """Return what is asked under every plan of the case: the headlines, every outcome, and what checks ask there."""
    every = [leaf for query in simple_headlines(case) for leaf in _leaves(query)] + list(foremost(case))
    asked = [under(leaf, (q.PlanIs(plan),)) for plan in case.plans for leaf in every]
    return (*asked, *(leaf for leaf in _asked_by_checks(case) if _is_plan(split(leaf)[0])))


def check_queries(case: Case) -> tuple[q.Leaf, ...]:
    """Return what checks ask under settings, cuts or another record: each needs a game of its own.

    Where an author assumes something, the outcomes that an audit watches are asked there too: cuts are held against them.
    """
    asked = [leaf for leaf in _asked_by_checks(case) if split(leaf)[0] and not _is_plan(split(leaf)[0])]
    authors = [assumed(argument) for argument in case.arguments if argument.assumes]
    return (*asked, *(under(leaf, conditions) for conditions in authors for leaf in watched(case)))


def cut_queries(case: Case) -> dict[tuple[str, str], tuple[q.Leaf, ...]]:
    """Return what is asked with each premise taken away, by argument and claim.

    Asked are the outcomes that an audit watches, and the checks of the same argument that need no plan: each plan would
    be one more solution for every draw.
    """
    found = {}
    for argument in case.arguments:
        for claim in argument.claims:
            if claim.role == "premise" and claim.cut:
                found[argument.name, claim.name] = _cut(case, argument, claim)
    return found


def _cut(case: Case, argument: Argument, premise: Claim) -> tuple[q.Leaf, ...]:
    conditions = taken_away(premise.cut)
    there = [under(under(leaf, conditions), assumed(argument)) for leaf in watched(case)]
    for claim in checked_conclusions(argument):
        if in_own_game(claim):
            asked = _leaves(check_of(claim, argument, conditions))
            there += [leaf for leaf in asked if not any(isinstance(c, q.PlanIs) for c in leaf.conditions)]
    return tuple(there)


def checks(case: Case) -> dict[tuple[str, str], q.Comparison]:
    """Return the check of every conclusion that is a number, where its author stands, by argument and claim."""
    return {
        (argument.name, claim.name): check_of(claim, argument)
        for argument in case.arguments
        for claim in checked_conclusions(argument)
    }


def _asked_by_checks(case: Case) -> list[q.Leaf]:
    return [leaf for check in checks(case).values() for leaf in _leaves(check)]


def _is_plan(conditions: q.Conditions) -> bool:
    return bool(conditions) and all(isinstance(one, q.PlanIs) for one in conditions)
