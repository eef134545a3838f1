"""How many states there may be, and what tables take."""

import tracemalloc

import pytest

from ceasefire.errors import InputError
from ceasefire.game.compile import compile_case, make_plan
from ceasefire.game.memory import available_bytes, gigabytes, table_bytes
from tests.game.builder import roaming_case


def test_the_estimate_is_not_below_what_the_tables_take():
    case = roaming_case(30)
    tables = [t for s in compile_case(case).steps for t in s.tables]
    held = sum(x.nbytes for t in tables for x in (t.payoff, t.feasible, t.start, t.successor, t.probability, t.states))
    assert held < table_bytes(make_plan(case))


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


def test_a_number_of_any_size_has_words():
    assert gigabytes(20_000_000) == "0.02 GB"
    assert gigabytes(43_200_000_000) == "43 GB"
    assert gigabytes(10**400) == "more than a million GB"
