"""From a case folder to a ``Case``, with all faults in one pass.

``case.yaml`` is read by the tables of ``case.schema``, built into records, and checked together with the record, the
sources and the arguments. Nothing is solved and nothing is written here.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ceasefire.case import schema
from ceasefire.case.build import (
    build_actor,
    build_calendar,
    build_parameter,
    build_rival,
    build_side,
    build_state,
    build_step,
    build_types,
    build_world,
)
from ceasefire.case.build_report import build_outcome, build_plan, build_report, build_terminal
from ceasefire.case.evidence import Text
from ceasefire.case.kinds import Values
from ceasefire.case.model import Case
from ceasefire.case.nodes import Faults, Node, did_you_mean, load_yaml
from ceasefire.case.read_argument import read_arguments
from ceasefire.case.read_record import read_record
from ceasefire.case.sources import Tables, read_sources
from ceasefire.case.values import LANGUAGES
from ceasefire.errors import Fault, InputError, Place

CODES: dict[str, str] = {
    "C017": "There is no case at this path, and no shipped case of this name.",
    "C018": "The folder has no case.yaml.",
}


@dataclass(frozen=True)
class Reading:
    """What the checks look at: the case as far as it could be read, and how it was written."""

    case: Case
    root: Node
    tables: Tables


def read_case(path: str | Path, *, language: str = "en") -> Case:
    """Read and check a case.

    Parameters
    ----------
    path : path of a case folder (or of its case.yaml), or name of a shipped case
    language : str
        Language of texts that do not name theirs, unless the case says ``language:``.

    Raises
    ------
    InputError
        With all faults (and warnings) of all files.
    """
    faults = Faults(language)
    reading = read_folder(find_folder(path), faults)
    faults.raise_if_any()
    assert reading is not None
    return reading.case


def find_faults(path: str | Path, *, language: str = "en") -> list[Fault]:
    """Return all faults and warnings of a case, in order of file and line; empty for a clean case."""
    faults = Faults(language)
    try:
        read_folder(find_folder(path), faults)
    except InputError as error:
        faults.extend(error.faults)
    return faults.in_order()


def find_folder(path: str | Path) -> Path:
    """Return the folder of a case given by path or by the name of a shipped case.

    Raises
    ------
    InputError
        C017 or C018.
    """
    from ceasefire.case import library

    folder = Path(path)
    if folder.name == "case.yaml" and folder.is_file():
        return folder.parent
    if folder.is_dir():
        if (folder / "case.yaml").is_file():
            return folder
        message = f"{folder} has no case.yaml"
        raise InputError([Fault("C018", message, Place(str(folder)), hint="ceasefire new writes a complete one")])
    if str(path) in library.names():
        return library.path(str(path))
    message, hint = f"there is no case {str(path)!r}", did_you_mean(str(path), library.names())
    raise InputError(
        [Fault("C017", message, Place(), found=str(path), expected="a folder, or a shipped case", hint=hint)]
    )


def read_folder(folder: Path, faults: Faults) -> Reading | None:
    """Read all files of a case folder; None where ``case.yaml`` is no block of keys."""
    from ceasefire.case.check import check_case

    root = load_yaml(folder / "case.yaml", faults)
    if root is None or root.as_map(faults, "a block of keys (case.yaml)") is None:
        return None
    faults.language = _language(root, faults.language)
    values = schema.CASE.read(root, faults)
    mechanism = _mechanism(values, faults)
    tables = Tables(folder, faults)
    sources = read_sources(folder, faults)
    case = Case(
        name=folder.resolve().name,
        folder=folder,
        language=faults.language,
        sources=sources,
        log=_log(folder),
        case_hash=_hash(folder, faults),
        **mechanism,
        record=read_record(folder, faults),
        arguments=read_arguments(folder, mechanism["words"], faults),
    )
    reading = Reading(case, root, tables)
    check_case(reading, faults)
    return reading


def _language(root: Node, otherwise: str) -> str:
    written = root.get("language")
    return str(written.value) if written is not None and written.value in LANGUAGES else otherwise


def _mechanism(values: Values, faults: Faults) -> dict[str, Any]:
    """Return the parts of a case that ``case.yaml`` holds, by field."""

    def each(key: str, build: Any) -> dict[str, Any]:
        return {name: build(name, one, faults) for name, one in values.get(key, {}).items()}

    types, joint_priors = build_types(values.get("types", {}), faults)
    statuses, stocks = build_state(values.get("state", {}), faults)
    actors = tuple(each("actors", build_actor).values())
    words: Mapping[str, str] = values.get("words", {})
    return {
        "title": values.get("title", Text()),
        "status": values.get("status", "live"),
        "calendar": build_calendar(values.get("calendar"), faults),
        "words": words,
        "actors": actors,
        "parameters": each("parameters", build_parameter),
        "perceptions": values.get("perceptions", "open"),
        "rivals": each("rivals", build_rival),
        "types": types,
        "joint_priors": joint_priors,
        "world": each("world", build_world),
        "statuses": statuses,
        "stocks": stocks,
        "steps": tuple(build_step(one, faults) for one in values.get("steps", ())),
        "terminal": build_terminal(values.get("terminal"), tuple(actor.name for actor in actors)),
        "side": tuple(each("side", build_side).values()),
        "outcomes": tuple(each("outcomes", build_outcome).values()),
        "plans": each("plans", build_plan),
        "end_states": values.get("end_states", ""),
        "report": build_report(values.get("report"), words, faults),
    }


def _log(folder: Path) -> str:
    try:
        return (folder / "log.md").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _hash(folder: Path, faults: Faults) -> str:
    try:
        return hash_of(folder)
    except OSError as error:
        name = Path(str(error.filename)).name
        faults.add("C001", f"cannot read {name}: {error.strerror or error}", Place(name))
        return ""


def hash_of(folder: Path) -> str:
    """Return the SHA-256 over all files of a case folder: names, and texts in NFC with plain line ends."""
    digest = hashlib.sha256()
    files = (path for path in folder.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda one: one.relative_to(folder).as_posix()):
        relative = path.relative_to(folder)
        if any(part.startswith(".") for part in relative.parts):
            continue
        content = _normalised(path.read_bytes())
        digest.update(f"{relative.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _normalised(raw: bytes) -> bytes:
    """Return a text without what does not count: byte order mark, line ends, white space at line ends, NFC."""
    try:
        text = unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return raw
    return "\n".join(line.rstrip() for line in text.splitlines()).strip().encode()
