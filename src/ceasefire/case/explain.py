"""The case read back in plain sentences: what a person wrote, as the program understands it.

Nothing is solved here; ``case.explain_solved`` adds what the solved game says.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable

from ceasefire.case.check_numbers import nominal_numbers
from ceasefire.case.evidence import Text
from ceasefire.case.explain_formulas import condition_in_words, in_words
from ceasefire.case.explain_values import end_state_values, own_types
from ceasefire.case.explain_words import SENTENCES
from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import Actor, ChanceOutcome, Move, Outcome, Step, TypeDimension
from ceasefire.case.model import Case
from ceasefire.case.perceptions import perceptions_of
from ceasefire.case.uses import titles_of
from ceasefire.case.variant import Variant
from ceasefire.number_text import day_text, number_text

DIGITS = 4
"""Digits of a number that count."""


class Speaker:
    """Says sentences about one case in one language."""

    def __init__(self, case: Case, language: str, unit: Callable[[str], str] = str) -> None:
        self.case, self.language, self.unit = case, language, unit
        self.spoken = language if language in SENTENCES else "en"
        self.sentences = SENTENCES[self.spoken]
        self.numbers = nominal_numbers(case)
        self.titles = titles_of(case)
        self.labels = {label for status in case.statuses for label in status.labels}

    def say(self, key: str, **parts: object) -> str:
        """Return a sentence with its blanks filled in."""
        return self.sentences[key].format(**{name: self.shown(part) for name, part in parts.items()})

    def shown(self, part: object) -> object:
        """Return a number with at most four digits that count, or a day, in the manner of the language; else the part."""
        if isinstance(part, float):
            return number_text(part, self.spoken, DIGITS)
        return day_text(part, self.spoken) if isinstance(part, dt.date) else part

    def text(self, text: Text) -> str:
        """Return a text in the language, without a full stop."""
        return text.say(self.language).strip().rstrip(".")

    def title(self, name: str) -> str:
        """Return the title of whatever a name names, else the name."""
        return self.text(self.titles[name]) if name in self.titles else name

    def type_titles(self, actor: str, own_type: tuple[str, ...]) -> list[str]:
        """Return the titles of the labels of a type, one per dimension."""
        dimensions = [one for one in self.case.types if one.actor == actor]
        pairs = zip(dimensions, own_type, strict=True)
        return [self.text(one.label_titles[one.labels.index(label)]) for one, label in pairs]

    def number(self, formula: Formula) -> float:
        """Return a formula of parameters at nominal values."""
        return float(formula.evaluate(self.numbers))

    def value(self, formula: Formula) -> str:
        """Return a formula in words, with its number beside it where it hangs on parameters only."""
        if formula.names and formula.names <= set(self.numbers):
            return f"{self.title(formula.text)} ({self.shown(self.number(formula))})"
        return in_words(formula.text, self.title, self.condition, self.say("otherwise"))

    def when(self, formula: Formula | None) -> str:
        """Return the condition of a step or move as a clause."""
        return "" if formula is None else self.say("while", condition=self.condition(formula.text))

    def condition(self, text: str) -> str:
        """Return a condition in words where it only looks at labels."""
        return condition_in_words(text, self.title, self.labels, self.sentences)

    def measured(self, unit: str) -> str:
        """Return a unit with the space before it; nothing where there is none."""
        return f" {self.unit(unit)}" if unit else ""


def explain_case(case: Case, language: str = "en", unit: Callable[[str], str] = str) -> list[str]:
    """Return the case in sentences, one line each; headings stand alone after an empty line.

    Parameters
    ----------
    case : Case
    language : ``en`` or ``de``
    unit : callable, optional
        Gives a unit in the language.
    """
    speaker = Speaker(case, language, unit)
    lines = _opening(speaker)
    if case.steps:
        sections = {"actors": _actors, "knows": _knowledge, "state": _state, "steps": _steps, "outcomes": _outcomes}
        for key, write in sections.items():
            lines += ["", speaker.say(key, one=speaker.say(case.calendar.period)), *write(speaker)]
        lines += _near_event(speaker)
    return [*lines, "", speaker.say("papers"), *_papers(speaker)]


def _opening(speaker: Speaker) -> list[str]:
    case, calendar = speaker.case, speaker.case.calendar
    one = speaker.say(calendar.period)
    lines = [speaker.text(case.title)]
    if case.status == "reconstruction":
        lines.append(speaker.say("reconstruction"))
    lines.append(speaker.say("calendar", n=calendar.n_periods, one=one, start=calendar.start, end=calendar.end))
    if calendar.as_of is not None:
        lines.append(speaker.say("as_of", date=calendar.as_of, period=calendar.as_of_period + 1))
    return lines if case.steps else [*lines, speaker.say("no_game")]


# who -------------------------------------------------------------------------------------------------------------
def _actors(speaker: Speaker) -> list[str]:
    lines = []
    for actor in speaker.case.actors:
        name, worst, best = (speaker.text(text) for text in (actor.title, actor.worst, actor.best))
        lines.append(speaker.say("scale", actor=name, worst=worst, best=best))
        lines.append(speaker.say("later", discount=speaker.number(actor.discount_factor)))
        p, by = speaker.number(actor.takes_better), actor.when_better_by
        lines.append(speaker.say("precision", p=p, by=by, precision=math.log(p / (1 - p)) / by))
        lines += _years(speaker, actor)
    return lines


def _years(speaker: Speaker, actor: Actor) -> list[str]:
    """Return what a year in each end state is worth to each type."""
    lines = []
    values = [one for one in end_state_values(speaker.case) if one.actor == actor.name]
    for own_type in own_types(speaker.case, actor.name):
        mine = [one for one in values if one.own_type == own_type]
        shown = ", ".join(f"{speaker.title(one.label)} {speaker.shown(round(one.value, 2))}" for one in mine)
        labels = " / ".join(speaker.type_titles(actor.name, own_type))
        of_type = speaker.say("as_type", labels=labels) if own_type else ""
        if mine:
            lines.append(speaker.say("a_year", type=of_type, values=shown))
    return lines


def _knowledge(speaker: Speaker) -> list[str]:
    case = speaker.case
    lines = [_private(speaker, dimension) for dimension in case.types]
    lines += [speaker.say("joint", actor=speaker.title(one.actor)) for one in case.joint_priors]
    lines += [speaker.say("world", title=speaker.text(one.title)) for one in case.world.values()]
    for parameter in case.parameters.values():
        for actor, other in parameter.perceived_by.items():
            own, nominal = speaker.numbers[other], speaker.numbers[parameter.name]
            unit = speaker.measured(parameter.unit)
            title, who = speaker.text(parameter.title), speaker.title(actor)
            how = "perceived" if case.perceptions == "open" else "misperceived"
            lines.append(speaker.say(how, actor=who, title=title, own=own, nominal=nominal, unit=unit))
    if perceptions_of(case, Variant()) == "hidden":
        lines.append(speaker.say("two_games"))
    return lines or [speaker.say("nobody", actor="")]


def _private(speaker: Speaker, dimension: TypeDimension) -> str:
    types = []
    for position, title in enumerate(dimension.label_titles):
        weight = dimension.prior[position] if dimension.prior else None
        p = speaker.say("rest") if weight is None else str(speaker.shown(round(speaker.number(weight), 2)))
        value, unit = speaker.number(dimension.values[position]), speaker.measured(dimension.unit)
        types.append(speaker.say("one_type", title=speaker.text(title), value=value, unit=unit, p=p))
    who, what = speaker.title(dimension.actor), speaker.text(dimension.title)
    return speaker.say("private", actor=who, title=what, types="; ".join(types))


def _state(speaker: Speaker) -> list[str]:
    lines = []
    for status in speaker.case.statuses:
        labels, title = ", ".join(speaker.title(label) for label in status.labels), speaker.text(status.title)
        lines.append(speaker.say("status", title=title, labels=labels, initial=speaker.title(status.initial)))
    for stock in speaker.case.stocks:
        title, initial = speaker.text(stock.title), speaker.number(stock.initial)
        parts = {
            "title": title,
            "low": stock.low,
            "high": stock.high,
            "unit": speaker.measured(stock.unit),
            "initial": initial,
        }
        lines.append(speaker.say("stock", **parts))
    return lines


# what ------------------------------------------------------------------------------------------------------------
def _steps(speaker: Speaker) -> list[str]:
    lines = []
    for n, step in enumerate(speaker.case.steps, start=1):
        title, when = speaker.text(step.title), speaker.when(step.when)
        if step.actor is None:
            lines.append(speaker.say("nature", n=n, title=title, when=when))
            lines += [f"   - {clause}" for clause in _clauses(speaker, step.moves[0])]
            continue
        lines.append(speaker.say("choose", n=n, title=title, actor=speaker.title(step.actor), when=when))
        for move in step.moves:
            does = "; ".join(_clauses(speaker, move)) or speaker.say("nothing")
            condition = speaker.when(move.when)
            lines.append(speaker.say("move", title=speaker.text(move.title), when=condition, does=does))
    values = [
        speaker.say("stationary", actor=speaker.title(actor))
        if isinstance(terminal, str)
        else speaker.say("ends_with", actor=speaker.title(actor), value=speaker.value(terminal))
        for actor, terminal in speaker.case.terminal.items()
    ]
    return [*lines, speaker.say("terminal", values=", ".join(values))]


def _clauses(speaker: Speaker, move: Move) -> list[str]:
    """Return what a move does, one clause per consequence."""
    said = [
        speaker.say(key, target=speaker.title(target), value=speaker.value(formula))
        for key, by_target in (("becomes", move.effects), ("drift", move.drift), ("noise", move.noise))
        for target, formula in by_target.items()
    ]
    said += [
        speaker.say(key, actor=speaker.title(actor), value=speaker.value(formula))
        for key, by_actor in (("payoff", move.payoffs), ("flow", move.flow))
        for actor, formula in by_actor.items()
    ]
    said += [_lottery(speaker, outcome) for outcome in move.chance]
    return said + ([speaker.say("weight", value=speaker.value(move.weight))] if move.weight is not None else [])


def _lottery(speaker: Speaker, outcome: ChanceOutcome) -> str:
    p = speaker.say("rest") if outcome.probability is None else speaker.value(outcome.probability)
    if outcome.in_world is not None:
        p += speaker.say("in_world", p=outcome.in_world.text)
    changes = [
        speaker.say("becomes", target=speaker.title(target), value=speaker.value(formula))
        for target, formula in outcome.effects.items()
    ]
    effects = speaker.say("then", effects=", ".join(changes)) if changes else ""
    return speaker.say("chance", p=p, title=speaker.text(outcome.title), effects=effects)


def _outcomes(speaker: Speaker) -> list[str]:
    titles = {one.name: speaker.text(one.title) for one in speaker.case.outcomes}

    def sentence(one: Outcome) -> str:
        lasting = speaker.say("lasting", days=one.lasting_days) if one.lasting_days else ""
        after = speaker.say("after", title=titles[one.after]) if one.after else ""
        return speaker.say(
            "outcome", title=titles[one.name], condition=speaker.condition(one.reach.text), lasting=lasting, after=after
        )

    return [sentence(one) for one in speaker.case.outcomes]


# what is open ----------------------------------------------------------------------------------------------------
def open_steps(case: Case) -> tuple[dict[str, tuple[str, ...]], tuple[Step, ...]]:
    """Return the steps of the ``as_of`` period that were seen, with what was seen, and the steps that are open.

    A step is seen if an item dated on or before ``as_of`` is coded to it or to a later step of the order.
    """
    as_of, period = case.calendar.as_of, case.calendar.as_of_period
    seen: dict[str, tuple[str, ...]] = {}
    counted = [item for item in case.record.items if item.step and item.active and not item.unsourced]
    for item in counted:
        if as_of is not None and item.date <= as_of and case.calendar.period_of(item.date) == period:
            seen[str(item.step)] = item.moves
    last = max((j for j, step in enumerate(case.steps) if step.name in seen), default=-1)
    return seen, tuple(step for step in case.steps[last + 1 :] if step.actor is not None)


def _near_event(speaker: Speaker) -> list[str]:
    case = speaker.case
    if case.calendar.as_of is None:
        return []
    seen, still_open = open_steps(case)
    lines = ["", speaker.say("near", date=case.calendar.as_of)]
    for step in case.steps:
        if step.name in seen:
            shown = ", ".join(speaker.text(move.title) for move in step.moves if move.name in seen[step.name])
            lines.append(speaker.say("observed", title=speaker.text(step.title), moves=shown))
    return lines + [speaker.say("open", title=speaker.text(step.title)) for step in still_open]


def _papers(speaker: Speaker) -> list[str]:
    case, items = speaker.case, speaker.case.record.items
    numbers = list(case.parameters.values())
    counts = {
        "n": len(numbers),
        "sourced": sum(one.source is not None for one in numbers),
        "assumed": sum(bool(one.assumed) for one in numbers),
        "hindsight": sum(one.hindsight for one in numbers),
    }
    span = speaker.say("span", first=items[0].date, last=items[-1].date) if items else ""
    unsourced = sum(item.unsourced for item in items)
    lines = [speaker.say("numbers", **counts)] if numbers else []
    lines.append(speaker.say("record", n=len(items), span=span, unsourced=unsourced))
    for argument in case.arguments:
        by_role = Counter(claim.role for claim in argument.claims)
        roles = ", ".join(f"{n} {speaker.say(role if n > 1 else f'{role}_1')}" for role, n in by_role.items())
        lines.append(speaker.say("argument", author=speaker.text(argument.author), roles=roles))
    return lines
