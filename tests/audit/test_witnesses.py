"""Witnesses: what is looked at in which order, what counts as one, and what it says."""

from __future__ import annotations

import numpy as np
import pytest

from ceasefire.audit import audit_case
from ceasefire.audit.draws import DRAWS, STEERED, Factors
from ceasefire.case import query as q
from ceasefire.case.query import parse_query
from ceasefire.forecast.names import leaves
from ceasefire.forecast.ranges import HIGH, LOW
from ceasefire.forecast.settings import FULL, PREVIEW
from tests.audit.argued import argued, conclusion
from tests.audit.told import Told

CHECK = "P(end_of_war by 2020-12-31) > 0.5"


def found(folder, numbers, check=CHECK, rival="", assumes="", settings=FULL):
    case = argued(folder, {"C1": conclusion(check, rival)}, assumes)
    asker = Told(case, numbers)
    return audit_case(case, settings, asker=asker).claims[0], asker


def conditions(asker: Told) -> list[str]:
    """Return the conditions under which a check was asked, in order."""
    lefts = dict.fromkeys(one.query.left.conditions for one in asker.asked if isinstance(one.query, q.Comparison))
    return [", ".join(getattr(c, "name", "") or c.label for c in given) for given in lefts]


def test_the_order_of_the_search(tmp_path):
    claim, asker = found(tmp_path, {"otherwise": 0.6}, rival="mild")
    asked = conditions(asker)
    assert asked[:4] == ["", "mild", "low", "high"]
    assert all(one.count(",") >= 6 for one in asked[4:]), (
        "joint draws of all seven that have a range; nothing to steer by"
    )
    assert claim.searched == len(asked) == 4 + DRAWS
    assert (claim.verdict, claim.witness_fails) == ("assumed, not derived", None)
    assert claim.witness_holds.query == CHECK


def test_the_search_is_the_same_every_time(tmp_path):
    first, second = (conditions(found(tmp_path, {"otherwise": 0.6})[1]) for _ in range(2))
    assert first == second


def test_draws_lie_at_the_ends_of_the_ranges(tmp_path):
    _, asker = found(tmp_path, {"otherwise": 0.6}, assumes="push: 1.5")
    parameters = asker.case.parameters
    drawn = [one.query.left.conditions for one in asker.asked if isinstance(one.query, q.Comparison)]
    settings = [c for given in drawn for c in given if isinstance(c, q.Setting) and c.name != "mild"]
    assert {c.value for c in settings if c.name == "push"} == {1.5}, "what the author assumes is not drawn"
    others = [c for c in settings if c.name != "push"]
    assert others
    for one in others:
        assert one.value in [float(parameters[one.name].prior.quantile(u)) for u in (LOW, HIGH)]


def test_the_search_stops_where_both_are_found(tmp_path):
    text = "P(end_of_war by 2020-12-31 | north.resolve = low)"
    claim, asker = found(tmp_path, {"otherwise": 0.6, text: 0.3})
    fails = claim.witness_fails
    assert (fails.query, fails.setting) == (f"{text} > 0.5", {"north.resolve": "low"})
    assert (fails.value, fails.threshold, fails.margin) == (0.3, 0.5, pytest.approx(-0.2))
    assert fails.preview
    assert claim.verdict == "holds"
    assert claim.searched == 2
    assert not any("mild" in one for one in conditions(asker))


def test_the_check_as_it_stands_is_a_witness_on_its_own_grid(tmp_path):
    """The two grids differ; what is reported as the value of the check is what decides."""

    def number(text, settings, slips):
        return 0.6 if settings.preview or "|" in text else 0.4

    claim, _ = found(tmp_path, number)
    assert claim.verdict == "too close", "the grids say opposite things"
    claim, _ = found(tmp_path / "finer", lambda text, settings, _: 0.35 if settings == FULL else 0.36)
    assert (claim.verdict, claim.witness_holds) == ("cannot hold here", None)
    assert not claim.witness_fails.preview
    assert claim.witness_fails.value == 0.35
    claim, _ = found(tmp_path / "preview", {"otherwise": 0.35}, settings=PREVIEW)
    assert claim.witness_fails.preview


