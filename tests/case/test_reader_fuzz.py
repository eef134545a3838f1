"""Whatever a file holds, reading it gives a Case or an InputError with faults, never anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceasefire.case import read_case
from ceasefire.case.model import Case
from ceasefire.errors import InputError
from tests.case.small_case import ARGUMENT, CASE, RECORD, SOURCES, write_small_case

FILES = {"case.yaml": CASE, "record.yaml": RECORD, "sources.yaml": SOURCES, "arguments/writer.yaml": ARGUMENT}
SNIPPETS = [
    *("{", "}", "[", "]", ":", ", ", "- ", "\n", "\t", "'", '"', "#", "&a ", "*a", "!x ", "|\n", "~", "null", "\x00"),
    *("{by: phase}", "{by: phase, war: 1}", "by: by", "{}", "[]", "[[]]", "{a: {b: {c: []}}}", "- - -", "...", "---\n"),
    *("1e999", "-1", "0", "nan", "2020-13-45", "0000-00-00", "9999-12-31", "rest", "equilibrium", "stationary"),
    *("strain", "phase == war", "where(", "9**9**9", "__import__('os')", "north.resolve", "é", "\ud7ff", "𝛼", "​"),
    *("mean", "{fixed: {value: 1}}", "{discrete: {values: [], weights: []}}", "joint", "row: ../x#1", "true", "no"),
]
MUTATION = st.tuples(
    st.sampled_from(["insert", "delete", "replace", "copy line", "drop line"]),
    st.integers(0, 10**6),
    st.integers(1, 40),
    st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=8)),
)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mutated(text: str, mutation: tuple[str, int, int, str]) -> str:
    kind, where, length, snippet = mutation
    at = where % (len(text) + 1)
    if kind == "insert":
        return text[:at] + snippet + text[at:]
    if kind == "delete":
        return text[:at] + text[at + length :]
    if kind == "replace":
        return text[:at] + snippet + text[at + length :]
    lines = text.split("\n")
    line = where % len(lines)
    return "\n".join(lines[: line + 1] + lines[line:] if kind == "copy line" else lines[:line] + lines[line + 1 :])


def read_or_faults(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_small_case(Path(folder))
        (Path(folder) / name).write_bytes(content)
        try:
            outcome: Case | InputError = read_case(folder)
        except InputError as error:
            outcome = error
    if isinstance(outcome, InputError):
        assert any(fault.severity == "fault" for fault in outcome.faults)
        assert all(fault.code and fault.message and fault.as_text() for fault in outcome.faults)
    else:
        assert outcome.calendar.n_periods >= 1


@pytest.mark.slow
@SETTINGS
@given(st.sampled_from(sorted(FILES)), st.lists(MUTATION, min_size=1, max_size=4))
def test_mutations_of_a_valid_case(name: str, mutations: list[tuple[str, int, int, str]]) -> None:
    text = FILES[name]
    for mutation in mutations:
        text = mutated(text, mutation)
    read_or_faults(name, text.encode("utf-8", "surrogatepass"))


VALUES = st.recursive(
    st.sampled_from(["1", "phase", "war", "rest", "'x'", "", "2020-01-01", "true", "north", "strain + 1"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[" + ", ".join(parts) + "]"),
        st.dictionaries(st.sampled_from(["by", "war", "en", "name", "prior", "value", "x"]), inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        ),
    ),
    max_leaves=6,
)
SLOTS = [line for line in CASE.split("\n") if ": " in line]


@pytest.mark.slow
@SETTINGS
@given(st.sampled_from(SLOTS), st.integers(0, 100), VALUES)
def test_values_of_the_wrong_shape(line: str, which: int, value: str) -> None:
    colons = [i for i in range(len(line)) if line.startswith(": ", i)]
    at = colons[which % len(colons)] + 2
    end = min((line.find(mark, at) for mark in (", ", "}", "]") if line.find(mark, at) >= 0), default=len(line))
    read_or_faults("case.yaml", CASE.replace(line, line[:at] + value + line[end:], 1).encode())


@pytest.mark.slow
@SETTINGS
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
def test_binary_rubbish(name: str, content: bytes) -> None:
    read_or_faults(name, content)
