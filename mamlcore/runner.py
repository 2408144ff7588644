"""Runner: a plain thread that pumps a Lab. No Qt: whoever watches pulls ``latest`` and ``state``.

Commands only leave a wish under a lock; the thread takes them up between two meta-steps, so the newest
settings win and nothing is applied halfway.
"""

import threading
import time
import traceback
from typing import Literal

from mamlcore.checkpoint import Checkpoint, restore
from mamlcore.config import Config
from mamlcore.errors import Cancelled, LabError
from mamlcore.lab import Lab
from mamlcore.snapshot import Fault, Snapshot

State = Literal["loading", "ready", "running", "paused", "evaluating", "diverged", "failed", "stopped"]


#: A run that broke so few seconds ago goes on when other settings come: a slider was dragged across what breaks it.
ONE_DRAG_S = 2.0


class Runner:
    """Trains in a thread of its own and publishes frozen snapshots, at most one each frame_s seconds."""

    def __init__(self, config: Config, frame_s: float = 1 / 30) -> None:
        self._frame_s = frame_s
        self._wake = threading.Condition()
        self._posted: Config | Checkpoint | None = config
        self._running = False
        self._broke_at: float | None = None  # when the run broke by itself; None where it is to rest
        self._single = self._evaluate = self._reset = self._cancel = self._stop = False
        self._thread = threading.Thread(target=self._work, name="maml-lab-runner", daemon=True)
        self.latest: Snapshot | None = None
        self.state: State = "loading"
        self.rate = 0.0  # meta-steps a second, over the last second or so
        self.progress: float | None = None  # share done of a full evaluation
        self.refused: str | None = None  # why the newest settings were not taken over
        self.fault: Fault | None = None  # an unexpected exception

    # -- commands, from any thread ----------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread; it opens the lab, publishes iteration 0 and waits."""
        self._thread.start()

    def run(self) -> None:
        """Train until paused."""
        self._wish(_running=True)

    def pause(self) -> None:
        """Stop training after the present meta-step."""
        self._wish(_running=False, _broke_at=None)

    def step_once(self) -> None:
        """Take one meta-step, evaluate on the live tasks, and pause."""
        self._wish(_running=False, _single=True)

    def reset(self) -> None:
        """Begin anew with the same settings."""
        self._wish(_reset=True, _cancel=True)

    def post(self, config: Config) -> None:
        """Hand over new settings; only the newest count."""
        self._wish(_posted=config, _cancel=True)

    def resume(self, checkpoint: Checkpoint) -> None:
        """Continue from a checkpoint instead of the present run."""
        self._wish(_posted=checkpoint, _running=False, _cancel=True)

    def evaluate(self) -> None:
        """Evaluate on all held-out tasks, then go on."""
        self._wish(_evaluate=True)

    def cancel(self) -> None:
        """Give up a full evaluation that is under way."""
        self._wish(_cancel=True)

    def stop(self, timeout: float = 2.0) -> bool:
        """End the thread; tell whether it ended in time."""
        self._wish(_stop=True)
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _wish(self, **wishes: object) -> None:
        with self._wake:
            for name, value in wishes.items():
                setattr(self, name, value)
            self._wake.notify_all()

    # -- the thread -------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            self._pump()
        except Exception as error:
            self.fault = _fault(error, 0)
            self.state = "failed"
        else:
            self.state = "stopped"

    def _pump(self) -> None:
        lab: Lab | None = None
        while not self._stop:
            try:
                lab = self._turn(lab)
            except Cancelled:
                continue
            except LabError as error:  # the user can act on it: the run goes on as it was
                self.refused = str(error)
                self._running = self._running and lab is not None
            except Exception as error:
                self.fault = _fault(error, 0 if lab is None else lab.iteration)
                self._running = False
            self._settle(lab)

    def _turn(self, lab: Lab | None) -> Lab | None:
        """Take up what was wished, else train for one frame, else wait."""
        action = self._next_action()
        if isinstance(action, Config | Checkpoint):
            self.refused, self.fault = None, None
            return self._published(self._take_over(lab, action))
        if lab is None or action == "wait":
            self._wait()
        elif action == "reset":
            self.fault = None
            lab.reset(self._check_stop)
            self._published(lab)
        elif action == "evaluate":
            self._full_evaluation(lab)
        else:
            self._train(lab, once=action == "single")
        return lab

    def _next_action(self) -> Config | Checkpoint | str:
        """Take the most urgent wish and strike it off."""
        with self._wake:
            self._cancel = False
            if self._posted is not None:
                posted, self._posted = self._posted, None
                return posted
            for action in ("reset", "evaluate", "single"):
                if getattr(self, f"_{action}"):
                    setattr(self, f"_{action}", False)
                    return action
            return "run" if self._running else "wait"

    def _take_over(self, lab: Lab | None, posted: Config | Checkpoint) -> Lab:
        if isinstance(posted, Checkpoint):
            return restore(posted)
        if lab is None:
            return Lab(posted, self._check_stop)
        lab.apply(posted, self._check_stop)
        if lab.fault is None and self._broke_at is not None:
            self._running = self._running or time.monotonic() - self._broke_at < ONE_DRAG_S
            self._broke_at = None
        return lab

    def _train(self, lab: Lab, once: bool = False) -> None:
        """Train until the frame is over or anything else is wished."""
        self.state = "running"
        began, first = time.monotonic(), lab.iteration
        while lab.fault is None:
            lab.advance(self._check_stop)
            if once or self._interrupted() or time.monotonic() - began >= self._frame_s:
                break
        if once:
            lab.look(self._check_stop)
        self._measure(lab.iteration - first, time.monotonic() - began)
        self._published(lab)

    def _full_evaluation(self, lab: Lab) -> None:
        self.state, self.progress = "evaluating", 0.0
        try:
            lab.evaluate(self._check_cancel)
            self._published(lab)
        finally:
            self.progress = None

    def _interrupted(self) -> bool:
        return self._stop or self._reset or self._evaluate or self._posted is not None or not self._running

    def _check_stop(self, _share: float) -> None:
        if self._stop:
            raise Cancelled

    def _check_cancel(self, share: float) -> None:
        if self._stop or self._cancel:
            raise Cancelled
        self.progress = share

    def _wait(self) -> None:
        with self._wake:
            self._wake.wait_for(self._wished, timeout=0.5)

    def _wished(self) -> bool:
        return self._stop or self._reset or self._evaluate or self._single or self._running or self._posted is not None

    def _measure(self, steps: int, seconds: float) -> None:
        if steps > 0 and seconds > 0:
            new = steps / seconds
            self.rate = new if self.rate == 0 else 0.9 * self.rate + 0.1 * new

    def _published(self, lab: Lab) -> Lab:
        self.latest = lab.snapshot()
        return lab

    def _settle(self, lab: Lab | None) -> None:
        """Name the state that the turn has left."""
        if self.fault is not None:
            self.state = "failed"
        elif lab is None:
            self.state = "failed" if self.refused else "loading"
        elif lab.fault is not None:
            self._broke_at = time.monotonic() if self._running else self._broke_at
            self._running = False
            self.state = "diverged"
        elif self._running:
            self.state = "running"
        else:
            self.state = "paused" if lab.iteration else "ready"
            self.rate = 0.0


def _fault(error: Exception, iteration: int) -> Fault:
    reason = f"Training stopped by an unexpected {type(error).__name__}: {error}"
    remedy = "The last theta is kept and can be exported; reset to begin anew, and please report the details."
    return Fault("error", reason, remedy, traceback.format_exc(), iteration)
