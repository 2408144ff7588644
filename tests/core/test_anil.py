"""ANIL: the head alone adapts; with all layers it is MAML."""

import numpy as np
import pytest
from cases import TINY, flat, like, relative, slow_loss
from learner_cases import CONFIG, LINEAR, PROBLEMS, fresh, sample, trained

from mamlcore.learners import LEARNERS

SGD = CONFIG.with_settings({"outer.optimizer": "sgd", "outer.lr": 0.05})


@pytest.mark.parametrize("kind", list(PROBLEMS))
@pytest.mark.parametrize("order", ["exact", "first"])
def test_with_all_layers_it_is_maml(kind, order):
    config = SGD.with_settings({"learner.anil_layers": 3, "inner.order": order})
    anil, maml = trained("anil", kind, config, 5), trained("maml", kind, config, 5)
    assert relative(flat(anil.theta), flat(maml.theta)) < 1e-12
    batch = sample(kind, 9)
    one, two = (LEARNERS[n].predict(s, batch, 3, config) for n, s in (("anil", anil), ("maml", maml)))
    np.testing.assert_allclose(one, two, rtol=1e-10)
    ledgers = [LEARNERS[n].step(s, batch, config)[1] for n, s in (("anil", anil), ("maml", maml))]
    assert ledgers[0].gradient_evaluations == ledgers[1].gradient_evaluations
    assert ledgers[0].rows == ledgers[1].rows


def test_a_linear_model_is_all_head():
    config = LINEAR.with_settings({"outer.optimizer": "sgd"})
    one, two = trained("anil", "bce", config), trained("maml", "bce", config)
    assert relative(flat(one.theta), flat(two.theta)) < 1e-12


def test_only_the_head_moves_while_a_task_is_learned():
    state = trained("anil", "mse")
    for layers, moved in ((1, [False, False, True]), (2, [False, True, True])):
        config = CONFIG.with_settings({"learner.anil_layers": layers})
        path = LEARNERS["anil"].adapted(state, sample("mse", 9), 2, config)
        assert [not np.array_equal(a[0], b[0]) for a, b in zip(path[0], path[2], strict=True)] == moved


def test_the_body_learns_in_the_outer_loop():
    before, after = fresh("anil", "mse"), trained("anil", "mse")
    assert all(not np.array_equal(a[0], b[0]) for a, b in zip(before.theta, after.theta, strict=True))


def test_the_meta_gradient_is_that_of_the_whole_pipeline():
    """One SGD step of size 1 shows the gradient; a complex step through the slow pipeline gives it too."""
    config = SGD.with_settings({"outer.lr": 0.3})
    state, batch = fresh("anil", "mse", config), sample("mse")
    after, _ = LEARNERS["anil"].step(state, batch, config)
    theta = flat(state.theta)
    mask = np.zeros(theta.size)
    mask[-(5 * 2 + 2) :] = config.inner.lr  # the head: 5 hidden units, 2 outputs

    def objective(vector):
        total = 0.0
        for sx, sy, qx, qy in zip(batch.support_x, batch.support_y, batch.query_x, batch.query_y, strict=True):
            phi = vector
            for _ in range(config.inner.steps):
                phi = phi - mask * slow_loss(like(phi, state.theta), sx, sy, "mse", "tanh")[1]
            total = total + slow_loss(like(phi, state.theta), qx, qy, "mse", "tanh")[0]
        return total / batch.n_tasks

    wanted = np.array([objective(theta + 1j * TINY * unit).imag / TINY for unit in np.eye(theta.size)])
    assert relative((theta - flat(after.theta)) / 0.3, wanted) < 1e-10
