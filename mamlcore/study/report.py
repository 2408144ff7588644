"""Everything that is written of a study: tidy tables, and one report as HTML and as Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mamlcore.atomic import write_atomic
from mamlcore.study import sections
from mamlcore.study.answer import answer, place_name
from mamlcore.study.cautions import cautions
from mamlcore.study.compare import Pair, pairs, pairs_csv, standings
from mamlcore.study.document import Block, Bullets, Heading, Paragraph, Picture, to_html, to_markdown
from mamlcore.study.drawing import adaptation_figure, training_figure
from mamlcore.study.plan import Study
from mamlcore.study.results import Results, collect, curves_csv, study_csv
from mamlcore.study.store import Store
from mamlcore.tasks import FAMILIES


def write_report(study: Study, folder: Path) -> tuple[list[str], list[str]]:
    """Write all files on what a study has given so far; return the answer in sentences, and the files' names."""
    results = collect(Store(folder), study)
    found = pairs(results)
    said = answer(results, found)
    blocks = list(report_blocks(results, found, said))
    files = {
        "study.csv": study_csv(results).encode(),
        "pairs.csv": pairs_csv(found).encode(),
        "curves.csv": curves_csv(results).encode(),
        "report.html": to_html(title(study), blocks).encode(),
        "report.md": to_markdown(title(study), blocks).encode(),
        **{block.name: block.svg for block in blocks if isinstance(block, Picture)},
    }
    for name, data in files.items():
        write_atomic(folder / name, data)
    return said, list(files)


def report_tree(study: Study, folder: Path) -> dict[str, Any]:
    """Return what the report says as plain values: answer, warnings, standings and pairs."""
    results = collect(Store(folder), study)
    found = pairs(results)
    ranked = [{"n_way": place[0], "k_shot": place[1], **asdict(one)}
              for place in results.places() for one in standings(results, *place)]  # fmt: skip
    return {"answer": answer(results, found), "warnings": cautions(results, found), "metric": results.metric,
            "standings": ranked, "pairs": [{**asdict(pair), "tie": pair.is_tie} for pair in found]}  # fmt: skip


def title(study: Study) -> str:
    """Return ``Study: letters, 8 learners``."""
    task = study.config.task
    what = Path(task.dataset).name if task.family == "dataset" else FAMILIES[task.family].label
    return f"Study: {what}, {len(study.learners)} learner{'s' * (len(study.learners) != 1)}"


def report_blocks(results: Results, found: Sequence[Pair], said: Sequence[str]) -> Iterator[Block]:
    """Yield the report: the answer and its warnings first, then what they rest on."""
    for sentence in said:
        yield Paragraph(sentence, strong=True)
    warnings = cautions(results, found)
    if warnings:
        yield Heading("Read this before you use it")
        yield Bullets(tuple(warnings))
    judged = [place for place in results.places() if any(results.of(name, *place) for name in results.study.learners)]
    if judged:
        yield from sections.tables(results, found)
        yield from _pictures(results, judged)
        yield from sections.elsewhere(results)
        yield from sections.tests(results, found)
        yield from sections.tried(results)
        yield from sections.budgets(results)
    yield from sections.protocol(results)


def _pictures(results: Results, places: Sequence[tuple[int, int]]) -> Iterator[Block]:
    for n_way, k_shot in places:
        name = place_name(results, n_way, k_shot)
        stem = name.replace("-", "").replace(" ", "_")
        yield Heading(f"Curves at {name}")
        said = "on validation tasks during training, mean over splits and seeds (the choice was made here)"
        both = (training_figure(results, n_way, k_shot, dark) for dark in (False, True))
        yield Picture(f"training_{stem}.svg", f"{name}: {results.metric} {said}", *both)
        said = "on test tasks after so many adaptation steps, mean over splits and seeds"
        both = (adaptation_figure(results, n_way, k_shot, dark) for dark in (False, True))
        yield Picture(f"adaptation_{stem}.svg", f"{name}: {results.metric} {said}", *both)
