"""A study in the background: looked at from outside, cancelled, gone on with, listed."""

from pathlib import Path

import pytest

from mamlcore.presets import load_preset
from mamlcore.study.background import StudyJob, known_studies
from mamlcore.study.conduct import Workforce
from mamlcore.study.plan import Study, planned

HERE = Workforce(0)


@pytest.fixture
def study() -> Study:
    base = load_preset("letters").with_settings({"model.hidden": (8,), "outer.tasks": 4, "task.n_query": 5})
    return planned(base, learners="maml,scratch", steps=600, trials=1, tasks=20, validation_tasks=10)


def test_a_job_ends_with_an_answer_and_is_listed(study: Study, tmp_path: Path) -> None:
    job = StudyJob(study, tmp_path / "one", HERE)
    assert job.state.phase == "starting" and not job.state.has_ended
    job.start()
    assert job.wait(60) and job.state.phase == "done", job.state
    assert job.state.progress is not None and (job.state.progress.done, job.state.progress.total) == (2, 2)
    assert job.state.answer[0].startswith("Best at 5-way 1-shot: ")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "study.json").write_text("{")
    (known,) = known_studies(tmp_path)
    assert (known.title, known.done, known.total) == ("Study: letters, 2 learners", 2, 2)
    assert known.report is not None and "Best at 5-way 1-shot" in known.report.read_text(encoding="utf-8")


def test_a_cancelled_job_keeps_what_it_has(study: Study, tmp_path: Path) -> None:
    job = StudyJob(study, tmp_path / "one", HERE)
    job.cancel()
    job.start()
    assert job.wait(60) and job.state.phase == "cancelled"
    (known,) = known_studies(tmp_path)
    assert (known.done, known.report) == (0, None)
    again = StudyJob(study, tmp_path / "one", HERE)
    again.start()
    assert again.wait(60) and again.state.phase == "done"


def test_a_folder_that_cannot_be_written_is_a_sentence(study: Study, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    job = StudyJob(study, tmp_path / "file", HERE)
    job.start()
    assert job.wait(60) and job.state.phase == "failed"
    assert "could not be written" in job.state.error
