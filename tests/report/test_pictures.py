"""The page in a browser: no sideways scroll, nothing tiny, pale or overlapping; three widths, light, dark, on paper.

Needs chromium (``CHROMIUM``, else ``/usr/bin/chromium``); skipped where there is none.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ceasefire.case.evidence import Text
from ceasefire.report import languages, write_report
from tests.report.sample import TEXT, bare_case, bare_forecast, sample_case, sample_forecast
from tests.report.sample_drawn import drawn_forecast, withheld_forecast
from tests.report.sample_many import many

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
MAKE = Path(__file__).resolve().parents[2] / "docs" / "pictures" / "make.py"
WIDTHS = (380, 768, 1280)
PAPER = 680
"""Pixels between the margins of a printed page."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no chromium here"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

MEASURE = """
() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const f = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const shown = e => {
    const r = e.getBoundingClientRect();
    return r.width > 0 && r.height > 0 && e.checkVisibility();
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0.99) return c;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
  };
  const under = t => {
    const box = t.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
    for (const e of [...t.ownerSVGElement.querySelectorAll("rect[style*='fill:#'], rect.unlikely")].reverse()) {
      const r = e.getBoundingClientRect();
      if (x > r.left && x < r.right && y > r.top && y < r.bottom) return parse(getComputedStyle(e).fill);
    }
    return behind(t.ownerSVGElement);
  };
  const found = { small: [], pale: [], overlaps: [], scroll: document.documentElement.scrollWidth - innerWidth };
  found.hidden = [...document.querySelectorAll(".table:not(.wide)")].filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => e.textContent.trim().slice(0, 40));
  found.broken = [...document.querySelectorAll("td code, tbody th code, .badge")]
    .filter(e => shown(e) && !/\\s/.test(e.textContent) && e.textContent.length < 25 && e.getClientRects().length > 1)
    .map(e => e.textContent);
  const foot = e => Math.round(e.getBoundingClientRect().bottom), rows = {};
  for (const e of document.querySelectorAll(".panel")) {
    const svg = [...e.querySelectorAll("svg.figure")].find(shown), top = Math.round(e.getBoundingClientRect().top);
    if (svg) (rows[top] = rows[top] || []).push(foot(svg));
  }
  found.uneven = Object.values(rows).filter(row => Math.max(...row) - Math.min(...row) > 1);
  const judge = (e, text, size, ink, paper) => {
    if (size < 10.99) found.small.push([text, size]);
    const [a, b] = [light(ink), light(paper)].sort((p, q) => q - p);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.pale.push([text, ink, paper]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || e.closest("svg, script, style, .skip") || !shown(e)) continue;
    const style = getComputedStyle(e);
    judge(e, text.slice(0, 40), parseFloat(style.fontSize), parse(style.color), behind(e));
  }
  for (const svg of document.querySelectorAll("svg")) {
    if (!shown(svg)) continue;
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const boxes = [], frame = svg.getBoundingClientRect();
    for (const t of svg.querySelectorAll("text")) {
      const style = getComputedStyle(t), box = t.getBoundingClientRect();
      judge(t, t.textContent, parseFloat(style.fontSize) * scale, parse(style.fill), under(t));
      for (const [text, other] of boxes)
        if (box.left < other.right - 1 && other.left < box.right - 1 &&
            box.top < other.bottom - 4 && other.top < box.bottom - 4)
          found.overlaps.push([text, t.textContent]);
      if (box.left < frame.left - 1 || box.right > frame.right + 1) found.overlaps.push(["the frame", t.textContent]);
      boxes.push([t.textContent, box]);
    }
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    """Open the browser as the script that takes the pictures does."""
    spec = importlib.util.spec_from_file_location("make_pictures", MAKE)
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    with make.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write the sample and the bare report in every language."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for language in languages():
        for name, forecast, case in (
            ("full", sample_forecast(), sample_case()),
            ("bare", bare_forecast(), bare_case()),
            ("drawn", drawn_forecast(), sample_case()),
            ("withheld", withheld_forecast(), sample_case()),
            ("long", *with_long_titles()),
            ("many", *many()),
        ):
            target = folder / f"{name}-{language}.html"
            write_report(
                forecast, case, target, language=language, texts={"essay": TEXT} if name in ("full", "drawn") else {}
            )
            found[f"{name}-{language}"] = target
    return found


def with_long_titles() -> tuple[Any, Any]:
    """Return the sample with factors, outcomes and stocks that are called as in a real case."""
    forecast, case = sample_forecast(), sample_case()
    factor = Text({"en": "months of war that it believes it can bear, counted from the first day of February",
                   "de": "Kriegsmonate, die es zu ertragen glaubt, gezählt vom ersten Tag des Februars an"})  # fmt: skip
    event = {"en": "a truce in force for thirty days or more on every part of the front",
             "de": "eine Waffenruhe, die dreißig Tage oder länger an jedem Teil der Front gilt"}  # fmt: skip
    titles = dict(forecast.outcome_titles)
    titles[next(iter(titles))] = event
    types = tuple(replace(one, title=factor) for one in case.types)
    return replace(forecast, outcome_titles=titles), replace(case, types=types)


def measure(
    opened: Any, file: Path, width: int, scheme: str = "light", media: str = "screen"
) -> tuple[dict[str, Any], list[str]]:
    """Open every table and return what is wrong with the page, and what it asked for."""
    page = opened.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.emulate_media(media=media, color_scheme=scheme)
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = page.evaluate(MEASURE)
    page.close()
    return found, asked


@pytest.mark.parametrize(
    "name",
    [
        f"{kind}-{language}"
        for kind in ("full", "drawn", "withheld", "bare", "long", "many")
        for language in languages()
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_reads_well(opened: Any, pages: dict[str, Path], name: str, width: int, scheme: str) -> None:
    found, asked = measure(opened, pages[name], width, scheme)
    assert found["scroll"] <= 0
    assert found["hidden"] == []
    assert found["broken"] == []
    assert found["uneven"] == []
    assert found["small"] == []
    assert found["pale"] == []
    assert found["overlaps"] == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("kind", ["full", "drawn", "withheld", "long", "many"])
@pytest.mark.parametrize("language", languages())
def test_the_printed_page_reads_well(opened: Any, pages: dict[str, Path], language: str, kind: str) -> None:
    found, _ = measure(opened, pages[f"{kind}-{language}"], PAPER, "dark", "print")
    assert found["scroll"] <= 0
    assert found["hidden"] == []
    assert found["broken"] == []
    assert found["uneven"] == []
    assert found["small"] == []
    assert found["pale"] == []
    assert found["overlaps"] == []


def test_printing_opens_the_claims_and_closes_them_again(opened: Any, pages: dict[str, Path]) -> None:
    page = opened.new_page(viewport={"width": 1280, "height": 900})
    page.goto(pages["full-en"].as_uri())
    claims, closed = page.locator(".claim > details"), page.locator(".claim > details:not([open])")
    assert closed.count() == claims.count() > 0
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert closed.count() == 0
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert closed.count() == claims.count()
    page.close()


def test_the_page_reads_without_scripts(opened: Any, pages: dict[str, Path]) -> None:
    context = opened.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["full-en"].as_uri())
    assert page.locator("#answer li").count() >= 5
    assert page.locator("#signposts tbody tr").first.is_visible()
    context.close()


def test_a_table_sorts_by_a_column(opened: Any, pages: dict[str, Path]) -> None:
    page = opened.new_page(viewport={"width": 1280, "height": 900})
    page.goto(pages["full-en"].as_uri())
    column = page.locator("#signposts tbody tr td:nth-child(2)")
    page.locator("#signposts thead th").nth(1).click(position={"x": 3, "y": 3})
    shown = [float(text.rstrip("%")) for text in column.all_inner_texts()]
    assert shown == sorted(shown)
    page.close()


@pytest.fixture
def wide(opened: Any, pages: dict[str, Path]) -> Iterator[Any]:
    """Open the page with 76 claims."""
    page = opened.new_page(viewport={"width": 1280, "height": 900})
    page.goto(pages["many-en"].as_uri())
    yield page
    page.close()


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize("kind", ["full", "many"])
def test_the_questions_begin_above_the_third_screen(opened: Any, pages: dict[str, Path], kind: str, width: int) -> None:
    page = opened.new_page(viewport={"width": width, "height": 900})
    page.goto(pages[f"{kind}-de"].as_uri())
    assert page.evaluate("document.querySelector('#questions').getBoundingClientRect().top") < 2 * 900
    page.close()


def test_claims_are_chosen_by_role_result_and_words(wide: Any) -> None:
    shown = wide.locator("li.claim:visible")
    assert shown.count() == 76
    wide.select_option("[name=role]", "premise")
    assert shown.count() == 26
    wide.select_option("[name=verdict]", "carries")
    assert shown.count() == 9
    assert wide.locator("#claim-filters output").inner_text() == "9 of 76 claims shown"
    wide.fill("[name=text]", "number 24 ")
    assert shown.count() == 1
    assert shown.get_attribute("id") == "claim-C24"
    wide.click("#claim-filters [type=reset]")
    wide.wait_for_function("document.querySelectorAll('li.claim.out').length === 0")
    assert shown.count() == 76


def test_one_claim_and_what_it_hangs_on_can_be_shown_alone(wide: Any) -> None:
    wide.click("#claim-C02 summary")
    wide.click("#claim-C02 .only")
    assert wide.locator("li.claim:visible").count() == 6


def test_the_map_is_walked_with_the_keyboard(wide: Any) -> None:
    svg = wide.locator(".argument-map svg.wide")
    svg.locator("a.row").first.focus()
    assert svg.locator("a.label.dim").count() == 26 + 25 - 6
    assert wide.locator(".map-focus").inner_text().startswith("C02 · Claim number 2")
    wide.keyboard.press("ArrowDown")
    here = "document.activeElement.dataset.claim"
    assert wide.evaluate(here) == "C06"
    wide.keyboard.press("ArrowRight")
    assert wide.evaluate(here) == "C03"
    wide.keyboard.press("Enter")
    wide.locator("#claim-C03 details[open]").wait_for()
    assert wide.evaluate("location.hash") == "#claim-C03"


def test_the_focus_in_the_map_can_be_seen(wide: Any) -> None:
    label = wide.locator(".argument-map svg.wide a.row").first
    label.focus()
    assert label.locator(".hit").evaluate("e => parseFloat(getComputedStyle(e).strokeWidth)") >= 2


def test_a_link_opens_the_claim_that_a_filter_hides(wide: Any) -> None:
    wide.select_option("[name=role]", "fact")
    wide.click("section.argument > p a[href='#claim-C02']")
    wide.locator("#claim-C02 details[open]").wait_for()
    wide.wait_for_function("Math.abs(document.getElementById('claim-C02').getBoundingClientRect().top) < 200")


def test_claims_and_map_read_without_scripts(opened: Any, pages: dict[str, Path]) -> None:
    context = opened.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(pages["many-en"].as_uri())
    assert page.locator("li.claim:visible").count() == 76
    assert page.locator(".argument-map svg.wide a.label").count() == 51
    assert not page.locator("#claim-filters").is_visible()
    page.locator("#claim-C02 summary").click()
    assert page.locator("#claim-C02 dl").is_visible()
    assert not page.locator("#claim-C02 .only").is_visible()
    context.close()
