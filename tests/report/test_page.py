"""The page: complete, self-contained, safe, written whole or not at all."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from ceasefire.case.evidence import SourceRef
from ceasefire.forecast import store
from ceasefire.report import languages, render, write_report
from ceasefire.report.speech import catalog
from ceasefire.report.tables import shortened
from tests.report.sample import bare_case, bare_forecast, sample_case, sample_forecast

SECTIONS = (
    "answer", "factors", "end-states", "outcomes", "signposts", "beliefs", "stocks", "side", "plans", "trust", "ranges",
    "claims", "record", "parameters", "sources", "notes", "reproduce", "glossary",
)  # fmt: skip
EARLY = ("answer", "claims", "record", "sources", "reproduce", "glossary")
FIELDS = (
    "outcomes", "beliefs", "stocks", "side", "plans", "certificate", "evidence", "end_states", "signposts", "trust",
    "tornado", "headlines", "yardsticks", "parameters",
)  # fmt: skip


def sections_of(page: str) -> tuple[str, ...]:
    return tuple(re.findall(r'<section id="([a-z-]+)">', page))


class Shape(HTMLParser):
    """Collects ids, links, and tags left open."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.open: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.loads += [given.get(key) or "" for key in ("src", "srcset", "data") if key in given]
        self.loads += [given["href"] or ""] if tag in ("link", "use", "image") else []
        self.images += [given] if tag == "svg" and given.get("role") == "img" else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert [tag] == self.open[-1:]
            self.open.pop()


@pytest.fixture(scope="module", params=languages())
def page(request: Any) -> str:
    return render(sample_forecast(), sample_case(), language=request.param)


def test_every_section_is_there_in_order(page: str) -> None:
    assert sections_of(page) == SECTIONS


def test_the_page_is_well_formed_and_ids_are_unique(page: str) -> None:
    shape = Shape(page)
    assert shape.open == []
    assert len(shape.ids) == len(set(shape.ids))


def test_links_inside_the_page_lead_somewhere(page: str) -> None:
    shape = Shape(page)
    assert {link[1:] for link in shape.links if link.startswith("#")} <= set(shape.ids)


def test_patterns_that_are_used_exist(page: str) -> None:
    shape = Shape(page)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(shape.ids)


def test_nothing_is_loaded(page: str) -> None:
    shape = Shape(page)
    assert [link for link in shape.loads if not link.startswith("data:")] == []
    style = page[page.index("<style>") : page.index("</style>")]
    assert "@import" not in style
    assert "url(" not in style
    script = page[page.index("<script>") : page.index("</script>")]
    assert not re.search(r"fetch|XMLHttp|import|http", script)


def test_every_figure_has_a_sentence_and_a_table(page: str) -> None:
    shape = Shape(page)
    assert len(shape.images) > 10
    assert all(len(image.get("aria-label") or "") > 30 for image in shape.images)
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) >= 6
    assert all("<details>" in figure and "<table" in figure for figure in figures)


def test_nothing_missing_is_printed(page: str) -> None:
    text = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)
    assert not re.search(r"\bNone\b|\bnan\b|Undefined|\{\w+\}", text)


def test_case_text_is_escaped() -> None:
    evil = {"en": "<script>alert(1)</script>"}
    page = render(replace(sample_forecast(), title=evil), sample_case())
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("language", languages())
def test_a_case_that_stops_early_has_a_page(language: str) -> None:
    page = render(bare_forecast(), bare_case(), language=language)
    assert sections_of(page) == EARLY


def test_a_case_with_nothing_has_a_page() -> None:
    case = replace(bare_case(), arguments=(), sources={}, record=type(bare_case().record)())
    page = render(bare_forecast(with_claims=False), case)
    assert sections_of(page) == ("answer", "reproduce", "glossary")


@pytest.mark.parametrize("field", ["factor_map", "near_event"])
def test_single_parts_may_be_missing(field: str) -> None:
    assert render(replace(sample_forecast(), **{field: None}), sample_case())


@pytest.mark.parametrize("field", FIELDS)
def test_single_fields_may_be_empty(field: str) -> None:
    empty = type(getattr(sample_forecast(), field))()
    assert render(replace(sample_forecast(), **{field: empty}), sample_case(), language="de")


