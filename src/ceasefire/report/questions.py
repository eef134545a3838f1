"""Ten questions that an analyst asks, each answered in a sentence with the place on the page that says more.

One code for every case: actors, factors, plans and claims come from the case, numbers from the results. What was not
computed is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from ceasefire.report import planned, results
from ceasefire.report.argument import arguments, deciding, entries, links, told_role
from ceasefire.report.argument.entries import all_entries
from ceasefire.report.argument.words import ask_command
from ceasefire.report.sentences import HARDLY, Sentences
from ceasefire.report.stronger import stronger
from ceasefire.report.tables import parameter_title

MOST_PLANS = 4
"""Plans told one by one, those that change most."""


@dataclass(frozen=True)
class Question:
    """A question, its answer, and the section that says more."""

    name: str
    asks: Markup
    answer: Markup
    section: str


def questions(s: Sentences) -> list[Question]:
    """Return the questions that these results can answer."""
    asked: tuple[Callable[[Sentences], Question | None], ...] = (
        _end, _decides, _stronger, _pause, _plans, _holds, _assumed, _changes, _sure, _check,
    )  # fmt: skip
    return [found for one in asked if (found := one(s)) is not None]


def _question(s: Sentences, name: str, answer: Markup | None, section: str, **named: Markup) -> Question | None:
    if not answer:
        return None
    return Question(name, s.t(f"question.{name}", **named), s.withheld_once(answer), section)


def _end(s: Sentences) -> Question | None:
    if not s.forecast.end_states:
        return None
    last = s.forecast.end_states[-1]
    ranked = sorted(last["p"].items(), key=lambda pair: -pair[1])
    parts = [s.t("part.label", label=s.titles.label(n), p=s.end_state(last, n)) for n, p in ranked if p >= HARDLY]
    return _question(s, "end", s.t("answer.end", date=s.when(last["date"]), ends=s.listed(parts)), "end-states")


def _decides(s: Sentences) -> Question | None:
    """What decides: the premises on which conclusions hang, and the assumption with the widest range."""
    parts = []
    if s.forecast.tornado:
        first = s.forecast.tornado[0].headline
        widest = max(
            (one for one in s.forecast.tornado if one.headline == first), key=lambda one: abs(one.p_high - one.p_low)
        )
        shown = results.headline(s.forecast, first)
        low, high = (s.amount(p, shown.unit if shown else "") for p in (widest.p_low, widest.p_high))
        parts.append(
            s.t(
                "answer.decides.number",
                parameter=parameter_title(s, widest.parameter),
                headline=s.query(first),
                low=low,
                high=high,
            )
        )
    parts += deciding(s, tuple(all_entries(s).values()))
    section = "ranges" if s.forecast.tornado else "claims"
    return _question(s, "decides", Markup(" ").join(parts), section)


def _stronger(s: Sentences) -> Question | None:
    """What if a hidden factor is higher than the others think."""
    given = s.forecast.factor_map
    answer = stronger(s, given) if given else Markup("")
    if not given or not answer:
        return None
    actor, _, dimension = given.x_name.partition(".")
    named = {"actor": s.titles.actor(actor), "factor": s.titles.dimension(actor, dimension)}
    return _question(s, "stronger", s.at_middle(answer), "factors", **named)


def _pause(s: Sentences) -> Question | None:
    found = results.again_after_pause(s.forecast, s.case)
    if found is None:
        return None
    answer = s.t(
        "answer.pause",
        again=s.titles.outcome(s.case.report.again or ""),
        time=s.queries.duration(found[1]),
        p=s.headline(found[0]),
    )
    return _question(s, "pause", answer, "outcomes")


def _plans(s: Sentences) -> Question | None:
    """What plans change, and by when: the pause by the end of the year and within 12 months, else their first number."""
    rows = {name: {row["query"]: row for row in plan["headlines"]} for name, plan in s.forecast.plans.items()}
    texts = _planned(s, list(dict.fromkeys(text for by_text in rows.values() for text in by_text)))
    changes = {
        name: [by_text[text] for text in texts if by_text.get(text, {}).get("change") is not None]
        for name, by_text in rows.items()
    }
    complete = [(name, found) for name, found in changes.items() if len(found) == len(texts)]
    foremost = sorted(complete, key=lambda pair: -max(abs(row["change"]) for row in pair[1]))[:MOST_PLANS]
    if not texts or not foremost:
        return None
    units = [one.unit if (one := results.headline(s.forecast, text)) else "" for text in texts]
    parts = [
        s.t(
            "answer.plan",
            plan=s.titles.text(s.forecast.plans[name].get("title"), name),
            changes=s.t("word.then").join(
                planned.with_interval(s, row, unit) for row, unit in zip(found, units, strict=True)
            ),
        )
        for name, found in foremost
    ]
    said = s.t("word.then").join(s.query(text) for text in texts)
    return _question(s, "plans", s.t("answer.plans", headlines=said, plans=Markup("; ").join(parts)), "plans")


def _planned(s: Sentences, texts: list[str]) -> list[str]:
    """Return the numbers of the pause that plans have, in order of time; else the first number that they have."""
    start = results.start_date(s.forecast, s.case)
    pauses = [
        results.pause_by(s.forecast, s.case, start.replace(month=12, day=31), within=False),
        results.pause_by(s.forecast, s.case, results.year_later(start), within=True),
    ]
    return [one.query for one in pauses if one and one.query in texts] or texts[:1]


def _holds(s: Sentences) -> Question | None:
    """What holds of each author, and what does not."""
    said = []
    for argument in arguments(s):
        mine = [entry for entry in entries(s, argument) if entry.result.role == "conclusion"]
        if mine:
            author = Markup('<span class="name">{}</span>').format(s.speech.pick(argument.author))
            said.append(s.t("answer.author", author=author, told=told_role(s, "conclusion", mine)))
    return _question(s, "holds", Markup(" ").join(said), "claims")


def _assumed(s: Sentences) -> Question | None:
    rows = s.forecast.parameters
    if not rows:
        return None
    assumed = sum(bool(row.get("assumed")) for row in rows)
    answer = s.t("answer.assumed", count=assumed, n=s.speech.number(len(rows)))
    idle = [entry.id for entry in all_entries(s).values() if entry.verdict == "idle"]
    answer += s.t("answer.assumed.idle", names=links(idle)) if idle else Markup("")
    return _question(s, "assumed", answer + Markup("."), "parameters")


def _changes(s: Sentences) -> Question | None:
    up, down = results.strongest(s.forecast)
    if not s.case.report.pause or (up is None and down is None):
        return None
    parts = [
        s.t(
            "answer.sign",
            actor=s.titles.actor(one.actor),
            move=s.titles.move(one.step, one.move),
            change=s.with_sampling(s.t("cell.points", x=s.speech.points(one.pause_change)), one.change_error),
            date=s.when(one.date),
        )
        for one in (up, down)
        if one
    ]
    answer = s.t("answer.changes", signs=Markup("; ").join(parts))
    answer += Markup(" ") + s.t("answer.changes.drawn") if s.drawn else ""
    return _question(s, "changes", answer, "signposts")


def _sure(s: Sentences) -> Question | None:
    """How sure: the first headline with its brackets, and what of its making moves it most."""
    if not s.forecast.headlines:
        return None
    text = s.forecast.headlines[0]["query"]
    answer = s.t("answer.sure", headline=s.query(text), p=s.headline(results.headline(s.forecast, text)))
    row = results.trust_row(s.forecast, text)
    largest = max(results.over_limit(row), key=lambda one: abs(one[2]), default=None) if row else None
    if row and largest:
        key = "answer.sure.most.drawn" if s.drawn else "answer.sure.most"
        answer += Markup(" ") + s.t(key, p=s.at_nominal(row), change=s.changed_by(row, *largest))
    return _question(s, "sure", answer, "trust")


def _check(s: Sentences) -> Question | None:
    if not s.forecast.headlines:
        return None
    command = ask_command(s, s.forecast.headlines[0]["query"])
    return _question(s, "check", s.t("answer.check", command=command), "reproduce")
