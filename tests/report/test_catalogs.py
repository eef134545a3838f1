"""Every message exists in every language with the same blanks, and every message that is used exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ceasefire.report
from ceasefire.errors import UsageError
from ceasefire.report.speech import Speech, catalog, languages, read_catalog

FOLDER = Path(ceasefire.report.__file__).parent
OPEN_GROUPS = ("unit.", "verdict.", "kind.", "what.", "grade.", "label.", "meaning.", "term.", "status.", "stage.",
               "predicate.", "means.", "remark.", "tier.", "parting.", "budget.", "ledger.class.", "ledger.role.",
               "ledger.baseline.", "ledger.answer.", "ledger.score.", "ledger.reason.", "ledger.kind.",
               "ledger.against.", "ledger.mean.")  # fmt: skip
"""Groups of which a case or another stage chooses the members."""


def forms(message: str | tuple[str, ...]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else message


def test_there_are_english_and_german() -> None:
    assert {"en", "de"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_every_message_id_exists_in_every_catalog(language: str) -> None:
    assert set(catalog(language)[0]) == set(catalog("en")[0])


@pytest.mark.parametrize("language", languages())
def test_no_message_stands_twice(language: str) -> None:
    """The later one would silently be taken for both."""
    text = (FOLDER / "locale" / f"{language}.po").read_text(encoding="utf-8")
    ids = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("language", languages())
def test_every_message_is_translated_with_the_same_blanks(language: str) -> None:
    for key, message in catalog(language)[0].items():
        assert all(forms(message)), key
        blanks = {frozenset(re.findall(r"\{(\w+)\}", form)) for form in forms(message)}
        assert blanks == {frozenset(re.findall(r"\{(\w+)\}", forms(catalog("en")[0][key])[0]))}, key


@pytest.mark.parametrize("language", languages())
def test_every_plural_has_as_many_forms_as_the_language_needs(language: str) -> None:
    messages, plural = catalog(language)
    needed = {plural(count) for count in range(200)}
    for key, message in messages.items():
        if not isinstance(message, str):
            assert set(range(len(message))) == needed, key


def test_every_message_in_the_code_exists() -> None:
    messages = catalog("en")[0]
    for file in [*FOLDER.rglob("*.py"), *FOLDER.rglob("*.j2")]:
        for key in re.findall(r"""\bt\(\s*["']([a-z_.-]+)["']""", file.read_text(encoding="utf-8")):
            assert key in messages, (file.name, key)


def test_no_message_is_unused() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in [*FOLDER.rglob("*.py"), *FOLDER.rglob("*.j2")])
    words = set(re.findall(r"[a-z_]+(?:[.-][a-z_]+)*", code))
    for key in catalog("en")[0]:
        last = key.partition(".")[2]
        used = key in words or key.startswith(OPEN_GROUPS) or last in words or last.rpartition(".")[2] in words
        assert used, key


def test_every_term_has_a_meaning() -> None:
    messages = catalog("en")[0]
    terms = {key.removeprefix("term.") for key in messages if key.startswith("term.")}
    assert terms == {key.removeprefix("meaning.") for key in messages if key.startswith("meaning.")}


def test_the_plural_form_follows_the_count() -> None:
    speech = Speech("en")
    assert str(speech.t("role.count.fact", count=1)) == "1 fact"
    assert str(speech.t("role.count.fact", count=2)) == "2 facts"


def test_a_language_without_catalog_is_refused() -> None:
    with pytest.raises(UsageError, match="xx"):
        Speech("xx")


UKRAINIAN = """
msgid ""
msgstr ""
"Language: uk\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
"n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "part.months"
msgid_plural "part.months"
msgstr[0] "{count} місяць"
msgstr[1] "{count} місяці"
msgstr[2] "{count} місяців"
"""


@pytest.mark.parametrize(("count", "said"), [(1, "1 місяць"), (3, "3 місяці"), (12, "12 місяців"), (21, "21 місяць")])
def test_a_language_with_three_plural_forms_needs_only_its_catalog(count: int, said: str) -> None:
    speech = Speech("en")
    speech.messages, speech.plural = read_catalog(UKRAINIAN.encode(), "uk")
    assert str(speech.t("part.months", count=count)) == said


def test_every_verdict_and_remark_can_come_up() -> None:
    """Their names are chosen by the audit and by the reading of claims: each must stand there as it is written."""
    files = [file for folder in (FOLDER.parent / "audit", FOLDER / "argument") for file in folder.rglob("*.py")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    strings = set(re.findall(r"""["']([a-z_ ]+)["']""", code))
    for key in catalog("en")[0]:
        group, _, name = key.partition(".")
        if group in ("verdict", "remark"):
            assert name in strings or name.replace("_", " ") in strings, key
