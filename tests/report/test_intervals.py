"""No number of a rendered report stands alone: it has an interval or an error, or it is said why it has none.

A *block* is a sentence of the answer, a question, a bar, a figure, a row behind a claim, or a cell of a table. What says
why may stand in the block, in the caption and head above it, or in a paragraph of its section.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from ceasefire.forecast.model import Forecast
from ceasefire.report import languages, render
from tests.report.sample import sample_case, sample_forecast
from tests.report.sample_drawn import drawn_forecast, withheld_forecast

VOID = frozenset({"meta", "link", "br", "img", "hr", "input", "wbr"})
WHY = re.compile(
    r"without interval|not an interval|no interval|intervals? withheld|No number has an interval|"
    r"ohne Intervall|kein Intervall|Intervalle? zurückgehalten|Keine Zahl hat ein Intervall",
    re.IGNORECASE,
)
WITHHELD = re.compile("interval withheld|Intervall zurückgehalten")
BAND = re.compile(r"80% interval|80-%-Intervall|The intervals stand in|Die Intervalle stehen in")
NUMBER = re.compile(
    r"\d ?%|[+−]\d[\d.,]* (?:points|Punkte)|\d times as likely|\d-mal so wahrscheinlich|in points: \S|in Punkten: \S"
)
AROUND = re.compile(r"\[[^\]]*(?: to | bis |±|interval|Intervall|histories|Verläufe)[^\]]*\]|\(±[^)]*\)")
WITH_AROUND = re.compile(rf"[<>+−]? ?\d[\d.,]*(?: ?%| points| Punkte)?[a-zA-Z -]* ?(?:{AROUND.pattern})")
OTHERS = re.compile(
    r"(?:base rate|crowd forecast|Basisrate|Prognose vieler) (?:[\d., %]|\(|\)|to|bis)+|at least 5%|mindestens 5 %|"
    r"(?:above|below|less than|weniger als|unter|über|Threshold|Schwelle) [\d.]+ ?%|threshold [\d.]+%|"
    r"the 80% interval"
)
"""What is no number of this model: published ones, and limits."""
PUBLISHED = ("Published", "Veröffentlicht")
ENDS = ("Low", "High", "Unten", "Oben")
SIGNED = re.compile(r"^[+−]\d")


@dataclass
class Node:
    """An element with what it contains."""

    tag: str
    classes: tuple[str, ...] = ()
    name: str = ""
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it."""
        parts = (one if isinstance(one, str) else one.text for one in self.children)
        return re.sub(r"\s+", " ", " ".join(parts))

    def all(self, *tags: str, but: tuple[str, ...] = ()) -> Iterator[Node]:
        """Yield what has one of these tags, in order, but not inside `but`."""
        for one in self.children:
            if isinstance(one, Node) and one.tag not in but:
                if one.tag in tags:
                    yield one
                yield from one.all(*tags, but=but)

    def first(self, tag: str) -> str:
        """Return the text of the first element with a tag, if there is one."""
        return next((one.text for one in self.all(tag)), "")


class Tree(HTMLParser):
    """Reads a page into nodes; drawings keep their text, styles and scripts do not."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = Node("page")
        self.open = [self.root]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = {key: value or "" for key, value in attrs}
        node = Node(tag, tuple(given.get("class", "").split()), given.get("id", ""))
        self.open[-1].children.append(node)
        self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1].tag not in ("style", "script"):
            self.open[-1].children.append(data)


def alone(text: str, context: str) -> bool:
    """Return whether a number of the model stands in a text without interval, error or reason."""
    left = WITH_AROUND.sub("", OTHERS.sub("", text))
    return bool(NUMBER.search(left)) and not WHY.search(f"{text} {context}")


def cells(table: Node, context: str) -> Iterator[tuple[str, str]]:
    """Yield the cells of a table with what stands above them; those between a low and a high end have their interval."""
    rows = [[one for one in row.children if isinstance(one, Node)] for row in table.all("tr")]
    heads = [head.text.strip() for head in rows[0]]
    caption = table.first("caption")
    ends = [k for k, head in enumerate(heads) if head in ENDS]
    for row in rows[1:]:
        for k, cell in enumerate(row):
            if heads[k] in (*PUBLISHED, *ENDS) or (k == 1 and ends):
                continue
            text = cell.text.strip()
            points = " points" if SIGNED.match(text) and re.search("points|Punkte", f"{heads[k]} {caption}") else ""
            yield re.sub(r"^([+−][\d.,]+)", rf"\1{points}", text), f"{heads[k]} {caption} {context}"


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield every block of a page: its section, its text, and what stands above it."""
    main = next(Tree(page.replace("\xa0", " ").replace("\xad", "")).root.all("main"))
    for part in main.children:
        if not isinstance(part, Node) or part.tag != "section" or part.name == "glossary":
            continue
        said = " ".join(one.text for one in part.children if isinstance(one, Node) and one.tag == "p")
        for figure in part.all("figure"):
            caption = figure.first("figcaption")
            key = " ".join(one.text for one in figure.all("ul") if "key" in one.classes)
            for text, above in (
                found
                for table in figure.all("table")
                for found in cells(table, f"{caption} {' '.join(WITHHELD.findall(key))}")
            ):
                yield part.name, text, f"{above} {said}"
            drawn = " ".join(one.text for one in figure.all("svg"))
            if re.search(r", %|per cent|Prozent", f"{caption} {drawn}"):
                yield part.name, "" if BAND.search(f"{caption} {key}") else "1%", f"{caption} {key} {said}"
            for bar in (p for one in figure.all("li") for p in one.all("p")):
                yield part.name, bar.text, said
        for table in part.all("table", but=("figure",)):
            for text, above in cells(table, said):
                yield part.name, text, above
        for one in part.all("dl", "ol", "div", but=("figure", "table")):
            if set(one.classes) & {"answer", "questions", "warning"} or (one.tag == "dl" and not one.classes):
                for row in one.all("li", "div") if one.tag != "div" else (one,):
                    yield part.name, row.text, said


