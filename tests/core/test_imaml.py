"""iMAML: the implicit gradient against closed forms and differences of the solved problem; conjugate gradients."""

import numpy as np
import pytest
from cases import batch, flat, like, network, relative, slow_loss, widths_for
from learner_cases import CONFIG, PROBLEMS, fresh, mean_loss, sample, trained

from mamlcore.batch import TaskBatch
from mamlcore.learners import LEARNERS
from mamlcore.losses import LOSSES
from mamlcore.metagrad import rows_of
from mamlcore.metagrad.implicit import Implicit, adapt_pulled, conjugate_gradients, implicit
from mamlcore.network import forward

LEARNER = LEARNERS["imaml"]
GRADIENT = CONFIG.with_settings({"learner.imaml_solver": "gradient"})


def augmented(x):
    return np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1)


SOLVERS = {"newton": Implicit(None, 1, 0.7, 8, LOSSES["mse"], "tanh"),
           "gradient": Implicit(0.1, 600, 0.7, 4, LOSSES["mse"], "tanh")}  # fmt: skip


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_a_linear_model_is_solved_and_differentiated_exactly(solver):
    """L_s = mean (Xw - y)²: phi* = (H + pull)^-1 (2 Xᵀy / S + pull theta), and its Jacobian is pull (H + pull)^-1."""
    rng, pull = np.random.default_rng(0), 0.7
    theta = network(rng, (3, 1))
    sx, qx = rng.standard_normal((3, 6, 3)), rng.standard_normal((3, 5, 3))
    sy, qy = sx @ rng.standard_normal((3, 1)) + 1.0, qx @ rng.standard_normal((3, 1))
    losses, gradient = implicit(theta, rows_of(theta, TaskBatch(sx, sy, qx, qy)), SOLVERS[solver])
    wanted, wanted_losses = np.zeros(4), []
    for x, y, xq, yq in zip(augmented(sx), sy[..., 0], augmented(qx), qy[..., 0], strict=True):
        hessian = 2 * x.T @ x / len(x) + pull * np.eye(4)
        solution = np.linalg.solve(hessian, 2 * x.T @ y / len(x) + pull * flat(theta))
        residual = xq @ solution - yq
        wanted += pull * np.linalg.solve(hessian, 2 * xq.T @ residual / len(xq)) / 3
        wanted_losses.append(np.mean(residual**2))
    np.testing.assert_allclose(losses, wanted_losses, rtol=1e-10)
    assert relative(flat(gradient), wanted) < 1e-10


@pytest.mark.parametrize("solver", list(SOLVERS))
@pytest.mark.parametrize("loss", list(LOSSES))
def test_the_gradient_is_that_of_the_solved_problem(loss, solver):
    rng = np.random.default_rng(1)
    widths = widths_for(loss, 3, 4)
    theta, tasks = network(rng, widths), batch(rng, loss, widths)
    lr, steps = (None, 12) if solver == "newton" else (0.1, 500)
    how = Implicit(lr, steps, 1.5, 40, LOSSES[loss], "tanh")
    rows = rows_of(theta, tasks)
    _, gradient = implicit(theta, rows, how)
    direction = rng.standard_normal(flat(theta).size)

    def difference(h):
        sides = [implicit(like(flat(theta) + s * direction, theta), rows, how)[0].mean() for s in (h, -h)]
        return (sides[0] - sides[1]) / (2 * h)

    slope = (4 * difference(5e-4) - difference(1e-3)) / 3  # Richardson: no error of order h², little rounding
    assert abs(flat(gradient) @ direction - slope) < 1e-7 * abs(slope)
    _, ignorant = implicit(theta, rows, how, first_order=True)
    assert relative(flat(ignorant), flat(gradient)) > 1e-2


def test_both_solvers_rest_where_the_pull_balances_the_slope():
    rng = np.random.default_rng(2)
    theta, tasks = network(rng, (3, 4, 2)), batch(rng, "mse", (3, 4, 2))
    rows = rows_of(theta, tasks)
    for how in (Implicit(0.1, 1000, 0.8, 1, LOSSES["mse"], "tanh"), Implicit(None, 15, 0.8, 30, LOSSES["mse"], "tanh")):
        phi = adapt_pulled(theta, rows.support_x, rows.support_y, how)[-1]
        for t in range(tasks.n_tasks):
            here = flat([(w[t], b[t]) for w, b in phi])
            slope = slow_loss(like(here, theta), rows.support_x[t], rows.support_y[t], "mse", "tanh")[1]
            np.testing.assert_allclose(slope, 0.8 * (flat(theta) - here), atol=1e-7)
            assert np.abs(slope).max() > 0.01


def test_newton_steps_never_make_a_task_worse():
    """From a wild start the local quadratics are wrong: whole steps would often climb."""
    rng = np.random.default_rng(5)
    theta = tuple((4 * w, 4 * b) for w, b in network(rng, (3, 6, 6, 2)))
    rows = rows_of(theta, batch(rng, "mse", (3, 6, 6, 2), n_tasks=8, support=10))
    how = Implicit(None, 8, 0.3, 5, LOSSES["mse"], "tanh")
    levels = []
    for phi in adapt_pulled(theta, rows.support_x, rows.support_y, how):
        losses = LOSSES["mse"].values(forward(phi, rows.support_x, "tanh").outputs, rows.support_y)
        away = sum(((p - s) ** 2).reshape(8 if p.ndim > s.ndim else 1, -1).sum(axis=1)
                   for a, b in zip(phi, theta, strict=True) for p, s in zip(a, b, strict=True))  # fmt: skip
        levels.append(losses + 0.15 * away)
    assert (np.diff(levels, axis=0) <= 0).all()
    assert (levels[-1] < 0.5 * levels[0]).all()


