"""What a case says of a claim, in words: what realises a premise, what a cut takes away, the setting of a witness."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ceasefire.report.sentences import Sentences
from ceasefire.report.titles import named

if TYPE_CHECKING:
    from ceasefire.forecast.model import Witness

FEW = 12
"""Settings of a witness that are named at once; more are behind a click."""


def title_of(s: Sentences, name: str) -> Markup:
    """Return what a name of the case is called, whatever it names."""
    case = s.case
    groups: tuple[Any, ...] = (case.actors, case.stocks, case.statuses, case.steps, case.side, case.outcomes)
    groups += (case.parameters.values(), case.rivals.values(), case.world.values(), case.plans.values(), case.types)
    for group in groups:
        for one in group:
            if one.name == name:
                return s.titles.text(one.title, name)
    return s.titles.label(name)


def realised(s: Sentences, text: str) -> Markup:
    """Return what realises a premise: ``contact.call.reception`` as step, move and what it changes, and as written."""
    found = []
    for dotted in (part.strip() for part in text.split(",")):
        path = Markup(" › ").join(_path(s, dotted.split(".")))
        found.append(Markup('<span class="line">{} <code>{}</code></span>').format(path, dotted))
    return Markup("").join(found)


def _path(s: Sentences, names: list[str]) -> list[Markup]:
    if names[0] in s.titles.steps:
        moves = [_move(s, names[0], name) for name in names[1:2]]
        return [s.titles.step(names[0]), *moves, *(title_of(s, name) for name in names[2:])]
    if names[0] in s.titles.actors:
        factors = [s.titles.dimension(names[0], name) for name in names[1:2]]
        labels = [s.titles.type_label(names[0], names[1], name) for name in names[2:]]
        return [s.titles.actor(names[0]), *factors, *labels]
    return [title_of(s, name) for name in names]


def _move(s: Sentences, step: str, name: str) -> Markup:
    """Return a move of a step, an outcome of its chance, or what a step of nature changes."""
    known = {move.name for move in s.titles.steps[step].moves}
    known |= {one.name for move in s.titles.steps[step].moves for one in move.chance}
    return s.titles.move(step, name) if name in known else title_of(s, name)


def cut(s: Sentences, given: Mapping[str, Any]) -> list[Markup]:
    """Return what a cut takes away or sets, a phrase each."""
    found = []
    for move in _several(given.get("without")):
        step, _, name = move.partition(".")
        found.append(s.t("condition.without", step=s.titles.step(step), move=s.titles.move(step, name)))
    found += [s.t("condition.freeze", actor=s.titles.actor(name)) for name in _several(given.get("freeze_belief"))]
    return found + [_set(s, name, value) for name, value in (given.get("set") or {}).items()]


def _several(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def _set(s: Sentences, name: str, value: float) -> Markup:
    """Return a parameter or rival set to a value, with what it is otherwise."""
    rival, parameter = s.case.rivals.get(name), s.case.parameters.get(name)
    if rival is not None:
        return s.t("claims.rival.on" if value else "claims.rival.off", rival=s.titles.text(rival.title, name))
    title = s.titles.text(parameter.title if parameter else None, name)
    if parameter is None:
        return s.t("condition.set", name=title, value=s.speech.number(value))
    usual = s.speech.number(parameter.prior.median())
    unit = s.speech.unit(parameter.unit)
    return s.t("claims.set", name=title, value=s.speech.number(value), usual=usual, unit=unit)


def setting(s: Sentences, given: Mapping[str, Any]) -> list[Markup]:
    """Return the setting of a witness or of an author, a phrase each."""
    return [_setting(s, name, value) for name, value in given.items()]


def _setting(s: Sentences, name: str, value: Any) -> Markup:
    if not isinstance(value, str):
        return _set(s, name, float(value))
    actor, dot, dimension = name.partition(".")
    if not dot:
        actor, dimension = next(((one.actor, one.name) for one in s.case.types if one.name == name), ("", name))
    if not actor:
        return s.t("condition.set", name=named(name), value=named(value))
    label = s.titles.type_label(actor, dimension, value)
    return s.t("condition.type", factor=s.titles.factor(f"{actor}.{dimension}"), label=label)


def setting_of(s: Sentences, name: str, value: str) -> Markup:
    """Return at what an argument holds a parameter or rival, without its title; words where `value` is no number."""
    try:
        held = float(value)
    except ValueError:
        return s.speech.mark(value, "en", count=False)
    if name in s.case.rivals:
        return s.t("claims.on" if held else "claims.off")
    return s.t("number.with_unit", x=s.speech.number(held), unit=s.speech.unit(s.case.parameters[name].unit))


def ask_command(s: Sentences, query: str, flags: str | None = None) -> Markup:
    """Return the command that asks a query again; without `flags` as the forecast did."""
    if flags is None:
        wanted = [(bool(s.forecast.settings.get("preview")), "--preview")]
        wanted.append((s.forecast.seed != 1, f"--seed {s.forecast.seed}"))
        flags = " ".join(flag for one, flag in wanted if one)
    command = " ".join(part for part in ("ceasefire ask", s.forecast.case, shlex.quote(query), flags) if part)
    return Markup('<code class="ask">{}</code>').format(command)


def witness_words(s: Sentences, witness: Witness, value: Markup, margin: Markup) -> Markup:
    """Return a witness: its setting, the number there, and the command that asks for it."""
    phrases = setting(s, witness.setting)
    listed = Markup("; ").join(phrases)
    where = listed if phrases else s.t("claims.as_it_stands")
    if len(phrases) > FEW:
        where = s.t("claims.many_settings", count=len(phrases))
    key = "claims.witness.preview" if witness.preview else "claims.witness"
    said = s.t(key, where=where, value=value, margin=margin)
    command = ask_command(s, witness.query, witness.flags)
    if len(phrases) <= FEW:
        return Markup('<span class="line">{}</span><span class="line">{}</span>').format(said, command)
    return Markup(
        '<span class="line">{}</span><details><summary>{}</summary><span class="line">{}</span>'
        '<span class="line">{}</span></details>'
    ).format(said, s.t("claims.which_settings"), listed, command)