def found_alone(page: str) -> list[tuple[str, str]]:
    """Return every block with a number that stands alone."""
    return [(name, text) for name, text, above in blocks(page) if alone(text, above)]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("forecast", [sample_forecast, drawn_forecast, withheld_forecast])
def test_every_number_has_an_interval_or_says_why_not(forecast: Callable[[], Forecast], language: str) -> None:
    assert found_alone(render(forecast(), sample_case(), language=language)) == []


def test_the_walk_reaches_every_kind_of_block() -> None:
    reached = [(name, text) for name, text, _ in blocks(render(drawn_forecast(), sample_case()))]
    names = {name for name, text in reached if NUMBER.search(text)}
    assert names >= {"answer", "factors", "end-states", "outcomes", "signposts", "beliefs", "plans", "weighing", "trust",
                     "ranges", "claims", "record"}  # fmt: skip
    assert len(reached) > 500


BROKEN = {
    "answer": r'(?<=with probability <strong>34%</strong>) <span class="unsure">\[[^\]]*\]</span>',
    "factors": r"At the middle of each assumption, so without interval\.(?=</figcaption>)",
    "end-states": r'(?<=<div>48%) <span class="unsure">\[[^\]]*\]</span>',
    "outcomes": r"80% interval over the weighed draws of the assumptions",
    "signposts": r"; for changes \(±\ssampling\) and beliefs no interval is computed",
    "beliefs": r"; no interval computed(?=\)</caption>)",
    "plans": r'(?<=\(±0\.1\)) <span class="unsure">\[[^\]]*\]</span>|\(±0\.1\)',
    "weighing": r"On average over the draws, no interval computed(?=; after)",
    "trust": r"not over the draws, so without interval",
    "ranges": r"The bars together are not an interval\.",
    "claims": r"Where nothing else is said, numbers are at the middle of each assumption, so without interval\.",
    "record": r"(?<=<p>)At the middle of each assumption, so without interval\.",
}
"""By section: what a page over draws must not lack."""


@pytest.mark.parametrize("name", BROKEN)
def test_the_walk_finds_what_is_taken_away(name: str) -> None:
    page = render(drawn_forecast(), sample_case())
    broken, count = re.subn(BROKEN[name], "", page)
    assert count > 0
    assert name in {section for section, _ in found_alone(broken)}


@pytest.mark.parametrize("language", languages())
def test_a_table_that_withholds_says_so_once_above_its_cells(language: str) -> None:
    page = render(withheld_forecast(), sample_case(), language=language)
    said = {
        "en": " Every interval withheld: too few draws count.",
        "de": " Jedes Intervall zurückgehalten: Zu wenige Ziehungen zählen.",
    }[language]
    tables = [table for table in re.findall(r"<table.*?</table>", page, re.DOTALL) if WITHHELD.search(table)]
    assert tables
    assert not any(WITHHELD.search(cell) for table in tables for cell in re.findall(r"<td.*?</td>", table, re.DOTALL))
    bare = page.replace(said, "").replace(said.strip(), "")
    assert bare != page
    assert {"outcomes", "plans"} <= {name for name, _ in found_alone(bare)}
    for name in ("factors", "end-states", "outcomes", "signposts", "beliefs", "plans", "weighing"):
        assert said.strip() in page.split(f'<section id="{name}">')[1].split("</section>")[0], name


@pytest.mark.parametrize(("language", "said"), [("en", "intervals withheld"), ("de", "Intervalle zurückgehalten")])
def test_a_sentence_that_withholds_says_so_once(language: str, said: str) -> None:
    page = render(withheld_forecast(), sample_case(), language=language)
    told = [text for name, text, _ in blocks(page) if name == "answer" and said in text]
    assert len(told) > 5
    assert all(text.count(said) == 1 and not WITHHELD.search(text) for text in told)
    bare = page.replace(f' <span class="unsure">[{said}]</span>', "")
    assert len([text for name, text in found_alone(bare) if name == "answer"]) >= len(told) - 1


QUESTIONS = ("How does it end", "What decides", "What if Aria", "What would pressure", "What would change", "How sure")


@pytest.mark.parametrize("asked", QUESTIONS)
def test_the_walk_finds_a_question_that_says_nothing(asked: str) -> None:
    page = render(drawn_forecast(), sample_case())
    start = page.index(asked, page.index('id="questions"'))
    stop = page.index("</div>", start)
    bare = re.sub(rf"{WHY.pattern}|\[[^\]]*\]|\(±[^)]*\)", "", page[start:stop])
    assert bare != page[start:stop]
    assert any(asked in text for _, text in found_alone(page[:start] + bare + page[stop:]))


@pytest.mark.parametrize("name", ["factors", "end-states", "outcomes", "signposts", "beliefs", "plans", "trust", "claims",
                                  "record", "answer"])  # fmt: skip
def test_without_draws_the_walk_finds_a_section_that_does_not_say_so(name: str) -> None:
    page = render(sample_forecast(), sample_case())
    start = page.index(f'<section id="{name}"')
    stop = page.find('\n<section id="', start + 1)
    broken = (
        page[:start] + re.sub("No number has an interval|which is not an interval", "", page[start:stop]) + page[stop:]
    )
    assert broken != page
    assert name in {section for section, _ in found_alone(broken)}
