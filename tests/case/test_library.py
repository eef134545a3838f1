"""Shipped cases and patterns are found and valid; a new case never overwrites anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceasefire.case import find_faults, library, read_case
from ceasefire.errors import InputError, UsageError


@pytest.mark.parametrize("name", library.names())
def test_shipped_cases_have_no_faults_and_no_warnings(name: str) -> None:
    assert [fault.as_text() for fault in find_faults(name)] == []


@pytest.mark.parametrize("name", library.patterns())
def test_patterns_start_a_valid_case_with_templates(name: str, tmp_path: Path) -> None:
    folder = library.new_case(tmp_path / "mine", name)
    case = read_case(folder)
    assert case.steps
    assert all("template" in one.assumed.say("en") for one in case.parameters.values())
    assert library.title_of(name) != name
    first = (folder / "case.yaml").read_text(encoding="utf-8").split("\n")[0]
    assert first == "# yaml-language-server: $schema=.schema/case.json"
    for file in folder.rglob("*.yaml"):
        written = file.read_text(encoding="utf-8").split("\n")[0].removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / written).is_file()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    if not library.patterns():
        pytest.skip("no patterns are shipped")
    pattern = library.patterns()[0]
    target = tmp_path / "mine"
    target.mkdir()
    (target / "case.yaml").write_text("my work")
    with pytest.raises(UsageError, match="exists already"):
        library.new_case(target, pattern)
    assert (target / "case.yaml").read_text() == "my work"
    assert [path.name for path in target.iterdir()] == ["case.yaml"]
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(UsageError):
        library.new_case(file, pattern)
    assert file.read_text() == "mine"
    empty = tmp_path / "empty"
    empty.mkdir()
    assert (library.new_case(empty, pattern) / "case.yaml").is_file()


@pytest.mark.parametrize("was_there", [False, True])
@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_new_case_is_whole_or_not_at_all(
    was_there: bool, trouble: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "mine"
    if was_there:
        target.mkdir()

    def full(*_: object, **__: object) -> None:
        raise trouble

    with monkeypatch.context() as patch:
        patch.setattr("ceasefire.case.library.json_schema", full)
        with pytest.raises(type(trouble)):
            library.new_case(target, library.patterns()[0])
    assert [path.name for path in tmp_path.rglob("*")] == (["mine"] if was_there else [])
    assert (library.new_case(target, library.patterns()[0]) / ".schema" / "case.json").is_file()


def test_unknown_names() -> None:
    with pytest.raises(InputError, match="C019"):
        library.path("cod-war")
    with pytest.raises(InputError, match="C019"):
        library.new_case(Path("anywhere"), "no-such-pattern")
    assert not Path("anywhere").exists()
