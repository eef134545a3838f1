"""Tables of others: real question sets give the scores of an independent library; a table with faults adds nothing."""

from __future__ import annotations

import csv
import datetime as dt
import statistics
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import scoringrules

from ceasefire.errors import InputError
from ceasefire.ledger.book import Book, book_of
from ceasefire.ledger.columns import Layout
from ceasefire.ledger.imports import import_table
from ceasefire.ledger.score import score
from ceasefire.ledger.scored import ForecasterScore
from ceasefire.ledger.store import open_ledger

FORECASTBENCH = {
    "key": "id",
    "as_of": "freeze_date",
    "p": "crowd_probability",
    "deadline": "close_date",
    "forecaster": "source",
}
ANSWERS = {"resolution": "resolved_to", "resolved_on": "resolution_date", "reference": "url"}
TOLERANCE = 1e-12


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def book(ledger: Path) -> Book:
    with open_ledger(ledger) as store:
        return book_of(store.rows)


def published(ledger: Path) -> dict[str, ForecasterScore]:
    (found,) = score(book(ledger))
    assert found.name == "published"
    return {one.forecaster: one for one in found.forecasters}


@pytest.fixture(scope="module")
def forecastbench(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]]]:
    table = shared / "data/forecast_questions_conflict/forecastbench_conflict_questions.csv"
    ledger = tmp_path_factory.mktemp("ledger") / "forecastbench.db"
    import_table(ledger, table, Layout(columns=FORECASTBENCH))
    import_table(ledger, table, Layout(columns=FORECASTBENCH | ANSWERS, where={"resolved": "True"}))
    return ledger, rows_of(table)


