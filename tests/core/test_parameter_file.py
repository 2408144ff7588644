"""What a learner has trained leaves in a file of its own, whole, and is read back by others and by itself."""

import json

import numpy as np
import pytest
from cases import flat, like, relative, slow_loss
from learner_cases import CONFIG, case, fresh, sample, trained
from safetensors import safe_open
from safetensors.numpy import load as load_tensors

from mamlcore import Config, Lab, LabError, LoadError
from mamlcore.export import export_files, files_of, run_files
from mamlcore.learners import LEARNERS
from mamlcore.learners.base import n_parameters
from mamlcore.npz import npz_bytes
from mamlcore.parameter_file import parameters_npz, parameters_safetensors, read_parameters, with_parameters
from mamlcore.tree import flatten

EVERYONE = Config().with_settings(
    {"task.family": "gaussian", "task.n_way": 3, "task.k_shot": 2, "model.hidden": (6, 5), "outer.tasks": 3,
     "evaluation.live_tasks": 10, "learners": [name for name in LEARNERS if name != "zero"]}
)  # fmt: skip
#: Arrays of a state that are told, not trained.
TOLD = {"oracle": ("ranges", "basis")}


@pytest.fixture(scope="module")
def shot():
    lab = Lab(EVERYONE)
    for _ in range(3):
        lab.step()
    return lab.snapshot()


def bytes_of(arrays):
    return {(part.shape, part.dtype.str, part.tobytes()) for part in arrays}


@case
def test_all_that_is_trained_is_in_it(name, kind, config):
    """Every array of the state but the outer optimiser's memory, and MAML++'s rates of steps that are not taken."""
    state = trained(name, kind, config)
    if name == "maml_pp":
        steps = config.inner.steps
        state = state._replace(rates=tuple((w[:steps], b[:steps]) for w, b in state.rates))
    left_out = [part for part in ("optimizer", *TOLD.get(name, ())) if part in state._fields]
    leaves = flatten(state._replace(**dict.fromkeys(left_out))).values()
    wanted = bytes_of(leaf for leaf in leaves if leaf.ndim and leaf.size)
    found = LEARNERS[name].parameters(state, config)
    assert bytes_of(part for part in found.values() if part.ndim) == wanted


@case
def test_single_numbers_and_what_is_fixed_are_not_counted(name, kind, config):
    state = trained(name, kind, config)
    before = LEARNERS[name].parameters(fresh(name, kind, config), config)
    after = LEARNERS[name].parameters(state, config)
    assert {key: part.shape for key, part in before.items()} == {key: part.shape for key, part in after.items()}
    moved = sum(part.size for key, part in after.items() if part.ndim and not np.array_equal(part, before[key]))
    count = n_parameters(LEARNERS[name], state, config)
    assert moved <= count
    assert (count > 0) == (moved > 0)  # whoever counts parameters has moved some of them


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("meta_sgd", 2 * 83),
        ("maml_pp", 83 + 3 * 2 * 2),
        ("proto_maml", 65),
        ("meta_lstm", 83 + 24 * 80 + 80 + 2 * 23),
        ("meta_networks", 4 * 6 + 6 + 6 * 5 + 5 + 5 * 16 + 16 * 16 + 16 * 3 + 22 * 80 + 80 + 21 + 60 + 420 + 21),
        ("scratch", 0),
        ("joint", 65 + 5 * 8 + 8),
    ],
)
def test_the_count_is_that_of_the_papers_parts(name, count):
    """A network 4-6-5-3 has 4·6+6 + 6·5+5 + 5·3+3 = 83 numbers, 65 of them below its head."""
    assert n_parameters(LEARNERS[name], fresh(name, "cross_entropy"), CONFIG) == count


def test_every_file_says_the_same_and_can_be_read_again(shot, tmp_path):
    names = with_parameters(shot)
    assert set(shot.learners) - set(names) == {"nearest_centroid", "nearest_neighbor", "oracle"}
    export_files(tmp_path, shot, [name for name in files_of(shot) if name.startswith("parameters/")])
    assert len(list((tmp_path / "parameters").iterdir())) == 2 * len(names)
    for name in names:
        wanted = LEARNERS[name].parameters(shot.learners[name].state, shot.config)
        found = read_parameters(tmp_path / "parameters" / f"{name}.npz")
        tensors = load_tensors((tmp_path / "parameters" / f"{name}.safetensors").read_bytes())
        assert (found.learner, found.config, found.iteration) == (name, shot.config, 3)
        assert set(found.arrays) == set(tensors) == set(wanted)
        for key, part in wanted.items():
            for other in (found.arrays[key], tensors[key]):
                assert (other.dtype, other.shape) == (part.dtype, part.shape)
                np.testing.assert_array_equal(other, part)
    with safe_open(tmp_path / "parameters" / "snail.safetensors", "numpy") as opened:
        assert json.loads(opened.metadata()["maml_lab"])["learner"] == "snail"
    assert parameters_safetensors(shot, "maml") == parameters_safetensors(shot, "maml")


