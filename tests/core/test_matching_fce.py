"""Full-context embeddings against equations 3 to 6 of the paper, one task, one query and one gate at a time."""

import numpy as np
import pytest
from cases import TINY, flat
from learner_cases import CONFIG, LINEAR, fresh, mean_loss, sample, trained
from metric_cases import SGD, random_labels, slow_embedding, step_gradient_error, support_permuted

from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS, full_context
from mamlcore.learners.full_context import AttentiveReads, BothWays
from mamlcore.learners.matching_fce import reading_order
from mamlcore.losses import LOSSES, accuracy

FCE = LEARNERS["matching_fce"]
COSINE, L2 = (CONFIG.with_settings({"learner.matching_metric": name}) for name in ("cosine", "l2"))


def logistic(z):
    return 1.0 / (1.0 + np.exp(-z))


def slow_lstm(x, recurrent, cell, layer):
    """One step of one LSTM: gates in the order input, forget, output, then the candidate."""
    weights, bias = layer
    z = np.concatenate([x, recurrent]) @ weights + bias
    i, f, o, candidate = np.split(z, 4)
    cell = logistic(f) * cell + logistic(i) * np.tanh(candidate)
    return logistic(o) * np.tanh(cell), cell


def slow_support(rows, forward, backward):
    """g_i = forward h_i + backward h_i + f'(x_i) of one task's rows (S, E)."""
    found = []
    for layer, order in ((forward, range(len(rows))), (backward, range(len(rows) - 1, -1, -1))):
        h = c = np.zeros(rows.shape[1])
        outputs = {}
        for i in order:
            h, c = slow_lstm(rows[i], h, c, layer)
            outputs[i] = h
        found.append(np.array([outputs[i] for i in range(len(rows))]))
    return found[0] + found[1] + rows


def slow_query(x, g, layer, steps):
    """h_K of one query row: equations 3 to 6, with [h, r] set side by side."""
    h = c = np.zeros(len(x))
    for _ in range(steps):
        a = np.array([np.exp(h @ row) for row in g])
        r = sum(weight * row for weight, row in zip(a / a.sum(), g, strict=True))  # (5), (6)
        hat, c = slow_lstm(x, np.concatenate([h, r]), c, layer)  # (3)
        h = hat + x  # (4)
    return h


def slow_outputs(state, batch, t, config):
    order = reading_order(state, batch.support_y)
    *embedding, forward, backward, reads = state.theta
    rows = np.array([slow_embedding(embedding, x, config) for x in batch.support_x[t, order]])
    g, labels, outputs = slow_support(rows, forward, backward), batch.support_y[t, order], []
    for x in batch.query_x[t]:
        f = slow_query(slow_embedding(embedding, x, config), g, reads, config.learner.read_steps)
        if config.learner.matching_metric == "cosine":
            likeness = [f @ row / np.sqrt((f @ f) * (row @ row)) for row in g]
        else:
            likeness = [-((f - row) @ (f - row)) for row in g]
        a = np.exp(likeness) / np.exp(likeness).sum()
        outputs.append([np.log(a[labels == n].sum()) for n in range(3)])
    return np.array(outputs)


@pytest.mark.parametrize("metric", ["cosine", "l2"])
@pytest.mark.parametrize("reads", [1, 2, 4])
def test_outputs_are_those_of_equations_3_to_6(metric, reads):
    config = CONFIG.with_settings({"learner.matching_metric": metric, "learner.read_steps": reads})
    state, batch = trained("matching_fce", "cross_entropy", config), sample("cross_entropy", 7)
    found = FCE.predict(state, batch, 0, config)[0]
    for t in range(2):
        np.testing.assert_allclose(found[t], slow_outputs(state, batch, t, config), rtol=1e-9, atol=1e-11)


def test_parts_agree_with_the_slow_way_when_widths_differ_from_rows():
    rng = np.random.default_rng(0)

    def layer(inputs, width=3):
        return rng.standard_normal((inputs * width, 4 * width)), rng.standard_normal(4 * width)

    rows, query, forward, backward, reads = rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 4, 3)), *(
        layer(n) for n in (2, 2, 3)
    )  # fmt: skip
    g = BothWays(rows, forward, backward).rows
    f = AttentiveReads(query, g, reads, 3).rows
    for t in range(2):
        np.testing.assert_allclose(g[t], slow_support(rows[t], forward, backward), rtol=1e-12)
        for q in range(4):
            np.testing.assert_allclose(f[t, q], slow_query(query[t, q], g[t], reads, 3), rtol=1e-12)


