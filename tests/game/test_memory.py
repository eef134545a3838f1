import tracemalloc

import pytest

from ceasefire.errors import InputError
from ceasefire.game.compile import compile_case
from ceasefire.game.memory import available_bytes, check_memory, estimate_memory
from tests.game.builder import dimension, make_case, move, status, step, stock


def roaming_case(nodes=9, n_stocks=2, **more):
    names = [f"stock_{n}" for n in range(n_stocks)]
    return make_case(
        statuses=[status("phase", "war", "peace")],
        stocks=[stock(name, 0, 16, 4, nodes) for name in names],
        steps=[
            step("talk", "one", move("wait"), move("stop", effects={"phase": "peace"}), when="phase == war"),
            step("month", None, move(noise=dict.fromkeys(names, 4))),
        ],
        **more,
    )


def test_the_estimate_counts_states_and_beliefs():
    types = [dimension("one", "will", {"low": 0, "high": 1}, {"low": 0.5, "high": "rest"})]
    needed, text = estimate_memory(roaming_case(types=types), intervals=40)
    assert text.startswith("162 states of 162 combinations, 4 periods, 2 type profiles, 41 beliefs: ")
    strategies = 4 * 81 * 2 * 2 * 41 * 4
    values = 3 * 8 * 162 * 41 * 2
    assert needed > strategies + values
    assert estimate_memory(roaming_case(types=types), intervals=81)[0] - needed == strategies + values


def test_the_estimate_is_not_below_what_the_tables_take():
    case = roaming_case(30)
    needed, _ = estimate_memory(case, intervals=1)
    game = compile_case(case)
    tables = [t for s in game.steps for t in s.tables]
    held = sum(x.nbytes for t in tables for x in (t.payoff, t.feasible, t.start, t.successor, t.probability, t.states))
    assert held < needed


def test_too_much_memory_is_refused_with_the_number_and_what_to_reduce(monkeypatch):
    case = roaming_case(20)
    assert "states" in check_memory(case)
    monkeypatch.setattr("ceasefire.game.memory.available_bytes", lambda: 2_000_000_000)
    monkeypatch.setattr("ceasefire.game.memory._n_beliefs", lambda plan, intervals: 10**6)
    with pytest.raises(InputError) as raised:
        check_memory(case)
    fault = raised.value.faults[0]
    assert fault.code == "C513"
    assert "GB" in fault.message
    assert "800 states" in fault.found
    assert fault.hint.startswith("fewer nodes of stock_0 (20 now)")


def test_too_many_states_are_refused_before_anything_large_is_allocated(monkeypatch):
    monkeypatch.setenv("CEASEFIRE_MEMORY_GB", "0.02")
    assert available_bytes() == 20_000_000
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as raised:
            compile_case(roaming_case(80, n_stocks=3))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    fault = raised.value.faults[0]
    assert fault.code == "C513"
    assert "80 stock_0 x 80 stock_1 x 80 stock_2 x 2 phase" in fault.message
    assert fault.expected.startswith("at most 6,000")
    assert peak < 20_000_000


def test_a_product_that_cannot_be_counted_is_refused_at_once():
    with pytest.raises(InputError) as raised:
        compile_case(roaming_case(80, n_stocks=9))
    assert raised.value.faults[0].code == "C513"
