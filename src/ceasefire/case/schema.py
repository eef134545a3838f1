"""Every key of ``case.yaml``, once: reading, JSON Schema and the reference page all come from these tables.

What happens (state, steps, outcomes, plans) stands in ``schema_steps``; here are the people, the numbers and the whole.
"""

from __future__ import annotations

from ceasefire.case.kinds import (
    BOOLEAN,
    DATE,
    FORMULA,
    NAME,
    NUMBER,
    STRING,
    TEXT,
    Key,
    Kind,
    Section,
    block,
    for_readers,
    format_key,
    list_of,
    map_of,
    one_of,
    word_or,
)
from ceasefire.case.kinds_special import (
    JOINT_ROWS,
    NUMERIC_PRIOR,
    SOURCE,
    WEIGHTS,
    WORLD_PRIOR,
    types_of_actor,
)
from ceasefire.case.schema_steps import OUTCOME, PLAN, SIDE, STATE, STEP, TITLES
from ceasefire.case.values import LANGUAGES

CALENDAR = Section(
    "calendar",
    (
        Key("start", DATE, "First day of the first period.", "2025-02-01", True),
        Key("period", one_of("day", "week", "month", "quarter", "year"), "Length of every period.", "month"),
        Key("end", DATE, "Last day that the game covers.", "2031-12-31", True),
        Key("as_of", DATE, "The day on which the forecast is made; nothing later is known.", "2025-08-15"),
    ),
)
SCALE = Section(
    "scale",
    (
        Key("worst", TEXT, "The situation in which a year is worth 0 to the actor.", '"a year of war"', True),
        Key("best", TEXT, "The situation in which a year is worth 1 to the actor.", '"a year of peace"', True),
    ),
)
PRECISION = Section(
    "precision",
    (
        Key("takes_better", FORMULA, "How often the better of two moves is taken.", "consistency", True),
        Key("when_better_by", NUMBER, "When it is better by this many years of best-minus-worst.", "0.1", True),
    ),
)
ACTOR = Section(
    "actor",
    (
        Key("title", TEXT, "Name for readers.", "Russia"),
        Key("scale", block(SCALE), "The two situations between which the actor's values are measured.", "{...}", True),
        Key("discount_factor", FORMULA, "Weight of the next month, in (0, 1].", "patience", True),
        Key("precision", block(PRECISION), "How sharply the actor chooses.", "{...}", True),
    ),
)
PARAMETER = Section(
    "parameter",
    (
        Key("prior", NUMERIC_PRIOR, "Distribution: a family and its arguments.", "{beta: {mean: 0.4, p90: 0.6}}"),
        Key("value", NUMBER, "A fixed value instead of a prior.", "0.5"),
        Key("unit", STRING, "Unit, for readers.", "months/month", True),
        Key("title", TEXT, "What the number means.", '"strain added by sanctions"'),
        Key("source", SOURCE, "Row of a table, or excerpt of a source, with the number.", "{row: quantities.csv#17}"),
        Key("assumed", TEXT, "Why this number is assumed, where no source is given.", '"no measured series"'),
        Key(
            "perceived_by", map_of(NAME, "a block: a parameter per actor"), "An actor's own value.", "{usa: drain_usa}"
        ),
        Key("hindsight", BOOLEAN, "Chosen with knowledge of later events.", "true"),
        Key("without_hindsight", NUMBER, "Value used with --without hindsight.", "0.3"),
    ),
)
RIVAL = Section(
    "rival",
    (
        Key("title", TEXT, "The two mechanisms between which it switches.", '"sanctions bite at once"', True),
        Key("nominal", one_of("0", "1"), "Its setting in the forecast.", "1"),
    ),
)
DIMENSION = Section(
    "type dimension",
    (
        Key("values", map_of(FORMULA, "a block: a formula per label"), "Value per type.", "{short: a, long: b}", True),
        Key("prior", WEIGHTS, "What the others believe at the start.", "{short: p_short, long: rest}"),
        Key("unit", STRING, "Unit of the values.", "months"),
        Key("title", TEXT, "What is private.", '"how long Russia can go on"'),
        Key("titles", TITLES, "Names of the types for readers.", "{short: runs out, long: holds out}"),
    ),
)
JOINT = Section(
    "joint prior of types",
    (
        Key(
            "prior",
            JOINT_ROWS,
            "A probability per combination of labels; replaces the separate priors.",
            "[{endurance: long, priority: aims_first, probability: p_both}, ...]",
            True,
        ),
    ),
)
WORLD_PARAMETER = Section(
    "world parameter",
    (
        Key(
            "given", list_of(STRING, "a list of actor.type"), "Types on which its prior depends.", "[russia.endurance]"
        ),
        Key(
            "prior", WORLD_PRIOR, "A family; its arguments are formulas.", "{fixed: {value: endurance * realism}}", True
        ),
        Key("unit", STRING, "Unit.", "months"),
        Key("title", TEXT, "What is really so.", '"true endurance"'),
        Key("source", SOURCE, "Where it comes from.", "{row: quantities.csv#3}"),
        Key("assumed", TEXT, "Why it is assumed.", '"no one knows"'),
    ),
)
YARDSTICK = Section(
    "yardstick",
    (
        Key("outcome", NAME, "The outcome.", "truce_in_effect", True),
        Key("by", STRING, "By when: a date or a duration.", "2025-12-31", True),
        Key("value", NUMBER, "The published probability.", "0.3", True),
        Key("low", NUMBER, "Lower end where given.", "0.2"),
        Key("high", NUMBER, "Upper end where given.", "0.4"),
        Key("kind", one_of("base rate", "crowd", "experts", "model"), "What it is.", "crowd"),
        Key("source", STRING, "A key of sources.yaml, or a row such as quantities.csv#4.", "crowd_forecast", True),
        for_readers('"a crowd forecast"'),
    ),
)
REPORT = Section(
    "report",
    (
        Key("near_event", NAME, "Outcome or step with which the report begins.", "summit_result"),
        Key("factors", list_of(STRING, "a list of actor.type"), "The hidden factors of the map.", "[usa.resolve]"),
        Key("pause", NAME, "The outcome that is a pause.", "truce_in_effect"),
        Key("again", NAME, "The outcome that is fighting again.", "fighting_again"),
        Key("headlines", list_of(STRING, "a list of queries"), "The queries shown first.", '["median(truce)"]'),
        Key("yardsticks", list_of(block(YARDSTICK), "a list of yardsticks"), "Published numbers.", "[{...}]"),
    ),
)
WORDS = map_of(STRING, "a block: a duration or a comparison per word")
TYPES = map_of(types_of_actor(DIMENSION, JOINT), "a block: type dimensions per actor")
STEPS = list_of(block(STEP), "a list of steps")
TERMINAL: Kind = word_or("stationary", map_of(word_or("stationary", FORMULA), "a block: a value per actor"))

