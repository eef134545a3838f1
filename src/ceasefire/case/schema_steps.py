"""Keys of ``case.yaml`` for what happens: the state, chance, moves and steps, sums along a path, outcomes, plans."""

from __future__ import annotations

from ceasefire.case.kinds import (
    BOOLEAN,
    CONDITION,
    DURATION,
    FORMULA,
    NAME,
    NUMBER,
    STRING,
    TEXT,
    Key,
    Section,
    block,
    for_readers,
    list_of,
    map_of,
    one_of,
)
from ceasefire.case.kinds_special import NODES, PLAN_RULES, RANGE

BY_ACTOR = map_of(FORMULA, "a block: a formula per actor")
BY_STOCK = map_of(FORMULA, "a block: a formula per stock")
EFFECTS = map_of(FORMULA, "a block: a formula per stock, a label per status")
TITLES = map_of(TEXT, "a block: a title per label")
NAMES = list_of(NAME, "a list of names")

STATE = Section(
    "stock or status",
    (
        Key("labels", NAMES, "A status: its labels.", "[war, truce, settled]"),
        Key("range", RANGE, "A stock: lowest and highest value.", "[0, 120]"),
        Key("unit", STRING, "A stock: its unit.", "months"),
        Key("initial", FORMULA, "Label (status) or value (stock) at the start.", "war", True),
        Key("nodes", NODES, "A stock: number or list of its nodes; chosen where not given.", "16"),
        Key("at_bounds", one_of("stay", "fault"), "A stock: what happens when it would leave its range.", "stay"),
        Key("title", TEXT, "What it is.", '"economic strain"'),
        Key("titles", TITLES, "A status: its labels for readers.", "{war: fighting, truce: a pause}"),
        Key("series", NAME, "A stock: name of the series of the record shown beside it.", "oil_price"),
    ),
)
CHANCE = Section(
    "chance outcome",
    (
        Key("name", NAME, "Name of the outcome.", "exhausts", True),
        Key("probability", FORMULA, "Its probability.", "hazard"),
        Key("rest", BOOLEAN, "It has the probability that the others leave.", "true"),
        Key("in_world", FORMULA, "Its probability as it really is.", "true_hazard"),
        Key("effects", EFFECTS, "What it changes.", "{phase: exhausted}"),
        for_readers('"the money runs out"'),
    ),
)
CONSEQUENCES = (
    Key("effects", EFFECTS, "Jumps, at once.", "{phase: truce}"),
    Key("payoffs", BY_ACTOR, "Lumps, in years of best-minus-worst.", "{russia: -cost}"),
    Key("flow", BY_ACTOR, "A rate per year, by actor.", "{russia: {by: phase, war: gain, otherwise: 0}}"),
    Key("chance", list_of(block(CHANCE), "a list of outcomes"), "A lottery.", "[{name: hit, rest: true}]"),
)
MOVE = Section(
    "move",
    (
        for_readers('"call the other side"'),
        Key("when", CONDITION, "When the move is feasible.", "paper == by_usa"),
        Key("weight", FORMULA, "Weight in the choice; 1 unless said.", "half"),
        *CONSEQUENCES,
    ),
)
STEP = Section(
    "step",
    (
        Key("name", NAME, "Name of the step.", "contact", True),
        Key("actor", NAME, "Who chooses.", "usa"),
        Key("nature", BOOLEAN, "A step in which nobody chooses.", "true"),
        for_readers('"contact with Moscow"'),
        Key("when", CONDITION, "When the step takes place.", "phase == war"),
        Key("record", one_of("complete", "partial"), "What it means that nothing is recorded.", "complete"),
        Key("default", NAME, "The move that counts where a complete record lists nothing.", "no_contact"),
        Key("order", NAMES, "The moves from weak to strong.", "[no_contact, call]"),
        Key("moves", map_of(block(MOVE), "a block of moves"), "An actor's moves.", "{no_contact: {}, call: {...}}"),
        Key("drift", BY_STOCK, "Nature: change of stocks per month.", "{strain: wear}"),
        Key("noise", BY_STOCK, "Nature: standard deviation of stocks per month.", "{strain: oil_noise}"),
        *CONSEQUENCES,
    ),
)
SIDE = Section(
    "side stock",
    (
        Key("flow", FORMULA, "What is added per year.", "{by: phase, war: deaths_per_year, otherwise: 0}", True),
        Key("unit", STRING, "Unit.", "people"),
        Key("initial", NUMBER, "Sum at the start.", "0"),
        for_readers("deaths"),
        Key("low", FORMULA, "Low set of the flow.", "deaths_low"),
        Key("high", FORMULA, "High set of the flow.", "deaths_high"),
    ),
)
OUTCOME = Section(
    "outcome",
    (
        Key("reach", CONDITION, "The condition that must come to hold.", "phase == truce", True),
        Key("status", one_of("in_effect", "announced"), "Looked at at a period's end, or after a step.", "in_effect"),
        Key("lasting", DURATION, "How long it must hold on.", "30 days"),
        Key("ends", CONDITION, "What ends it.", "phase == war"),
        Key("after", NAME, "Another outcome that must have come first.", "truce_in_effect"),
        Key("any", BOOLEAN, "Count also what began before the forecast.", "true"),
        for_readers('"a truce in effect"'),
    ),
)
PLAN = Section(
    "plan",
    (
        Key("steps", PLAN_RULES, "Ordered rules by step.", "{coercion: [{press: always}]}", True),
        Key("known", BOOLEAN, "Whether the other actors know the plan.", "true"),
        for_readers('"pressure alone"'),
    ),
)