def test_a_run_leaves_them_behind(shot):
    names = run_files(shot)
    assert "parameters/meta_sgd.npz" in names and "parameters/whitened_centroid.safetensors" in names
    assert "theta.npz" in names and "theta.json" not in names


def test_learned_rates_from_the_file_take_the_learners_own_step(tmp_path):
    """The file alone, and one task at a time: phi = theta - alpha ⊙ gradient."""
    config = CONFIG.with_settings({"inner.lr": 0.3})  # moved since: what is exported are the rates in force
    state, batch = trained("meta_sgd", "cross_entropy"), sample("cross_entropy", 9)
    arrays = LEARNERS["meta_sgd"].parameters(state, config)
    theta, alpha = (
        tuple((arrays[f"{prefix}W{i}"], arrays[f"{prefix}b{i}"]) for i in range(3)) for prefix in ("", "alpha_")
    )
    phi = LEARNERS["meta_sgd"].adapted(state, batch, 1, config)[1]
    for t in range(batch.n_tasks):
        slope = slow_loss(theta, batch.support_x[t], batch.support_y[t], "cross_entropy", "tanh")[1]
        step = flat(theta) - flat(alpha) * slope
        assert relative(flat([(w[t], b[t]) for w, b in phi]), step) < 1e-12
    assert relative(flat(alpha), 3.0 * flat(state.rates)) < 1e-15


def test_rates_by_step_from_the_file_take_the_learners_own_path():
    """MAML++'s file alone: a rate for each of the inner steps trained for, the last one for all further steps."""
    state, batch = trained("maml_pp", "mse"), sample("mse", 9)
    arrays = LEARNERS["maml_pp"].parameters(state, CONFIG)
    theta, alpha = ([(arrays[f"{prefix}W{i}"], arrays[f"{prefix}b{i}"]) for i in range(3)] for prefix in ("", "alpha_"))
    assert alpha[0][0].shape == (CONFIG.inner.steps,)
    path = LEARNERS["maml_pp"].adapted(state, batch, 4, CONFIG)
    phi = flat(theta)
    for k in range(4):
        rates = [(np.full_like(w, a[min(k, 1)]), np.full_like(b, c[min(k, 1)]))
                 for (w, b), (a, c) in zip(theta, alpha, strict=True)]  # fmt: skip
        phi = phi - flat(rates) * slow_loss(like(phi, theta), batch.support_x[2], batch.support_y[2], "mse", "tanh")[1]
        assert relative(flat([(w[2], b[2]) for w, b in path[k + 1]]), phi) < 1e-12
    off = CONFIG.with_settings({"learner.maml_pp_rates": "off"})
    assert set(LEARNERS["maml_pp"].parameters(state, off)) == set(LEARNERS["maml"].parameters(state, off))


def test_whitening_from_the_file_is_the_learners_covariance(shot):
    arrays = LEARNERS["whitened_centroid"].parameters(shot.learners["whitened_centroid"].state, shot.config)
    covariance = arrays["scatter"] / arrays["freedom"]
    assert covariance.shape == (20, 20) and np.linalg.eigvalsh(covariance).min() > 0
    assert arrays["freedom"] == 3 * 3 * 3 * (2 + 10 - 1)  # steps x tasks x ways x (rows - 1)


def test_what_is_not_there_or_no_such_file_is_refused_in_a_sentence(shot, tmp_path):
    with pytest.raises(LabError, match="oracle has no parameters in this run; there are maml, "):
        parameters_npz(shot, "oracle")
    with pytest.raises(LabError, match="zero has no parameters"):
        parameters_npz(shot, "zero")
    path = tmp_path / "x.npz"
    path.write_bytes(npz_bytes({"W0": np.zeros(2)}))
    with pytest.raises(LoadError, match="lacks config, iteration, learner"):
        read_parameters(path)
    texts = {"config": shot.config.to_json(), "iteration": "-1", "learner": "maml"}
    path.write_bytes(npz_bytes({name: np.asarray(text) for name, text in texts.items()}))
    with pytest.raises(LoadError, match="no known learner and iteration"):
        read_parameters(path)
