"""From names to what a reader calls them: titles of actors, moves, outcomes, labels and types, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from ceasefire.case.nodes import Faults
from ceasefire.case.sources import Tables, split_row
from ceasefire.report.speech import Speech

if TYPE_CHECKING:
    from ceasefire.case.evidence import Text
    from ceasefire.case.mechanism import Step, TypeDimension
    from ceasefire.case.model import Case
    from ceasefire.forecast.model import Forecast


ADDRESS = r"https?://[^\s;,]+"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Titles:
    """The titles that a case gives, by name; a name without a title is shown as it is, marked as a name."""

    def __init__(self, case: Case, forecast: Forecast, speech: Speech) -> None:
        self.case, self.forecast, self.speech = case, forecast, speech
        self.actors = {actor.name: actor.title for actor in case.actors}
        self.steps = {step.name: step for step in case.steps}
        self.dimensions = {(one.actor, one.name): one for one in case.types}
        self.stocks = {stock.name: stock for stock in case.stocks}
        self.labels = _label_titles(case)
        self.tables = Tables(case.folder, Faults())

    def text(self, title: Text | Mapping[str, str] | None, name: str) -> Markup:
        """Return `title` in the language spoken, else the name."""
        return self.speech.pick(title) or named(name)

    def actor(self, name: str) -> Markup:
        """Return what an actor is called; nature is called by a message."""
        return self.text(self.actors.get(name), name) if name else self.speech.t("word.nature")

    def misperceiving(self) -> Markup:
        """Return the actors who see some assumption otherwise than the case does."""
        names = dict.fromkeys(actor for one in self.case.parameters.values() for actor in one.perceived_by)
        return Markup(", ").join(self.actor(name) for name in names)

    def step(self, name: str) -> Markup:
        """Return what a step is called."""
        step = self.steps.get(name)
        return self.text(step.title if step else None, name)

    def move(self, step: str, name: str) -> Markup:
        """Return what a move of a step is called."""
        for move in self._moves(self.steps.get(step)):
            if move.name == name:
                return self.text(move.title, name)
        return named(name)

    def _moves(self, step: Step | None) -> Iterable[Any]:
        if step is None:
            return ()
        return (*step.moves, *(outcome for move in step.moves for outcome in move.chance))

    def outcome(self, name: str) -> Markup:
        """Return what an outcome is called."""
        title = self.forecast.outcome_titles.get(name)
        if not title:
            found = [one.title for one in self.case.outcomes if one.name == name]
            return self.text(found[0] if found else None, name)
        return self.text(title, name)

    def event(self, name: str) -> Markup:
        """Return what a near event is called: an outcome, a step or a status."""
        status = next((one for one in self.case.statuses if one.name == name), None)
        if name in self.steps:
            return self.step(name)
        return self.text(status.title, name) if status else self.outcome(name)

    def ending(self, event: str, name: str) -> Markup:
        """Return what one ending of a near event is called."""
        return self.move(event, name) if event in self.steps else self.label(name)

    def label(self, name: str) -> Markup:
        """Return what a label of a status is called; an outcome or a move may stand for it."""
        if name in self.labels:
            return self.text(self.labels[name], name)
        if self.forecast.outcome_titles.get(name):
            return self.outcome(name)
        for step in self.steps.values():
            for move in step.moves:
                if move.name == name and move.title:
                    return self.text(move.title, name)
        return self.speech.t(f"label.{name}") if self.speech.has(f"label.{name}") else named(name)

    def stock(self, name: str, given: Mapping[str, Any] | None = None) -> Markup:
        """Return what a stock or side stock is called."""
        title = (given or {}).get("title")
        if not title:
            side = {one.name: one.title for one in self.case.side}
            title = self.stocks[name].title if name in self.stocks else side.get(name)
        return self.text(title, name)

    def dimension(self, actor: str, name: str) -> Markup:
        """Return what a dimension of a type is called."""
        one = self.dimensions.get((actor, name))
        return self.text(one.title if one else None, name)

    def factor(self, dotted: str) -> Markup:
        """Return ``actor.dimension`` as actor and title."""
        actor, _, dimension = dotted.partition(".")
        title = self.dimension(actor, dimension)
        return self.speech.t("title.factor", actor=self.actor(actor), factor=title)

    def type_label(self, actor: str, dimension: str, label: str) -> Markup:
        """Return what one label of a dimension is called."""
        one = self.dimensions.get((actor, dimension))
        return self.text(_label_title(one, label), label)

    def type_name(self, actor: str, labels: Mapping[str, str]) -> Markup:
        """Return a type as ``dimension: label`` pairs."""
        pairs = [
            Markup("{}: {}").format(self.dimension(actor, dimension), self.type_label(actor, dimension, label))
            for dimension, label in labels.items()
        ]
        return Markup(" · ").join(pairs)

    def letters(self) -> dict[tuple[str, str], str]:
        """Return the letter of each hidden type, the same everywhere on the page."""
        types = [
            (actor, one["name"]) for actor, given in self.forecast.beliefs.items() for one in given.get("types", ())
        ]
        given = self.forecast.factor_map
        owner = given.x_name.partition(".")[0] if given else ""
        types += [(owner, one["name"]) for one in (given.types if given else ())]
        return dict(zip(dict.fromkeys(types), LETTERS, strict=False))

    def lettered(self, actor: str, name: str) -> Markup:
        """Return a type with its letter and its labels."""
        title = self.short_types_of(actor).get(name) or self._guess_type(name)
        letter = self.letters().get((actor, name))
        return Markup("{} {}").format(badge(letter), title) if letter else title

    def owner(self, type_name: str) -> str:
        """Return the actor that has a type of this name; nothing where none has."""
        for actor, given in self.forecast.beliefs.items():
            if any(one["name"] == type_name for one in given.get("types", ())):
                return str(actor)
        return ""

    def dimensions_of(self, actor: str) -> list[str]:
        """Return the names of the dimensions of an actor's types."""
        return [name for owner, name in self.dimensions if owner == actor]

    def short_type(self, actor: str, labels: Mapping[str, str]) -> Markup:
        """Return a type by its labels alone, for tables in which every type stands often."""
        return Markup(" · ").join(self.type_label(actor, dimension, label) for dimension, label in labels.items())

    def short_types_of(self, actor: str) -> dict[str, Markup]:
        """Return the short titles of an actor's types by type name."""
        given = self.forecast.beliefs.get(actor, {}).get("types", ())
        return {one["name"]: self.short_type(actor, one.get("labels", {})) or named(one["name"]) for one in given}

    def source(self, name: str) -> Markup:
        """Return the title of a source, or where a table row comes from; a title is a name and is not translated."""
        source = self.case.sources.get(name.split("#")[0])
        if source is None or not source.title:
            return self.row(name)
        texts = source.title.by_language
        language = self.speech.language if self.speech.language in texts else next(iter(texts))
        return Markup('<cite lang="{}">{}</cite>').format(
            (source.language or language) if len(texts) == 1 else language, texts[language]
        )

    def row(self, name: str) -> Markup:
        """Return a row of a table (``quantities.csv#3``) with what its column ``source`` says; addresses become links."""
        place = split_row(name)
        found = self.tables.row(*place) if place else None
        said = found.cells.get("source", "") if found else ""
        where = Markup("<code>{}</code>").format(name)
        return Markup("{} {}").format(where, linked(said)) if said else where

    def types_of(self, actor: str) -> dict[str, Markup]:
        """Return the titles of an actor's types by type name."""
        given = self.forecast.beliefs.get(actor, {}).get("types", ())
        return {one["name"]: self.type_name(actor, one.get("labels", {})) or named(one["name"]) for one in given}

    def any_type(self, name: str, actor: str = "") -> Markup:
        """Return the title of a type whose actor is not said: the first actor that has a type of this name."""
        for owner in [actor] if actor else self.forecast.beliefs:
            titles = self.types_of(owner)
            if name in titles:
                return titles[name]
        return self._guess_type(name)

    def _guess_type(self, name: str) -> Markup:
        """Return a type from its labels alone: ``long/aims_first``."""
        found = []
        for label in name.split("/"):
            owners = [key for key, one in self.dimensions.items() if label in one.labels]
            found.append(self.type_name(owners[0][0], {owners[0][1]: label}) if owners else named(label))
        return Markup(" · ").join(found)