@pytest.mark.parametrize(("error", "fails"), [(0.04, True), (0.06, False)])
def test_a_witness_is_clear_of_its_sampling_error(tmp_path, error, fails):
    numbers = {"otherwise": 0.6, "P(end_of_war by 2020-12-31 | north.resolve = low)": (0.4, error)}
    assert (found(tmp_path, numbers)[0].witness_fails is not None) == fails


@pytest.mark.parametrize(
    ("there", "witness", "verdict"),
    [(0.41, True, "holds"), (0.43, False, "holds"), (0.51, None, "assumed, not derived")],
)
def test_a_witness_says_whether_it_is_clear_of_the_error_of_the_grid(tmp_path, there, witness, verdict):
    """The grids differ by 0.04, which is also what is left on the finer one: 0.08 on the grid of cuts."""

    def number(text, settings, slips):
        return there if "resolve = low" in text else 0.65 if settings.preview else 0.69

    claim, _ = found(tmp_path, number)
    assert (claim.witness_fails and claim.witness_fails.clear, claim.verdict) == (witness, verdict)


def test_a_check_that_is_too_close_stays_so_where_no_other_side_is_found(tmp_path):
    claim, _ = found(tmp_path, lambda text, settings, _: 0.9 if "|" in text else 0.51 if settings.preview else 0.505)
    assert (claim.verdict, claim.witness_fails) == ("too close", None)
    assert (claim.witness_holds.query, claim.witness_holds.clear) == (CHECK, False)


def test_what_the_check_sets_by_itself_is_left_out(tmp_path):
    check = "P(end_of_war by 2020-12-31 | north.resolve = low, mild = 1, wear = 2) > 0.5"
    claim, asker = found(tmp_path, {"otherwise": 0.6}, check, rival="mild")
    asked = conditions(asker)
    assert asked[0] == "low, mild, wear"
    assert all(one.startswith("low, mild, wear, ") and one.count("mild") == 1 for one in asked[1:])
    assert claim.searched == len(asked)


def test_a_witness_names_only_what_it_changes(tmp_path):
    check = "P(end_of_war by 2020-12-31 | wear = 2, limit = 20, push = 2, patience = 0.9, consistency = 0.8) > 0.5"
    claim, _ = found(tmp_path, lambda text, *_: 0.3 if "w_high" in text else 0.6, check)
    named = claim.witness_fails.setting
    assert set(named) <= {"w_high", "p_high", "mild"}
    parsed = parse_query(claim.witness_fails.query)
    given = {c.name: c.value for leaf in leaves(parsed) for c in leaf.conditions}
    assert {name: given[name] for name in named} == named


def test_a_setting_on_one_side_of_a_comparison_still_moves_the_other(tmp_path):
    check = "P(end_of_war by 2020-12-31 | mild = 1) > P(end_of_war by 2020-12-31)"
    numbers = {"otherwise": 0.3, check.split(" > ")[0]: 0.6, "P(end_of_war by 2020-12-31 | mild = 0)": 0.1}
    claim, asker = found(tmp_path, numbers, check, rival="mild")
    asked = [one.query.text for one in asker.asked]
    assert "P(end_of_war by 2020-12-31 | mild = 1) > P(end_of_war by 2020-12-31 | mild = 1)" in asked
    assert claim.witness_fails.setting == {"mild": 1.0}


@pytest.mark.parametrize(
    ("check", "numbers", "never"),
    [
        ("P(end_of_war by 2020-12-31) < 0.2", {"otherwise": 0.0}, True),
        ("P(end_of_war by 2020-12-31) < 0.2", {"otherwise": 0.1}, False),
        ("P(end_of_war) - P(truce_in_effect) < 0.2", {"otherwise": 0.1}, False),
        ("P(end_of_war) - P(truce_in_effect) < 0.2", {"otherwise": 0.1, "P(end_of_war)": 0.0}, True),
        ("P(truce_in_effect) > P(end_of_war)", {"otherwise": 0.1, "P(end_of_war)": 0.0}, True),
        ("E(strain at 2020-12-31) < 20", {"otherwise": 0.0}, False),
        ("belief(north.resolve = low at 2020-12-31) < 0.2", {"otherwise": 0.0}, False),
    ],
)
def test_what_happens_at_no_setting_is_noted(tmp_path, check, numbers, never):
    assert (found(tmp_path, numbers, check)[0].notes == ("never",)) == never


