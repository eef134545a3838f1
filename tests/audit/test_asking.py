"""How much an audit has to solve: games are counted, not seconds."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import pytest

from ceasefire.audit import audit_case, premises
from ceasefire.audit.asking import Asker, Question
from ceasefire.audit.draws import DRAWS
from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.case.query import parse_query
from ceasefire.forecast.evaluate import number_key
from ceasefire.forecast.names import leaves
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import PREVIEW
from tests.audit.argued import argued, conclusion, premise, write_argument
from tests.audit.told import Told

END = "P(end_of_war by 2021-12-31)"
GRIDS = 2
"""Each premise is cut on two grids, and each check is computed on two."""


class Counting(Told):
    """Keeps what it was asked, as an asker that computes does, and the jobs of every round in which some were left."""

    def __init__(self, case: Case, number: object = 0.3) -> None:
        super().__init__(case, number if callable(number) else {"otherwise": number})
        self.rounds: list[int] = []
        self.games_of_round: list[frozenset[str]] = []
        self.kept: set[str] = set()

    def gather(self, questions: Iterable[Question]) -> None:
        missing = [one for one in dict.fromkeys(questions) if not set(self._keys(one)) <= self.kept]
        super().gather(missing)
        self.kept |= {key for one in missing for key in self._keys(one)}
        if missing:
            self.rounds.append(len(self._jobs(missing)))
            self.games_of_round.append(frozenset().union(*map(self.games, missing)))

    def _keys(self, question: Question) -> list[str]:
        base = Scenario(no_slips=question.no_slips)
        return [number_key(self.case, leaf, question.settings, base) for leaf in leaves(question.query)]


def counted(case: Case, number: object = 0.3) -> Counting:
    asker = Counting(case, number)
    audit_case(case, PREVIEW, asker=asker)
    return asker


def test_a_game_asked_about_in_several_parts_is_one_job(tmp_path):
    """A check without a move is the cut of one premise, the rival of a claim that of another; types need no game."""
    claims = {
        "C1": premise("without: [pressure.press]"),
        "C2": premise("set: {mild: 1}", "push"),
        "C3": conclusion(f"{END} > 0.2", rival="mild"),
        "C4": conclusion(f"{END[:-1]} | without = pressure.press) > 0.2"),
        "C5": conclusion(f"{END[:-1]} | mild = 0) > 0.2"),
    }
    as_it_is_without_and_mild = 3
    assert counted(argued(tmp_path, claims)).rounds[0] == as_it_is_without_and_mild * GRIDS


@pytest.mark.parametrize("condition", ["as_of = 2020-01-01", "plan = press_always", "north.resolve = low"])
def test_a_shorter_record_a_plan_and_a_type_stay_in_the_job_of_their_game(tmp_path, condition):
    claims = {"C1": conclusion(f"{END} > 0.2"), "C2": conclusion(f"{END[:-1]} | {condition}) > 0.2")}
    assert counted(argued(tmp_path, claims)).rounds[0] == GRIDS


@pytest.mark.parametrize("spread", [0.0, 0.4])
def test_no_game_of_the_flagship_is_solved_twice(monkeypatch, spread):
    """Where no witness is found (no number differs from another), and where most are (they differ by chance)."""
    monkeypatch.setattr(premises, "changes_game", lambda *_: True)  # compiles each cut, which takes its time

    def number(text: str, *_: object) -> float:
        whole, bare = (
            int.from_bytes(sha256(x.encode()).digest()[:4], "big") / 2**32 for x in (text, text.split("|")[0])
        )
        return 0.3 + spread * (0.6 * bare + 0.4 * whole)

    asker = counted(read_case("alaska-2025"), number)
    assert len(asker.rounds) > 1
    every = [game for games in asker.games_of_round for game in games]
    assert len(every) == len(set(every))


def test_all_arguments_share_the_random_draws(tmp_path):
    case = argued(tmp_path, {"C1": conclusion(f"{END} > 0.2")})
    alone = counted(case)
    assert sum(alone.rounds[1:]) == DRAWS
    write_argument(case.folder, "two", {"D1": conclusion(f"{END} > 0.2")}, "mild: 1")
    both = counted(read_case(case.folder))
    assert both.rounds[1:] == alone.rounds[1:]


def test_a_steered_draw_is_looked_at_by_all_that_ask_about_its_games(tmp_path):
    """The same number is held against two thresholds; steered draws differ where it enters with another sign."""

    def number(text: str, *_: object) -> float:
        given = {c.name: c.value for leaf in leaves(parse_query(text)) for c in leaf.conditions if hasattr(c, "value")}
        return 0.5 + 0.01 * (given.get("push", 1.0) - given.get("wear", 1.0))

    def searched(name: str, *checks: str) -> list[int]:
        case = argued(tmp_path / name, {f"C{i}": conclusion(check) for i, check in enumerate(checks)})
        return [one.searched for one in audit_case(case, PREVIEW, asker=Counting(case, number)).claims]

    end, truce = f"{END} > 0.1", "P(truce_in_effect by 2021-12-31) < 0.9"
    planned = f"{END[:-1]} | plan = press_always) < 0.9"
    alone = {check: searched(f"alone_{i}", check)[0] for i, check in enumerate((end, planned))}
    assert searched("both", end, truce)[0] > alone[end]
    first, second = searched("plan", end, planned)
    assert first > alone[end]
    assert second == alone[planned], "the draws of the first leave out the plan, which would be a further game"


def test_an_asker_names_the_games_of_a_question(tmp_path):
    case = argued(tmp_path, {})
    asker = Asker(case)

    def games(text: str) -> frozenset[str]:
        return asker.games(Question(parse_query(text), PREVIEW))

    assert games(END) == games(f"{END[:-1]} | mild = 0)") == games(f"{END[:-1]} | as_of = 2020-01-01)")
    assert games(END) < games(f"{END[:-1]} | plan = press_always)")
    assert not games(END) & games(f"{END[:-1]} | mild = 1)")
