"""Batches drawn ahead in a second thread are those that would have been drawn in turn, whatever happens between."""

import gc
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from mamlcore.config import Config
from mamlcore.lab import Lab
from mamlcore.learners import LEARNERS
from mamlcore.seeds import generator
from mamlcore.tasks import open_source, stream
from mamlcore.tasks.stream import TaskStream
from mamlcore.tree import flatten

CONFIG = Config().with_settings(
    {
        "task.family": "gaussian",
        "task.n_way": 3,
        "task.k_shot": 2,
        "task.n_query": 4,
        "task.n_features": 6,
        "learners": ("maml",),
    }
)
SIZES = (4, 2, 4)  # tasks, support and query rows a class


@pytest.fixture
def source():
    return open_source(CONFIG, generator(0, "world"))


@pytest.fixture
def ahead(monkeypatch):
    """Every batch counts as large."""
    monkeypatch.setattr(stream, "_LARGE", 1)


def in_turn(source, count, sizes=SIZES, seed=5):
    n_tasks, k_shot, n_query = sizes
    rng = np.random.default_rng(seed)
    return [source.sample(rng, n_tasks, "train", k_shot, n_query).query_x for _ in range(count)]


class Recorded:
    """A source that notes in which threads it draws, and fails when told to."""

    def __init__(self, source):
        self._source, self.threads, self.fails = source, [], False

    def sample(self, *given):
        self.threads.append(threading.current_thread())
        if self.fails:
            raise ValueError("no more")
        return self._source.sample(*given)


def test_the_next_batch_comes_from_another_thread_and_is_the_same(source, ahead):
    recorded, batches = Recorded(source), TaskStream(np.random.default_rng(5))
    found = [batches.next(recorded, *SIZES).query_x for _ in range(4)]
    np.testing.assert_array_equal(found, in_turn(source, 4))
    assert recorded.threads[0] is threading.current_thread()
    assert threading.current_thread() not in recorded.threads[1:4]


def test_small_batches_are_drawn_where_they_are_asked_for(source):
    recorded, batches = Recorded(source), TaskStream(np.random.default_rng(5))
    found = [batches.next(recorded, *SIZES).query_x for _ in range(3)]
    np.testing.assert_array_equal(found, in_turn(source, 3))
    assert set(recorded.threads) == {threading.current_thread()}


def test_the_state_is_that_before_the_next_batch(source, ahead):
    batches, other = TaskStream(np.random.default_rng(5)), TaskStream(np.random.default_rng(0))
    batches.next(source, *SIZES)
    other.next(source, *SIZES)  # has drawn one ahead, which its new state makes void
    other.state = batches.state
    np.testing.assert_array_equal(other.next(source, *SIZES).query_x, in_turn(source, 2)[1])
    np.testing.assert_array_equal(batches.next(source, *SIZES).query_x, in_turn(source, 2)[1])


@pytest.mark.parametrize("sizes", [(3, 2, 4), (4, 1, 4), (4, 2, 5)])
def test_a_change_of_sizes_winds_the_stream_back(source, ahead, sizes):
    batches, rng = TaskStream(np.random.default_rng(5)), np.random.default_rng(5)
    for n_tasks, k_shot, n_query in (SIZES, sizes, sizes, SIZES):
        found = batches.next(source, n_tasks, k_shot, n_query)
        expected = source.sample(rng, n_tasks, "train", k_shot, n_query)
        np.testing.assert_array_equal(found.query_x, expected.query_x)


def test_a_change_of_source_winds_the_stream_back(source, ahead):
    other, rng = open_source(CONFIG, generator(1, "world")), np.random.default_rng(5)
    batches = TaskStream(np.random.default_rng(5))
    for one in (source, other, source):
        expected = one.sample(rng, SIZES[0], "train", *SIZES[1:])
        np.testing.assert_array_equal(batches.next(one, *SIZES).query_x, expected.query_x)


