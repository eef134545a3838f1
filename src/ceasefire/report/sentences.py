"""The answer in five sentences, generated from the results by the same code for every case.

Over draws of the assumptions every probability stands with its interval, or with the reason why it has none; without
draws with the one-at-a-time range (not an interval), the Monte Carlo error and the grid error, kept apart. A sentence
that has nothing to say about a case says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ceasefire.forecast.withheld import is_withheld
from ceasefire.report import results
from ceasefire.report.amounts import Amounts

if TYPE_CHECKING:
    from ceasefire.case.claims import Argument
    from ceasefire.forecast.model import NearEvent, Signpost, Trust

HARDLY = 0.0005
"""Endings less likely than this stand in the tables only."""

ROLES = ("fact", "premise", "conclusion", "not_modelled")


class Sentences(Amounts):
    """The prose of one report.

    Parameters
    ----------
    case, forecast, speech, titles
        What was computed, and the language to say it in.
    """

    def status(self) -> Markup:
        """Return the first line: what kind of case this is."""
        day = self.forecast.as_of
        key = self.forecast.status.replace("-", "_")
        if not day:
            return self.t(f"status.{key}.undated")
        return self.t(f"status.{key}", date=self.speech.date(day))

    def answer(self) -> list[Markup]:
        """Return the five sentences; fewer only where the case has no steps and so no forecast."""
        if not self.case.steps:
            return [self.t("sentence.no_steps"), self.claims(), self.t("sentence.no_steps_next")]
        told = (self.near(), self.pause(), self.after(), self.claims(), self.watch())
        return [self.withheld_once(one) for one in told]

    def near(self) -> Markup:
        """Return how the near event ends, with the hidden factors."""
        event = self.forecast.near_event
        if event is None:
            return self.t("sentence.near.none")
        ranked = sorted(event.labels.items(), key=lambda pair: -pair[1].value)
        ends = self.listed(
            self.t("part.label", label=self.titles.ending(event.outcome, name), p=self.band(band))
            for name, band in ranked
            if band.value >= HARDLY
        )
        title = self.titles.event(event.outcome)
        step = self.titles.steps.get(event.outcome)
        if step is None:
            return self.t("sentence.near", event=title, ends=ends) + self._by_factor(event)
        actor = self.titles.actor(step.actor or "")
        return self.t("sentence.near.step", actor=actor, event=title, ends=ends) + self._by_factor(event)

    def _by_factor(self, event: NearEvent) -> Markup:
        label = results.telling_label(event)
        if label is None:
            return self.t("sentence.near.no_factors")
        most, least = results.most_and_least(event, label)
        owner = self.titles.owner(most)
        return self.t(
            "sentence.near.factors.drawn" if self.drawn else "sentence.near.factors",
            actor=self.titles.actor(owner),
            factors=Markup("; ").join(self.titles.dimension(owner, name) for name in self.titles.dimensions_of(owner)),
            label=self.titles.ending(event.outcome, label),
            most=self._type_after(owner, most),
            p_most=self.speech.percent(event.by_type[most].get(label, 0.0)),
            least=self._type_after(owner, least),
            p_least=self.speech.percent(event.by_type[least].get(label, 0.0)),
        )

    def _type_after(self, owner: str, name: str) -> Markup:
        """Return a hidden type with how likely it is once the record is weighed."""
        title = self.titles.short_types_of(owner).get(name) or self.titles.any_type(name)
        share = results.share_after(self.forecast, owner, name)
        if share is None:
            return self.t("part.type", type=title)
        p = self.pooled(share.value, share.low, share.high)
        return self.t("part.type_after", type=title, p=p)

    def pause(self) -> Markup:
        """Return the pause by the end of the year and within 12 months, beside base rate and crowd."""
        pause = self.case.report.pause
        if not pause:
            return self.t("sentence.pause.none")
        start = results.start_date(self.forecast, self.case)
        year_end, later = start.replace(month=12, day=31), results.year_later(start)
        first = results.pause_by(self.forecast, self.case, year_end, within=False)
        second = results.pause_by(self.forecast, self.case, later, within=True)
        if first is None and second is None:
            return self.t("sentence.pause.not_computed", pause=self.titles.outcome(pause))
        text = self.t(
            "sentence.pause",
            pause=self.titles.outcome(pause),
            year_end=self.speech.date(year_end),
            p_year=self.headline(first),
            later=self.speech.date(later),
            p_later=self.headline(second),
        )
        return text + self._beside_pause(pause)

    def _beside_pause(self, pause: str) -> Markup:
        """Return the yardsticks of the pause; where there are none, those that stand on other events."""
        beside = self._yardsticks(pause)
        if beside:
            return self.t("sentence.pause.beside", yardsticks=beside)
        others = dict.fromkeys(row["outcome"] for row in self.forecast.yardsticks)
        said = [
            self.t("part.of_outcome", outcome=self.titles.outcome(name), yardsticks=self._yardsticks(name, ours=True))
            for name in others
            if name != self.case.report.again
        ]
        if not said:
            return self.t("sentence.pause.alone")
        return self.t("sentence.pause.elsewhere", yardsticks=Markup("; ").join(said))

    def _yardsticks(self, outcome: str, *, ours: bool = False) -> Markup:
        rows = [row for row in self.forecast.yardsticks if row["outcome"] == outcome]
        groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in rows:
            groups.setdefault((row.get("kind") or "yardstick", row["by"]), []).append(row)
        return Markup("; ").join(self._yardstick(kind, by, group, ours) for (kind, by), group in groups.items())

    def _yardstick(self, kind: str, by: str, rows: list[Mapping[str, Any]], ours: bool) -> Markup:
        """Return one published number with its title, or the span of several of a kind; with `ours` the model's too."""
        said, date = self.speech.word("kind", kind, len(rows)), self.by(by)
        if len(rows) == 1:
            what = self.speech.pick(rows[0].get("title")) or self.titles.source(rows[0].get("source") or "")
            parts = {"kind": said, "by": date, "p": self.published(rows[0]), "source": what}
            if ours and rows[0].get("ours") is not None:
                return self.t("part.yardstick_ours", ours=self.ours(rows[0]), **parts)
            return self.t("part.yardstick", **parts)
        span = self.speech.span(min(row["value"] for row in rows), max(row["value"] for row in rows))
        return self.t("part.yardsticks", kind=said, by=date, span=span, n=len(rows))

    def after(self) -> Markup:
        """Return whether it would be a pause or an end."""
        again, pause = self.case.report.again, self.case.report.pause
        parts = Markup("")
        found = results.again_after_pause(self.forecast, self.case) if again and pause else None
        if found and pause and again:
            parts = self.t(
                "sentence.after.again",
                again=self.titles.outcome(again),
                months=self.queries.duration(found[1]),
                p=self.headline(found[0]),
            )
            beside = self._yardsticks(again, ours=True)
            parts += self.t("sentence.after.beside", yardsticks=beside) if beside else Markup("")
        return self.t("sentence.after", again=parts) + self._at_the_end()

    def _at_the_end(self) -> Markup:
        if not self.forecast.end_states:
            return self.t("sentence.after.no_end_states")
        last = self.forecast.end_states[-1]
        ranked = sorted(((n, p) for n, p in last["p"].items() if p >= HARDLY), key=lambda pair: -pair[1])
        parts = [self.t("part.label", label=self.titles.label(n), p=self.end_state(last, n)) for n, _ in ranked]
        return self.t("sentence.after.end", date=self.when(last["date"]), ends=self.listed(parts))

    def claims(self) -> Markup:
        """Return how the claims stand, by role."""
        if not self.forecast.claims and any(argument.claims for argument in self.case.arguments):
            return self.t("sentence.claims.left_out", authors=self._authors())
        if not self.forecast.claims:
            return self.t("sentence.claims.none")
        parts = [part for one in self._arguments() if (part := self._argument(one))]
        return self.t("sentence.claims", parts=Markup("; ").join(parts))

    def _arguments(self) -> list[Argument]:
        return sorted(self.case.arguments, key=lambda one: -len(one.claims))

    def _argument(self, argument: Argument) -> Markup:
        """Return the claims of one argument counted by role; nothing where none has a result."""
        names = {claim.name for claim in argument.claims}
        mine = [one for one in self.forecast.claims if one.id.removeprefix(f"{argument.name}.") in names]
        by_role = {role: Counter(one.verdict for one in mine if one.role == role) for role in ROLES}
        roles = self.listed(self._role(role, counts) for role, counts in by_role.items() if counts)
        author = Markup('<span class="name">{}</span>').format(self.speech.pick(argument.author))
        title = self.titles.text(argument.title, argument.name)
        return self.t("part.argument", title=title, author=author, roles=roles) if mine else Markup("")

    def _role(self, role: str, counts: Counter[str]) -> Markup:
        name = self.t(f"role.count.{role}", count=counts.total())
        if role == "not_modelled":
            return name
        said = [
            self.t("part.count", n=self.speech.number(n), what=self.speech.word("verdict", verdict, n))
            for verdict, n in counts.most_common()
        ]
        return self.t("part.role", role=name, counts=self.listed(said))

    def _authors(self) -> Markup:
        names = dict.fromkeys(self.speech.pick(argument.author) for argument in self.case.arguments)
        return Markup("; ").join(Markup('<span class="name">{}</span>').format(name) for name in names)

    def watch(self) -> Markup:
        """Return what to watch next: the moves whose sighting would move the pause most."""
        up, down = results.strongest(self.forecast)
        pause = self.case.report.pause
        if not pause or (up is None and down is None):
            return self.t("sentence.watch.none")
        key = "sentence.watch.drawn" if self.drawn else "sentence.watch"
        text = self.t(key, least=self.speech.percent(results.LIKELY))
        falls = "down" if up else "only_down"
        parts = [self._signpost(one, way) for one, way in ((up, "up"), (down, falls)) if one]
        return text + Markup("; ").join(parts) + Markup(".")

    def _signpost(self, one: Signpost, way: str) -> Markup:
        return self.t(
            f"sentence.watch.{way}",
            actor=self.titles.actor(one.actor),
            move=self.titles.move(one.step, one.move),
            date=self.when(one.date),
            p=self.pooled(one.p, one.p_low, one.p_high),
            then=self.pooled(one.pause_if_seen, one.pause_low, one.pause_high),
            change=self.with_sampling(self.speech.points(abs(one.pause_change or 0.0), sign=False), one.change_error),
        )

    def trust(self, *, brief: bool = False) -> list[Markup]:
        """Return in words every numerical or structural choice that moves a headline by more than five points.

        With `brief` only of the headlines that stand in the five sentences; the others are counted.
        """
        found: list[Markup] = []
        more = 0
        named = results.in_answer(self.forecast, self.case)
        for row in self.forecast.trust:
            parts = [self.changed_by(row, *one) for one in results.over_limit(row)]
            if parts and brief and row.headline not in named:
                more += 1
            elif parts:
                found.append(self._moved(row, parts))
        return [*found, self.t("trust.more", count=more)] if more else found

    def _moved(self, row: Trust, parts: list[Markup]) -> Markup:
        headline = self.query(row.headline)
        return self.t("trust.words", headline=headline, p=self.at_nominal(row), changes=self.listed(parts))

    def trust_intro(self) -> Markup:
        """Return what stands above the words on trust; nothing where there is nothing to say."""
        given, parts = self.forecast.certificate, []
        if given.get("converged") is False and given.get("failed") and given.get("n_points"):
            failed, points = (self.speech.number(n) for n in (len(given["failed"]), given["n_points"]))
            parts.append(self.t("trust.unsolved", failed=failed, points=points))
        if any(results.over_limit(row) for row in self.forecast.trust):
            parts.append(self.t("trust.intro.drawn" if self.drawn else "trust.intro"))
        return Markup(" ").join([self.t("trust.title"), *parts]) if parts else Markup("")

    def note(self) -> Markup:
        """Return how to read the numbers of the five sentences."""
        if not self.forecast.headlines:
            return self.t("note.model")
        if self.drawn:
            parts = [] if is_withheld(self.forecast) else [self.t("note.interval")]
            parts += [self.t("note.preview")] if self.forecast.settings.get("preview") else []
            return Markup(" ").join([*parts, self.t("note.model.drawn")])
        ranged = any(row.get("low") is not None for row in self.forecast.headlines)
        parts = [self.t("note.brackets.ranged" if ranged else "note.brackets")]
        error = results.other_error(self.forecast)
        if error:
            parts.append(self.t("note.sampling", points=self.speech.points(error, sign=False)))
        if self.forecast.settings.get("preview"):
            parts.append(self.t("note.preview"))
        return Markup(" ").join([*parts, self.t("note.not_drawn"), self.t("note.model")])

    def at_nominal(self, row: Trust, change: float = 0.0) -> Markup:
        """Return a headline at the middle of each assumption, or what it would be after a change."""
        found = results.headline(self.forecast, row.headline)
        return self.amount(None if row.p is None else row.p + change, found.unit if found else "")

    def changed_by(self, row: Trust, kind: str, name: str, change: float) -> Markup:
        """Return what a headline would be with another choice of the calculation, in words."""
        stock = self.titles.stock(name) if name else Markup("")
        there = self.speech.percent(change) if kind == "error_share" else self.at_nominal(row, change)
        return self.t(f"trust.words.{kind}", stock=stock, change=there)
