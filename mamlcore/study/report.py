"""Everything that is written of a study."""

from pathlib import Path

from mamlcore.atomic import write_atomic
from mamlcore.study.answer import answer
from mamlcore.study.compare import pairs, pairs_csv
from mamlcore.study.plan import Study
from mamlcore.study.results import collect, curves_csv, study_csv
from mamlcore.study.store import Store


def write_report(study: Study, folder: Path) -> tuple[list[str], list[str]]:
    """Write the tables of what a study has given so far; return the answer in sentences, and the files' names."""
    results = collect(Store(folder), study)
    found = pairs(results)
    files = {"study.csv": study_csv(results), "pairs.csv": pairs_csv(found), "curves.csv": curves_csv(results)}
    for name, text in files.items():
        write_atomic(folder / name, text.encode())
    return answer(results, found), list(files)
