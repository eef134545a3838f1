"""What stands behind the result of one claim: rows of a heading and what it says, by role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ceasefire.forecast.withheld import is_withheld
from ceasefire.report.argument import facts, words
from ceasefire.report.argument.entries import Entry, links, verdict_word
from ceasefire.report.argument.measures import Measure, asks_for_share, check_of, measure_of, unconditional
from ceasefire.report.argument.strip import draw_strip
from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import lines, parameter_title

if TYPE_CHECKING:
    from ceasefire.forecast.model import Arrow, ClaimResult

Row = tuple[Markup, Markup]


def details(s: Sentences, entry: Entry, known: Mapping[str, Entry]) -> list[Row]:
    """Return the rows of one claim.

    Parameters
    ----------
    known : by name
        The claims of all arguments: what is named elsewhere but not among them is not linked.
    """
    by_role = {"fact": _fact, "premise": _premise, "conclusion": _conclusion}
    rows = by_role[entry.result.role](s, entry, known) if entry.result.role in by_role else []
    if entry.claim.reason:
        rows.append((s.t("claims.why"), s.speech.pick(entry.claim.reason)))
    rows += [(s.t("claims.note"), s.speech.word("remark", note)) for note in entry.result.notes]
    return [*[row for row in rows if row[1]], (s.t("claims.place"), _place(s, entry))]


def _place(s: Sentences, entry: Entry) -> Markup:
    """Return where the claim stands in its text."""
    source, at = s.titles.source(entry.argument.source), entry.claim.at
    if at is None:
        return source
    where = s.t("cell.anchor", start=s.speech.number(at.start, 6), stop=s.speech.number(at.stop, 6))
    return Markup("{}, {}").format(source, where)


def _fact(s: Sentences, entry: Entry, _: Mapping[str, Entry]) -> list[Row]:
    fact = entry.claim.fact
    return [
        (s.t("claims.asked"), facts.asked(s, fact)),
        (s.t("claims.record"), facts.found(s, fact, entry.result)),
    ]


def _premise(s: Sentences, entry: Entry, known: Mapping[str, Entry]) -> list[Row]:
    result, claim = entry.result, entry.claim
    by, cut = result.realised_by or claim.realised_by, result.cut or claim.cut
    return [
        (s.t("claims.realised"), words.realised(s, by) if by else Markup("")),
        (s.t("claims.cut"), lines(words.cut(s, cut)) if cut else Markup("")),
        (s.t("claims.shared"), Markup("{}").format(claim.cut_shared_because)),
        (s.t("claims.largest"), _largest(s, entry)),
        (s.t("claims.change_over_draws"), _change_over_draws(s, entry)),
        (s.t("claims.turns"), _turned(s, entry, known)),
        (s.t("claims.behind"), _behind(s, entry)),
        (s.t("claims.detail"), _detail(s, result.detail)),
    ]


def _detail(s: Sentences, text: str) -> Markup:
    """Return what else was found: items of the record by their titles, a date, or why there is no number."""
    titles = {item.name: item.title for item in s.case.record.items}
    names = text.split(", ")
    if all(name in titles for name in names):
        return s.listed(s.t("claims.fact.event", what=s.titles.text(titles[name], name)) for name in names)
    return s.worded(text) if text else Markup("")


def _largest(s: Sentences, entry: Entry) -> Markup:
    """Return the largest change that the cut makes, with before, after and both errors."""
    one = entry.result
    if one.largest_change is None:
        return Markup("")
    errors = _errors(s, one.change_error, one.numerical_error)
    change = s.t("cell.points", x=s.speech.points(one.largest_change))
    said = Markup("{}{}").format(change, errors)
    command = words.ask_command(s, one.changed, _flags(s, "cuts")) if one.changed else Markup("")
    if one.changed_from is not None:
        before, after = (s.speech.percent(x) for x in (one.changed_from, one.changed_from + one.largest_change))
        said = s.t("claims.before_after", before=before, after=after, change=said)
    told = s.t("claims.changed", query=unconditional(s, one.changed), change=said) if one.changed else said
    return lines(part for part in (told, command) if part)


def _flags(s: Sentences, part: str) -> str | None:
    """Return the options with which checks or cuts were computed, if the forecast says."""
    given: Any = s.forecast.settings.get("claims")
    return given[part] if given else None


def _errors(s: Sentences, sampling: float | None, grid: float | None) -> Markup:
    parts = [
        s.t(key, points=s.speech.points(x, sign=False))
        for key, x in (("number.sampling", sampling), ("number.grid", grid))
        if x is not None
    ]
    return Markup(' <span class="unsure">[{}]</span>').format(Markup("; ").join(parts)) if parts else Markup("")


def arrows_of(s: Sentences, entry: Entry) -> dict[str, Arrow]:
    """Return the arrows of one claim by the claim at the other end."""
    if entry.result.role == "premise":
        return {one.conclusion: one for one in s.forecast.argument_map if one.premise == entry.id}
    return {one.premise: one for one in s.forecast.argument_map if one.conclusion == entry.id}


def _turned(s: Sentences, entry: Entry, known: Mapping[str, Entry]) -> Markup:
    """Return the claims at the other end of the arrows that turn, each with its margin before and after."""
    arrows, found = arrows_of(s, entry), []
    for name in entry.result.turns:
        other = known.get(name)
        if other is None:
            continue
        said = Markup("{} {}").format(links([name]), s.speech.pick(other.result.says or other.claim.says))
        arrow = arrows.get(name)
        if arrow is not None and arrow.before is not None and arrow.after is not None:
            measure = measure_of(s, check_of(s, entry if entry.result.role == "conclusion" else other))
            before, after = measure.gap(arrow.before), measure.gap(arrow.after)
            margins = [s.t("claims.margins", before=before, after=after), *_at_middle(s, entry, other)]
            said = Markup('{} <span class="note">{}</span>').format(said, Markup("; ").join(margins))
        found.append(said)
    return lines(found) if found else Markup("")


def _at_middle(s: Sentences, entry: Entry, other: Entry) -> list[Markup]:
    """Return that a conclusion turns at the middle of each assumption, where the draws were asked: what they say."""
    conclusion = entry if entry.result.role == "conclusion" else other
    if conclusion.result.share is None:
        return []
    return [s.t("claims.turns.drawn", name=conclusion.id, verdict=verdict_word(s, conclusion))]


def _behind(s: Sentences, entry: Entry) -> Markup:
    """Return the parameters that a premise names or its cut sets, each with where its value comes from."""
    given: Mapping[str, Any] = entry.result.cut or entry.claim.cut
    realised = entry.result.realised_by or entry.claim.realised_by
    names = [part for dotted in realised.split(",") for part in dotted.strip().split(".")]
    names += list(given.get("set") or {})
    return lines(facts.parameter_origin(s, name) for name in dict.fromkeys(names) if name in s.case.parameters)


def _conclusion(s: Sentences, entry: Entry, known: Mapping[str, Entry]) -> list[Row]:
    result, check = entry.result, check_of(s, entry)
    written, asked = check.text if check else "", result.check
    told = [s.queries.say(check)] if check else []
    if result.value is not None:
        told.append(words.ask_command(s, asked or written, _flags(s, "checks")))
    if written and (result.value is None or asked not in ("", written)):
        told.append(Markup("<code>{}</code>").format(written))
    rival = s.case.rivals.get(entry.claim.rival)
    return [
        (s.t("claims.test"), lines(told)),
        (s.t("claims.over_draws"), _over_draws(s, entry)),
        (s.t("claims.number"), _number(s, entry)),
        (s.t("claims.line"), draw_strip(measure_of(s, check), check, result)),
        (s.t("claims.flips"), _flips(s, entry)),
        (s.t("claims.witness_holds"), _witness(s, entry, holds=True)),
        (s.t("claims.witness_fails"), _witness(s, entry, holds=False)),
        (s.t("claims.fails_by" if result.holds is False else "claims.hangs_on"), _turned(s, entry, known)),
        (s.t("claims.without_slips"), _without_slips(s, entry)),
        (s.t("claims.rival"), s.titles.text(rival.title, rival.name) if rival else Markup("")),
        (s.t("claims.detail"), _detail(s, result.detail)),
    ]


def _number(s: Sentences, entry: Entry) -> Markup:
    """Return value, threshold and margin with the errors."""
    one, measure = entry.result, measure_of(s, check_of(s, entry))
    if one.value is None and one.margin is None:
        return Markup("")
    said = s.t(
        "claims.numbers",
        value=measure.value(one.value),
        threshold=measure.value(one.threshold),
        margin=measure.gap(one.margin),
    )
    parts = [
        s.t(key, size=measure.size(x))
        for key, x in (("claims.sampling", one.error), ("claims.grid", one.numerical_error))
        if x is not None
    ]
    return Markup('{} <span class="unsure">[{}]</span>').format(said, Markup("; ").join(parts)) if parts else said


def _over_draws(s: Sentences, entry: Entry) -> Markup:
    """Return in what share of the weight a check holds, the interval of its margin, and the verdict without draws."""
    check = check_of(s, entry)
    one, measure = entry.result, measure_of(s, check)
    if asks_for_share(s, entry):
        return _over_resamples(s, one, measure)
    if one.share is None:
        return Markup("")
    told = [share_of(s, one, "claims.share")]
    if is_withheld(s.forecast):
        told.append(s.t("number.no_interval.withheld"))
    elif one.margin_low is not None and one.margin_high is not None:
        told.append(s.t("claims.margin_span", low=measure.gap(one.margin_low), high=measure.gap(one.margin_high)))
    if one.nominal_verdict:
        told.append(s.t("claims.nominal_verdict", verdict=s.speech.word("verdict", one.nominal_verdict, 1)))
    return lines([*told, *(_separates(s, split) for split in one.separates)])


def share_of(s: Sentences, one: ClaimResult, key: str) -> Markup:
    """Return in what share of the weight of the draws a check holds, with its error; nothing where it was not asked."""
    if one.share is None:
        return Markup("")
    share, error = s.speech.percent(one.share), s.speech.points(one.share_error, sign=False)
    return s.t(key, share=share, error=error, n=s.speech.number(one.share_draws, 6))


def _over_resamples(s: Sentences, one: ClaimResult, measure: Measure) -> Markup:
    """Return the interval of the margin of a check of shares of the variance, or why there is none."""
    if not s.drawn:
        return Markup("")
    if one.margin_low is None or one.margin_high is None:
        return s.t("claims.shares_unreadable")
    return s.t("claims.share_span", low=measure.gap(one.margin_low), high=measure.gap(one.margin_high))


def _separates(s: Sentences, split: Mapping[str, Any]) -> Markup:
    """Return how one assumption separates the draws in which a check holds from the others."""
    key = "claims.separates.above" if split["above"] else "claims.separates.below"
    shares = {"there": s.speech.percent(split["holding_beyond"]), "else": s.speech.percent(split["holding_before"])}
    at = s.speech.number(split["at"], 3)
    return s.t(key, parameter=parameter_title(s, split["name"]), at=at, **shares)


def _change_over_draws(s: Sentences, entry: Entry) -> Markup:
    """Return what the cut of a premise changes on average over the draws, with its interval."""
    one = entry.result
    if one.change_over_draws is None:
        return Markup("")
    said = s.t("cell.points", x=s.speech.points(one.change_over_draws))
    withheld = is_withheld(s.forecast)
    if withheld or one.change_low is None or one.change_high is None:
        why = "withheld" if withheld else "none"
        return Markup('{} <span class="unsure">[{}]</span>').format(said, s.t(f"number.no_interval.{why}"))
    span = s.t("number.range", low=s.speech.points(one.change_low), high=s.speech.points(one.change_high))
    return Markup('{} <span class="unsure">[{}]</span>').format(said, span)


def _flips(s: Sentences, entry: Entry) -> Markup:
    at = entry.result.flips_at
    return s.t("claims.flips_at", at=measure_of(s, check_of(s, entry)).value(at)) if at is not None else Markup("")


def _witness(s: Sentences, entry: Entry, *, holds: bool) -> Markup:
    one = entry.result.witness_holds if holds else entry.result.witness_fails
    measure, searched = measure_of(s, check_of(s, entry)), entry.result.searched
    if one is not None:
        return words.witness_words(s, one, measure.value(one.value), measure.gap(one.margin))
    return s.t("claims.no_witness", count=searched) if searched else Markup("")


def _without_slips(s: Sentences, entry: Entry) -> Markup:
    margin = entry.result.without_slips
    if margin is None:
        return Markup("")
    key = "claims.slips.holds" if margin > 0 else "claims.slips.fails"
    return s.t(key, margin=measure_of(s, check_of(s, entry)).gap(margin))