@pytest.mark.parametrize("loss", list(LOSSES))
def test_each_task_searches_its_step_for_itself(loss):
    """Some tasks need halved steps, and some none, so that the search goes on with fewer and fewer of them."""
    rng = np.random.default_rng(5)
    widths = widths_for(loss, 3, 8)
    theta, tasks = tuple((4.0 * w, b) for w, b in network(rng, widths)), batch(rng, loss, widths, n_tasks=12)
    how = Implicit(None, 6, 0.02, 3, LOSSES[loss], "tanh")
    together = [flat(phi) for phi in adapt_pulled(theta, tasks.support_x, tasks.support_y, how)]
    alone = [adapt_pulled(theta, tasks.support_x[t : t + 1], tasks.support_y[t : t + 1], how) for t in range(12)]
    for k in range(1, 7):
        layers = zip(*(path[k] for path in alone), strict=True)
        each = tuple((np.concatenate([w for w, _ in one]), np.concatenate([b for _, b in one])) for one in layers)
        np.testing.assert_allclose(together[k], flat(each), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("scale", "pull"), [(4, 0.3), (3, 0.5)])
def test_no_task_stands_still_where_curvature_and_pull_nearly_cancel(scale, pull):
    """Of a hundred tasks one meets a curvature just above 0: along it no halving of the step would help."""
    rng, widths = np.random.default_rng(0), (3, 6, 6, 3)
    theta = tuple((scale * w, scale * b) for w, b in network(rng, widths))
    rows = rows_of(theta, batch(rng, "cross_entropy", widths, n_tasks=100, support=5))
    how = Implicit(None, 1, pull, 5, LOSSES["cross_entropy"], "tanh")
    phi = adapt_pulled(theta, rows.support_x, rows.support_y, how)[1]
    assert all((w != w0).any(axis=(1, 2)).all() for (w, _), (w0, _) in zip(phi, theta, strict=True))


def test_a_strong_pull_cannot_overshoot_and_no_pull_is_plain_descent():
    batch_, config = sample("mse"), GRADIENT.with_settings({"learner.imaml_lambda": 100.0, "inner.lr": 0.5})
    path = LEARNER.adapted(fresh("imaml", "mse"), batch_, 5, config)
    steps = [np.linalg.norm(flat(phi) - flat(path[0])) for phi in path]
    assert 0 < steps[1] <= steps[5] < 1.1 * steps[1]
    state = fresh("imaml", "mse")
    how = Implicit(0.1, 3, 0.0, 1, LOSSES["mse"], "tanh")
    free = adapt_pulled(state.theta, batch_.support_x, batch_.support_y, how)
    plain = LEARNERS["maml"].adapted(fresh("maml", "mse"), batch_, 3, CONFIG)
    assert relative(flat(free[-1]), flat(plain[-1])) < 1e-13


# -- conjugate gradients ------------------------------------------------------------------------------------


def test_conjugate_gradients_solve_each_task_in_as_many_steps_as_dimensions():
    rng = np.random.default_rng(3)
    roots = rng.standard_normal((4, 6, 6))
    matrices, b = roots @ np.swapaxes(roots, 1, 2) + np.eye(6), rng.standard_normal((4, 6))
    found = conjugate_gradients(lambda v: np.einsum("tij,tj->ti", matrices, v), b, 6)
    np.testing.assert_allclose(found, np.linalg.solve(matrices, b[..., None])[..., 0], rtol=1e-8)
    more = conjugate_gradients(lambda v: np.einsum("tij,tj->ti", matrices, v), b, 40)
    np.testing.assert_allclose(more, np.linalg.solve(matrices, b[..., None])[..., 0], rtol=1e-11)


def test_a_task_without_positive_curvature_keeps_its_gradient_and_disturbs_no_other():
    b = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 0.0], [1.0, 2.0]])
    scale = np.array([[-1.0], [2.0], [1.0], [1e-9]])
    found = conjugate_gradients(lambda v: scale * v, b, 5)
    np.testing.assert_array_equal(found, [[1, 2], [1.5, -0.5], [0, 0], [1, 2]])


# -- the learner --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "evaluations", "comparable"),
    [
        (CONFIG, 2 * 11 + 1 + 11, True),
        (CONFIG.with_settings({"learner.imaml_cg_steps": 2}), 2 * 5 + 1 + 5, True),
        (CONFIG.with_settings({"inner.order": "first"}), 2 * 11 + 1, True),
        (GRADIENT, 16 + 1 + 11, False),
        (GRADIENT.with_settings({"inner.order": "first", "learner.imaml_inner_steps": 2}), 2 + 1, True),
    ],
)
def test_the_ledger_counts_steps_and_products(config, evaluations, comparable):
    _, info = LEARNER.step(fresh("imaml", "mse"), sample("mse"), config)
    assert (info.rows, info.gradient_evaluations, info.comparable) == (4 * 15, 4 * evaluations, comparable)


@pytest.mark.parametrize("config", [CONFIG, GRADIENT], ids=["newton", "gradient"])
@pytest.mark.parametrize("kind", list(PROBLEMS))
def test_training_beats_the_same_network_untrained(kind, config):
    test = sample(kind, 1000, n_tasks=200)
    states = fresh("imaml", kind, config), trained("imaml", kind, config, steps=120)
    losses = [mean_loss(LEARNER.predict(s, test, 4, config)[4], test, kind).mean() for s in states]
    assert losses[1] < 0.9 * losses[0]
