"""Swapping the names and titles of two actors changes only those words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from ceasefire.report import languages, render, summary
from tests.report.sample import TEXT, sample_case, sample_forecast

PAIRS = (("aria", "boria"), ("Aria", "Boria"), ("Arien", "Borien"))
SWAP = {**dict(PAIRS), **{b: a for a, b in PAIRS}}
WORD = re.compile(rf"\b({'|'.join(SWAP)})\b(?!-[a-z])")
"""Whole words, and not the attributes of HTML that begin with ``aria-``."""


def swap_text(text: str) -> str:
    """Return the text with the words exchanged."""
    return WORD.sub(lambda found: SWAP[found[0]], text)


def swap(value: Any) -> Any:
    """Return a record with the words exchanged everywhere, keys included."""
    if isinstance(value, str):
        return swap_text(value)
    if isinstance(value, Path):
        return value
    if isinstance(value, Mapping):
        return {swap(key): swap(part) for key, part in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return type(value)(swap(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: swap(getattr(value, one.name)) for one in fields(value) if one.init})
    return value


def test_the_swap_itself_changes_something_and_undoes_itself() -> None:
    assert swap(sample_forecast()) != sample_forecast()
    assert swap(swap(sample_forecast())) == sample_forecast()


@pytest.mark.parametrize("language", languages())
def test_the_page_changes_only_in_those_words(language: str) -> None:
    beyond = "und so weiter " * 30  # names stand behind the last place, which counts letters
    texts = {"essay": f"{TEXT} {beyond}\nAria wartet, Boria wartet; Arien schweigt."}
    before = render(sample_forecast(), sample_case(), language=language, texts=texts)
    after = render(swap(sample_forecast()), swap(sample_case()), language=language, texts=swap(texts))
    assert {"Aria learns nothing new.", "Aria refused twice."} <= {one.says["en"] for one in sample_forecast().claims}
    assert after != before
    assert after == swap_text(before)


@pytest.mark.parametrize("language", languages())
def test_the_summary_changes_only_in_those_words(language: str) -> None:
    before = summary(sample_forecast(), sample_case(), language)
    after = summary(swap(sample_forecast()), swap(sample_case()), language)
    assert " ".join(after.split()) == " ".join(swap_text(before).split())
