"""The first forecast in a few lines, printed while the rest is still being computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ceasefire.forecast.model import Forecast

WORDS = {
    "en": ("First forecast, as of {date}", "what surrounds each number follows"),
    "de": ("Erste Vorhersage, Stand {date}", "was jede Zahl umgibt, folgt"),
}
STATUS = {
    "reconstruction": {"en": "Reconstruction, written after the event. ", "de": "Rekonstruktion, danach geschrieben. "},
    "back-test": {"en": "Back-test. ", "de": "Rückprobe. "},
}


def first_lines(forecast: Forecast, language: str = "en") -> str:
    """Return the headlines with their sampling error, within 80 columns."""
    title, rest = WORDS.get(language, WORDS["en"])
    if not forecast.headlines:
        return ""
    status = STATUS.get(forecast.status, {}).get(language, "")
    lines = [f"{status}{title.format(date=forecast.as_of)}", f"({rest}):"]
    lines += [f"  {_shown(row):>24}  {row['query']}"[:80] for row in forecast.headlines]
    return "\n".join(lines) + "\n"


def _shown(row: Mapping[str, Any]) -> str:
    if row.get("text"):
        return str(row["text"])
    if row["value"] is None:
        return "-"
    error = f" ± {row['error']:.3f}" if row.get("error") is not None else ""
    return f"{row['value']:.3f}{error}"
