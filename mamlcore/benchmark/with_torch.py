"""The same meta-step in PyTorch: torch.func over all tasks, and one task after the other. Import needs torch."""

from importlib import import_module
from typing import Any

from mamlcore.arrays import Theta
from mamlcore.batch import LossName, TaskBatch
from mamlcore.benchmark.workloads import OUTER_LR, Workload

torch: Any = import_module("torch")
_functional: Any = torch.nn.functional


class _Torch:
    """Parameters, Adam, and the loss of a set of rows."""

    draws_ahead = False

    def __init__(self, work: Workload, theta: Theta) -> None:
        torch.set_flush_denormal(True)  # as XLA does; a confident network is many times slower without
        self._work, self._loss = work, _LOSSES[work.loss]
        self._params = _flat(theta)
        self._optimizer = torch.optim.Adam(self._params, lr=OUTER_LR)

    def gradient(self, theta: Theta, batch: TaskBatch) -> Theta:
        """Return the meta-gradient at theta."""
        found = [part.numpy() for part in self._slope(_flat(theta), _data(batch))]
        return tuple(zip(found[::2], found[1::2], strict=True))

    def step(self, batch: TaskBatch) -> None:
        """Take a meta-step."""
        for part, slope in zip(self._params, self._slope(self._params, _data(batch)), strict=True):
            part.grad = slope
        self._optimizer.step()

    def _slope(self, params: list[Any], data: tuple[Any, ...]) -> list[Any]:
        raise NotImplementedError

    def _of_set(self, params: Any, x: Any, y: Any) -> Any:
        for i in range(0, len(params) - 2, 2):
            x = torch.relu(x @ params[i] + params[i + 1])
        return self._loss(x @ params[-2] + params[-1], y)


class Func(_Torch):
    """torch.func: grad through vmap, as the library's own MAML example does it."""

    def _slope(self, params: list[Any], data: tuple[Any, ...]) -> list[Any]:
        over_tasks = torch.func.vmap(self._of_task, (None, 0, 0, 0, 0))
        detached = tuple(part.detach() for part in params)
        return list(torch.func.grad(lambda theta: over_tasks(theta, *data).mean())(detached))

    def _of_task(self, params: Any, sx: Any, sy: Any, qx: Any, qy: Any) -> Any:
        for _ in range(self._work.steps):
            slopes = torch.func.grad(self._of_set)(params, sx, sy)
            params = tuple(p - self._work.inner_lr * g for p, g in zip(params, slopes, strict=True))
        return self._of_set(params, qx, qy)


class Loop(_Torch):
    """Eager autograd, one task after the other, as learn2learn does it."""

    def _slope(self, params: list[Any], data: tuple[Any, ...]) -> list[Any]:
        total = 0.0
        for sx, sy, qx, qy in zip(*data, strict=True):
            adapted = params
            for _ in range(self._work.steps):
                slopes = torch.autograd.grad(self._of_set(adapted, sx, sy), adapted, create_graph=True)
                adapted = [p - self._work.inner_lr * g for p, g in zip(adapted, slopes, strict=True)]
            total = total + self._of_set(adapted, qx, qy)
        return list(torch.autograd.grad(total / len(data[0]), params))


def _flat(theta: Theta) -> list[Any]:
    return [torch.from_numpy(part.copy()).requires_grad_() for layer in theta for part in layer]


def _data(batch: TaskBatch) -> tuple[Any, ...]:
    return tuple(map(torch.from_numpy, (batch.support_x, batch.support_y, batch.query_x, batch.query_y)))


def _bce(z: Any, y: Any) -> Any:
    return _functional.binary_cross_entropy_with_logits(z[:, 0], y.to(z.dtype))


_LOSSES: dict[LossName, Any] = {
    "mse": lambda z, y: ((z - y) ** 2).mean(),
    "cross_entropy": _functional.cross_entropy,
    "bce": _bce,
}
