"""Every table of an export stands on its page as the program describes it, and none besides."""

from __future__ import annotations

import re
from pathlib import Path

from ceasefire.export.tables import COLUMNS, tables_of
from tests.report.sample import bare_forecast

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/numbers.md").read_text(encoding="utf-8")


def test_every_table_is_described_as_it_is() -> None:
    told = dict(re.findall(r"^\| `([a-z_]+)` \| (.*) \|$", PAGE, flags=re.M))
    layouts = [table.layout for table in tables_of(bare_forecast())]
    dimensions = {one.name: ", ".join(f"`{name}`" for name in one.along) or "a list" for one in layouts}
    expected = {one.name: f"{one.says} | {dimensions[one.name]}" for one in layouts}
    assert told == {**expected, COLUMNS.name: told[COLUMNS.name]}
    assert told[COLUMNS.name].startswith(COLUMNS.says)
