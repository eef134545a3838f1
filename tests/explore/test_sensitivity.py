"""What a number hangs on: a decision known by hand, and draws of which the numbers are made up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.cli import main
from ceasefire.errors import InputError, NumericalError
from ceasefire.explore.ensemble.draws import space_of
from ceasefire.explore.ensemble.ensemble import Ensemble, Sample, _weights, draw_ensemble
from ceasefire.explore.ensemble.members import Draw, Member
from ceasefire.explore.sensitivity.sensitivity import Sensitivity, _indices, of_ensemble, sensitivity
from ceasefire.explore.tipping.points import Asked, chance_of
from ceasefire.explore.weighing.proposals import Proposal
from ceasefire.explore.weighing.rounds import Rounds
from ceasefire.forecast import batch
from ceasefire.forecast.headlines import headlines
from ceasefire.forecast.ranges import compute_ranges
from ceasefire.forecast.scenario import Scenario
from ceasefire.forecast.settings import PREVIEW, Settings
from ceasefire.report.exploring import sensitivity_text
from ceasefire.simulate.estimates import Sampled
from tests.case.small_case import write_small_case
from tests.explore.decision_case import p_agreed

FINE = PREVIEW.with_paths(50_000)
QUICK = PREVIEW.with_paths(2_048)
COARSE = Settings(intervals=2, n_paths=512, tolerance=1e-7, target=0.0, preview=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return read_case(write_small_case(tmp_path_factory.mktemp("cases") / "small"))


@pytest.fixture(scope="module")
def alone(decision: Case) -> Sensitivity:
    return sensitivity(decision, FINE, design="none")


def test_the_tornado_is_the_number_at_both_ends_of_each_range(alone: Sensitivity, decision: Case) -> None:
    for bar in alone.tornado:
        low, high = (float(decision.parameters[bar.parameter].prior.quantile(u)) for u in (0.1, 0.9))
        assert (bar.low_setting, bar.high_setting) == (low, high)
        if bar.parameter != "idle":
            assert bar.p_low == pytest.approx(p_agreed(**{bar.parameter: low}), abs=0.008)
            assert bar.p_high == pytest.approx(p_agreed(**{bar.parameter: high}), abs=0.008)
    swings = [abs(bar.p_high - bar.p_low) for bar in alone.tornado]
    assert swings == sorted(swings, reverse=True)
    assert alone.tornado[-1].p_low == alone.tornado[-1].p_high
    assert alone.shares == ()
    assert alone.readable is None


def test_only_the_assumptions_that_are_named_are_moved_alone(alone: Sensitivity, decision: Case) -> None:
    found = sensitivity(decision, FINE, names=("cost", "gain"), design="none")
    assert [bar for bar in alone.tornado if bar.parameter in ("cost", "gain")] == list(found.tornado)
    with pytest.raises(InputError, match="X102"):
        sensitivity(decision, FINE, names=("costs",), design="none")


def by_hand() -> dict[str, float]:
    """Return first-order shares of the decision's number by plain nested averages over the priors."""
    from scipy.stats import norm, qmc

    u = qmc.Sobol(4, rng=np.random.default_rng(3)).random(2**14)
    gain, cost, strain = norm.ppf(u[:, 0], 0.05, 0.04), 0.2 * u[:, 1], norm.ppf(u[:, 2], 0, 0.1)
    extra = np.select([u[:, 3] < 0.6, u[:, 3] < 0.8], [0.0, 0.03], 0.06)
    p = 1 / (1 + np.exp(-np.log(9) / 0.1 * (gain - cost - strain**2 + extra)))
    found = {}
    for name, x in {"gain": u[:, 0], "cost": u[:, 1], "strain": u[:, 2], "extra": u[:, 3]}.items():
        bins = np.minimum((40 * x).astype(int), 39)
        means = np.bincount(bins, p) / np.bincount(bins)
        found[name] = float(np.var(means[bins]) / np.var(p))
    return found


def test_draws_share_out_the_variance_as_averages_by_hand_do(decision: Case) -> None:
    found = sensitivity(decision, QUICK, draws=96)
    assert found.readable
    assert found.evaluations == 96
    shares = {one.name: one for one in found.shares}
    for name, share in by_hand().items():
        assert shares[name].first == pytest.approx(share, abs=0.12), name
        assert shares[name].total > shares[name].first - 0.05
    assert shares["idle"].total < 0.04
    assert "sharp" not in shares


def test_a_pick_freeze_design_solves_for_itself(decision: Case) -> None:
    found = sensitivity(decision, PREVIEW.with_paths(512), design="pick-freeze", draws=16)
    assert found.evaluations == 16 * 7
    assert found.q2 is None
    shares = {one.name: one for one in found.shares}
    assert next(iter(shares)) == "cost"
    assert shares["idle"].total == 0.0
    assert all(one.total_low is not None and one.total_low <= one.total + 1e-9 for one in found.shares)


