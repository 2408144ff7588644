"""Meta Networks: against a slow form of the paper's algorithm, its gradient, and what its parts must come down to."""

from itertools import pairwise

import numpy as np
import pytest
from cases import TINY, flat, like, relative, slow_loss
from learner_cases import CONFIG, PROBLEMS, fresh, mean_loss, sample, trained

from mamlcore import optimizer
from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS, coordinate, meta_networks
from mamlcore.learners import fast_weights as fast
from mamlcore.learners.gradients import clipped
from mamlcore.losses import LOSSES
from mamlcore.metagrad import rows_of

LEARNER = LEARNERS["meta_networks"]
SMALL = CONFIG.with_settings({"learner.meta_networks_keys": 4, "learner.meta_networks_fast": 2})
N_KEYS = 3
FAST = pytest.mark.parametrize("n_fast", [1, 2, 3])


def setting(n_fast):
    return SMALL.with_settings({"learner.meta_networks_fast": n_fast})


def shape_for(kind, n_fast):
    return fast.Shape(N_KEYS, n_fast, LOSSES[kind])


def parts(state):
    return fast.parts_of(state.params, N_KEYS)


def replaced(state, **changed):
    """The state with some parts of its parameters replaced."""
    new = parts(state)._replace(**changed)
    return state._replace(params=(*new.keys, *new.base, new.lstm, new.readout, *new.mlp))


def silent(layer):
    return np.zeros_like(layer[0]), np.zeros_like(layer[1])


# -- the slow form: one task, one coordinate, one query at a time ---------------------------------------------


def relu(z):
    return np.where(z.real > 0, z, 0.0)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def preprocess(x):
    """Log and sign as the published code has them: by clamping, p = 7."""
    return np.array([max(np.log(abs(x) + 1e-300) / 7.0, -1.0), np.clip(np.exp(7.0) * x, -1.0, 1.0)])


def slow_generated(p, inputs):
    """One coordinate's Q* from its G preprocessed gradients (G, 2)."""
    h = c = np.zeros(20)
    for x in inputs:
        z = np.concatenate([x, h]) @ p.lstm[0] + p.lstm[1]
        c = sigmoid(z[20:40]) * c + sigmoid(z[:20]) * np.tanh(z[60:])
        h = sigmoid(z[40:60]) * np.tanh(c)
    return (h @ p.readout[0] + p.readout[1])[0]


def slow_memory(p, x):
    """One coordinate of one row's W* from its preprocessed gradient (2,)."""
    for w, b in p.mlp[:-1]:
        x = relu(x @ w + b)
    return (x @ p.mlp[-1][0] + p.mlp[-1][1])[0]


def slow_key(p, q_fast, x):
    n_slow = len(p.keys) - len(q_fast)
    for w, b in p.keys[:n_slow]:
        x = relu(x @ w + b)
    for (w, _), extra in zip(p.keys[n_slow:-1], q_fast[:-1], strict=True):
        x = relu(x @ w) + relu(x @ extra)
    return x @ p.keys[-1][0] + x @ q_fast[-1]


def with_zero_biases(layers):
    return tuple((w, b if b.size else np.zeros(w.shape[1])) for w, b in layers)


def weights_only(vector, theta):
    """The gradient vector of a network with biases as one of its weight matrices."""
    return [w for w, _ in like(vector, theta)]


def slow_fed(state, kind, batch, task, n_fast):
    """The preprocessed gradients of one task: (P, G, 2) for d, and (S, P', 2) for m."""
    p, x, y = parts(state), batch.support_x[task], batch.support_y[task]
    theta = with_zero_biases([*p.keys, (state.head, np.zeros(0))])
    slopes = []
    for i in range(len(x)):  # up to ten rows: a group is one row
        gradient = slow_loss(theta, x[i : i + 1], y[i : i + 1], kind, "relu")[1]
        slopes.append(np.concatenate([g.ravel() for g in weights_only(gradient, theta)[N_KEYS - n_fast : N_KEYS]]))
    to_keys = np.array([[preprocess(s) for s in coordinate] for coordinate in np.array(slopes).T])
    extra = slow_fast(p, to_keys, n_fast)
    base, to_base = with_zero_biases(p.base), []
    for i in range(len(x)):
        gradient = slow_loss(base, slow_key(p, extra, x[i])[None], y[i : i + 1], kind, "relu")[1]
        to_base.append([preprocess(s) for g in weights_only(gradient, base) for s in g.ravel()])
    return to_keys, np.array(to_base)


