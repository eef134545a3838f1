"""Rules on everything beside the mechanism: references, quotes, the record, the arguments, the headlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ceasefire.case.argument_rules import check_arguments
from ceasefire.case.evidence import SourceRef
from ceasefire.case.model import Case
from ceasefire.case.nodes import NOWHERE, Faults
from ceasefire.case.query_names import find_query_faults
from ceasefire.case.quotes import check_against_text, check_excerpts, check_quotes
from ceasefire.case.record_rules import check_record
from ceasefire.case.sources import Tables, check_reference, cited_numbers
from ceasefire.case.values import place_of
from ceasefire.errors import Place


def check_papers(case: Case, tables: Tables, faults: Faults) -> None:
    """Run the rules; needs no text of a source."""
    for reference, numbers, place in references(case):
        check_reference(reference, numbers, tables, case.sources, faults, place)
    check_quotes(case.arguments, case.sources, excerpts(case), faults)
    check_record(case, faults)
    check_arguments(case, tables, faults)
    for headline in case.report.headlines:
        faults.extend(find_query_faults(headline, case, place_of(headline.text, Place("case.yaml"))))


def check_texts(case: Case, texts: Mapping[str, str], faults: Faults) -> None:
    """Check quotes, spans and excerpts against the texts themselves, by source."""
    for argument in case.arguments:
        if argument.source in texts:
            check_against_text(argument, texts[argument.source], faults)
    for name, passages in excerpts(case).items():
        if name in texts:
            check_excerpts(name, passages, texts[name], faults)


def references(case: Case) -> Iterator[tuple[SourceRef, tuple[float, ...], Place]]:
    """Yield every reference of a case with the numbers that it is cited for (none: an event, a formula)."""
    for parameter in case.parameters.values():
        if parameter.source is not None:
            yield parameter.source, cited_numbers(parameter.prior), parameter.place
    for world in case.world.values():
        if world.source is not None:
            yield world.source, (), world.place
    for item in case.record.items:
        if item.source is not None:
            yield item.source, (item.value,) if item.value is not None and _shows(item.source) else (), item.place
    for yardstick in case.report.yardsticks:
        row = yardstick.source if "#" in yardstick.source else ""
        numbers = (yardstick.value,) if row else ()
        yield SourceRef(row, "" if row else yardstick.source), numbers, getattr(yardstick.source, "place", NOWHERE)


def _shows(reference: SourceRef) -> bool:
    return bool(reference.row or reference.excerpt)


def excerpts(case: Case) -> dict[str, tuple[str, ...]]:
    """Return the excerpts that the case takes from each source."""
    found: dict[str, list[str]] = {}
    for reference, _, _ in references(case):
        if reference.excerpt:
            found.setdefault(reference.source, []).append(reference.excerpt)
    return {name: tuple(texts) for name, texts in found.items()}
