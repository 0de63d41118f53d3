"""The bench itself: every row is there, in the shape that was promised. How fast anything is, is not tested."""

import json
import sys
from pathlib import Path

import pytest

import bench
import environment
from tests.benchmarks import all_rows, delivering, paper_cards, recomputing, saving, searching, starting
from tests.benchmarks.measuring import compared, take_turns
from tests.benchmarks.village import fresh_home, sampled_home


@pytest.fixture(scope="module")
def found():
    return list(all_rows.rows(town=400, village=40, clinics=2, largest=60, cards=8, quick=True))


def test_every_row_of_the_budgets_is_there(found):
    assert [row.name for row in found] == [
        "start to lock screen",
        "password to Today",
        *(f"search {kind}" for kind in searching.KEYSTROKES),
        "save one reading",
        "duties of the whole village",
        "duties of one household",
        "bytes per follow-up visit",
        "make a batch",
        "township takes in 2 clinics",
        "twice the data",
        "8 QR cards as PDF",
        "memory",
    ]
    assert {row.budget for row in found[:-1]} == {
        *(starting.LOCK_BUDGET, starting.TODAY_BUDGET, paper_cards.BUDGET),
        *(searching.BUDGET, saving.BUDGET, recomputing.BUDGET),
        *(
            delivering.SIZE_BUDGET,
            delivering.MAKING_BUDGET,
            delivering.INTAKE_BUDGET,
            delivering.TWICE_BUDGET,
        ),
    }


def test_memory_may_be_so_much_above_the_floor(found):
    row = found[-1]
    assert row.budget * row.floor == pytest.approx(row.floor + starting.MEMORY_BUDGET_MIB, rel=0.01)
    assert row.as_json()["above_floor"] == pytest.approx(row.ours - row.floor, abs=0.1)


def test_a_row_says_what_was_measured(found):
    for row in found:
        told = json.loads(json.dumps(row.as_json()))
        assert {"name", "ours", "floor", "ratio", "budget", "spread"} <= told.keys()
        assert told["ours"] > 0
        assert told["floor"] > 0
        assert told["unit"] in ("ms", "bytes", "MiB")
        assert told["unit"] == "bytes" or told["rounds"] >= 7
        assert told["ratio"] == pytest.approx(row.ours / row.floor, rel=0.01)


def test_the_table_names_every_row(found):
    shown = all_rows.table(found)
    assert all(row.name in shown for row in found)


def test_fewer_than_seven_rounds_are_refused():
    with pytest.raises(ValueError):
        compared("x", [1.0] * 6, [1.0] * 6, 1.0)


def test_ours_and_floor_take_turns():
    order: list[str] = []
    ours, floor = take_turns(lambda n: order.append(f"o{n}"), lambda n: order.append(f"f{n}"), 3)
    assert order == ["o-1", "f-1", "o0", "f0", "o1", "f1", "o2", "f2"]
    assert len(ours) == len(floor) == 3


def test_with_json_nothing_else_comes_on_standard_output(monkeypatch, capsys):
    monkeypatch.setattr(
        sys, "argv", ["bench.py", "--json", "--quick", "--only", "search", "--residents", "200"]
    )
    all_rows.main()
    printed = json.loads(capsys.readouterr().out)
    assert len(printed) == len(searching.KEYSTROKES)


def test_the_script_sets_itself_up_and_hands_over(monkeypatch):
    handed: list[object] = []
    monkeypatch.setattr(sys, "argv", ["bench.py", "--json"])
    monkeypatch.setattr(environment, "prepare_or_exit", lambda lock, packages: Path("python"))
    monkeypatch.setattr(
        environment, "hand_over", lambda python, arguments: handed.extend([python, *arguments])
    )
    bench.main()
    assert handed == [Path("python"), str(bench.MEASURING), "--json"]
    assert bench.MEASURING.is_file()


def test_the_bench_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with sampled_home(3) as workplace:
        assert workplace.home.is_relative_to(tmp_path)
    assert not list(tmp_path.iterdir())
    with fresh_home(tmp_path) as workplace:
        assert workplace.actor.name
