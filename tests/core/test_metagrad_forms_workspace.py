"""Prepared programs: the tape's memory, threads, blocks of tasks, and numbers that are not finite."""

import threading

import numpy as np
import pytest
from cases import batch, flat, network, relative, widths_for
from threadpoolctl import threadpool_info, threadpool_limits

from mamlcore import meta_gradient
from mamlcore.batch import TaskBatch
from mamlcore.losses import LOSSES as LOSS_OF
from mamlcore.metagrad import Inner, compute, rows_of, workspace
from mamlcore.metagrad.plain import plain
from mamlcore.metagrad.tape import Tape


@pytest.fixture(autouse=True)
def bounds_may_differ():
    """Forget how tasks were shared out: tests change the bounds that decide it."""
    workspace.shared_out.cache_clear()
    yield
    workspace.shared_out.cache_clear()


def test_arrays_in_use_at_the_same_time_never_share_memory():
    rng = np.random.default_rng(0)
    tape = Tape(np.dtype(float))
    source, result = tape.kept(6, fill=1.0), tape.kept(6)
    chain, wanted = [source], [np.ones(6)]
    for i in range(1, 40):  # each new array is the sum of two earlier ones, viewed askew
        a, b = (int(k) for k in rng.integers(max(0, i - 5), i, 2))
        new = tape.scratch(2, 3).T.reshape(3, 2).T.reshape(6)[::-1] if i % 3 else tape.scratch(8)[1:7]
        tape.do(np.add, chain[a], chain[b], new)
        chain.append(new)
        wanted.append(wanted[a] + wanted[b])
    tape.do(np.copyto, result, chain[-1])
    alone = sum(1 for _ in chain[1:]) * 48
    tape.seal()
    for _ in range(2):
        tape.run()
        np.testing.assert_array_equal(result, wanted[-1])
    assert tape.bytes < alone  # and yet it is not a place for each


def test_stages_add_up_to_the_whole_tape():
    tape = Tape(np.dtype(float))
    a = tape.kept(2, fill=1.0)
    for name in ("one", "two", "one"):
        tape.stage(name)
        tape.do(np.add, a, a, a)
    tape.seal()
    assert set(tape.timed()) == {"one", "two"}
    assert a[0] == 8.0


def problem(loss="cross_entropy", n_tasks=6, dtype="float64", seed=1):
    rng = np.random.default_rng(seed)
    widths = widths_for(loss, 3, 5, 5)
    return network(rng, widths, dtype), batch(rng, loss, widths, n_tasks=n_tasks)


def test_threads_do_not_disturb_each_other():
    theta, _ = problem()
    batches = [problem(seed=k)[1] for k in range(4)]
    alone = [flat(meta_gradient(theta, tasks, 0.1, 3, "cross_entropy").gradient) for tasks in batches]
    wrong = []

    def work(k):
        for _ in range(50):
            found = flat(meta_gradient(theta, batches[k], 0.1, 3, "cross_entropy").gradient)
            if not np.array_equal(found, alone[k]):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("bound", [400, 900, 2_500])
def test_blocks_of_tasks_give_what_all_at_once_give(bound, monkeypatch):
    theta, tasks = problem(n_tasks=7)
    whole = meta_gradient(theta, tasks, 0.1, 2, "cross_entropy")
    sizes = workspace.sizes_of(theta, rows_of(theta, tasks), Inner(0.1, 2, LOSS_OF["cross_entropy"], "relu"), False)
    workspace.shared_out.cache_clear()
    monkeypatch.setattr(workspace, "_BLOCK_NUMBERS", bound)
    assert workspace.block_size(sizes) < 7
    split = meta_gradient(theta, tasks, 0.1, 2, "cross_entropy")
    np.testing.assert_allclose(split.query_losses, whole.query_losses, rtol=1e-13)
    assert relative(flat(split.gradient), flat(whole.gradient)) <= 1e-13


@pytest.mark.parametrize("bound", [24_000_000, 900])
def test_two_threads_give_what_one_gives_and_always_the_same_bits(bound, monkeypatch):
    theta, tasks = problem(n_tasks=7)
    monkeypatch.setattr(workspace, "_BLOCK_NUMBERS", bound)
    alone = meta_gradient(theta, tasks, 0.1, 2, "cross_entropy")
    workspace.shared_out.cache_clear()
    monkeypatch.setattr(workspace, "_LONG_CALL_NS", 0.0)
    monkeypatch.setattr(workspace, "_LONG_STEP_NS", 0.0)
    seen = []
    in_two = workspace._in_two_threads
    monkeypatch.setattr(workspace, "_in_two_threads", lambda work: seen.append(1) or in_two(work))
    found = [meta_gradient(theta, tasks, 0.1, 2, "cross_entropy") for _ in range(20)]
    assert len(seen) == 20
    np.testing.assert_allclose(found[0].query_losses, alone.query_losses, rtol=1e-13)
    assert relative(flat(found[0].gradient), flat(alone.gradient)) <= 1e-13
    for other in found[1:]:
        np.testing.assert_array_equal(flat(other.gradient), flat(found[0].gradient))