def badge(letter: str) -> Markup:
    """Return the letter of a type as it stands on the map."""
    return Markup('<span class="badge">{}</span>').format(letter)


def linked(text: str) -> Markup:
    """Return a text whose addresses are links, each called by its site."""
    parts = re.split(f"({ADDRESS})", text)
    sites = [
        Markup('<a href="{}" rel="noreferrer">{}</a>').format(
            part, breakable((urlsplit(part).hostname or part).removeprefix("www."), ".")
        )
        if i % 2
        else escape(part)
        for i, part in enumerate(parts)
    ]
    return Markup('<span class="note">{}</span>').format(Markup("").join(sites))


def breakable(address: str, before: str) -> Markup:
    """Return an address that may go on in the next line before one of these characters, and nowhere else."""
    parts = re.split(f"(?=[{re.escape(before)}])", address)
    return Markup("<wbr>").join(escape(part) for part in parts if part)


def named(name: str) -> Markup:
    """Return a name of the case that has no title: readable, and marked as a name."""
    return Markup('<span class="name">{}</span>').format(escape(name.replace("_", " ")))


def _label_titles(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in case.statuses:
        titles = status.label_titles or (None,) * len(status.labels)
        found |= {label: title for label, title in zip(status.labels, titles, strict=False) if title}
    return found


def _label_title(dimension: TypeDimension | None, label: str) -> Any:
    if dimension is None or label not in dimension.labels or not dimension.label_titles:
        return None
    return dimension.label_titles[dimension.labels.index(label)]