def made(case: Case, draws: int = 64) -> Ensemble:
    """Return an ensemble of the small case whose numbers are made up: types apart by 0.2, the first parameter by 0.3 u."""
    space = space_of(case)
    z = Proposal.prior(space.n_parameters).draws(draws, 1, 0)
    sample = Sample(space, Rounds(z, (Proposal.prior(space.n_parameters),), (draws,)))
    text = chance_of(case, None).text
    members = []
    for u in sample.u:
        number = 0.2 + 0.3 * u[0]
        kinds = (number, number + 0.2)
        members.append(Member({text: Sampled.exact(number + 0.08)}, by_profile={text: kinds}, log_likelihood=-1.0))
    weights = _weights(sample, members)
    return Ensemble(case, sample, COARSE, COARSE, tuple(members), {}, weights, np.arange(draws))


def test_types_stand_beside_the_parameters(small: Case) -> None:
    """With p_high at its median p the types have variance 0.04 p (1 - p), the parameter 0.09 / 12."""
    found = made(small)
    query = chance_of(small, None)
    before, after, effective = of_ensemble(found, query.text, query)
    p = small.parameters["p_high"].prior.median()
    kinds, parameter = 0.04 * p * (1 - p), 0.09 / 12
    shares = dict(zip(before.names, before.first, strict=True))
    assert shares["north.resolve"] == pytest.approx(kinds / (kinds + parameter), abs=1e-6)
    assert shares[found.sample.space.names[0]] == pytest.approx(parameter / (kinds + parameter), abs=1e-6)
    assert effective == pytest.approx(64)
    assert after is not None
    assert after.first[0] == pytest.approx(1.0, abs=1e-6)


def test_too_few_numbers_are_said(small: Case) -> None:
    found = made(small)
    query = chance_of(small, None)
    none = replace(found, members=(*found.members[:3], *([None] * 61)))
    with pytest.raises(NumericalError, match="only 3 of 64 draws"):
        of_ensemble(none, query.text, query)


def test_draws_of_a_run_are_used_and_those_of_another_query_asked_for(
    decision: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_ensemble(decision, QUICK, 6, workers=1)
    computed: list[Draw] = []
    original = Draw.compute
    monkeypatch.setattr(Draw, "compute", lambda self, case: computed.append(self) or original(self, case))
    _indices(Asked(decision, chance_of(decision, None), QUICK, workers=1), "draws", 6)
    assert computed == []
    other = chance_of(decision, "P(agreed by 2020-01-31 | cost = 0.08)")
    before, _, _ = _indices(Asked(decision, other, QUICK, workers=1), "draws", 6)
    assert len(computed) == 6
    assert before is not None


def test_ranges_of_a_run_are_not_computed_again(decision: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = compute_ranges(decision, QUICK, workers=1)
    headlines(decision, Scenario(), QUICK)
    monkeypatch.setattr(batch.Questions, "compute", lambda self, case: pytest.fail("computed"))
    found = sensitivity(decision, QUICK, design="none")
    for bar in found.tornado:
        assert bar.p_low == kept[bar.parameter, bar.low_setting].numbers[found.query].number.value


def test_shares_that_are_not_to_be_read_are_not_printed(decision: Case, alone: Sensitivity) -> None:
    found = sensitivity(decision, QUICK, draws=96)
    poor = replace(found, q2=0.4, readable=False)
    said = " ".join(sensitivity_text(poor, decision).split())
    assert "not to be read" in said
    assert "explains 40%" in said
    assert "first" not in said.partition("not to be read")[2]
    still = replace(found, sd=0.0, readable=False)
    assert "does not vary" in sensitivity_text(still, decision)
    assert "Shares" not in sensitivity_text(alone, decision)


def test_the_command_speaks_english_and_german_in_80_columns(
    decision_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["sensitivity", str(decision_folder), "--paths", "2048", "--draws", "96", "--quiet"]

    def printed(*more: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*command, *more])
        assert ended.value.code == 0
        return capsys.readouterr().out

    english, german = printed(), printed("--language", "de")
    assert "If “cost of agreeing (cost)” (years) goes from 0.02 to 0.18" in " ".join(english.split())
    assert "Geht „Kosten (cost)“ (Jahre) von 0,02 auf 0,18" in " ".join(german.split())
    assert all(len(line) <= 80 for line in (english + german).splitlines())
    assert "total" in english
    whole = json.loads(printed("--json"))
    assert {one["name"] for one in whole["shares"]} == {"gain", "cost", "strain", "extra", "idle"}
    assert whole["readable"] is True


def test_too_few_draws_are_wrong_usage(decision_folder: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sensitivity", str(decision_folder), "--draws", "2"])
    assert ended.value.code == 2
