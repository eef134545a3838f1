"""``ceasefire audit``: what it prints, and how it fails."""

from __future__ import annotations

import json
import re

import pytest

from ceasefire.audit import FIRST_LINE
from ceasefire.cli import main
from tests.case.papers_case import ESSAY, write_papers

FIRST = "This tests what follows from the case, not what is true."


def run(capsys, *arguments) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main(["audit", *map(str, arguments)])
    out, err = capsys.readouterr()
    return int(caught.value.code or 0), out, err


@pytest.fixture
def folder(tmp_path):
    return write_papers(tmp_path / "case")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_first_line_and_the_words_that_never_stand(folder, capsys, language):
    code, out, _ = run(capsys, folder, "--language", language)
    assert code == 0
    first, *rest = out.splitlines()
    assert first == FIRST == FIRST_LINE
    assert not re.search(r"\b(true|false|right|wrong|wahr|falsch|richtig)\b", "\n".join(rest), re.IGNORECASE)
    assert max(map(len, rest)) <= 80


def test_a_reconstruction_says_so(folder, capsys):
    assert run(capsys, folder)[1].splitlines()[1].startswith("Reconstruction")
    assert run(capsys, folder, "--language", "de")[1].splitlines()[1].startswith("Rekonstruktion")


def test_every_claim_is_shown_with_its_verdict(folder, capsys):
    out = run(capsys, folder)[1]
    assert "C1     confirmed: There were four calls." in out
    assert "4: call_1 (2025-02-12), call_2 (2025-03-18), call_3 (2025-06-04)" in out
    assert "C3     not modelled yet: Calls end isolation." in out
    assert "a remark" in out
    assert "territory, 2025-01" in out
    german = run(capsys, folder, "--language", "de")[1]
    assert "C1     bestätigt: Es waren vier Anrufe." in german


def test_json(folder, capsys):
    code, out, err = run(capsys, folder, "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["first_line"] == FIRST
    assert found["status"] == "reconstruction"
    assert found["claims"]["C1"]["verdict"] == "confirmed"
    assert found["claims"]["C4"]["flips_at"] is None
    assert found["disagreements"][0]["about"] == "territory, 2025-01"


def test_quotes_against_the_text(folder, tmp_path, capsys):
    text = tmp_path / "essay.txt"
    text.write_text(ESSAY, encoding="utf-8")
    code, out, _ = run(capsys, folder, "--text", text)
    assert code == 0
    assert "found in the text: essay" in out
    assert run(capsys, folder, "--text", f"essay={text}")[0] == 0
    text.write_text(ESSAY.replace("Six", "Five"), encoding="utf-8")
    code, out, err = run(capsys, folder, "--text", text)
    assert (code, out) == (1, "")
    assert "S203" in err


def test_a_text_that_cannot_be_read(folder, tmp_path, capsys):
    assert "C001" in run(capsys, folder, "--text", tmp_path / "nothing.txt")[2]
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    code, _, err = run(capsys, folder, "--text", tmp_path / "binary")
    assert code == 1
    assert "C002" in err


def test_a_text_without_an_argument_is_wrong_usage(folder, tmp_path, capsys):
    (folder / "arguments" / "essay.yaml").unlink()
    (tmp_path / "essay.txt").write_text(ESSAY, encoding="utf-8")
    assert run(capsys, folder, "--text", tmp_path / "essay.txt")[0] == 2
    code, out, _ = run(capsys, folder)
    assert code == 0
    assert "no argument yet" in out


def test_a_case_with_faults_is_not_audited(folder, capsys):
    (folder / "sources.yaml").write_text("", encoding="utf-8")
    code, out, err = run(capsys, folder)
    assert (code, out) == (1, "")
    assert "C003" in err
