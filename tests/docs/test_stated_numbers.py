"""Numbers that README and explanations state about the program are those of the program."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path

import pytest

from ceasefire.audit.draws import DRAWS, STEERED
from ceasefire.case import library
from ceasefire.explore.ensemble import budget
from ceasefire.forecast.ranges import HIGH, LOW
from ceasefire.solve.informed import FEW_STEPS, LEAST_STEPS, MOST_STEPS, SHARE_OF_POINT
from ceasefire.solve.kernels_path import CLOSE, LOOSE

ROOT = Path(__file__).parents[2]
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def page(name: str) -> str:
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def readme() -> str:
    return page("README.md")


def test_draws_of_make_run(readme: str) -> None:
    default = re.search(r"^DRAWS \?= (\d+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)
    assert default
    assert f"solves the game again for {default[1]} draws" in readme


def test_draws_of_make_full(readme: str) -> None:
    assert f"`make full` takes {budget.DRAWS} draws" in readme


def test_python(readme: str) -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert f"Needs Python {needed.removeprefix('>=')} or newer" in readme


def test_what_the_readme_names_is_shipped(readme: str) -> None:
    shipped = {*library.names(), *library.patterns()}
    assert set(re.findall(r"(?:run|ask|audit|--explain|--pattern) ([a-z]+(?:-[a-z0-9]+)+)", readme)) <= shipped
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", readme):
        assert (ROOT / link).exists(), link


def test_the_search_for_witnesses() -> None:
    said = page("docs/explanation/audit.md")
    assert f"{WORDS[DRAWS]} random joint draws" in said
    assert f"{WORDS[STEERED]} *steered* draws" in said
    assert f"parameters' {100 * LOW:.0f} to {100 * HIGH:.0f} percent" in said


ROW = re.compile(r"^  (\w+) +([\d.]+) \(\+-[\d.]+\) +([\d.]+) +([\d.]+) +([\d.]+) ", flags=re.M)
SQUARED = re.compile(r"squared error ([\d.]+), of one who knows ([\d.]+)")
TOGETHER = re.compile(r"80 % covers ([\d.]+); .*?(-?[\d.]+) \(\+-([\d.]+)\); forecast off by (\d+) points")


def worlds() -> dict[str, str]:
    """Return what the calibration printed, by the world with whose name each part begins."""
    text = (ROOT / "docs/explanation/calibration.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", text, flags=re.M | re.S)
    parts = [part for block in blocks for part in block.split("\n\n") if ROW.search(part)]
    return {part.split(":")[0]: part for part in parts}


def test_what_is_said_of_the_calibration_is_what_it_printed() -> None:
    said, printed = page("docs/explanation/calibration.md"), worlds()["as assumed"]
    p_values = [float(p) for row in ROW.findall(printed) for p in row[3:]]
    assert f"of {len(p_values)} p-values the smallest is {min(p_values):.2f}" in said
    cover, less, error, _ = TOGETHER.findall(printed)[0]
    assert f"ten parameters together cover {cover} where 0.80 is meant" in said
    assert (
        f"cover {-100 * float(less):.1f} points less than the priors', with a standard error of {100 * float(error):.1f}"
        in said
    )


@pytest.mark.parametrize("world", ["as assumed", "miscoded", "precision twice as high", "rival mechanism"])
def test_the_table_of_worlds_is_what_the_calibration_printed(world: str) -> None:
    block = next(part for name, part in worlds().items() if name.startswith(world))
    cover, rank = next((cover, rank) for name, cover, rank, *_ in ROW.findall(block) if name == "forecast")
    off, (error, known) = TOGETHER.findall(block)[0][3], SQUARED.findall(block)[0]
    assert f"| {world} | {cover} | {rank} | {off} | {error}, {known} |" in page("docs/explanation/calibration.md")


def test_how_far_a_path_is_followed() -> None:
    said = page("docs/explanation/selection.md")
    assert f"{MOST_STEPS:,} per decision in a certificate run, {FEW_STEPS} on a preview grid" in said
    assert (
        f"share {WORDS[SHARE_OF_POINT]} steps for every decision of the turn, but have at least {LEAST_STEPS}" in said
    )
    loose, close = (round(-math.log10(pace.rough)) for pace in (LOOSE, CLOSE))
    assert f"residual of 1e-{loose}) and, where it is lost, once more closely (1e-{close})" in said