def test_a_fault_in_either_thread_reaches_the_caller(monkeypatch):
    theta, tasks = problem("mse", n_tasks=4)
    monkeypatch.setattr(workspace, "_LONG_CALL_NS", 0.0)
    monkeypatch.setattr(workspace, "_LONG_STEP_NS", 0.0)
    for bad in (0, 3):
        x = tasks.support_x.copy()
        x[bad, 0, 0] = np.nan
        broken = TaskBatch(x, tasks.support_y, tasks.query_x, tasks.query_y)
        losses = meta_gradient(theta, broken, 0.1, 2, "mse").query_losses
        assert list(np.isnan(losses)) == [i == bad for i in range(4)]


def test_only_long_steps_of_long_calls_are_worth_a_second_thread():
    def lanes(widths, t, n, m, steps):
        return workspace.two_lanes(workspace.Sizes(widths, t, n, m, steps, "mse", "relu", False, "float32"))

    assert lanes((784, 256, 128, 64, 20), 16, 20, 300, 1)
    assert lanes((784, 256, 128, 64, 20), 16, 20, 20, 5)
    assert not lanes((784, 256, 128, 64, 20), 16, 20, 20, 1)
    assert not lanes((64, 64, 64, 64, 5), 32, 5, 75, 5)
    assert not lanes((1, 40, 40, 1), 25, 10, 10, 1)
    assert not lanes((784, 256, 128, 64, 20), 1, 20, 300, 1)


def test_memory_stays_bounded_however_many_settings_are_tried(monkeypatch):
    workspace.release()
    monkeypatch.setattr(workspace, "_MAX_BYTES", 700_000)
    for n_tasks in range(1, 30):
        theta, tasks = problem(n_tasks=n_tasks)
        meta_gradient(theta, tasks, 0.1, 2, "cross_entropy")
        assert workspace.held_bytes() <= 700_000
    workspace.release()
    assert workspace.held_bytes() == 0


def test_the_largest_batch_the_settings_allow_needs_no_more_than_the_bound():
    sizes = workspace.Sizes((512, 512, 512, 20), 64, 400, 1000, 10, "cross_entropy", "relu", False, "float32")
    assert workspace.block_size(sizes) == 1
    small = workspace.Sizes((1, 40, 40, 1), 25, 10, 10, 1, "mse", "relu", False, "float32")
    assert workspace.block_size(small) == 25


@pytest.mark.parametrize("where", ["support_x", "query_x", "theta"])
@pytest.mark.parametrize("value", [np.nan, -np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_never_hides_in_a_linear_model(where, value):
    rng = np.random.default_rng(1)
    theta, tasks = network(rng, (3, 1)), batch(rng, "bce", (3, 1))
    parts = {name: getattr(tasks, name).copy() for name in ("support_x", "support_y", "query_x", "query_y")}
    if where == "theta":
        theta[0][0][2] = value
    else:
        parts[where][1, 2, 0] = value
    found = meta_gradient(theta, TaskBatch(**parts), 0.1, 2, "bce")
    # An infinite logit on the right side has a loss of 0.
    assert not (np.isfinite(found.query_losses[1]) and np.isfinite(flat(found.gradient)).all())


@pytest.mark.parametrize("where", ["support_x", "query_x", "support_y", "theta"])
@pytest.mark.parametrize("value", [np.nan, -np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_never_hides(where, value):
    # A mask of sign bits would turn a NaN without a sign into an inactive unit.
    theta, tasks = problem("mse")
    parts = {name: getattr(tasks, name).copy() for name in ("support_x", "support_y", "query_x", "query_y")}
    if where == "theta":
        theta[1][0][2, 3] = value
    else:
        parts[where][1, 2, 0] = value
    losses = meta_gradient(theta, TaskBatch(**parts), 0.1, 2, "mse").query_losses
    assert not np.isfinite(losses[1])


@pytest.mark.parametrize("steps", [2, 10])
def test_an_overflow_on_the_way_gives_what_the_plain_formula_gives(steps):
    theta, tasks = problem("mse", dtype="float32")
    rows, inner = rows_of(theta, tasks), Inner(1e8, steps, LOSS_OF["mse"], "relu")
    found, wanted = compute(theta, rows, inner, False), plain(theta, rows, inner, False)
    np.testing.assert_array_equal(np.isfinite(found[0]), np.isfinite(wanted[0]))


def test_what_the_fast_forms_do_not_serve_is_left_to_the_plain_formula():
    theta, tasks = problem()
    rows, inner = rows_of(theta, tasks), Inner(0.1, 2, LOSS_OF["cross_entropy"], "tanh")
    assert workspace.sizes_of(theta, rows, inner, False) is not None
    assert workspace.sizes_of(theta, rows, inner._replace(steps=0), False) is None
    turned = tuple((w.astype(complex), b.astype(complex)) for w, b in theta)
    assert workspace.sizes_of(turned, rows_of(turned, tasks), inner, False) is None


def test_blas_runs_in_one_thread_whatever_was_set_before():
    workspace.release()
    theta, tasks = problem()
    with threadpool_limits(limits=2, user_api="blas"):
        meta_gradient(theta, tasks, 0.1, 2, "cross_entropy")
        found = [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
    assert set(found) == {1}
