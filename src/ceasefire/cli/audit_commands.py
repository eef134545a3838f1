"""``ceasefire audit``: the claims of an argument, each with its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from ceasefire.cli.options import CaseName, Json, Language, Quiet, Sampling, Workers, check_language, show

if TYPE_CHECKING:
    from ceasefire.audit import Audit
    from ceasefire.case.model import Case


def register(app: App) -> None:
    """Add the command ``audit``."""
    app.command(audit, name="audit")


def audit(
    case: CaseName,
    *,
    text: Annotated[tuple[str, ...], Parameter(name="--text", negative="")] = (),
    as_json: Json = False,
    full: Annotated[bool, Parameter(negative="")] = False,
    quiet: Quiet = False,
    language: Language = "en",
    workers: Workers = Workers(),
    every: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Say what became of every claim of an argument: fact, premise or conclusion, and what hangs on what.

    Parameters
    ----------
    text
        File with the text of the argument: quotes and spans are looked up in it. Where arguments have several
        sources, write KEY=FILE with the key of sources.yaml.
    full
        Compute the checks on the fine grid, too; cuts and witnesses stay on the coarse one. Takes several times as long.
    every
        Cut premises also for checks that stand in another game than their author's; takes much longer.
    """
    from ceasefire.audit import audit_case
    from ceasefire.audit.disagreements import find_disagreements
    from ceasefire.audit.text import audit_text
    from ceasefire.case.read import read_case
    from ceasefire.cli.progress import ProgressDisplay
    from ceasefire.forecast.settings import AUDIT

    check_language(language)
    read = read_case(case)
    texts = texts_of(read, text)
    by = workers.chosen()
    with ProgressDisplay(quiet=quiet) as progress:
        results = audit_case(read, Sampling().settings(preview=False) if full else AUDIT, progress, by, every=every)
    disagreements = find_disagreements(read)
    found = _as_dict(read, results, disagreements, tuple(texts))
    return show(found, audit_text(read, results, disagreements, tuple(texts), language), as_json=as_json)


def texts_of(case: Case, given: tuple[str, ...]) -> Mapping[str, str]:
    """Return the given texts by source, with quotes, spans and excerpts found in them.

    Raises
    ------
    UsageError
        Where a text cannot be given to one source.
    InputError
        Where a file cannot be read, or is not the text that the case quotes.
    """
    from ceasefire.case.nodes import Faults
    from ceasefire.case.papers import check_texts
    from ceasefire.case.yaml_text import read_text
    from ceasefire.errors import UsageError

    sources = list(dict.fromkeys(argument.source for argument in case.arguments))
    faults, found = Faults(), {}
    for one in given:
        key, equals, file = one.partition("=")
        if not equals or key not in case.sources:
            if len(sources) != 1:
                names = ", ".join(sources) or "none"
                raise UsageError(f"write --text KEY=FILE; sources of the arguments: {names}")
            key, file = sources[0], one
        content = read_text(Path(file), file, faults)
        if content is not None:
            found[key] = content
    check_texts(case, found, faults)
    faults.raise_if_any()
    return found


def _as_dict(case: Case, audit: Audit, disagreements: Any, texts: tuple[str, ...]) -> dict[str, Any]:
    from dataclasses import asdict

    from ceasefire.audit import FIRST_LINE
    from ceasefire.forecast.as_json import claims_as_json, plain

    return {
        "first_line": FIRST_LINE,
        "case": case.name,
        "case_hash": case.case_hash,
        "status": case.status,
        "as_of": case.calendar.as_of.isoformat() if case.calendar.as_of else None,
        "arguments": {one.name: [claim.name for claim in one.claims] for one in case.arguments},
        "claims": claims_as_json(audit.claims),
        "settings": {"checks": audit.checks.flags(), "cuts": audit.cuts.flags()},
        "argument_map": plain([asdict(arrow) for arrow in audit.argument_map]),
        "partings": plain([asdict(parting) for parting in audit.partings]),
        "disagreements": [one.as_dict() for one in disagreements],
        "texts_compared": list(texts),
    }
