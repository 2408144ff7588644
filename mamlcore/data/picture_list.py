"""Pictures in one folder and tables that name them: train.csv, val.csv, test.csv with the columns filename and label.

The layout of Ravi and Larochelle's miniImageNet split (twitter/meta-learning-lstm).
"""

import csv
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from mamlcore.data.choices import Choices
from mamlcore.data.csv_dialect import split_word
from mamlcore.data.picture_tree import load
from mamlcore.data.pictures import MAX_PICTURES, Picture, read_pictures
from mamlcore.data.preview import Detected
from mamlcore.data.raw import Raw, part
from mamlcore.data.table import SPLITS
from mamlcore.errors import Cancelled, LoadError
from mamlcore.evaluate import Progress

_FILE_NAMES = ("filename", "file", "image")


def claims(paths: Sequence[Path]) -> bool:
    """Tell whether these are such tables, or a folder with such tables."""
    try:
        tables = _tables(paths)
        return bool(tables) and all(_header(table) is not None for table in tables)
    except OSError:
        return False


def _tables(paths: Sequence[Path]) -> list[Path]:
    """Return the tables: those given, or those of the folder; one that names a split brings the others along."""
    folders = [path for path in paths if path.is_dir()]
    if len(paths) == 1 and (folders or split_word(paths[0].stem) in SPLITS):
        folder = paths[0] if folders else paths[0].parent
        return sorted(path for path in folder.glob("*.csv") if split_word(path.stem) in SPLITS)
    return [] if folders else [path for path in paths if path.suffix.lower() == ".csv"]


def _header(table: Path) -> tuple[int, int] | None:
    """Return the columns of file names and labels, None when the table has none such."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            titles = [cell.strip().casefold() for cell in file.readline(4096).split(",")]
    except UnicodeDecodeError:
        return None
    at = next((titles.index(word) for word in _FILE_NAMES if word in titles), None)
    return None if at is None or "label" not in titles else (at, titles.index("label"))


def read(paths: Sequence[Path], choices: Choices, progress: Progress) -> Raw:
    """Read the pictures that the tables name; each table is one split when it is called so."""
    tables = _tables(paths)
    name = ", ".join(table.name for table in tables) or paths[0].name
    progress(0.0)
    if not tables:
        raise LoadError(f"{name}: must hold train.csv, val.csv and test.csv with the columns filename and label")
    pictures = [picture for table in tables for picture in _rows(table)]
    splits = {picture.split for picture in pictures}
    if not {"train", "test"} <= splits:
        pictures = [picture._replace(split="") for picture in pictures]
    raw = read_pictures(pictures, choices, name, part(progress, 0.05, 1.0))
    said = Detected("format", "lists", f"Tables of picture names: {name}")
    return Raw(raw.name, raw.x, raw.labels, raw.class_names, raw.groups, raw.splits,
               detected=(*raw.detected, said), problems=raw.problems)  # fmt: skip


def _rows(table: Path) -> list[Picture]:
    columns = _header(table)
    if columns is None:
        raise LoadError(f"{table.name}: must have a first line with the columns filename and label")
    roots = [folder for folder in (table.parent / "images", table.parent) if folder.is_dir()]
    split, pictures = split_word(table.stem), list[Picture]()
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.reader(file), 1):
                if line == 1 or not any(cell.strip() for cell in row):
                    continue
                if len(row) <= max(columns) or len(pictures) >= MAX_PICTURES:
                    raise LoadError(
                        f"{table.name}: every line must have a file name and a label, and there may be at most "
                        f"{MAX_PICTURES}; line {line} does not fit"
                    )
                file_name, label = (row[at].strip() for at in columns)
                found = _find(roots, file_name, f"{table.name}: line {line}")
                pictures.append(Picture("", label, split if split in SPLITS else "", file_name, partial(load, found)))
    except (LoadError, Cancelled):
        raise
    except Exception as error:  # csv.Error, UnicodeDecodeError, OSError
        raise LoadError(f"{table.name}: must be readable CSV in UTF-8, got: {' '.join(str(error).split())}") from None
    return pictures


def _find(roots: Sequence[Path], file_name: str, said: str) -> Path:
    """Return the picture's path. LoadError when it is not there, or lies outside of the table's folder."""
    for root in roots:
        path = root / file_name
        if file_name and path.resolve().is_relative_to(root.resolve()) and path.is_file():
            return path
    raise LoadError(
        f"{said} names {file_name[:80]!r}, which is not in images/ beside the table; put the pictures there"
    )
