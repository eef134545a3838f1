import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceasefire.game.stocks import (
    MOST_NODES,
    cell_variance,
    choose_count,
    halve_spacing,
    lottery,
    make_nodes,
    noisy_lottery,
    on_nodes,
)

values = st.floats(0, 100, allow_nan=False)


def moments(nodes, found):
    mean = (nodes[found.node] * found.probability).sum(axis=1)
    return mean, (nodes[found.node] ** 2 * found.probability).sum(axis=1) - mean**2


@given(st.integers(4, 80), values, st.lists(values, min_size=1, max_size=20))
def test_a_lottery_keeps_the_mean_and_adds_the_variance_of_the_cell(count, initial, at):
    nodes = make_nodes(0, 100, initial, count)
    found = lottery(nodes, at)
    mean, variance = moments(nodes, found)
    assert found.probability.sum(axis=1) == pytest.approx(1)
    assert found.probability.min() >= 0
    assert mean == pytest.approx(np.array(at), abs=1e-6)
    assert variance == pytest.approx(cell_variance(nodes, at), abs=1e-5)
    assert not found.beyond.any()


@given(st.integers(8, 60), st.lists(st.tuples(st.floats(30, 70), st.floats(0, 80)), min_size=1, max_size=20))
def test_noise_is_met_in_mean_and_variance_and_the_lottery_counts_as_part_of_it(count, pairs):
    nodes = make_nodes(0, 100, 41.0, count)
    at, declared = (np.array(x) for x in zip(*pairs, strict=True))
    found = noisy_lottery(nodes, at, declared)
    mean, variance = moments(nodes, found)
    inside = found.beyond == 0
    assert mean[inside] == pytest.approx(at[inside], abs=1e-8)
    assert variance[inside] == pytest.approx((declared + found.excess)[inside], abs=1e-6)
    assert found.excess == pytest.approx(np.maximum(cell_variance(nodes, at) - declared, 0), abs=1e-9)


def test_noise_beyond_the_lottery_takes_three_or_more_nodes():
    nodes = make_nodes(0, 40, 20.0, 11)
    found = noisy_lottery(nodes, [20.0, 21.0], [9.0, 9.0])
    for row in range(2):
        used = {int(n) for n, p in zip(found.node[row], found.probability[row], strict=True) if p > 0}
        assert len(used) >= 3


def test_most_of_the_noise_stays_near_the_mean():
    nodes = make_nodes(0, 80, 40.0, 21)
    found = noisy_lottery(nodes, [40.0], [100.0])
    assert found.probability[0][found.node[0] == 10].sum() == pytest.approx(2 / 3)
    assert nodes[found.node[0][found.probability[0] > 0]].min() < 40 - 10


def test_noise_at_a_bound_stays_there_and_can_leave_it():
    nodes = make_nodes(0, 40, 20.0, 11)
    found = noisy_lottery(nodes, [0.0], [16.0])
    back = (found.probability * (found.node > 0)).sum()
    assert 0 < back < 0.5
    assert found.beyond[0] == pytest.approx(back)


@given(st.integers(3, 80), values)
def test_nodes_increase_from_bound_to_bound_and_hold_the_initial_value(count, initial):
    nodes = make_nodes(0, 100, initial, count)
    assert (np.diff(nodes) > 0).all()
    assert (nodes[0], nodes[-1]) == (0, 100)
    assert on_nodes(nodes, [initial]).all()
    assert len(nodes) == count


def test_a_regular_shift_by_hand():
    assert make_nodes(0, 60, 5, 16).tolist() == [0, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 60]
    assert make_nodes(0, 10, 3, (0.0, 3.0, 10.0)).tolist() == [0, 3, 10]


def test_halving_puts_a_node_into_every_cell():
    assert halve_spacing(np.array([0.0, 2.0, 6.0])).tolist() == [0, 1, 2, 4, 6]


def test_the_count_is_chosen_so_that_the_drift_ends_on_nodes():
    at = np.linspace(0, 120, 97)
    steady = np.full((1, 97), 3.0)
    count = choose_count(0, 120, 30.0, steady, at, np.zeros((1, 97)))
    nodes = make_nodes(0, 120, 30.0, count)
    assert count <= MOST_NODES
    assert cell_variance(nodes, np.clip(nodes + 3, 0, 120)).max() == pytest.approx(0, abs=1e-9)


def test_declared_noise_forgives_coarse_nodes():
    at = np.linspace(0, 120, 97)
    drift = np.full((1, 97), 1.7)
    assert choose_count(0, 120, 30.0, drift, at, np.full((1, 97), 1e4)) < choose_count(
        0, 120, 30.0, drift, at, np.zeros((1, 97))
    )
