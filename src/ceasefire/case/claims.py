"""The arguments that meet a case: their claims, and where each stands in its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ceasefire.case.evidence import Text
from ceasefire.case.query import Query
from ceasefire.errors import Place


@dataclass(frozen=True)
class Anchor:
    """The place of a passage: code points of the NFC text with runs of white space as one, and its SHA-256."""

    start: int
    stop: int
    sha256: str


@dataclass(frozen=True)
class Claim:
    """One claim of an argument.

    ``check`` and ``rival`` (the switch that it faces) belong to conclusions, ``cut`` and ``realised_by`` to premises.
    ``quote`` stands in the text itself, ``quotes`` are its words by language where the text exists in several.
    ``reason`` says why a claim is not modelled; any other claim may say with it why the case takes it as it does.
    """

    name: str
    role: Literal["fact", "premise", "conclusion", "not_modelled"]
    says: Text
    quote: str = ""
    at: Anchor | None = None
    check: Query | None = None
    rival: str = ""
    realised_by: str = ""
    cut: Mapping[str, object] = field(default_factory=dict)
    cut_shared_because: str = ""
    fact: Mapping[str, object] = field(default_factory=dict)
    reason: Text = Text()
    tier: str = ""
    place: Place = Place()
    quotes: Text = Text()


@dataclass(frozen=True)
class Argument:
    """One author's claims about a case, and the settings under which the author's own reading of it stands."""

    name: str
    author: Text
    source: str
    title: Text
    claims: tuple[Claim, ...]
    assumes: Mapping[str, float] = field(default_factory=dict)
    place: Place = Place()