def test_the_same_forecast_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        write_report(sample_forecast(), sample_case(), tmp_path / name, language="de")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    target.write_text("before", encoding="utf-8")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_report(sample_forecast(), sample_case(), target)
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_texts_in_another_language_are_counted_on_the_page() -> None:
    page = render(sample_forecast(), sample_case(), language="de")
    assert '<span lang="en">fee without German title</span>' in page
    assert "nur in einer anderen Sprache" in page
    assert 'unübersetzt da: <q lang="en">fee without German title</q>' in page
    assert "only in another language" not in render(sample_forecast(), sample_case(), language="en")


def test_plans_stand_in_the_order_of_the_case() -> None:
    page = render(sample_forecast(), sample_case())
    assert page.index("the mediator offers nothing") < page.index("a paper every month")


def test_a_row_of_a_table_is_shown_with_its_source(tmp_path: Path) -> None:
    said = "S1 https://example.org/a?b=1; <b>S2</b> javascript:alert(1)"
    (tmp_path / "numbers.csv").write_text(f'quantity,source\nships,"{said}"\n', encoding="utf-8")
    forecast, case = sample_forecast(), replace(sample_case(), folder=tmp_path)
    row = {**forecast.yardsticks[0], "source": "numbers.csv#1"}
    page = render(replace(forecast, yardsticks=(row,)), case)
    assert "<code>numbers.csv#1</code>" in page
    assert '<a href="https://example.org/a?b=1" rel="noreferrer">example<wbr>.org</a>; &lt;b&gt;S2' in page
    assert 'href="javascript' not in page
    missing = {**row, "source": "numbers.csv#2"}
    assert "<code>numbers.csv#2</code>" in render(replace(forecast, yardsticks=(missing,)), case)


def test_a_cell_of_trust_is_told_by_the_number_of_its_headline(page: str) -> None:
    trust = page[page.index('<section id="trust">') :]
    heads = re.findall(r'<span class="head">\((\d)\) ', trust)
    assert heads == [str(i + 1) for i in range(len(heads))]
    row = re.search(r"<tbody>\s*<tr>(.*?)</tr>", trust, re.S)
    assert row is not None
    assert re.findall(r'data-label="\((\d)\) \S', row[1]) == heads[:3]


def test_a_long_title_keeps_beginning_and_end() -> None:
    assert shortened(Markup("a pause by 31 December")) == "a pause by 31 December"
    long = Markup("“a truce in effect (30 days or longer)” within 12 months")
    assert shortened(long) == "“a truce in effect … within 12 months"


def test_the_glossary_has_the_words_of_the_page_and_no_others(page: str) -> None:
    terms = set(re.findall(r'<dt id="term-([a-z_]+)"', page))
    assert {"probability", "type", "grade", "threshold"} <= terms
    assert terms < {key.removeprefix("term.") for key in catalog("en")[0] if key.startswith("term.")}
    assert not {"effective", "error_draws"} & terms, "nothing was drawn"


def test_pages_of_cited_rows_stand_in_the_sources(tmp_path: Path) -> None:
    said = "S10 https://example.org/b; https://example.org/a"
    (tmp_path / "numbers.csv").write_text(
        f'quantity,source\nships,"{said}"\nmen,S9 https://example.org/c\n', encoding="utf-8"
    )
    case = sample_case()
    items = [
        replace(one, source=SourceRef(row=f"numbers.csv#{k}"))
        for k, one in zip((1, 2, 1), case.record.items, strict=False)
    ]
    page = render(sample_forecast(), replace(case, folder=tmp_path, record=replace(case.record, items=tuple(items))))
    sources = page[page.index('<section id="sources">') : page.index('<section id="notes">')]
    assert re.findall(r'<th scope="row">(S\d+|–)</th>', sources) == ["–", "S9", "S10"]
    assert sources.count('<a href="https://example.org/b" class="address"') == 1


def test_rivals_are_listed_whole_with_what_their_numbers_are(page: str) -> None:
    claims = page[page.index('<section id="claims">') : page.index('<section id="record">')]
    assert len(sample_case().rivals) >= 1
    listed = claims[
        claims.index('<details class="legend">', claims.index('<dl class="means">')) : claims.index("<form")
    ]
    assert listed.count("<li>") == len(sample_case().rivals)