def test_what_fails_ahead_is_raised_by_the_batch_that_asks_for_it(source, ahead):
    recorded, batches = Recorded(source), TaskStream(np.random.default_rng(5))
    recorded.fails = True
    with pytest.raises(ValueError, match="no more"):
        batches.next(recorded, *SIZES)
    recorded.fails = False
    batches.next(recorded, *SIZES)
    recorded.fails = True
    batches.next(recorded, *SIZES)  # drawn ahead or not before it was told to fail: one of the next two does
    with pytest.raises(ValueError, match="no more"):
        batches.next(recorded, *SIZES)
    del batches
    gc.collect()  # the error's traceback held the stream, and so its thread


def test_a_lab_learns_the_same_bits(monkeypatch):
    drawn_ahead, drawn_in_turn = Lab(CONFIG), Lab(CONFIG)
    for lab, large in ((drawn_ahead, 1), (drawn_in_turn, 10**9)):
        monkeypatch.setattr(stream, "_LARGE", large)
        for _ in range(5):
            lab.advance()
        lab.apply(lab.config.with_settings({"outer.tasks": 7}))
        for _ in range(5):
            lab.advance()
    one, two = (lab.snapshot() for lab in (drawn_ahead, drawn_in_turn))
    assert one.resume.generator == two.resume.generator
    for a, b in zip(one.learners["maml"].state.theta, two.learners["maml"].state.theta, strict=True):
        np.testing.assert_array_equal(a[0], b[0])


@pytest.mark.parametrize("large", [1, 10**9])
@pytest.mark.parametrize(
    ("owner", "name"), [(LEARNERS["maml"], "step"), (LEARNERS["reptile"], "step"), (TaskStream, "next")]
)
def test_ctrl_c_within_a_meta_step_is_as_if_it_had_not_begun(monkeypatch, large, owner, name):
    """As in a notebook: the cell is stopped, and run again."""
    monkeypatch.setattr(stream, "_LARGE", large)
    config = CONFIG.with_settings({"learners": ("maml", "reptile"), "evaluation.live_tasks": 10})
    whole, stopped, usual = Lab(config), Lab(config), getattr(owner, name)

    def stop(*given):
        usual(*given)
        raise KeyboardInterrupt

    for lab in (whole, stopped):
        for _ in range(3):
            lab.step()
    before = stopped.snapshot()
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, stop)
        with pytest.raises(KeyboardInterrupt):
            stopped.step()
    after = stopped.snapshot()
    assert after.iteration == 3 and after.resume == before.resume
    assert [view.ledger for view in after.learners.values()] == [view.ledger for view in before.learners.values()]
    for lab in (whole, stopped):
        for _ in range(3):
            lab.step()
    assert whole.snapshot().resume.generator == stopped.snapshot().resume.generator
    states = [flatten(tuple(view.state for view in lab.snapshot().learners.values())) for lab in (whole, stopped)]
    for path, leaf in states[0].items():
        np.testing.assert_array_equal(leaf, states[1][path])


FORKED = """
import os, sys
import numpy as np
from mamlcore import Config
from mamlcore.seeds import generator
from mamlcore.tasks import open_source, stream
stream._LARGE = 1
source = open_source(Config().with_settings({"task.family": "gaussian"}), generator(0, "world"))
batches = stream.TaskStream(np.random.default_rng(5))
one = [batches.next(source, 4, 2, 4) for _ in range(2)]
child = os.fork()
two = [batches.next(source, 4, 2, 4).query_x.sum() for _ in range(3)]
if child:
    os.waitpid(child, 0)  # first, so that the lines of the two don't mix
print(*two, flush=True)
if not child:
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")
def test_a_forked_process_goes_on_alone_with_the_same_batches():
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKED], capture_output=True, text=True, timeout=60, check=False
    )
    lines = ended.stdout.splitlines()
    assert ended.returncode == 0 and len(lines) == 2 and lines[0] == lines[1], ended