CASE = Section(
    "case.yaml",
    (
        format_key("ceasefire-case/1"),
        Key("title", TEXT, "Title of the case.", "{en: The Alaska summit, de: Der Gipfel von Alaska}", True),
        Key("status", one_of("live", "back-test", "reconstruction"), "When it was written.", "live"),
        Key("language", one_of(*LANGUAGES), "Language of plain texts.", "en"),
        Key("calendar", block(CALENDAR), "The time that the game covers.", "{start: 2025-02-01, ...}", True),
        Key("words", WORDS, "Words of queries, each with its number.", '{quick: 12 months, likely: "> 0.8"}'),
        Key("actors", map_of(block(ACTOR), "a block of actors"), "Who decides.", "{russia: {...}}"),
        Key("parameters", map_of(block(PARAMETER), "a block of parameters"), "Every number.", "{drain: {...}}"),
        Key("perceptions", one_of("open", "hidden"), "Whether the others know what an actor sees otherwise.", "hidden"),
        Key("rivals", map_of(block(RIVAL), "a block of rivals"), "Switches between mechanisms.", "{quick: {...}}"),
        Key("types", TYPES, "What only an actor knows about itself.", "{russia: {endurance: {...}}}"),
        Key(
            "world",
            map_of(block(WORLD_PARAMETER), "a block of world parameters"),
            "What is really so.",
            "{true_e: {...}}",
        ),
        Key("state", map_of(block(STATE), "a block of stocks and statuses"), "The public state.", "{phase: {...}}"),
        Key("steps", STEPS, "What happens in a period, in order.", "[{name: contact, ...}]"),
        Key("terminal", TERMINAL, "Value after the last period where the game is not over.", "stationary"),
        Key("side", map_of(block(SIDE), "a block of side stocks"), "Sums along a path.", "{deaths: {...}}"),
        Key("outcomes", map_of(block(OUTCOME), "a block of outcomes"), "Events asked about.", "{truce: {...}}"),
        Key("plans", map_of(block(PLAN), "a block of plans"), "Courses that an actor might take.", "{press: {...}}"),
        Key("end_states", NAME, "The status whose labels are the end states.", "phase"),
        Key("report", block(REPORT), "What the report shows.", "{near_event: summit_result, ...}"),
    ),
)
