"""Proto-MAML: starts as the prototypical classifier, and its gradient runs through the prototypes too."""

import numpy as np
import pytest
from cases import TINY, flat, like, relative, slow_loss
from learner_cases import CONFIG, LINEAR, PROBLEMS, fresh, leaves, mean_loss, sample, trained

from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS
from mamlcore.losses import softmax
from mamlcore.network import forward

LEARNER = LEARNERS["proto_maml"]
SGD = CONFIG.with_settings({"outer.optimizer": "sgd", "outer.lr": 0.05})
CLASSES = ("cross_entropy", "bce")


def embedded(theta, x):
    h = x
    for w, b in theta:
        h = np.tanh(h @ w + b)
    return h


@pytest.mark.parametrize("kind", CLASSES)
def test_before_adaptation_it_is_the_prototypical_classifier(kind):
    state, batch = trained("proto_maml", kind), sample(kind, 9, shots=4)
    found = LEARNER.predict(state, batch, 0, CONFIG)[0]
    for t in range(batch.n_tasks):
        rows, labels = embedded(state.theta, batch.support_x[t]), batch.support_y[t]
        centres = np.stack([rows[labels == n].mean(axis=0) for n in np.unique(labels)])
        distances = ((embedded(state.theta, batch.query_x[t])[:, None] - centres) ** 2).sum(axis=-1)
        if kind == "bce":
            np.testing.assert_allclose(found[t, :, 0], distances[:, 0] - distances[:, 1], rtol=1e-10, atol=1e-12)
        else:
            np.testing.assert_allclose(softmax(found[t]), softmax(-distances), rtol=1e-10)


@pytest.mark.parametrize("order", ["exact", "first"])
@pytest.mark.parametrize("kind", CLASSES)
def test_the_meta_gradient_is_that_of_the_whole_pipeline(kind, order):
    """A complex step through prototypes, steps and query loss, one task after the other; first order by hand."""
    config = SGD.with_settings({"inner.order": order})
    state, batch = fresh("proto_maml", kind, config), sample(kind)
    shape = fresh("maml", kind, config).theta
    body = flat(state.theta)

    def objective(vector, constants=None):
        total, kept = 0.0, []
        for t in range(batch.n_tasks):
            layers = like(np.concatenate([vector, np.zeros(flat(shape).size - vector.size)]), shape)[:-1]
            rows, labels = embedded(layers, batch.support_x[t]), batch.support_y[t]
            c = np.stack([rows[labels == n].mean(axis=0) for n in range(int(labels.max()) + 1)])
            w, b = 2 * c.T, -(c * c).sum(axis=1)
            w, b = (w[:, 1:] - w[:, :1], b[1:] - b[:1]) if kind == "bce" else (w, b)
            phi = np.concatenate([vector, w.ravel(), b])
            for k in range(config.inner.steps):
                at = t * config.inner.steps + k
                g = constants[at] if constants else slow_loss(
                    like(phi, shape), batch.support_x[t], labels, kind, "tanh")[1]  # fmt: skip
                kept.append(g)
                phi = phi - config.inner.lr * g
            total = total + slow_loss(like(phi, shape), batch.query_x[t], batch.query_y[t], kind, "tanh")[0]
        return total / batch.n_tasks, kept

    constants = objective(body)[1] if order == "first" else None
    wanted = np.array([objective(body + 1j * TINY * unit, constants)[0].imag / TINY for unit in np.eye(body.size)])
    after, info = LEARNER.step(state, batch, config)
    assert relative((body - flat(after.theta)) / 0.05, wanted) < 1e-10
    assert info.gradient_evaluations == 4 * ((2 if order == "first" else 6) + 2)
    assert info.rows == 4 * (batch.support_x.shape[1] + batch.query_x.shape[1])
    np.testing.assert_allclose(info.query_losses.mean(), objective(body)[0], rtol=1e-12)


def test_the_hidden_layers_are_mamls_own_start():
    np.testing.assert_array_equal(
        flat(fresh("proto_maml", "cross_entropy").theta), flat(fresh("maml", "cross_entropy").theta[:-1])
    )


def test_renaming_the_classes_renames_the_answers():
    batch, state, order = sample("cross_entropy", 7), trained("proto_maml", "cross_entropy"), np.array([2, 0, 1])
    renamed = TaskBatch(batch.support_x, order[batch.support_y], batch.query_x, order[batch.query_y])
    one, two = LEARNER.predict(state, batch, 3, CONFIG), LEARNER.predict(state, renamed, 3, CONFIG)
    np.testing.assert_allclose(two, one[..., np.argsort(order)], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        leaves(LEARNER.step(state, renamed, CONFIG)[0]), leaves(LEARNER.step(state, batch, CONFIG)[0]), rtol=1e-9
    )


def test_all_layers_adapt_from_a_start_of_each_tasks_own():
    state, batch = trained("proto_maml", "cross_entropy"), sample("cross_entropy", 9)
    assert LEARNER.theta(state) is None
    path = LEARNER.adapted(state, batch, 2, CONFIG)
    assert all(not np.array_equal(a[0], b[0]) for a, b in zip(path[0], path[2], strict=True))
    assert not np.array_equal(path[0][-1][0][0], path[0][-1][0][1])
    outputs = forward(path[0], batch.query_x, "tanh").outputs
    np.testing.assert_allclose(outputs, LEARNER.predict(state, batch, 0, CONFIG)[0], rtol=1e-12)


def test_a_class_without_a_support_row_takes_the_mean_of_all():
    batch, state = sample("bce"), fresh("proto_maml", "bce")
    lonely = TaskBatch(batch.support_x, np.zeros_like(batch.support_y), batch.query_x, batch.query_y)
    np.testing.assert_allclose(LEARNER.predict(state, lonely, 0, CONFIG), 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("problem", "config", "said"),
    [
        (PROBLEMS["mse"], CONFIG, "needs classes"),
        (PROBLEMS["cross_entropy"], LINEAR, "linear model has none"),
        (PROBLEMS["bce"], CONFIG.with_settings({"model.init": "zero"}), "no gradient"),
    ],
)
def test_what_is_not_offered_says_why_in_a_sentence(problem, config, said):
    reason = LEARNER.unsupported(problem, config)
    assert said in reason
    assert reason.startswith("Proto-MAML ")
    assert reason.endswith(".")


@pytest.mark.parametrize("kind", CLASSES)
def test_training_beats_the_same_network_untrained(kind):
    test = sample(kind, 1000, n_tasks=200)
    states = fresh("proto_maml", kind), trained("proto_maml", kind, steps=250)
    losses = [mean_loss(LEARNER.predict(s, test, 2, CONFIG)[2], test, kind).mean() for s in states]
    assert losses[1] < 0.9 * losses[0]
