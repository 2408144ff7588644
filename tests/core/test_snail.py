"""SNAIL: against a slow form that reads each sequence step by step, its causality, reach and attention."""

from itertools import pairwise

import numpy as np
import pytest
from cases import TINY, flat, like
from learner_cases import CONFIG, PROBLEMS, fresh, mean_loss, sample, trained

from mamlcore import optimizer
from mamlcore.batch import TaskBatch
from mamlcore.config import Config
from mamlcore.learners import LEARNERS, sequence, snail

LEARNER = LEARNERS["snail"]
N_EMBED = len(CONFIG.model.hidden) + 1


# -- the slow form: one sequence, one step at a time ---------------------------------------------------------


def slow_sequence(blocks, x, labels, activation):
    """Outputs (T, O) at every step of one sequence x (T, D), labels (T, L); follows complex weights analytically."""
    steps = []
    for row, label in zip(x, labels, strict=True):
        hidden = row
        for w, b in blocks.embed[:-1]:
            z = hidden @ w + b
            hidden = np.tanh(z) if activation == "tanh" else np.where(z.real > 0, z, 0.0)
        steps.append(np.concatenate([hidden @ blocks.embed[-1][0] + blocks.embed[-1][1], label]))
    for k, layers in enumerate(blocks.attention):
        steps = slow_attention(layers, steps)
        if k < len(blocks.convolutions):
            for i, layer in enumerate(blocks.convolutions[k]):
                steps = slow_dense(layer, steps, 2**i)
    return np.stack([step @ blocks.head[0] + blocks.head[1] for step in steps])


def slow_attention(layers, steps):
    (wq, bq), (wk, bk), (wv, bv) = layers
    out = []
    for t, step in enumerate(steps):
        scores = [np.exp((step @ wq + bq) @ (past @ wk + bk) / np.sqrt(wk.shape[1])) for past in steps[: t + 1]]
        read = sum(s * (past @ wv + bv) for s, past in zip(scores, steps, strict=False)) / sum(scores)
        out.append(np.concatenate([step, read]))
    return out


def slow_dense(layer, steps, dilation):
    weights, bias = layer
    out = []
    for t, step in enumerate(steps):
        past = steps[t - dilation] if t >= dilation else np.zeros_like(step)
        z = np.concatenate([past, step]) @ weights + bias
        f = len(z) // 2
        out.append(np.concatenate([step, np.tanh(z[:f]) / (1.0 + np.exp(-z[f:]))]))
    return out


def ordered(batch, kind, n_labels):
    """Rows of the batch in its own order."""
    labels = batch.support_y if kind == "mse" else np.eye(n_labels)[batch.support_y]
    return sequence.Rows(batch.support_x, labels, batch.query_x)


def slow_query(blocks, rows, task, query, activation="tanh"):
    """The last step of the sequence that ends with this query."""
    x = np.vstack([rows.support[task], rows.query[task, query]])
    return slow_sequence(blocks, x, np.vstack([rows.labels[task], np.zeros(rows.labels.shape[2])]), activation)


def blocks_of(state):
    return sequence.blocks_of(list(state.params), N_EMBED)


