"""The bench: workloads are what they say, contestants are compared before they are timed, the report is complete."""

import contextlib
import json
import time
from itertools import count

import numpy as np
import pytest

from mamlcore import bench, cli
from mamlcore.benchmark import contestants, measure
from mamlcore.benchmark.workloads import WORKLOADS
from mamlcore.errors import LabError, SettingError


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_workload_draws_what_it_says(name):
    work = WORKLOADS[name]
    rng = np.random.default_rng(0)
    batch = work.sample(work.source(work), rng)
    assert batch.support_x.shape == (work.n_tasks, work.support, work.widths[0])
    assert batch.query_x.shape == (work.n_tasks, work.query, work.widths[0])
    assert batch.support_x.dtype == np.float32
    assert [w.shape for w, _ in work.start(rng)] == list(zip(work.widths, work.widths[1:], strict=False))


def test_the_estimate_of_arithmetic_counts_one_linear_layer_right():
    # 2 T [2 (n + m) a b + n (n + m) a + 2 m n b + n² b], or with weights of each task written out 2 T [4 n + 2 m] a b.
    assert WORKLOADS["W4"].flop() == 2 * 10 * min(2 * 20 * 50 + 10 * 20 * 50 + 2 * 100 + 100, 60 * 50)


class Wrong(contestants.Ours):
    def gradient(self, theta, batch):
        return tuple((1.01 * w, b) for w, b in super().gradient(theta, batch))


def test_who_computes_something_else_is_not_timed(monkeypatch):
    monkeypatch.setattr(bench, "peers", lambda names, work, theta: {"wrong": Wrong(work, theta)})
    with pytest.raises(LabError, match="W4: the meta-gradient of wrong differs"):
        bench.bench(WORKLOADS["W4"], ["wrong"], 0.01)


def test_turns_give_everyone_some_calls():
    calls = {"a": 0, "b": 0}

    def take(name):
        calls[name] += 1

    times = measure.turns({name: lambda name=name: take(name) for name in calls}, 0.02)
    assert all(len(times[name]) == calls[name] - 1 >= 3 for name in calls)


def test_the_command_prints_everything_as_json(capsys):
    assert cli.main(["bench", "--workloads", "W4", "--seconds", "0.02", "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    (found,) = tree["workloads"]
    assert tree["machine"]["blas"]
    assert set(found["timings"]) == {"maml-lab"}
    assert found["timings"]["maml-lab"]["median_ms"] >= found["timings"]["maml-lab"]["best_ms"] > 0
    assert {"sampling", "inner", "query", "outer", "optimizer"} <= set(found["stages_ms"])
    assert found["peak_mib"] > found["memory_mib"] > 0
    assert 0 < found["peak_share"] < 1


def test_turns_are_timed_by_the_clock_that_is_given(monkeypatch):
    clock = count(0.0, 0.04).__next__  # each look at it takes 0.04
    times = measure.turns({"a": lambda: None, "b": lambda: None}, 0.2, clock=clock)
    np.testing.assert_allclose(times["a"] + times["b"], 0.04)
    seen = []
    monkeypatch.setattr("mamlcore.bench.bench", lambda *given: seen.append(given[-1]) or 1 / 0)
    with contextlib.suppress(ZeroDivisionError):
        cli.main(["bench", "--workloads", "W4", "--cpu-time"])
    assert seen == [time.process_time]


def test_the_table_has_a_line_for_each_contestant(monkeypatch, capsys):
    monkeypatch.setattr(bench, "peers", lambda names, work, theta: {"again": contestants.Ours(work, theta)})
    assert cli.main(["bench", "--workloads", "W4", "--against", "again", "--seconds", "0.02"]) == 0
    out = capsys.readouterr().out
    assert "maml-lab" in out and "again" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--workloads", "W9"], "--workloads takes W1, "),
        (["--against", "keras", "--workloads", "W4"], "--against takes jax, torch"),
    ],
)
def test_names_that_do_not_exist_are_refused(arguments, said, capsys):
    assert cli.main(["bench", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_peer_that_is_not_installed_is_asked_for(monkeypatch):
    monkeypatch.setattr(contestants, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match="needs jax: pip install"):
        contestants.peers(["jax"], WORKLOADS["W4"], ())


@pytest.mark.parametrize("peer", ["jax", "torch"])
@pytest.mark.parametrize("name", ["W1", "W2", "W4"])
def test_an_installed_peer_agrees(peer, name):
    pytest.importorskip(peer)
    result = bench.bench(WORKLOADS[name], [peer], 0.05)
    assert all(timing.difference < 1e-4 for timing in result.timings.values())


def test_growth_has_a_line_for_each_value(capsys):
    assert cli.main(["bench", "--growth", "--seconds", "0.01", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["varied"] for row in rows} == {"tasks T", "shots K", "width", "inner steps S"}
    cost = {(row["varied"], row["value"]): float(row["best ms"]) for row in rows}
    assert cost["inner steps S", "10"] > cost["inner steps S", "1"]
    assert cost["width", "256"] > cost["width", "32"]