def slow_fast(p, to_keys, n_fast):
    line, out = np.array([slow_generated(p, inputs) for inputs in to_keys]), []
    for w, _ in p.keys[N_KEYS - n_fast :]:
        out.append(line[: w.size].reshape(w.shape))
        line = line[w.size :]
    return out


def slow_outputs(p, fed, x, queries, n_fast):
    """Outputs (Q, O) and reads (Q, S) of one task; follows complex weights analytically."""
    extra, outputs, reads = slow_fast(p, fed[0], n_fast), [], []
    memory = np.array([[slow_memory(p, inputs) for inputs in row] for row in fed[1]])
    keys = [slow_key(p, extra, row) for row in x]
    for query in queries:
        r = slow_key(p, extra, query)
        # a key of zeros (every ReLU shut) is like no other: the cosine is 0 there, not 0 / 0
        cosines = np.array([(k @ r) / np.sqrt((k @ k + 1e-12) * (r @ r + 1e-12)) for k in keys])
        share = np.exp(cosines) / np.exp(cosines).sum()
        w_fast = share @ memory
        (w1, _), (w2, _) = p.base
        h = relu(r @ w1) + relu(r @ w_fast[: w1.size].reshape(w1.shape))
        outputs.append(h @ w2 + h @ w_fast[w1.size :].reshape(w2.shape))
        reads.append(share)
    return np.array(outputs), np.array(reads)


