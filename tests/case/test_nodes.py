"""Files as YAML: places, plain text scalars, and one clear fault for everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceasefire.case.nodes import MAX_BYTES, Faults, Node, did_you_mean, load_yaml


def load(tmp_path: Path, text: str | bytes) -> tuple[Node | None, Faults]:
    path, faults = tmp_path / "x.yaml", Faults()
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_yaml(path, faults), faults


def test_every_value_knows_its_place(tmp_path: Path) -> None:
    root, faults = load(tmp_path, "a: 1\nb:\n  - x\n  - {c: 'no'}\n")
    assert root is not None
    assert not list(faults)
    inner = root.get("b").elements()[1]  # type: ignore[union-attr]
    assert (inner.place.line, inner.place.column) == (4, 5)
    assert inner.place.source_line == "  - {c: 'no'}"
    assert inner.key_place("c").column == 6
    assert str(inner.get("c").place) == "x.yaml:4:9"  # type: ignore[union-attr]


def test_scalars_stay_text(tmp_path: Path) -> None:
    root, faults = load(tmp_path, "a: no\nb: 1:30\nc: 2025-08-15\nd: '12'\ne: ~\nf: ''\n")
    assert root is not None
    assert {key: node.value for key, node in root.items()} == {
        "a": "no",
        "b": "1:30",
        "c": "2025-08-15",
        "d": "12",
        "e": None,
        "f": "",
    }
    assert root.get("d").as_float(faults) is None  # type: ignore[union-attr]
    assert [fault.code for fault in faults] == ["C014"]


BAD = [
    ("C002", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe"),
    ("C002", b"a: \x00\n"),
    ("C002", "a: Grüße".encode("latin-1")),
    ("C003", ""),
    ("C003", "# only a comment\n\n---\n"),
    ("C004", "a:\n\tb: 1\n"),
    ("C005", "a: [1, 2\n"),
    ("C005", "a: b: c\n"),
    ("C005", "a: 1\n---\nb: 2\n"),
    ("C005", "%YAML 3.0\n---\na: 1\n"),
    ("C007", "[" * 5000),
    ("C007", "{a: " * 5000),
    ("C008", "a: 1\nb: 2\na: 3\n"),
    ("C009", "a: &x 1\nb: *x\n"),
    ("C009", "a: !!python/object:os.system 1\n"),
    ("C009", "a: &x [*x]\n"),
    ("C010", "? [a, b]\n: 1\n"),
    ("C011", "a: {drift: where(phase == war, 1, 0)}\n"),
    ("C011", "a: [where(x, 2)]\n"),
    ("C011", "a: {title: one, two}\n"),
]


@pytest.mark.parametrize(("code", "text"), BAD, ids=[f"{code}-{i}" for i, (code, _) in enumerate(BAD)])
def test_one_clear_fault(tmp_path: Path, code: str, text: str | bytes) -> None:
    _, faults = load(tmp_path, text)
    assert {fault.code for fault in faults} == {code}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    faults = Faults()
    assert load_yaml(tmp_path / "none.yaml", faults) is None
    assert [fault.code for fault in faults] == ["C001"]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    _, faults = load(tmp_path, b"a: 1\n" * (MAX_BYTES // 5 + 1))
    assert [fault.code for fault in faults] == ["C006"]


def test_comma_trap_is_one_fault_with_the_cure(tmp_path: Path) -> None:
    _, faults = load(tmp_path, "a: {drift: where(phase == war, 1, 0), noise: x}\n")
    (fault,) = faults
    assert fault.as_text() == (
        "x.yaml:1:12  C011  an unquoted value ends at a comma inside its brackets\n"
        "    1 | a: {drift: where(phase == war, 1, 0), noise: x}\n"
        "      |            ^\n"
        "found: where(phase == war\n"
        "hint: put the whole value in double quotes"
    )


def test_empty_values_are_allowed_where_a_colon_says_so(tmp_path: Path) -> None:
    root, faults = load(tmp_path, "moves: {wait: , press: {}}\n")
    assert root is not None
    assert not list(faults)
    assert [key for key, _ in root.get("moves").items()] == ["wait", "press"]  # type: ignore[union-attr]


def test_typed_access() -> None:
    from ceasefire.errors import Place

    def fails(text: str, how: str) -> str:
        faults = Faults()
        assert getattr(Node(text, Place()), how)(faults) is None
        return next(iter(faults)).code

    assert fails("nan", "as_float") == "C014"
    assert fails("1e999", "as_float") == "C014"
    assert fails("1.5", "as_int") == "C014"
    assert fails("yes", "as_bool") == "C014"
    assert fails("2025-02-30", "as_date") == "C015"
    assert fails("15.08.2025", "as_date") == "C015"
    assert Node("-1.5e-3", Place()).as_float(Faults()) == -0.0015
    assert Node("2024-02-29", Place()).as_date(Faults()).isoformat() == "2024-02-29"  # type: ignore[union-attr]


def test_did_you_mean() -> None:
    assert did_you_mean("endurence", ["endurance", "priority"]) == 'did you mean "endurance"?'
    assert did_you_mean("xyz", ["endurance", "priority"]) == "known here: endurance, priority"
    assert did_you_mean("xyz", []) == ""
