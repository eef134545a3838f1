"""Random cases against a slow reading of the same rules, one state and one move at a time."""

from itertools import product

import numpy as np
import pytest

from ceasefire.case.variant import Variant
from ceasefire.game.compile import compile_case
from ceasefire.game.environment import Environment
from tests.game.builder import actor, dimension, make_case, move, outcome, parameter, status, step, stock, successors

LABELS = (("war", "truce", "peace"), ("no_paper", "open", "signed"))


def random_case(seed):
    """Return a valid case with two statuses, a stock, two actors, one of them with types, and perceptions."""
    rng = np.random.default_rng(seed)

    def label(j):
        return str(rng.choice(LABELS[j]))

    def condition():
        return f"phase == {label(0)} or paper != {label(1)} and strain > {rng.integers(0, 12)}"

    def effects(with_stock=True):
        found = {}
        if rng.random() < 0.6:
            found["phase"] = f"where({condition()}, {label(0)}, {label(0)})"
        if rng.random() < 0.6:
            found["paper"] = label(1)
        if with_stock and rng.random() < 0.5:
            found["strain"] = f"strain + push * {rng.integers(-3, 4)}"
        return found

    def odds():
        names = [f"o{n}" for n in range(rng.integers(2, 4))]
        parts = [outcome(name, f"where({condition()}, 0.25, p)", effects(False)) for name in names[1:]]
        return [*parts, outcome(names[0], None, {})]

    def turn(name, who):
        moves = [move("stay", payoffs={"one": "will * strain", "two": f"where({condition()}, 1, -strain)"})]
        for n in range(rng.integers(1, 3)):
            moves.append(_safe(rng, f"m{n}", condition(), effects(), odds()))
        return step(name, who, *moves, when=condition() if rng.random() < 0.5 else None)

    def _safe(rng, name, when, jumps, chance):
        clash = {key for o in chance for key in o.effects}
        kept = {key: value for key, value in jumps.items() if key not in clash}
        return move(name, when=when, effects=kept, chance=chance if rng.random() < 0.5 else ())

    tires = outcome("tires", "logistic((strain - will) / 4)", {"phase": label(0)})
    month = step("month", None, move(
        drift={"strain": f"where({condition()}, drain, -drain)"},
        noise={"strain": "drain"} if rng.random() < 0.5 else {},
        chance=[tires, outcome("goes_on")], flow={"one": "will", "two": "-strain"},
    ))  # fmt: skip
    return make_case(
        actors=[actor("one", 0.95), actor("two", 0.9)],
        statuses=[status("phase", *LABELS[0]), status("paper", *LABELS[1])],
        stocks=[stock("strain", 0, 12, 5, int(rng.integers(8, 14)))],
        parameters={"push": 0.8, "p": 0.2, "drain": parameter("drain", 0.7, {"two": "drain_two"}), "drain_two": 1.3},
        types=[dimension("one", "will", {"low": 4, "high": 9}, {"low": 0.5, "high": "rest"})],
        steps=[turn("first", "one"), turn("second", "two"), month],
    )


def plain_successors(case, env, found, move_, state, view, k, nodes):
    """Return the lottery over (phase, paper, strain) of one move in one state, by the rules read literally."""
    names = {**env.views[view].numbers, **env.labels, "date": env.date_of(0), **state}
    names |= {"will": [4.0, 9.0][k], "one.will": [4.0, 9.0][k]}
    outcomes = move_.chance or (outcome("", None),)
    given = [None if o.probability is None else float(o.probability.evaluate(names)) for o in outcomes]
    rest = 1 - sum(p for p in given if p is not None)
    lottery = {}
    for o, p in zip(outcomes, given, strict=True):
        p = rest if p is None else p
        new = {**state, **{n: f.evaluate(names) for n, f in {**move_.effects, **o.effects}.items()}}
        mean = float(np.clip(new["strain"], nodes[0], nodes[-1]))
        spread = {mean: 1.0}
        if "strain" in move_.drift:
            mean = state["strain"] + float(move_.drift["strain"].evaluate(names))
            spread = None if "strain" in move_.noise else {float(np.clip(mean, nodes[0], nodes[-1])): 1.0}
        for value, weight in (spread or {}).items():
            above = int(np.clip(np.searchsorted(nodes, value), 1, len(nodes) - 1))
            share = (value - nodes[above - 1]) / (nodes[above] - nodes[above - 1])
            for at, part in ((above - 1, 1 - share), (above, share)):
                key = (int(new["phase"]), int(new["paper"]), round(float(nodes[at]), 9))
                lottery[key] = lottery.get(key, 0.0) + p * weight * part
    return {key: p for key, p in lottery.items() if p > 1e-12}