def expected(rows: list[dict[str, str]], rule: str) -> dict[str, dict[str, float]]:
    """Return the time-averaged score of every resolved question by source, from plain loops and scoringrules."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        groups[row["source"], row["id"]].append(row)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (source, key), mine in groups.items():
        resolved = [row for row in mine if row["resolved"] == "True"]
        if not resolved:
            continue
        outcome, end = int(float(resolved[0]["resolved_to"])), dt.date.fromisoformat(resolved[0]["resolution_date"])
        p_on_day: dict[dt.date, float] = {}
        for row in sorted(mine, key=lambda row: row["freeze_date"]):
            day = dt.date.fromisoformat(row["freeze_date"])
            while day <= end:
                p_on_day[day] = float(row["crowd_probability"])
                day += dt.timedelta(days=1)
        ps = np.array(list(p_on_day.values()))
        found[source][key] = float(np.mean(getattr(scoringrules, rule)(np.full(len(ps), outcome), ps)))
    return found


def test_scores_of_forecastbench_are_those_of_scoringrules(
    forecastbench: tuple[Path, list[dict[str, str]]],
) -> None:
    ledger, rows = forecastbench
    ours = published(ledger)
    for name, rule in (("brier", "brier_score"), ("log", "log_score")):
        theirs = expected(rows, rule)
        assert set(ours) == set(theirs)
        for source, by_key in theirs.items():
            mine = {one.question.key: one.scores[name] for one in ours[source].questions}
            assert mine == pytest.approx(by_key, abs=TOLERANCE)
            assert ours[source].means[name].value == pytest.approx(statistics.fmean(by_key.values()), abs=TOLERANCE)
    assert sum(one.n for one in ours.values()) == 91


def test_scores_of_the_other_questions_are_those_of_scoringrules(shared: Path, tmp_path: Path) -> None:
    """663 questions on anything, without deadlines: enough for calibration to say something."""
    table = shared / "data/forecast_questions_conflict/forecastbench_other_resolved_questions.csv"
    columns = {name: theirs for name, theirs in FORECASTBENCH.items() if name != "deadline"}
    answers = {"resolution": "resolved_to", "resolved_on": "resolution_date"}
    import_table(tmp_path / "other.db", table, Layout(columns | answers, {"source": "forecastbench"}))
    ours = published(tmp_path / "other.db")
    theirs = expected([row | {"resolved": "True"} for row in rows_of(table)], "brier_score")
    assert sum(one.n for one in ours.values()) == sum(map(len, theirs.values())) == 663
    for source, by_key in theirs.items():
        assert ours[source].means["brier"].value == pytest.approx(statistics.fmean(by_key.values()), abs=TOLERANCE)
        parts = ours[source].decomposition
        assert parts is not None
        assert parts.brier == pytest.approx(ours[source].means["brier"].value, abs=TOLERANCE)
        assert ours[source].discrimination is not None


def test_brier_by_row_is_what_the_publisher_computed(forecastbench: tuple[Path, list[dict[str, str]]]) -> None:
    from ceasefire.ledger.scores import brier

    rows = [row for row in forecastbench[1] if row["resolved"] == "True"]
    assert len(rows) == 190
    for row in rows:
        ours = brier(float(row["crowd_probability"]), int(float(row["resolved_to"])))
        assert ours == pytest.approx(float(row["brier_crowd"]), abs=1e-5)


def test_a_second_import_adds_nothing(forecastbench: tuple[Path, list[dict[str, str]]], shared: Path) -> None:
    table = shared / "data/forecast_questions_conflict/forecastbench_conflict_questions.csv"
    done = import_table(forecastbench[0], table, Layout(columns=FORECASTBENCH))
    assert (done.questions, done.entries, done.resolutions, done.known) == (0, 0, 0, 428)


@pytest.fixture(scope="module")
def acx(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]], dict[str, int]]:
    folder = shared / "data/acx2023_forecasts"
    people = rows_of(folder / "individual_probabilities.csv")[:60]
    place = tmp_path_factory.mktemp("acx")
    with (place / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(people[0]))
        writer.writeheader()
        writer.writerows(people)
    ledger, name = place / "acx.db", {"source": "acx2023"}
    asked = Layout({"key": "question_number"}, name | {"deadline": "2023-12-31"})
    import_table(ledger, folder / "questions_outcomes.csv", asked)
    day = name | {"as_of": "2023-01-01"}
    person = Layout({"forecaster": "forecaster_id"}, day | {"role": "person"}, wide="q", percent=True)
    import_table(ledger, place / "people.csv", person)
    import_table(ledger, place / "people.csv", Layout({}, day, wide="q", percent=True), pool="median")
    outcomes = rows_of(folder / "questions_outcomes.csv")
    return ledger, people, {row["question_number"]: int(row["outcome"]) for row in outcomes}


def test_scores_of_the_contest_are_those_of_scoringrules(
    acx: tuple[Path, list[dict[str, str]], dict[str, int]],
) -> None:
    ledger, people, outcomes = acx
    ours = published(ledger)
    assert len(ours) == len(people) + 1
    for row in people:
        given = {str(int(k[1:])): float(v) / 100 for k, v in row.items() if k[0] == "q" and v}
        ps, seen = np.array(list(given.values())), np.array([outcomes[key] for key in given])
        mine = ours[row["forecaster_id"]]
        assert mine.n == len(given)
        assert mine.means["brier"].value == pytest.approx(
            float(np.mean(scoringrules.brier_score(seen, ps))), abs=TOLERANCE
        )
        assert mine.means["log"].value == pytest.approx(float(np.mean(scoringrules.log_score(seen, ps))), abs=TOLERANCE)


def test_the_crowd_stands_beside_every_person(acx: tuple[Path, list[dict[str, str]], dict[str, int]]) -> None:
    ledger, people, outcomes = acx
    ours = published(ledger)
    crowd = ours["acx2023 (median)"]
    medians = {
        str(k): statistics.median(float(row[f"q{k:02}"]) / 100 for row in people if row[f"q{k:02}"])
        for k in range(1, 51)
    }
    theirs = statistics.fmean((p - outcomes[key]) ** 2 for key, p in medians.items())
    assert crowd.means["brier"].value == pytest.approx(theirs, abs=TOLERANCE)
    whole = next(one for one in ours.values() if one.n == 50 and one is not crowd)
    assert whole.against["crowd"]["brier"].theirs == pytest.approx(theirs, abs=TOLERANCE)
    assert "crowd" not in crowd.against


def test_forecasts_of_professionals_with_hours(shared: Path, tmp_path: Path) -> None:
    """Several forecasts of one person on one day: the last one stands."""
    table = shared / "data/metaculus_pro_forecasts_2025q1/pro_forecasts_binary_mc.csv"
    columns = {
        "key": "question_id",
        "question": "question_title",
        "forecaster": "forecaster",
        "as_of": "forecast_timestamp",
        "p": "probability_yes",
        "deadline": "actual_resolve_time",
        "resolution": "resolution",
    }
    ledger = tmp_path / "pros.db"
    import_table(ledger, table, Layout(columns, {"role": "person", "source": "metaculus"}, where={"type": "binary"}))
    rows = [row for row in rows_of(table) if row["type"] == "binary" and row["question_id"] == "35386"]
    last: dict[str, dict[str, str]] = {}
    for row in sorted(rows, key=lambda row: row["forecast_timestamp"]):
        last[row["forecaster"]] = row
    ours = published(ledger)
    assert sum(one.n for one in ours.values()) > 250
    for name, row in last.items():
        days = {one["forecast_timestamp"][:10] for one in rows if one["forecaster"] == name}
        mine = next(one for one in ours[name].questions if one.question.key == "35386")
        assert mine.n_forecasts == len(days)
        assert mine.parts[-1].p == float(row["probability_yes"])


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def codes(folder: Path, text: str, layout: Layout | None = None) -> list[tuple[str, int]]:
    with pytest.raises(InputError) as caught:
        import_table(folder / "ledger.db", table(folder, text), layout or Layout())
    assert not (folder / "ledger.db").exists()
    return [(fault.code, fault.place.line) for fault in caught.value.faults]


def test_all_faults_of_a_table_at_once(tmp_path: Path) -> None:
    text = (
        "key,as_of,p,deadline,resolution,role\n"
        "a,2024-01-01,0.3,2024-12-31,,\n"
        "b,yesterday,0.3,2024-12-31,,\n"
        "c,2024-01-01,30,2024-12-31,,\n"
        "d,2024-01-01,much,2024-12-31,perhaps,\n"
        "e,2024-01-01,0.5,2024-12-31,,oracle\n"
    )
    assert codes(tmp_path, text) == [("L503", 3), ("L502", 4), ("L502", 5), ("L504", 5), ("L501", 6)]


def test_a_trial_says_what_would_be_added_and_writes_nothing(tmp_path: Path) -> None:
    text = "id,question,day,chance\na,Does it?,2024-01-01,0.3\n"
    ledger, whole = tmp_path / "ledger.db", {"key": "id", "as_of": "day", "p": "chance"}
    careless = import_table(ledger, table(tmp_path, text), Layout(), trial=True)
    assert (careless.questions, careless.entries, careless.unread) == (1, 0, ("id", "day", "chance"))
    assert not ledger.exists()
    import_table(ledger, table(tmp_path, text), Layout(whole))
    before = ledger.read_bytes()
    again = import_table(ledger, table(tmp_path, text), Layout(whole), trial=True)
    assert (again.questions, again.entries, again.known, again.unread) == (0, 0, 1, ())
    assert ledger.read_bytes() == before
    assert again.head.count == 2


def test_columns_that_do_not_exist(tmp_path: Path) -> None:
    assert codes(tmp_path, "key,p\na,1\n", Layout({"as_of": "date", "prob": "p"}, {}, {"kind": "x"})) == [
        ("L501", 0),
        ("L501", 0),
        ("L501", 0),
    ]


def test_rows_that_contradict_each_other(tmp_path: Path) -> None:
    text = "key,resolution,resolved_on\na,yes,2024-05-01\na,no,2024-06-01\n"
    assert [code for code, _ in codes(tmp_path, text)] == ["L506"]


def test_a_forecast_without_a_day_and_a_resolution_without_one(tmp_path: Path) -> None:
    assert [code for code, _ in codes(tmp_path, "key,p,resolution\na,0.4,yes\n")] == ["L503", "L503"]


def test_a_live_forecast_may_not_come_after_its_deadline(tmp_path: Path) -> None:
    text = "key,as_of,p,deadline,class\na,2024-01-01,0.3,2024-12-31,live\n"
    assert [code for code, _ in codes(tmp_path, text)] == ["L304"]


def test_a_forecast_of_a_date_has_a_row_per_date(tmp_path: Path) -> None:
    text = (
        "key,as_of,deadline,p,by,resolution,resolved_on\n"
        "peace,2024-01-01,2024-12-31,0.2,2024-06-30,yes,2024-08-15\n"
        "peace,2024-01-01,2024-12-31,0.7,2024-12-31,yes,2024-08-15\n"
    )
    import_table(tmp_path / "ledger.db", table(tmp_path, text), Layout())
    found = published(tmp_path / "ledger.db")["table"]
    assert found.kind == "date"
    assert found.means["rps"].value == pytest.approx((0.2**2 + 0.3**2) / 2)


def test_a_probability_up_to_a_day_cannot_fall(tmp_path: Path) -> None:
    text = "key,as_of,deadline,p,by\na,2024-01-01,2024-12-31,0.2,2024-06-30\na,2024-01-01,2024-12-31,0.1,2024-12-31\n"
    assert [code for code, _ in codes(tmp_path, text)] == ["L506"]


def test_a_value_joins_a_question_of_the_ledger(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    import_table(ledger, table(tmp_path, "key,as_of,p,deadline\na,2024-01-01,0.3,2024-12-31\n"), Layout())
    more = table(tmp_path, "in_ledger,as_of,p,forecaster,role\nQ1,2024-02-01,0.5,a market,market\n")
    import_table(ledger, more, Layout())
    assert [(one.question, one.p) for one in book(ledger).entries] == [("Q1", 0.3), ("Q1", 0.5)]


def test_an_export_can_be_imported_again(tmp_path: Path) -> None:
    from ceasefire.ledger.export import as_csv

    text = (
        "source,key,question,as_of,p,deadline,resolution,resolved_on\n"
        "set,a,Does it?,2024-01-01,0.3,2024-12-31,yes,2024-05-01\n"
        "set,a,Does it?,2024-03-01,0.6,2024-12-31,yes,2024-05-01\n"
        "set,b,Is it?,2024-01-01,0.3,2024-12-31,void,\n"
    )
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    import_table(first, table(tmp_path, text), Layout())
    import_table(second, table(tmp_path, as_csv(book(first))), Layout())
    assert published(first)["set"].means == published(second)["set"].means
    assert [one.text for one in book(first).questions.values()] == [one.text for one in book(second).questions.values()]
