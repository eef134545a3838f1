"""The forecast: everything that report, summary and ``--json`` show. Names again, no indices, no arrays of states.

Shapes of the free fields of ``Forecast`` (the report reads exactly these; a key marked ? may be missing or None):

``end_states``
    ``({"date": ISO, "p": {label: probability}, "error"?: {label: Monte Carlo}}, ...)``, one per period from ``as_of``
    on; each ``p`` sums to one.
``beliefs``
    ``{actor: {"dates": [ISO], "types": [{"name": "long/aims_first", "labels": {dimension: label}, "prior": p}],
    "held": [[p per type] per date], "reader": [[p per type] per date], "held_low"?, "held_high"?, "held_by_others"?: as
    held}}``; held is the mean over paths of the belief in the game, low and high the 10 % and 90 % paths, reader the
    posterior given the record; held by others that in the view of those who see something otherwise, where it is hidden.
``stocks``, ``side``
    ``{name: {"unit", "dates": [ISO], "mean": [x], "low"?: [x], "high"?: [x], "what": words for low and high,
    "series"?: [[ISO, x]], "nodes"?: [x], "title"?: {language: text}}}``.
``headlines``
    ``({"query": text, "value": x or None, "low"?, "high"?, "what"?, "error": Monte Carlo, "parameter"?: of the range,
    "outcome"?: name, "by"?: ISO, "within"?: days, "of"?: outcome, "text"?: value in words, "after 2031-12-31"}, ...)``.
``plans``
    ``{name: {"title": {language: text}, "known": bool, "headlines": [{"query", "value", "error", "change",
    "change_error"?}]}}`` in the order of the case; ``change`` is the paired difference from no plan.
``parameters``
    ``({"name", "title": {language: text}, "value", "p10", "p90", "unit", "grade": text, "source"?: {"row"?, "source"?,
    "excerpt"?}, "assumed"?: {language: text}, "hindsight": bool}, ...)``.
``yardsticks``
    ``({"outcome", "by": ISO, "value", "low"?, "high"?, "kind": "base rate" | "crowd" | other, "source": text, "title":
    {language: text}, "ours": p or None}, ...)``.
``certificate``
    ``{"residual", "regret", "best_response_loss", "converged", "branch", "intervals", "failed"?: [text],
    "switches"?: share, "solved_again"?: share, "states"?: n}``.
``equilibria``
    Empty where nobody looked for others, else ``{"n_starts", "found": [{"number", "starts", "numbers": {query: x},
    "unsolved"}], "not_converged": [start], "spread": {query: [low, high]}}``, on the preview grid; number 1 is the one
    that everything else follows.
``settings``
    The choices under which it was computed, by name (``preview``, ``n_paths``, ...).
``evidence``
    ``{"log_likelihood": x, "by_type": {actor: [{"name", "labels": {dimension: label}, "prior", "likelihood",
    "posterior"}]}, "items": [{"id", "date", "step"?, "move"?, "likelihood_by_type"?: {actor: {type name: p}}}],
    "without_unsourced"?: {...}}``.
``ensemble``
    Empty where nothing was drawn; else ``{"draws": n, "parameters": [name], "rounds": [...], "effective_size", "k_hat",
    "k_limit", "spread": [10 %, 50 %, 90 %], "codes": [text], "failed": [{"draw", "reason"}], "unsolved": [draw],
    "asked": {course: draws}, "learned": [{"name", "title", "prior": [10 %, 50 %, 90 %], "posterior": [...], "taught"}],
    "types": [{"name", "prior", "posterior", "taught"}], "events": [{"id", "date", "probability", "share", "surprise",
    "ratio": {actor: {label: x}}}], "own_surprise": {"game", "frequencies", "worse", "n"}?, "left_out": [{"id",
    "headline", "value", "change", "effective_size"}]}``. The headlines then carry ``nominal``, ``sampling``, ``grid``,
    ``correction``, ``n`` and ``by_exponent``: ``{"1" | "0.5" | "0": {"value", "low", "high", "sampling", "grid",
    "correction", "n", "effective_size", "withheld"}}``; plans carry ``change_low`` and ``change_high``.
``NearEvent.by_type``, ``Signpost.belief_if_seen``
    ``{type name: {label: p}}`` and ``{actor: {type name: p}}`` with the type names of ``beliefs``; ``FactorMap.types``
    is ``({"name", "x", "y", "p", "log_likelihood"?}, ...)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Band:
    """A number and what surrounds it.

    ``what`` says what low and high are, in words; ``grid`` is the largest change when a grid is refined.
    """

    value: float
    low: float | None = None
    high: float | None = None
    what: str = ""
    error: float = 0.0
    grid: float | None = None


@dataclass(frozen=True)
class OutcomeAtDate:
    """Probability that an outcome has begun by the end of the period that contains `date`."""

    date: str
    p: float
    low: float | None
    high: float | None
    what: str
    monte_carlo: float
    undecided: float = 0.0


@dataclass(frozen=True)
class Trust:
    """How far to trust one headline; changes as differences from ``p`` of the same headline (None: not computed)."""

    headline: str
    p: float | None
    belief_grid: float | None = None
    stock_grid: Mapping[str, float] = field(default_factory=dict)
    period_halved: float | None = None
    horizon: float | None = None
    precision_doubled: float | None = None
    precision_zero: float | None = None
    error_share: float | None = None
    without_slips: float | None = None
    monte_carlo: float | None = None
    one_at_a_time: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Tornado:
    """The headline at the 10 % and 90 % value of one parameter."""

    headline: str
    parameter: str
    low_setting: float
    high_setting: float
    p_low: float
    p_high: float


@dataclass(frozen=True)
class Signpost:
    """A move that may be seen next, how likely it is, and what seeing it would change.

    Parameters
    ----------
    p, p_low, p_high : float
        Probability of the move, with its interval over the draws.
    p_open : float, optional
        Probability that it is seen while the pause is still open.
    belief_if_seen : by actor, by type
    pause_if_seen, pause_low, pause_high : float, optional
        Probability of the pause within a year once it is seen, with its interval over the draws.
    pause_change : float, optional
        The same less that whatever is done at this step.
    p_error, change_error : float, optional
        Monte Carlo errors; over draws `change_error` is that of having only so many draws.
    """

    date: str
    step: str
    actor: str
    move: str
    p: float
    belief_if_seen: Mapping[str, Mapping[str, float]]
    pause_if_seen: float | None
    pause_change: float | None
    p_error: float | None = None
    change_error: float | None = None
    p_low: float | None = None
    p_high: float | None = None
    p_open: float | None = None
    pause_low: float | None = None
    pause_high: float | None = None


@dataclass(frozen=True)
class MapCell:
    """One cell of the map over two hidden factors."""

    x: float
    y: float
    p: float
    log_likelihood: float
    grey: bool


@dataclass(frozen=True)
class FactorMap:
    """Headline probability over two hidden factors, with where the case puts the types."""

    headline: str
    x_name: str
    y_name: str
    x_unit: str
    y_unit: str
    cells: tuple[MapCell, ...]
    types: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class NearEvent:
    """How the near event (the steps still open in the ``as_of`` period) ends, overall and by the hidden factors."""

    outcome: str
    labels: Mapping[str, Band]
    by_type: Mapping[str, Mapping[str, float]]
    by_type_error: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Witness:
    """A setting within the declared ranges and what a check is worth there; ``query`` replays it through ``ask``.

    Parameters
    ----------
    query : str
        The check under the setting.
    setting : by name
        What differs from the argument's own setting: parameters, rivals (0 or 1), types (a label); empty where the check
        is looked at as it stands.
    value, threshold, margin : float
        Margin positive where the check holds.
    preview : bool
        Whether the numbers are those of the preview grid (``ask --preview``).
    clear : bool
        Whether the margin exceeds the error of the belief grid, not that of sampling alone.
    flags : str
        Options with which ``ask`` gives these numbers.
    """

    query: str
    setting: Mapping[str, Any]
    value: float | None
    threshold: float | None
    margin: float | None
    preview: bool
    clear: bool = True
    flags: str = ""


@dataclass(frozen=True)
class ClaimResult:
    """What became of one claim. Fields that do not belong to its role, or need the ensemble, are None or empty.

    Parameters
    ----------
    value, threshold, margin, error : float or None
        Of a conclusion's check: its left side, what it is held against, their distance (positive where it holds) and
        the Monte Carlo error. Of a fact: the number in the record and the one in the argument.
    numerical_error : float or None
        Error of the belief grid of `margin`; of a premise: of `largest_change`, which is computed on the preview grid.
    flips_at : float or None
        The threshold at which the check would turn.
    witness_holds, witness_fails : Witness or None
        Settings at which the check holds and at which it fails.
    searched : int
        How many settings were looked at for the two.
    without_slips : float or None
        The margin where moves worse than the best by more than 1/precision have probability zero.
    realised_by, cut
        Of a premise: what carries it in the case, and what is taken away.
    largest_change : float or None
        Of a premise: the largest change of a probability when it is cut; `changed` is the query, `change_error` the
        Monte Carlo error, `changed_from` what it was.
    turns : ids
        Of a premise: conclusions whose check turns when it is cut. Of a conclusion: premises whose cut turns it.
    notes : codes
        What else was found: ``no_change`` the cut leaves the game as it is, ``never`` an outcome happened at no setting,
        ``through_slips`` it holds through slips alone, ``not_cut`` no premise was cut for it,
        ``set_by_check`` a check says itself what a cut would set, so that the cut does nothing there,
        ``against`` a conclusion that fails would hold without this premise,
        ``silent_record`` the record knows the moves that a cut takes away, and is silent there,
        ``next_move`` a premise moves what an actor does next, but no outcome, headline or near event.
    nominal_verdict : str
        The verdict at nominal values where the draws gave another kind of verdict; empty without draws.
    share, share_error : float or None
        Share of the weight of the draws in which a check holds, and its standard error; of `share_draws` draws.
    margin_low, margin_high : float or None
        10 % and 90 % quantiles of the margin over the weighted draws.
    separates : tuple of mappings
        The parameters that best separate the draws in which a check holds from those in which it does not: ``{"name",
        "above": whether it holds rather at high values, "at": the value that splits best, "order", "holding_beyond",
        "holding_before": shares of the weight in which it holds on either side}``.
    change_over_draws, change_low, change_high : float or None
        Of a premise: mean and 10 % and 90 % quantiles over the weighted draws of what its cut does to `changed`.
    """

    id: str
    role: str
    verdict: str
    says: Mapping[str, str]
    quote: str = ""
    value: float | None = None
    threshold: float | None = None
    margin: float | None = None
    error: float | None = None
    numerical_error: float | None = None
    holds: bool | None = None
    flips_at: float | None = None
    witness_holds: Witness | None = None
    witness_fails: Witness | None = None
    searched: int = 0
    without_slips: float | None = None
    realised_by: str = ""
    cut: Mapping[str, Any] = field(default_factory=dict)
    largest_change: float | None = None
    changed: str = ""
    changed_from: float | None = None
    change_error: float | None = None
    turns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    detail: str = ""
    check: str = ""
    nominal_verdict: str = ""
    share: float | None = None
    share_error: float | None = None
    share_draws: int = 0
    margin_low: float | None = None
    margin_high: float | None = None
    separates: tuple[Mapping[str, Any], ...] = ()
    change_over_draws: float | None = None
    change_low: float | None = None
    change_high: float | None = None


@dataclass(frozen=True)
class Arrow:
    """What cutting one premise does to one conclusion of the same argument: the argument map has one for each pair.

    ``before`` and ``after`` are the margins without and with the cut, on the preview grid; ``turns`` says whether the
    check clearly holds on one side and clearly fails on the other; `error` is the Monte Carlo and grid error of the change.
    """

    argument: str
    premise: str
    conclusion: str
    before: float | None
    after: float | None
    turns: bool
    error: float = 0.0


@dataclass(frozen=True)
class Parting:
    """Where two arguments part: over a fact, a premise or an inference.

    ``about`` names what is asked (a fact's question, a rival or parameter, the left side of a check); ``sides`` say what
    each holds: ``{"argument", "author", "claim", "says"}``.
    """

    kind: str
    about: str
    sides: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Forecast:
    """The result of ``ceasefire run`` before it is written. ``as_json`` gives the fields of ``run --json``."""

    case: str
    title: Mapping[str, str]
    case_hash: str
    status: str
    as_of: str
    seed: int
    versions: Mapping[str, str]
    dates: tuple[str, ...]
    outcomes: Mapping[str, tuple[OutcomeAtDate, ...]]
    outcome_titles: Mapping[str, Mapping[str, str]]
    end_states: tuple[Mapping[str, Any], ...]
    beliefs: Mapping[str, Any]
    stocks: Mapping[str, Any]
    side: Mapping[str, Any]
    headlines: tuple[Mapping[str, Any], ...]
    near_event: NearEvent | None
    signposts: tuple[Signpost, ...]
    factor_map: FactorMap | None
    plans: Mapping[str, Any]
    trust: tuple[Trust, ...]
    tornado: tuple[Tornado, ...]
    claims: tuple[ClaimResult, ...]
    argument_map: tuple[Arrow, ...]
    partings: tuple[Parting, ...]
    parameters: tuple[Mapping[str, Any], ...]
    yardsticks: tuple[Mapping[str, Any], ...]
    certificate: Mapping[str, Any]
    evidence: Mapping[str, Any]
    seconds: Mapping[str, float]
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    equilibria: Mapping[str, Any] = field(default_factory=dict)
    ensemble: Mapping[str, Any] = field(default_factory=dict)