@pytest.mark.parametrize("reads", [1, 2, 4])
@pytest.mark.parametrize("chunk", [1, 160_000])
def test_parts_go_back_exactly(reads, chunk, monkeypatch):
    """Every input and weight along random directions against a complex step, tasks alone and all together."""
    monkeypatch.setattr(full_context, "_CHUNK_NUMBERS", chunk)
    rng = np.random.default_rng(1)
    parts = [rng.standard_normal(shape) for shape in
             ((3, 5, 2), (3, 4, 2), (4, 8), (8,), (4, 8), (8,), (6, 8), (8,))]  # fmt: skip
    pull_g, pull_f = rng.standard_normal((3, 5, 2)), rng.standard_normal((3, 4, 2))

    def run(rows, query, wf, bf, wb, bb, wr, br):
        g = BothWays(rows, (wf, bf), (wb, bb))
        f = AttentiveReads(query, g.rows, (wr, br), reads)
        return g, f, (g.rows * pull_g).sum() + (f.rows * pull_f).sum()

    g, f, _ = run(*parts)
    d_query, d_g, d_reads = f.back(pull_f)
    d_rows, d_forward, d_backward = g.back(pull_g + d_g)
    found = (d_rows, d_query, *d_forward, *d_backward, *d_reads)
    for k in range(len(parts)):
        direction = rng.standard_normal(parts[k].shape)
        moved = [part + 1j * TINY * direction if i == k else part + 0j for i, part in enumerate(parts)]
        wanted = run(*moved)[2].imag / TINY
        np.testing.assert_allclose((found[k] * direction).sum(), wanted, rtol=1e-11)


@pytest.mark.parametrize("kind", ["cross_entropy", "bce"])
@pytest.mark.parametrize("metric", ["cosine", "l2"])
@pytest.mark.parametrize("embedding", [0, 3])
def test_the_gradient_of_a_step_is_exact(kind, metric, embedding):
    config = SGD.with_settings({"learner.matching_metric": metric, "learner.embedding": embedding})
    batch = random_labels(5, 0) if kind == "bce" else sample(kind, 7)
    assert step_gradient_error("matching_fce", fresh("matching_fce", kind, config), batch, config) < 1e-9


def test_attention_rows_sum_to_1_and_stand_in_the_order_of_the_batch():
    state, batch = trained("matching_fce", "cross_entropy"), sample("cross_entropy", 7)
    attention = FCE.attention(state, batch, CONFIG)
    np.testing.assert_allclose(attention.sum(axis=-1), 1.0, rtol=1e-12)
    member = batch.support_y[..., None] == np.arange(3)
    np.testing.assert_allclose(attention @ member, np.exp(FCE.predict(state, batch, 0, CONFIG)[0]), rtol=1e-10)


def test_full_context_sees_the_order_of_the_support_which_is_drawn_anew_each_step():
    state, batch = trained("matching_fce", "cross_entropy"), sample("cross_entropy", 7)
    outputs = FCE.predict(state, batch, 0, CONFIG)
    assert not np.allclose(FCE.predict(state, support_permuted(batch), 0, CONFIG), outputs, rtol=1e-6)
    orders = []
    for seed in range(3):
        orders.append(tuple(reading_order(state, batch.support_y)))
        state, _ = FCE.step(state, sample("cross_entropy", seed), CONFIG)
    assert len(set(orders)) == 3
    assert all(sorted(order) == list(range(6)) for order in orders)


def test_the_context_reaches_every_row():
    """One support row moves the embedding of the others: with Matching it would not."""
    batch, moves = sample("cross_entropy", 7, shots=1), {}
    other = batch.support_x.copy()
    other[:, 0] += 1.0
    changed = TaskBatch(other, batch.support_y, batch.query_x, batch.query_y)
    for name in ("matching", "matching_fce"):
        state = trained(name, "cross_entropy", COSINE)
        one, two = (LEARNERS[name].attention(state, b, COSINE) for b in (batch, changed))
        ratio = [np.log(a[..., 1] / a[..., 2]) for a in (one, two)]  # of two rows that did not move
        moves[name] = np.abs(ratio[1] - ratio[0]).max()
    assert moves["matching"] < 1e-12
    assert moves["matching_fce"] > 1e-4


def test_with_silent_lstms_it_is_matching():
    """A closed output gate leaves g_i = f'(x_i) and f(x) = f'(x)."""
    state, batch = fresh("matching_fce", "cross_entropy", L2), sample("cross_entropy", 7)
    layers = state.theta[:-3]
    silent = tuple((np.zeros_like(w), np.repeat([0.0, 0, -800.0, 0], len(b) // 4)) for w, b in state.theta[-3:])
    plain = fresh("matching", "cross_entropy", L2)
    np.testing.assert_array_equal(flat(plain.theta), flat(layers))
    found = FCE.predict(state._replace(theta=(*layers, *silent)), batch, 0, L2)
    np.testing.assert_allclose(found, LEARNERS["matching"].predict(plain, batch, 0, L2), rtol=1e-11)


@pytest.mark.parametrize("config", [COSINE, L2, LINEAR], ids=["cosine", "l2", "linear"])
def test_training_helps(config):
    test = sample("cross_entropy", 1000, n_tasks=100)
    states = [trained("matching_fce", "cross_entropy", config, steps=n) for n in (0, 80)]
    before, after = (mean_loss(FCE.predict(s, test, 0, config)[0], test, "cross_entropy").mean() for s in states)
    assert after < 0.9 * before


def test_labels_without_information_are_not_learned():
    state = fresh("matching_fce", "bce")
    for seed in range(40):
        state, info = FCE.step(state, random_labels(10, seed), CONFIG)
        assert np.isfinite(info.query_losses).all()
    test = random_labels(400, 1000)
    outputs = FCE.predict(state, test, 0, CONFIG)[0]
    losses, hits = LOSSES["bce"].values(outputs, test.query_y), accuracy(outputs, test.query_y, "bce")
    assert losses.mean() > np.log(2) - 3 * losses.std() / 20
    assert abs(hits.mean() - 0.5) < 4 * hits.std() / 20