def test_an_edit_of_the_case_leaves_the_draws_as_they_were(tmp_path):
    """Another title changes the hash of the case; a parameter that gets a range is added to them."""

    def drawn(folder, edits):
        case = argued(folder, {"C1": conclusion(CHECK)}, edits=edits)
        asker = Told(case, {"otherwise": 0.6})
        audit_case(case, asker=asker)
        asked = dict.fromkeys(one.query.left.conditions for one in asker.asked if isinstance(one.query, q.Comparison))
        return case, [set(given) for given in asked if len(given) > 2]

    first, draws = drawn(tmp_path / "a", {})
    other, again = drawn(tmp_path / "b", {"A small war": "Another war"})
    assert first.case_hash != other.case_hash
    assert draws == again
    assert len({frozenset(one) for one in draws}) == len(draws) == DRAWS
    ranged = {"value: 3, unit: months": "prior: {normal: {median: 3, sd: 1}}, unit: months"}
    _, more = drawn(tmp_path / "c", ranged)
    for one, there in zip(draws, more, strict=True):
        assert one < there
        assert {c.name for c in there - one} == {"softness"}


def factors(n: int, rivals: int = 0) -> Factors:
    return Factors({f"p{i}": (0.0, 1.0) for i in range(n)}, {f"r{i}": (0.0, 1.0) for i in range(rivals)})


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_steered_draws_go_further_than_random_ones(side):
    """A hundred parameters of unequal effect, a few draws: each single effect is badly known, together they point."""
    random, all_together = 0.0, 0.0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        effect, some = rng.exponential(size=100) * rng.choice([-1, 1], size=100), factors(100)
        draws = some.random(seed)
        margins = [float(effect @ one) for one in draws]
        random += max(side * x for x in margins)
        while len(draws) < DRAWS + STEERED and (steered := some.steered(draws, margins, side)):
            draws.append(steered)
            margins.append(float(effect @ steered))
        all_together += max(side * x for x in margins)
    assert all_together > 1.4 * random


def test_a_steered_draw_switches_a_rival_only_where_that_pushes():
    some = factors(1, rivals=2)
    draws = [(1, 1, -1), (1, -1, -1), (-1, 1, -1), (-1, -1, -1)]
    margins = [one[1] * 1.0 for one in draws]
    assert some.steered(draws, margins, 1.0)[1:] == (1, 0)
    assert some.steered(draws[:1] + draws[2:3], [1.0, 1.0], 1.0) is None, "no difference was seen"
    chosen = {c.name: c.value for c in some.conditions((1, 1, 0))}
    assert chosen == {"p0": 1.0, "r0": 1.0}


def test_a_draw_names_only_the_rivals_that_are_not_as_their_author_has_them():
    some = Factors({}, {"r0": (0.0, 1.0), "r1": (0.0, 1.0)}, {"r1": 1.0})
    assert {c.name: c.value for c in some.conditions((1, 1))} == {"r0": 1.0}
    assert {c.name: c.value for c in some.conditions((-1, -1))} == {"r1": 0.0}
    assert some.conditions((0, 0)) == ()
    assert (some.switched("r0"), some.switched("r1")) == (1.0, 0.0)


def test_the_search_steers_towards_the_side_that_is_missing(tmp_path):
    """The check fails only with all but one of six parameters at one end; no random draw meets that."""
    best: dict[str, float] = {}

    def number(text, settings, slips):
        given = {c.name: c.value for leaf in leaves(parse_query(text)) for c in leaf.conditions if hasattr(c, "value")}
        return 0.545 - 0.01 * sum(given.get(name) == end for name, end in best.items())

    case = argued(tmp_path, {"C1": conclusion(CHECK)})
    moved = Factors.of(case, case.arguments[0])
    ends = moved.random(PREVIEW.seed)
    assert len(moved.ranges) >= 6
    names = list(moved.ranges)[:6]
    rare = [sum(one[i] for one in ends) < 0 for i in range(6)]
    best |= {name: moved.ranges[name][high] for name, high in zip(names, rare, strict=True)}
    met = max(sum((one[i] > 0) == rare[i] for i in range(6)) for one in ends)
    assert met < 5, "no random draw is a witness"
    claim = audit_case(case, PREVIEW, asker=Told(case, number)).claims[0]
    assert claim.witness_fails is not None
    assert sum(claim.witness_fails.setting.get(name) == best[name] for name in names) >= 5
    assert 3 + DRAWS < claim.searched <= 3 + DRAWS + STEERED
