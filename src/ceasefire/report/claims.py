"""The claims of an argument: where each stands, its role, what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ceasefire.report.sentences import Sentences
from ceasefire.report.tables import Table, columns, lines

if TYPE_CHECKING:
    from ceasefire.case.claims import Argument, Claim
    from ceasefire.forecast.model import ClaimResult


def claims_table(s: Sentences, argument: Argument) -> Table | None:
    """Return the claims of one argument, each with its verdict."""
    by_name = {claim.name: claim for claim in argument.claims}
    rows = []
    for result in s.forecast.claims:
        name = result.id.removeprefix(f"{argument.name}.")
        if name in by_name:
            rows.append(_claim(s, argument, by_name[name], result))
    spec = "id says role:role verdict:verdict value#:value threshold#:threshold margin#:margin"
    return Table(columns(s, spec), tuple(rows), s.t("table.claims"), sortable=True) if rows else None


def _claim(s: Sentences, argument: Argument, claim: Claim, result: ClaimResult) -> tuple[Markup | str, ...]:
    told = [s.speech.pick(result.says or claim.says)]
    quote = result.quote or claim.quote
    source = s.case.sources.get(argument.source)
    if quote:
        told.append(Markup('<q lang="{}">{}</q>').format(source.language if source else "", quote))
    if claim.at:
        told.append(s.t("cell.anchor", start=s.speech.number(claim.at.start), stop=s.speech.number(claim.at.stop)))
    if claim.check:
        told.append(s.t("cell.check", check=s.queries.say(claim.check)))
    if result.check:
        told.append(Markup("<code>{}</code>").format(result.check))
    reason = s.speech.pick(claim.reason) if claim.reason else Markup("")
    verdict = [s.speech.word("verdict", result.verdict)]
    verdict += [part for part in (reason, _detail(s, result)) if part]
    return (
        result.id,
        lines(told),
        s.t(f"role.{result.role}"),
        lines(verdict),
        _value(s, result.value, result),
        _value(s, result.threshold, result),
        _margin(s, result),
    )


def _detail(s: Sentences, result: ClaimResult) -> Markup:
    """Return what was found: names, dates and numbers of the record, or why there is no number."""
    if result.role == "fact" or not result.detail:
        return Markup('<span class="name">{}</span>').format(result.detail) if result.detail else Markup("")
    return s.worded(result.detail)


def _is_probability(result: ClaimResult) -> bool:
    text = result.check.strip()
    return text.startswith(("P(", "belief(", "share("))


def _value(s: Sentences, x: float | None, result: ClaimResult) -> Markup | str:
    return s.speech.percent(x) if _is_probability(result) else s.speech.number(x)


def _margin(s: Sentences, result: ClaimResult) -> Markup | str:
    if result.margin is None:
        return "–"
    return (
        s.t("cell.points", x=s.speech.points(result.margin))
        if _is_probability(result)
        else s.speech.number(result.margin)
    )
