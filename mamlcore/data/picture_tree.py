"""Pictures in a folder for each class, on the disk or in zip archives: Omniglot as it is published, among others."""

import os
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mamlcore.data.choices import Choices
from mamlcore.data.csv_dialect import split_word
from mamlcore.data.pictures import ENDINGS, MAX_FILE, MAX_PICTURES, Picture, folded, read_pictures
from mamlcore.data.preview import Detected, Problem
from mamlcore.data.raw import Raw, part
from mamlcore.data.table import MAX_BYTES, SPLITS
from mamlcore.errors import LoadError
from mamlcore.evaluate import Progress
from mamlcore.npz import Caps, checked_members, opened

CAPS = Caps(MAX_PICTURES * 2, MAX_BYTES, 200, 2**24)
#: Omniglot's two small background sets together: their own split, by alphabet.
SMALL = {
    "Balinese": "train", "Early_Aramaic": "train", "Greek": "train", "Korean": "train", "Latin": "train",
    "Tagalog": "validation", "Japanese_(katakana)": "test", "Sanskrit": "test",
}  # fmt: skip
PUBLISHED = {"images_background": "train", "images_evaluation": "test"}


class Found(NamedTuple):
    """A file with a picture's name: its folders below the root, its own name, and how its bytes are had."""

    folders: tuple[str, ...]
    file: str
    load: Callable[[], bytes]


def read_folder(paths: Sequence[Path], choices: Choices, progress: Progress) -> Raw:
    """Read ``root/class/*.png``, or ``root/group/class/*.png``; train, val and test above them are the split."""
    root = paths[0]
    progress(0.0)
    found = _without_root(_walk(root, progress))
    return read_pictures(_placed(found, root.name), choices, root.name, part(progress, 0.05, 1.0))


def read_zips(paths: Sequence[Path], choices: Choices, progress: Progress) -> Raw:
    """Read the same from zip archives, in memory; a picture that is in several is taken once.

    Omniglot's ``images_background*.zip`` trains and ``images_evaluation.zip`` tests.
    """
    name = ", ".join(path.name for path in paths)
    seen: dict[tuple[str, str, str], Picture] = {}
    twice, roots = 0, list[str]()
    with ExitStack() as stack:
        for path in paths:
            archive = stack.enter_context(opened(path, path.name, "a .zip archive"))
            found = _members(archive, path.name)
            roots.append(found[0].folders[0] if found else "")
            for picture, file in zip(_placed(_without_root(found), path.name), found, strict=True):
                key = (picture.group, picture.label, file.file)
                twice += key in seen
                seen.setdefault(key, picture._replace(split=picture.split or _published(path, roots[-1])))
        raw = read_pictures(_omniglot(list(seen.values())), choices, name, progress)
    return _described(raw, paths, twice)


def _described(raw: Raw, paths: Sequence[Path], twice: int) -> Raw:
    problems, detected = list(raw.problems), list(raw.detected)
    if twice:
        problems.append(Problem("twice", "note", f"{twice} pictures are in more than one archive; each is taken once"))
    if raw.groups is not None and set(raw.groups.tolist()) == set(SMALL):
        detected.append(Detected("split_by", "given", "Omniglot's two small background sets: alphabets of the first "
                                 "train, Tagalog validates, Katakana and Sanskrit test"))  # fmt: skip
    elif raw.splits is not None and all(_published(path, "") for path in paths):
        detected.append(Detected("split_by", "given", "Omniglot's background alphabets train (some are held out for "
                                 "validation), its evaluation alphabets test"))  # fmt: skip
    return replace(raw, problems=tuple(problems), detected=tuple(detected))


def _published(path: Path, root: str) -> str:
    """Return the split that Omniglot's own name for an archive, or for its folder, stands for."""
    for word in (path.name, root):
        for start, split in PUBLISHED.items():
            if word.startswith(start):
                return split
    return ""


def _omniglot(pictures: list[Picture]) -> list[Picture]:
    """Give the small sets their split by alphabet; a split that leaves nothing to test is none."""
    if {picture.group for picture in pictures} == set(SMALL):
        return [picture._replace(split=SMALL[picture.group]) for picture in pictures]
    if {"train", "test"} <= {picture.split for picture in pictures}:
        return pictures
    return [picture._replace(split="") for picture in pictures]


def _members(archive: zipfile.ZipFile, name: str) -> list[Found]:
    found = []
    for file, entry in checked_members(archive, name, CAPS).items():
        *folders, own = file.split("/")
        if own.lower().endswith(ENDINGS) and not _is_hidden((*folders, own)):
            if entry.file_size > MAX_FILE:
                raise LoadError(f"{name}: {file[-80:]} must have at most {MAX_FILE >> 20} MB; leave it out")
            found.append(Found(tuple(folders), own, partial(archive.read, entry)))
    return found


def _is_hidden(parts: Iterable[str]) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _walk(root: Path, progress: Progress) -> list[Found]:
    """Return the pictures below a folder, in no order; links that leave it are passed over."""
    top, found = root.resolve(), list[Found]()
    for folder, below, files in os.walk(root, onerror=_unreadable):
        progress(0.0)
        below[:] = [word for word in below if not _is_hidden([word])]
        place = Path(folder)
        for file in files:
            path = place / file
            if file.lower().endswith(ENDINGS) and not _is_hidden([file]) and _lies_below(path, top):
                found.append(Found(place.relative_to(root).parts, file, partial(load, path)))
        if len(found) > MAX_PICTURES:
            raise LoadError(f"{root.name}: may hold at most {MAX_PICTURES} pictures; use a part of it")
    return found


def _unreadable(error: OSError) -> None:
    raise LoadError(f"{error.filename} cannot be read: {error.strerror}")


def _lies_below(path: Path, top: Path) -> bool:
    return path.is_file() and (not path.is_symlink() or path.resolve().is_relative_to(top))


def load(path: Path) -> bytes:
    """Return a file's bytes. LoadError for one that is too large."""
    size = path.stat().st_size
    if size > MAX_FILE:
        raise LoadError(f"{path.name}: must have at most {MAX_FILE >> 20} MB, got {size >> 20}; leave it out")
    return path.read_bytes()


def _without_root(found: list[Found]) -> list[Found]:
    """Take folders away that hold everything, such as an archive's own name."""
    while found and min(len(one.folders) for one in found) > 1 and len({one.folders[0] for one in found}) == 1:
        found = [one._replace(folders=one.folders[1:]) for one in found]
    return found


def _placed(found: list[Found], name: str) -> list[Picture]:
    """Read group, class and split off the folders. LoadError when they are not all equally deep."""
    words = {split_word(one.folders[0]) for one in found if one.folders}
    has_splits = "train" in words and words <= set(SPLITS) and min(len(one.folders) for one in found) > 1
    depths = {len(one.folders) - has_splits: one for one in found}
    if set(depths) - {1} and set(depths) - {2}:
        odd = min(depths.values(), key=lambda one: folded("/".join(one.folders)))
        place = "/".join((*odd.folders, odd.file))[-80:]
        raise LoadError(
            f"{name}: pictures must lie in class/, or all of them in group/class/, got {place!r}; "
            "put the pictures of each class into a folder of its own"
        )
    pictures = []
    for one in found:
        split = split_word(one.folders[0]) if has_splits else ""
        *group, label = one.folders[has_splits:]
        pictures.append(Picture("/".join(group), label, split, "/".join((*one.folders, one.file)), one.load))
    return pictures