@pytest.mark.parametrize("seed", range(12))
def test_every_lottery_is_that_of_the_rules_read_literally(seed):
    case = random_case(seed)
    game, env = compile_case(case), Environment(case)
    nodes = np.array(sorted(set(_nodes(case))))
    columns = game.state_columns
    codes = zip(columns["phase"].tolist(), columns["paper"].tolist(), columns["strain"].round(9).tolist(), strict=True)
    key_of = dict(zip(game.state_names, codes, strict=True))
    for j, found in enumerate(game.steps):
        table = found.tables[0]
        for row, a in product(range(0, table.n_rows, 5), range(table.n_moves)):
            move_ = case.steps[j].moves[a]
            if not table.feasible[row, a] or move_.noise:
                continue
            s = int(table.states[row])
            state = {name: column[s] for name, column in columns.items()}
            for v, k in product(range(table.probability.shape[0]), range(table.probability.shape[1])):
                env_view = 0 if v == 0 else int(env.view_of_actor[1])
                expected = plain_successors(case, env, found, move_, state, env_view, k, nodes)
                got = successors(game, found.name, game.state_names[s], move_.name, v=v, k=k)
                got = {key_of[name]: p for name, p in got.items() if p > 1e-12}
                assert got == pytest.approx(expected, abs=1e-9)


def _nodes(case):
    from ceasefire.game.space import make_space

    return make_space(case).nodes["strain"]


@pytest.mark.parametrize("seed", range(12))
def test_wherever_play_can_be_there_is_a_row_if_the_step_applies(seed):
    case = random_case(seed)
    for variant in (Variant(), Variant(halve_period=True)):
        game, env = compile_case(case, variant), Environment(case, variant)
        here = np.zeros(game.n_states, bool)
        here[game.initial_states] = True
        for period in range(game.n_periods):
            for j, found in enumerate(game.steps):
                table = found.table_at(period)
                when = case.steps[j].when
                applies = np.ones(game.n_states, bool) if when is None else env.condition(when, game, period)
                rows = np.zeros(game.n_states, bool)
                after = np.zeros(game.n_states, bool)
                if table is not None:
                    rows[table.states] = True
                    owner = np.repeat(np.arange(table.n_rows * table.n_moves), np.diff(table.start)) // table.n_moves
                    after[table.successor[here[table.states[owner]]]] = True
                assert not (here & applies & ~rows).any()
                assert not (rows & ~applies).any()
                skipped = here if variant.halve_period and found.actor >= 0 else here & ~rows
                here = after | skipped


@pytest.mark.parametrize("seed", range(12))
def test_sums_means_and_types(seed):
    case = random_case(seed)
    game = compile_case(case)
    for found in game.steps:
        table = found.tables[0]
        count = np.diff(table.start)
        assert ((count > 0) == table.feasible.ravel()).all()
        total = np.add.reduceat(table.probability, table.start[:-1][count > 0], axis=2)
        assert total == pytest.approx(1, abs=1e-12)
        assert (table.probability[0].min(axis=0) > 0).tolist() == (table.probability[0].max(axis=0) > 0).tolist()