def rows_for(kind, n_tasks=2):
    return ordered(sample(kind, 7, n_tasks=n_tasks), kind, max(2, PROBLEMS[kind].n_outputs))


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_it_is_the_papers_network_on_every_sequence(kind):
    state, rows = trained("snail", kind), rows_for(kind)
    reading = sequence.Reading(blocks_of(state), rows, "tanh")
    support, query = reading.support, reading.query
    for task in range(2):
        for q in (0, 4):
            wanted = slow_query(blocks_of(state), rows, task, q)
            np.testing.assert_allclose(support[task], wanted[:-1], rtol=1e-10, atol=1e-12)
            np.testing.assert_allclose(query[task, q], wanted[-1], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_the_gradient_is_exact(kind, activation):
    state, batch = trained("snail", kind), sample(kind, 7, n_tasks=1, queries=1)
    rows = ordered(batch, kind, max(2, PROBLEMS[kind].n_outputs))
    reading = sequence.Reading(blocks_of(state), rows, activation)
    outputs, pull = reading.query, np.random.default_rng(2).standard_normal(reading.query.shape)
    vector, found, rng = flat(state.params), flat(reading.back(pull)), np.random.default_rng(3)
    starts = np.cumsum([0] + [part.size for layer in state.params for part in layer])
    picks = [np.eye(1, vector.size, rng.integers(a, b))[0] for a, b in list(pairwise(starts))[::3]]
    for direction in [*picks, rng.standard_normal(vector.size)]:
        moved = sequence.blocks_of(list(like(vector + 1j * TINY * direction, state.params)), N_EMBED)
        slow = np.stack([slow_query(moved, rows, 0, q, activation)[-1] for q in range(outputs.shape[1])])
        wanted = (slow.imag / TINY * pull[0]).sum()
        np.testing.assert_allclose(found @ direction, wanted, rtol=1e-9, atol=1e-13)


def test_one_step_is_adam_on_the_query_loss():
    config = CONFIG.with_settings({"learner.snail_lr": 0.003, "outer.optimizer": "sgd"})
    state, batch = fresh("snail", "mse", config), sample("mse", 7, shots=1)
    one = TaskBatch(batch.support_x[:, :1], batch.support_y[:, :1], batch.query_x, batch.query_y)  # no order to shuffle
    rows, vector = ordered(one, "mse", 2), flat(state.params)
    after, info = LEARNER.step(state, one, config)

    def slow(parameters):
        blocks = blocks_of(state._replace(params=like(parameters, state.params)))
        outputs = sequence.Reading(blocks, rows, "tanh").query
        return ((outputs - one.query_y) ** 2).mean()

    np.testing.assert_allclose(info.query_losses.mean(), slow(vector), rtol=1e-12)
    assert (info.rows, info.gradient_evaluations) == (4 * 10, 4 * 2)
    moved = flat(after.params) - vector
    chosen = np.argsort(-np.abs(after.optimizer.mean))[:5]
    for p in chosen:
        h = 1e-6 * np.eye(1, vector.size, p)[0]
        slope = (slow(vector + h) - slow(vector - h)) / 2e-6
        np.testing.assert_allclose(after.optimizer.mean[p], (1 - optimizer.BETA1) * slope, rtol=1e-5)
        np.testing.assert_allclose(moved[p], -0.003 * np.sign(slope), rtol=1e-5)  # Adam's first step


# -- what it sees -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, 2, 5])
def test_a_step_changes_nothing_before_it(step):
    state, rows = trained("snail", "cross_entropy"), rows_for("cross_entropy")
    changed = rows._replace(support=rows.support.copy(), labels=rows.labels.copy())
    changed.support[:, step] += 1.0
    changed.labels[:, step] = changed.labels[:, step, ::-1]
    before, after = (sequence.Reading(blocks_of(state), r, "tanh") for r in (rows, changed))
    np.testing.assert_array_equal(after.support[:, :step], before.support[:, :step])
    assert (after.support[:, step] != before.support[:, step]).any(axis=-1).all()
    assert (after.query != before.query).any(axis=-1).all()


@pytest.mark.parametrize(("length", "blocks"), [(2, 1), (3, 2), (6, 3), (8, 3), (9, 4), (26, 5), (32, 5), (33, 6)])
def test_a_temporal_convolution_reaches_the_first_step(length, blocks):
    assert sequence.n_dense(length) == blocks
    rng = np.random.default_rng(0)

    def reach(depth):
        start = rng.standard_normal((3, 1, length))
        layers = [(rng.standard_normal((2 * (3 + 2 * i), 4)), np.zeros(4)) for i in range(depth)]
        ends = []
        for shift in (0.0, 1.0):
            steps = start.copy()
            steps[:, :, 0] += shift
            for i, layer in enumerate(layers):
                steps = np.concatenate([steps, sequence.Dense(layer, steps, length - 1, 2**i).outputs])
            ends.append(steps[:, :, -1])
        return not np.array_equal(*ends)

    assert reach(blocks)
    assert not reach(blocks - 1)


def test_the_depth_covers_the_tasks_of_the_settings():
    config = Config().with_settings({"task.k_shot": 5})
    for kind, rows in (("cross_entropy", 15), ("mse", 5), ("bce", 5)):
        state = LEARNER.init(PROBLEMS[kind], config, np.random.default_rng(0))
        depth = len(sequence.blocks_of(list(state.params), len(config.model.hidden) + 1).convolutions[0])
        assert 2**depth >= rows + 1 > 2 ** (depth - 1)


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_attention_rows_sum_to_one_and_name_the_rows_of_the_batch(kind):
    state, batch = trained("snail", kind), sample(kind, 7)
    looks = LEARNER.attention(state, batch, CONFIG)
    assert len(looks) == 3
    for share in looks:
        assert share.shape == (*batch.query_x.shape[:2], batch.support_x.shape[1] + 1)
        np.testing.assert_allclose(share.sum(axis=-1), 1.0, rtol=1e-12)
        assert (share > 0).all()
    # in the first block a row's weight depends on that row and the query alone, wherever it stands
    moved = TaskBatch(batch.support_x[:, ::-1], batch.support_y[:, ::-1], batch.query_x, batch.query_y)
    first = LEARNER.attention(state, moved, CONFIG)[0]
    np.testing.assert_allclose(first[..., :-1], looks[0][..., -2::-1], rtol=1e-10)


def test_the_label_of_the_query_is_not_in_the_sequence():
    """Were it, the losses with each label in turn would not be those of one distribution."""
    state, batch = trained("snail", "cross_entropy"), sample("cross_entropy", 7)
    one = batch.query_x[:, :1]
    share = []
    for label in range(3):
        asked = TaskBatch(batch.support_x, batch.support_y, one, np.full((4, 1), label))
        share.append(np.exp(-LEARNER.step(state, asked, CONFIG)[1].query_losses))
    np.testing.assert_allclose(sum(share), 1.0, rtol=1e-12)


def test_each_episode_has_an_order_of_its_own_and_tests_have_one():
    state, batch = trained("snail", "mse"), sample("mse", 7)
    later = state._replace(optimizer=state.optimizer._replace(updates=99))
    losses = [LEARNER.step(s, batch, CONFIG)[1].query_losses for s in (state, state, later)]
    np.testing.assert_array_equal(losses[0], losses[1])
    assert (losses[0] != losses[2]).all()
    np.testing.assert_array_equal(*(LEARNER.predict(s, batch, 0, CONFIG) for s in (state, later)))


def test_chunks_change_nothing(monkeypatch):
    state, batch = trained("snail", "cross_entropy"), sample("cross_entropy", 7, n_tasks=5)
    whole, one = LEARNER.predict(state, batch, 0, CONFIG), LEARNER.step(state, batch, CONFIG)
    monkeypatch.setattr(snail, "_CHUNK_NUMBERS", 1)
    two = LEARNER.step(state, batch, CONFIG)
    np.testing.assert_allclose(LEARNER.predict(state, batch, 0, CONFIG), whole, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(two[1].query_losses, one[1].query_losses, rtol=1e-11)
    np.testing.assert_allclose(two[0].optimizer.mean, one[0].optimizer.mean, rtol=1e-9, atol=1e-15)


def test_widths_are_the_papers_divided():
    config = CONFIG.with_settings({"learner.snail_divisor": 1})
    blocks = sequence.blocks_of(list(LEARNER.init(PROBLEMS["mse"], config, np.random.default_rng(0)).params), N_EMBED)
    assert blocks.embed[-1][1].size == 64
    assert [tuple(b.size for _, b in layers) for layers in blocks.attention] == [
        (64, 64, 32), (256, 256, 128), (512, 512, 256),
    ]  # fmt: skip
    assert {b.size for layers in blocks.convolutions for _, b in layers} == {2 * 128}


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_training_beats_the_start(kind):
    config = CONFIG.with_settings({"learner.snail_lr": 0.005, "learner.snail_divisor": 16})
    test, state = sample(kind, 1000, n_tasks=100), fresh("snail", kind, config)
    before = mean_loss(LEARNER.predict(state, test, 0, config)[0], test, kind)
    for seed in range(100):
        state, _ = LEARNER.step(state, sample(kind, seed, n_tasks=8), config)
    after = mean_loss(LEARNER.predict(state, test, 0, config)[0], test, kind)
    assert after < 0.7 * before
