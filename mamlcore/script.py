"""A run as a script of its own: a page of Python that trains the same theta bit for bit, and can be read and changed.

For MAML the meta-training is written out in NumPy; the tasks, the first weights and the exact meta-gradient come from
the package. For the other learners the script drives a Lab. Same machine, same versions: same bits.
"""

from pprint import pformat
from string import Template
from typing import Any

from mamlcore.config import Config
from mamlcore.errors import LabError
from mamlcore.learners import LEARNERS
from mamlcore.snapshot import Snapshot
from mamlcore.tasks import FAMILIES
from mamlcore.theta_file import chosen_theta

_HEAD = Template('''"""$title

Repeats a run of MAML Lab $version bit for bit, on the same machine with the same versions.
    python script.py [theta.npz]     trains, and compares with the theta that was exported
"""

import sys

import numpy as np

import mamlcore
''')

_WRITTEN_OUT = Template("""from mamlcore.network import init_theta
from mamlcore.seeds import generator
from mamlcore.tasks import open_source

SETTINGS = $settings
STEPS = $steps  # meta-steps

config = mamlcore.Config().with_settings(SETTINGS)
task, inner, outer = config.task, config.inner, config.outer
source = open_source(config, generator(config.seed, "world"))  # what the tasks have in common
problem = source.problem
widths = (problem.n_inputs, *config.model.hidden, problem.n_outputs)
start = init_theta(widths, config.model, generator(config.seed, "init"))


def flat(layers):
    return np.concatenate([part.ravel() for layer in layers for part in layer])


def layers(vector):
    found, begin = [], 0
    for weights, bias in start:
        middle, end = begin + weights.size, begin + weights.size + bias.size
        found.append((vector[begin:middle].reshape(weights.shape), vector[middle:end]))
        begin = end
    return found


theta = flat(start)  # every weight and bias in one vector
rng = generator(config.seed, "train")
$memory
for step in range(1, STEPS + 1):
    # T new tasks, each with support rows to adapt on and query rows to be judged on
    batch = source.sample(rng, outer.tasks, "train", task.k_shot, task.n_query)
    # Finn et al. 2017, Algorithm 1: adapt to each task, then differentiate the query loss by the start
    found = mamlcore.meta_gradient(
        layers(theta), batch, inner.lr, inner.steps, problem.loss, config.model.activation, first_order=$first_order
    )
    gradient = flat(found.gradient)
$update
    if step % max(1, STEPS // 10) == 0:
        print(f"{step:6d}  query loss of the batch after adaptation {found.loss:.4f}")

theta = layers(theta)
""")

_SGD_UPDATE = "    theta = theta - outer.lr * gradient"
_ADAM_MEMORY = """real = theta.dtype.type
b1, rest1, b2, rest2 = real(0.9), real(1.0 - 0.9), real(0.999), real(1.0 - 0.999)
mean, square = np.zeros_like(theta), np.zeros_like(theta)  # Adam's (Kingma and Ba 2015)
"""
_ADAM_UPDATE = """    mean = mean * b1 + gradient * rest1
    square = square * b2 + gradient * gradient * rest2
    if step % 128 == 0 and real is np.float32:  # what would end as subnormal numbers becomes 0
        mean = mean + real(2.0**-43) - real(2.0**-43)
        square = square + real(2.0**-66) - real(2.0**-66)
    correction = (1.0 - 0.999**step) ** 0.5
    theta = theta - mean / (np.sqrt(square) + 1e-8 * correction) * (outer.lr * correction / (1.0 - 0.9**step))"""

_DRIVEN = Template("""
SETTINGS = $settings
STEPS = $steps  # meta-steps

lab = mamlcore.Lab(mamlcore.Config().with_settings(SETTINGS))
for step in range(1, STEPS + 1):
    lab.step()  # one meta-step of every learner on one batch of new tasks
    if step % max(1, STEPS // 10) == 0:
        print(f"{step:6d}")

theta = lab.snapshot().theta("$learner")
""")

_TAIL = """for i, (weights, bias) in enumerate(theta):
    print(f"layer {i}: {weights.shape[0]} x {weights.shape[1]}, norm {np.linalg.norm(weights):.6f}")
if len(sys.argv) > 1:
    with np.load(sys.argv[1], allow_pickle=False) as saved:
        same = all(
            weights.tobytes() == saved[f"W{i}"].tobytes() and bias.tobytes() == saved[f"b{i}"].tobytes()
            for i, (weights, bias) in enumerate(theta)
        )
    print("the same bits" if same else "not the same bits: another machine, or other versions?")
    sys.exit(0 if same else 1)
"""


def script(shot: Snapshot, version: str) -> str:
    """Return the script that trains a run's theta (MAML's, or that of the first learner that has one), as text.

    Of a run yet to begin: the script of its first meta-step. LabError where settings changed while the run went on,
    as no script repeats it, and where there is no theta.
    """
    if shot.changes:
        raise LabError(
            "A script repeats a run whose settings stayed the same; this one's changed on the way. Its checkpoint "
            "holds the very run; to have a script, train anew with the last settings"
        )
    config, steps, learner = shot.config, max(1, shot.iteration), chosen_theta(shot)[0]
    title = f"{LEARNERS[learner].label} on {FAMILIES[config.task.family].label}, {steps} meta-steps."
    names: dict[str, Any] = {"settings": _settings(config, learner), "steps": steps, "learner": learner}
    head = _HEAD.substitute(title=title, version=version)
    if learner not in ("maml", "fomaml") or (config.outer.pace == "fair" and len(config.learners) > 1):
        return head + _DRIVEN.substitute(names) + _TAIL
    adam = config.outer.optimizer == "adam"
    body = _WRITTEN_OUT.substitute(
        names,
        memory=_ADAM_MEMORY if adam else "",
        update=_ADAM_UPDATE if adam else _SGD_UPDATE,
        first_order=learner == "fomaml" or config.inner.order == "first",
    )
    return head + body + _TAIL


def _settings(config: Config, learner: str) -> str:
    """Return what differs from the defaults, as a literal; the other learners change nothing of this one."""
    alone = config if config.outer.pace == "fair" else config.with_settings({"learners": (learner,)})
    return pformat({path: value for path, (_, value) in Config().changes_to(alone).items()}, sort_dicts=False)