@FAST
@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_it_is_the_papers_algorithm(kind, n_fast):
    config = setting(n_fast)
    state, batch = trained("meta_networks", kind, config), sample(kind, 7, n_tasks=2)
    outputs, reads = LEARNER.predict(state, batch, 0, config)[0], LEARNER.attention(state, batch, config)
    for task in range(2):
        fed = slow_fed(state, kind, batch, task, n_fast)
        wanted = slow_outputs(parts(state), fed, batch.support_x[task], batch.query_x[task], n_fast)
        np.testing.assert_allclose(outputs[task], wanted[0], rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(reads[task], wanted[1], rtol=1e-8)


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_the_gradient_is_exact_with_the_support_gradients_frozen(kind):
    state, batch = trained("meta_networks", kind, SMALL), sample(kind, 7, n_tasks=1, shots=1, queries=1)
    losses, gradient = meta_networks.query_gradient(state, rows_of(state.params, batch), shape_for(kind, 2))
    fed = slow_fed(state, kind, batch, 0, 2)

    def loss(params):
        outputs, _ = slow_outputs(fast.parts_of(params, N_KEYS), fed, batch.support_x[0], batch.query_x[0], 2)
        return LOSSES[kind].values(outputs, batch.query_y[0])

    np.testing.assert_allclose(losses[0], loss(state.params), rtol=1e-10)
    vector, found, rng = flat(state.params), flat(gradient), np.random.default_rng(3)
    starts = np.cumsum([0] + [part.size for layer in state.params for part in layer])
    picks = [np.eye(1, vector.size, rng.integers(a, b))[0] for a, b in pairwise(starts) if b > a]
    for direction in [*picks, *rng.standard_normal((2, vector.size))]:
        wanted = loss(like(vector + 1j * TINY * direction, state.params)).imag / TINY
        np.testing.assert_allclose(found @ direction, wanted, rtol=1e-8, atol=1e-12)


# -- what its parts come down to ----------------------------------------------------------------------------


def test_a_read_of_one_row_uses_that_rows_fast_weights():
    state, rng = trained("meta_networks", "cross_entropy", SMALL), np.random.default_rng(0)
    base, keys = parts(state).base, rng.standard_normal((1, 1, 4))
    memory = rng.standard_normal((1, 6, sum(w.size for w, _ in base)))
    for i in range(6):
        found = fast.answer(base, memory, np.eye(6)[None, i : i + 1], keys)
        (w1, _), (w2, _) = base
        f1, f2 = memory[0, i, : w1.size].reshape(w1.shape), memory[0, i, w1.size :].reshape(w2.shape)
        h = relu(keys[0] @ w1) + relu(keys[0] @ f1)
        np.testing.assert_allclose(found[0], h @ w2 + h @ f2, rtol=1e-12)


@FAST
def test_without_fast_weights_it_is_a_plain_network(n_fast):
    config, batch = setting(n_fast), sample("cross_entropy", 7)
    state = trained("meta_networks", "cross_entropy", config)
    p = parts(state)
    plain = replaced(state, readout=silent(p.readout), mlp=[*p.mlp[:-1], silent(p.mlp[-1])])
    x = batch.query_x
    for w, b in with_zero_biases(p.keys[:-1]):
        x = relu(x @ w + b)
    wanted = relu(x @ p.keys[-1][0] @ p.base[0][0]) @ p.base[1][0]
    np.testing.assert_allclose(LEARNER.predict(plain, batch, 0, config)[0], wanted, rtol=1e-11, atol=1e-13)
    assert relative(LEARNER.predict(state, batch, 0, config)[0], wanted) > 1e-3


def test_permuting_the_support_permutes_the_memory_and_leaves_answers_alone():
    """Without Q*: the LSTM d reads its gradients in order, m does not."""
    batch, order = sample("cross_entropy", 7), np.array([3, 0, 5, 1, 4, 2])
    state = trained("meta_networks", "cross_entropy", SMALL)
    ordered = replaced(state, readout=silent(parts(state).readout))
    moved = TaskBatch(batch.support_x[:, order], batch.support_y[:, order], batch.query_x, batch.query_y)
    shape = shape_for("cross_entropy", 2)
    one, two = (meta_networks.generate(ordered, rows_of(state.params, b), shape).memory for b in (batch, moved))
    np.testing.assert_allclose(two, one[:, order], rtol=1e-10, atol=1e-13)
    reads = [LEARNER.attention(ordered, b, SMALL) for b in (batch, moved)]
    np.testing.assert_allclose(reads[1], reads[0][..., order], rtol=1e-10)
    outputs = [LEARNER.predict(ordered, b, 0, SMALL) for b in (batch, moved)]
    np.testing.assert_allclose(outputs[1], outputs[0], rtol=1e-10, atol=1e-12)
    assert relative(*(LEARNER.predict(state, b, 0, SMALL) for b in (moved, batch))) > 1e-9


def test_each_query_row_reads_the_memory_for_itself():
    state, batch = trained("meta_networks", "cross_entropy", SMALL, steps=30), sample("cross_entropy", 7)
    share = LEARNER.attention(state, batch, SMALL)
    assert share.shape == (4, 9, 6)
    np.testing.assert_allclose(share.sum(axis=-1), 1.0, rtol=1e-12)
    assert (share.std(axis=1) > 1e-6).all()
    # cosines lie in [-1, 1], so no row is read e² times as much as another
    assert (share.max(axis=-1) / share.min(axis=-1) <= np.e**2).all()


@pytest.mark.parametrize(("n_rows", "steps"), [(1, 1), (5, 5), (10, 10), (11, 6), (25, 9), (100, 10)])
def test_groups_of_rows_cover_the_support_in_ten_steps_at_most(n_rows, steps):
    rng, shape = np.random.default_rng(0), fast.Shape(1, 1, LOSSES["mse"])
    layers, head = [(rng.standard_normal((2, 3)), np.zeros(0))], rng.standard_normal((3, 1))
    x, y = rng.standard_normal((2, n_rows, 2)), rng.standard_normal((2, n_rows, 1))
    slopes = fast.key_gradients(layers, head, x, y, shape)
    assert slopes.shape == (steps, 2, 6)
    for row in range(n_rows):
        moved = x.copy()
        moved[:, row] += 10.0
        changed = (fast.key_gradients(layers, head, moved, y, shape) != slopes).any(axis=(1, 2))
        assert changed.any()
    if n_rows % steps == 0:  # each row once: the mean over groups is the gradient on all rows
        theta = ((layers[0][0], np.zeros(3)), (head, np.zeros(1)))
        whole = slow_loss(theta, x[0], y[0], "mse", "relu")[1]
        np.testing.assert_allclose(slopes[:, 0].mean(axis=0), whole[:6], rtol=1e-10)


def test_blocks_and_chunks_change_nothing(monkeypatch):
    state, batch = trained("meta_networks", "cross_entropy", SMALL), sample("cross_entropy", 7, n_tasks=5)
    rows, shape = rows_of(state.params, batch), shape_for("cross_entropy", 2)
    one, whole = meta_networks.query_gradient(state, rows, shape), LEARNER.predict(state, batch, 0, SMALL)
    monkeypatch.setattr(coordinate, "_BLOCK", 37)
    monkeypatch.setattr(meta_networks, "_CHUNK_NUMBERS", 1500)
    two = meta_networks.query_gradient(state, rows, shape)
    np.testing.assert_allclose(two[0], one[0], rtol=1e-12)
    assert relative(flat(two[1]), flat(one[1])) < 1e-11
    np.testing.assert_allclose(LEARNER.predict(state, batch, 0, SMALL), whole, rtol=1e-11, atol=1e-13)


def test_one_step_is_adam_on_the_clipped_gradient_and_the_key_head_stays():
    config = SMALL.with_settings({"learner.meta_networks_lr": 0.02, "outer.lr": 0.3, "outer.optimizer": "sgd"})
    batch = sample("mse", 7)
    batch = TaskBatch(batch.support_x, batch.support_y, batch.query_x, 100.0 * batch.query_y)
    state = fresh("meta_networks", "mse", config)
    after, info = LEARNER.step(state, batch, config)
    _, gradient = meta_networks.query_gradient(state, rows_of(state.params, batch), shape_for("mse", 2))
    assert np.linalg.norm(flat(gradient)) > 10.0
    wanted, _ = optimizer.update(state.optimizer, clipped(gradient, 10.0), state.params, 0.02)
    np.testing.assert_allclose(flat(after.params), flat(wanted), rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(after.optimizer.mean), 10.0 * (1 - optimizer.BETA1))
    np.testing.assert_array_equal(after.head, state.head)
    assert (info.rows, info.gradient_evaluations) == (4 * 15, 4 * 4)


def test_slow_and_fast_weights_are_all_trained():
    state, after = (trained("meta_networks", "cross_entropy", SMALL, steps=n) for n in (0, 5))
    for one, two in zip(state.params, after.params, strict=True):
        assert (one[0] != two[0]).any()


def test_zero_weights_are_refused():
    reason = LEARNER.unsupported(PROBLEMS["mse"], SMALL.with_settings({"model.init": "zero"}))
    assert "choose Glorot initial weights" in reason


@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_training_beats_the_start(kind):
    config = CONFIG.with_settings({"learner.meta_networks_lr": 0.01, "learner.meta_networks_keys": 8})
    test, state = sample(kind, 1000, n_tasks=100), fresh("meta_networks", kind, config)
    before = mean_loss(LEARNER.predict(state, test, 0, config)[0], test, kind)
    for seed in range(150):
        state, _ = LEARNER.step(state, sample(kind, seed, n_tasks=8), config)
    after = mean_loss(LEARNER.predict(state, test, 0, config)[0], test, kind)
    assert after < 0.7 * before
