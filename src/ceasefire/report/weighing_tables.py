"""The tables on the draws: numbers with their errors, what the record moved, what each event says, what if not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ceasefire.forecast.withheld import is_withheld
from ceasefire.report import results
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table, about, columns, lines, parameter_title

SHOWN = 15
"""Events in one table; the others are counted."""
PLAIN = 1.05
"""A ratio of likelihoods nearer to 1 than this says nothing worth a line."""


def tables(s: Sentences) -> list[tuple[Markup | None, Table]]:
    """Return the tables of the section, each with its heading."""
    if not s.forecast.ensemble.get("draws"):
        return []
    made = {
        "numbers": _numbers(s),
        "exponents": _exponents(s),
        "learned": _learned(s),
        "types": _types(s),
        "events": _events(s),
        "left_out": _left_out(s),
    }
    return [(s.t(f"weighing.table.{name}"), table) for name, table in made.items() if table is not None]


def _numbers(s: Sentences) -> Table | None:
    """Return each headline over the draws, at nominal values, and its three errors apart."""
    rows = []
    for row in s.forecast.headlines:
        found = results.headline(s.forecast, row["query"])
        if found is None or not found.drawn or found.text:
            continue
        errors = [_off(s, row.get(key), found.unit) for key in ("sampling", "error", "grid")]
        n = s.speech.number(row["n"], 6) if row.get("n") else Markup("–")
        nominal = s.amount(row.get("nominal"), found.unit) if row.get("nominal") is not None else Markup("–")
        rows.append((s.query(row["query"]), s.headline(found), nominal, *errors, n))
    spec = "about over_draws#:interval nominal#:nominal error_draws#:error_draws "
    spec += "error_paths#:sampling error_grid#:error_grid n#"
    return Table(columns(s, spec), tuple(rows), _about_numbers(s)) if rows else None


def _about_numbers(s: Sentences) -> Markup:
    """Return what the columns of the errors and of the draws mean, where a reader might take them for something else."""
    rows, draws = s.forecast.headlines, s.forecast.ensemble["draws"]
    said = []
    if any(row.get("grid") is not None for row in rows):
        said.append(s.t("weighing.numbers.grid", error=s.t("column.error_grid"), trust=s.t("column.belief_grid")))
    if any((row.get("n") or draws) < draws for row in rows):
        said.append(s.t("weighing.numbers.fewer", draws=s.speech.number(draws, 6)))
    return Markup(" ").join(said)


def _off(s: Sentences, x: float | None, unit: str) -> Markup | str:
    if x is None:
        return Markup("–")
    return s.speech.points(x, sign=False) if unit in results.PROBABILITY else s.speech.number(x, 2)


def _exponents(s: Sentences) -> Table | None:
    """Return each headline with the record counted whole, by half, and not at all, and how many draws then count."""
    given = results.counted(s.forecast)
    if not given:
        return None
    rows: list[tuple[Markup | str, ...]] = [
        (s.query(row["query"]), *(s.counted(row, exponent) for exponent in results.EXPONENTS)) for row in given
    ]
    shared = [given[0]["by_exponent"][exponent] for exponent in results.EXPONENTS]
    rows.append((about(s, "effective", "effective"), *(whole(s, one["effective_size"]) for one in shared)))
    withheld = [one["withheld"] for one in shared]
    said = [s.t("weighing.exponents.brackets")] if not all(withheld) else []
    said += [s.t("weighing.exponents.withheld")] if any(withheld) else []
    spec = "about exponent_whole#:exponent exponent_half#:exponent exponent_none#:exponent"
    return Table(columns(s, spec), tuple(rows), Markup(" ").join(said))


def _learned(s: Sentences) -> Table | None:
    rows = [row for row in s.forecast.ensemble.get("learned") or () if row.get("taught")]
    rows.sort(key=lambda row: -abs(row.get("shift") or 0.0))
    told = tuple((_parameter(s, row), _three(s, row["prior"]), _three(s, row["posterior"])) for row in rows)
    caption = s.t("weighing.learned.brackets")
    return Table(columns(s, "parameter prior#:prior posterior#:prior"), told, caption) if told else None


def _parameter(s: Sentences, row: Mapping[str, Any]) -> Markup:
    title = s.speech.pick(row.get("title")) or parameter_title(s, row["name"])
    parameter = s.case.parameters.get(row["name"])
    unit = s.speech.unit(parameter.unit) if parameter else Markup("")
    return s.t("title.with_unit", title=title, unit=unit) if unit else title


def _three(s: Sentences, given: Sequence[float | None]) -> Markup:
    """Return a median with its 10 % and 90 % values, or why these are not given."""
    low, middle, high = (None if x is None else s.speech.number(x) for x in given)
    if low is None or high is None:
        return Markup('{} <span class="unsure">[{}]</span>').format(middle, s.t("number.no_interval.withheld"))
    return s.t("weighing.three", middle=middle, low=low, high=high)


def _types(s: Sentences) -> Table | None:
    """Return every label of the hidden types before and after the record."""
    rows = []
    for row in s.forecast.ensemble.get("types") or ():
        taught = s.t("weighing.moved" if row.get("taught") else "weighing.same")
        before, after = (s.speech.percent(row.get(key)) for key in ("prior", "posterior"))
        if row.get("error") is not None:
            after = s.t("cell.plus_minus", x=after, error=s.speech.points(row["error"], sign=False))
        rows.append((_label(s, row["name"]), before, after, taught))
    spec = "type:type prior#:prior_type posterior#:posterior taught"
    return Table(columns(s, spec), tuple(rows), s.t("weighing.types.error")) if rows else None


def _label(s: Sentences, name: str, actor: str = "") -> Markup:
    """Return a label of a hidden factor, ``actor.dimension = label``, in words."""
    dotted, _, label = name.partition(" = ")
    if actor:
        dotted = f"{actor}.{dotted}"
    owner, _, dimension = dotted.partition(".")
    if not dimension or not label:
        return Markup('<span class="name">{}</span>').format(name)
    said = s.titles.type_label(owner, dimension, label)
    return s.t("title.factor", actor=s.titles.actor(owner), factor=s.t("weighing.label", label=said))


def _events(s: Sentences) -> Table | None:
    """Return the events that say most about the assumptions, with what they say about the hidden types."""
    given = sorted(s.forecast.ensemble.get("events") or (), key=lambda row: -abs(row.get("share") or 0.0))
    rows = [
        (
            event(s, row),
            s.pooled(row.get("probability"), row.get("low"), row.get("high")),
            s.speech.percent(row.get("share")),
            _ratios(s, row),
        )
        for row in given[:SHOWN]
    ]
    if not rows:
        return None
    caption = s.t("weighing.events.withheld" if is_withheld(s.forecast) else "weighing.events.brackets")
    if len(given) > SHOWN:
        caption += Markup(" ") + s.t("weighing.more_events", count=len(given) - SHOWN)
    return Table(columns(s, "event p#:event_probability share#:share ratio:ratio"), tuple(rows), caption)


def event(s: Sentences, row: Mapping[str, Any]) -> Markup:
    """Return an event with its day: an item of the record, or a step at which nothing was recorded."""
    item = next((one for one in s.case.record.items if one.name == row["id"]), None)
    step = row["id"].partition("@")[0]
    if item is not None:
        what = s.titles.text(item.title, item.name)
    elif step in s.titles.steps:
        what = s.t("weighing.default", step=s.titles.step(step))
    else:
        what = Markup('<span class="name">{}</span>').format(row["id"])
    return s.t("claims.item", date=s.speech.day(row["date"]), what=what) if row.get("date") else what


def _ratios(s: Sentences, row: Mapping[str, Any]) -> Markup:
    """Return which labels of the hidden types an event speaks for, and how strongly, each with its interval."""
    told = [
        _ratio(s, row, actor, name, x)
        for actor, by_label in (row.get("ratio") or {}).items()
        for name, x in by_label.items()
        if x is not None and x >= PLAIN
    ]
    return lines(told) if told else s.t("weighing.no_ratio")


def _ratio(s: Sentences, row: Mapping[str, Any], actor: str, name: str, x: float) -> Markup:
    said = s.t("weighing.times", label=_label(s, name, actor), x=s.speech.number(x, 2))
    low, high = (((row.get(key) or {}).get(actor) or {}).get(name) for key in ("ratio_low", "ratio_high"))
    if is_withheld(s.forecast):
        around = s.t("number.no_interval.withheld")
    elif low is None or high is None:
        around = s.t("number.no_interval.none")
    else:
        around = s.t("number.range", low=s.speech.number(low, 2), high=s.speech.number(high, 2))
    return Markup('{} <span class="unsure">[{}]</span>').format(said, around)


def _left_out(s: Sentences) -> Table | None:
    """Return the answer with one event after the other not counted, the largest change first."""
    given = sorted(s.forecast.ensemble.get("left_out") or (), key=lambda row: -abs(row.get("change") or 0.0))[:SHOWN]
    dates = {row["id"]: row.get("date") for row in s.forecast.ensemble.get("events") or ()}
    rows = [
        (
            event(s, {"date": dates.get(row["id"]), **row}),
            s.speech.percent(row.get("value")),
            s.speech.points(row.get("change")),
            whole(s, row.get("effective_size")),
        )
        for row in given
    ]
    if not rows:
        return None
    asked = given[0].get("headline")
    caption = s.t("weighing.left_out.of", query=s.query(asked)) if asked else Markup("")
    return Table(columns(s, "event number_without# change_without# effective#:effective"), tuple(rows), caption)


def whole(s: Sentences, x: float | None) -> str:
    """Return a number of draws without decimals."""
    return "–" if x is None else s.speech.number(round(x), 6)
