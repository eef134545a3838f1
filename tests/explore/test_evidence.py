"""What events say: by hand, and against the Beta-Bernoulli model, in which everything is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ceasefire.errors import NumericalError
from ceasefire.explore.weighing.evidence import LARGEST_LOG_RATIO, RecordByDraw, events, log_ratio
from ceasefire.explore.weighing.frequencies import Choice, compare, frequency_log_probability, predictive
from ceasefire.explore.weighing.learned import detectable_shift, parameters, types
from ceasefire.explore.weighing.left_out import answer, leave_one_out
from ceasefire.explore.weighing.proposals import Proposal, quantile_of
from ceasefire.explore.weighing.weights import weigh
from tests.explore.normal_model import first_coordinates, run_rounds

HIGH = np.array([True, False])
LABELS = {"a.kind = high": HIGH}


def by_hand() -> RecordByDraw:
    """Two equal types; the first event is four times as likely under one, the second says nothing of them."""
    return RecordByDraw(("strike", "talk"), np.log([[[0.8, 0.2], [0.5, 0.5]]]), np.array([[0.5, 0.5]]))


def bernoulli(seen: list[bool], n_draws: int = 4096) -> tuple[RecordByDraw, np.ndarray]:
    """Return repeated events of an unknown probability u, uniform before the record, and u of each draw."""
    u = quantile_of(Proposal.prior(1).draws(n_draws, 1, 0))[:, 0]
    chance = np.where(seen, u[:, None], 1 - u[:, None])
    names = tuple(f"event {i}" for i in range(len(seen)))
    return RecordByDraw(names, np.log(chance)[:, :, None], np.ones((n_draws, 1))), u


def test_two_events_by_hand() -> None:
    record = by_hand()
    np.testing.assert_allclose(np.exp(record.item_log_probability), [[0.5, 0.5]])
    np.testing.assert_allclose(np.exp(record.total), [0.25])
    np.testing.assert_allclose(record.posterior(), [[0.8, 0.2]])
    np.testing.assert_allclose(np.exp(log_ratio(record, HIGH)), [[4.0, 1.0]])
    np.testing.assert_allclose(record.without(0).posterior(), [[0.5, 0.5]])
    np.testing.assert_allclose(np.exp(record.without(0).total), [0.5])
    strike, talk = events(record, weigh(record.total), LABELS)
    assert strike.ratio == pytest.approx({"a.kind = high": 4.0})
    assert talk.ratio_low["a.kind = high"] == pytest.approx(1.0)
    assert (strike.share, talk.share) == pytest.approx((0.5, 0.5))
    assert strike.probability == pytest.approx(0.5)


def test_the_ratio_averages_over_the_other_actors_types() -> None:
    """Four profiles; what is known of the other actor by then (3 to 1) weighs the average."""
    likelihood = np.array([[[0.9, 0.3, 0.9, 0.3], [0.4, 0.8, 0.2, 0.1]]])
    record = RecordByDraw(("first", "second"), np.log(likelihood), np.full((1, 4), 0.25))
    first_actor = np.array([True, True, False, False])
    expected = (0.75 * 0.4 + 0.25 * 0.8) / (0.75 * 0.2 + 0.25 * 0.1)
    np.testing.assert_allclose(np.exp(log_ratio(record, first_actor)), [[1.0, expected]])


def test_item_probabilities_multiply_to_the_likelihood() -> None:
    rng = np.random.default_rng(1)
    record = RecordByDraw(
        tuple("abcde"), np.log(rng.uniform(0.01, 1, size=(30, 5, 4))), rng.dirichlet(np.ones(4), size=30)
    )
    np.testing.assert_allclose(record.item_log_probability.sum(axis=1), record.total)
    np.testing.assert_allclose(record.posterior().sum(axis=1), 1.0)
    assert sum(event.share for event in events(record, weigh(record.total), {})) == pytest.approx(1.0)


def test_a_label_that_all_or_none_have_gets_no_ratio() -> None:
    found = events(by_hand(), weigh(by_hand().total), {"all": np.ones(2, bool), "none": np.zeros(2, bool)})
    assert found[0].ratio == {}


def test_surprises_are_improbable_in_most_of_the_weight() -> None:
    """Nine draws give the event 0.005, one gives it 0.9: it is a surprise before weighing, none after."""
    log_likelihood = np.log(np.array([0.005] * 9 + [0.9]))[:, None, None]
    record = RecordByDraw(("event",), log_likelihood, np.ones((10, 1)))
    (before,) = events(record, weigh(np.zeros(10)), {})
    (after,) = events(record, weigh(record.total), {})
    assert before.surprised == pytest.approx(0.9)
    assert before.is_surprise
    assert after.surprised == pytest.approx(0.045 / 0.945)
    assert not after.is_surprise


def test_what_one_type_cannot_do_decides_without_faults() -> None:
    with np.errstate(divide="ignore"):
        log_likelihood = np.log(np.array([[[0.5, 0.0], [0.5, 0.0], [0.5, 0.0]]]))
    log_likelihood[0, 1:, 1] = -np.inf
    record = RecordByDraw(tuple("abc"), log_likelihood, np.array([[0.5, 0.5]]))
    np.testing.assert_allclose(record.posterior(), [[1.0, 0.0]])
    np.testing.assert_allclose(log_ratio(record, HIGH), [[LARGEST_LOG_RATIO, 0.0, 0.0]])
    np.testing.assert_allclose(np.exp(record.item_log_probability), [[0.25, 0.5, 0.5]])


def test_a_draw_in_which_the_record_cannot_happen() -> None:
    items = {"a": np.log([0.5, 0.5]), "b": np.log([0.1, 0.4])}
    record = RecordByDraw.of([items, {"a": np.array([-np.inf, -np.inf])}, {}], np.full((3, 2), 0.5))
    assert record.items == ("a", "b")
    np.testing.assert_array_equal(record.total[1], -np.inf)
    np.testing.assert_array_equal(record.item_log_probability[1], [-np.inf, 0.0])
    np.testing.assert_array_equal(record.posterior()[1], [0.5, 0.5])
    weights = weigh(np.where([True, True, False], record.total, -np.inf))
    np.testing.assert_allclose(weights.weight, [1.0, 0.0, 0.0])
    assert events(record, weights, LABELS)[1].probability == pytest.approx(0.25)
    with pytest.raises(NumericalError):
        weigh(record.total[1:2])


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_the_answer_at_every_exponent(exponent: float) -> None:
    seen = [True] * 7 + [False] * 2
    record, u = bernoulli(seen)
    value, weights = answer(record, u[:, None], exponent=exponent)
    assert value.value == pytest.approx((1 + 7 * exponent) / (2 + 9 * exponent), abs=3 * value.error)
    assert value.error < 0.006
    assert weights.exponent == exponent


def test_exponents_hold_for_draws_and_types_together() -> None:
    """One draw, so only the types can move: at one half the odds of four become two."""
    values = np.array([[1.0, 0.0]])
    assert answer(by_hand(), values)[0].value == pytest.approx(0.8)
    assert answer(by_hand(), values, exponent=0.5)[0].value == pytest.approx(2 / 3)
    assert answer(by_hand(), values, exponent=0.0)[0].value == pytest.approx(0.5)


def test_leaving_one_out_gives_the_posterior_without_it() -> None:
    seen = [True] * 6 + [False] + [True] * 3
    record, u = bernoulli(seen)
    found = leave_one_out(record, u[:, None])
    assert found[0].item == "event 6", "the only failure changes most"
    assert found[0].value.value == pytest.approx(10 / 11, abs=3 * found[0].value.error)
    assert found[0].change == pytest.approx(10 / 11 - 10 / 12, abs=0.01)
    for left in found[1:]:
        assert left.value.value == pytest.approx(9 / 11, abs=3 * left.value.error)
    assert len(found) == 10


def test_leaving_one_out_says_when_too_little_is_left() -> None:
    """Draws chosen for a record that one event dominates: without that event they sit in the wrong place."""
    rng = np.random.default_rng(3)
    z = rng.normal(4.0, 0.5, size=200)
    base = -0.5 * z**2 + 0.5 * ((z - 4.0) / 0.5) ** 2
    event = -0.5 * ((z - 5.0) / 0.5) ** 2
    record = RecordByDraw(("strong", "weak"), np.stack([event, np.full(200, -1.0)], 1)[:, :, None], np.ones((200, 1)))
    found = {left.item: left for left in leave_one_out(record, z[:, None], base)}
    assert not found["weak"].weights.intervals_withheld
    assert found["strong"].weights.intervals_withheld
    assert found["weak"].change == pytest.approx(0.0, abs=1e-9)


def test_uniform_beliefs_about_a_frequency_predict_as_laplace_does() -> None:
    """The game of one unknown probability is the frequency model, choice by choice (Laplace 1774)."""
    rng = np.random.default_rng(4)
    seen = [bool(x) for x in rng.random(12) < 0.7]
    record, _ = bernoulli(seen, 2**14)
    choices = [
        Choice(name, "step", np.array([made, not made]), np.ones(2, bool))
        for name, made in zip(record.items, seen, strict=True)
    ]
    found = compare(record, choices)
    np.testing.assert_allclose(found.game, found.frequencies, atol=0.01)
    assert abs(found.log_ratio) < 3 * found.error
    assert not found.explains_worse
    np.testing.assert_allclose(predictive(record).sum(), weigh(record.total).log_evidence)


def test_a_game_that_expects_the_opposite_explains_worse() -> None:
    made = np.array([True, False])
    record = RecordByDraw(tuple("abcdef"), np.full((50, 6, 1), np.log(0.05)), np.ones((50, 1)))
    found = compare(record, [Choice(name, "step", made, np.ones(2, bool)) for name in "abcdef"])
    assert found.explains_worse
    assert np.exp(found.frequencies) == pytest.approx([1 / 2, 2 / 3, 3 / 4, 4 / 5, 5 / 6, 6 / 7])


def test_frequencies_by_hand() -> None:
    """Two steps counted apart; an ambiguous record splits its count; a move that cannot be made is left out."""

    def choice(step: str, allowed: list[int], feasible: list[int]) -> Choice:
        return Choice("", step, np.array(allowed, bool), np.array(feasible, bool))

    found = frequency_log_probability(
        [
            choice("a", [1, 0, 0], [1, 1, 1]),
            choice("b", [0, 1], [1, 1]),
            choice("a", [1, 1, 0], [1, 1, 1]),
            choice("a", [0, 1, 0], [0, 1, 1]),
        ]
    )
    third = (1 + 1 / 3) / ((1 + 1 / 3) + 1)
    assert np.exp(found) == pytest.approx([1 / 3, 1 / 2, 3 / 4, third])


def test_certain_items_are_no_choices() -> None:
    log_likelihood = np.stack([np.zeros(20), np.full(20, np.log(0.5))], axis=1)[:, :, None]
    record = RecordByDraw(("forced", "free"), log_likelihood, np.ones((20, 1)))
    both = [Choice(name, "step", np.array([True, False]), np.ones(2, bool)) for name in ("forced", "free", "unknown")]
    found = compare(record, both)
    assert found.items == ("free",)
    assert found.log_ratio == pytest.approx(0.0)


def test_a_record_that_says_nothing_leaves_every_parameter_as_it_was() -> None:
    z = Proposal.prior(30).draws(256, 1, 0)
    found = parameters([f"p{j}" for j in range(30)], [Lognormal(3.0)] * 30, z, weigh(np.zeros(256)))
    assert not any(one.is_learned for one in found)
    for one in found:
        np.testing.assert_allclose(one.posterior, one.prior, atol=0.1)


class Lognormal:
    """A lognormal prior by its quantiles."""

    def __init__(self, median: float) -> None:
        self.median = median

    def quantile(self, u: np.ndarray) -> np.ndarray:
        return np.asarray(stats.lognorm.ppf(u, 0.5, scale=self.median))


def test_learned_parameters_are_those_of_the_record() -> None:
    model = first_coordinates(30, [1.5, -1.5], 0.6)
    rounds = run_rounds(model, [256] * 4)
    weights = weigh(rounds.log_likelihood, rounds.log_base)
    found = parameters([f"p{j}" for j in range(30)], [Lognormal(3.0)] * 30, rounds.z, weights)
    mean, covariance = model.posterior()
    assert [one.name for one in found if one.is_learned][:2] == ["p0", "p1"]
    assert sum(one.is_learned for one in found) <= 4
    truth = stats.lognorm.ppf(
        stats.norm.cdf(mean[0] + np.sqrt(covariance[0, 0]) * stats.norm.ppf([0.1, 0.5, 0.9])), 0.5
    )
    np.testing.assert_allclose(found[0].posterior, 3.0 * truth, rtol=0.1)
    assert found[0].shift == pytest.approx(mean[0], abs=0.1)
    assert found[0].spread == pytest.approx(np.sqrt(covariance[0, 0]), rel=0.15)


def test_the_detectable_shift_is_where_the_test_begins() -> None:
    n, j = 400, 20
    rng = np.random.default_rng(8)
    z = rng.normal(size=(n, j))
    z = (z - z.mean(0)) / z.std(0)
    limit = detectable_shift(j, n)
    for factor, expected in ((0.99, False), (1.01, True)):
        z_moved = z.copy()
        z_moved[:, 3] += factor * limit
        (found,) = [
            one
            for one in parameters([str(i) for i in range(j)], [Lognormal(1.0)] * j, z_moved, weigh(np.zeros(n)))
            if one.name == "3"
        ]
        assert found.is_learned is expected


def test_types_before_and_after() -> None:
    rng = np.random.default_rng(9)
    share = rng.beta(2, 2, size=500)
    prior = np.stack([share, 1 - share], axis=1)
    silent = RecordByDraw(("e",), np.full((500, 1, 2), -1.0), prior)
    telling = RecordByDraw(("e",), np.tile(np.log([0.8, 0.2]), (500, 1, 1)), prior)
    for record, learned in ((silent, False), (telling, True)):
        weights = weigh(record.total)
        (found,) = types(prior, record.posterior(), LABELS, weights, weigh(record.total, exponent=0.0))
        assert found.is_learned is learned
        assert found.prior == pytest.approx(share.mean())
    expected = np.sum(0.8 * share) / np.sum(0.8 * share + 0.2 * (1 - share))
    assert found.posterior == pytest.approx(expected, abs=0.01)
