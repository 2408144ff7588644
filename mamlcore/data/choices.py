"""What a person may choose when they import data: declared once for the dialog, the command line and the checks."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ValidationError

from mamlcore.config import Names
from mamlcore.errors import SettingError
from mamlcore.setting import Section, SettingSpec, explain, setting, specs

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "\\t": "tab"}
_MARKS = {".": "point", ",": "comma"}


def _word(words: Mapping[str, str]) -> BeforeValidator:
    """Let the character itself stand for its name."""
    return BeforeValidator(lambda value: words.get(value, value) if isinstance(value, str) else value)


class Choices(Section):
    """How a file becomes a data set. Immutable; "auto" and empty text mean: find it out, and say what was found."""

    format: Literal[
        "auto", "npz", "npy", "lists", "csv", "parquet", "idx", "zip", "folder"
    ] = setting("auto", "What kind of file it is.", label="Format")  # fmt: skip
    label: str = setting("", "Column of the labels, by name or number; empty: the one called label, class, target, "
                         "y or species, else the last.", label="Label column")  # fmt: skip
    group: str = setting("", "Column that says which classes belong together; a group is never divided by the class "
                         "split.", label="Group column")  # fmt: skip
    separator: Annotated[Literal["auto", "comma", "semicolon", "tab"], _word(_SEPARATORS)] = setting(
        "auto", "Character between columns.", label="Separator")  # fmt: skip
    decimal: Annotated[Literal["auto", "point", "comma"], _word(_MARKS)] = setting(
        "auto", "Decimal mark of the numbers.", label="Decimal mark")  # fmt: skip
    header: Literal["auto", "yes", "no"] = setting("auto", "Whether the first line names the columns.",
                                                   label="Header line")  # fmt: skip
    drop: Names = setting((), "Features to leave out, by name or number (counted from 1).", label="Leave out")
    missing: Literal["refuse", "drop-rows", "drop-features"] = setting(
        "refuse", "What to do with rows that lack a number: refuse the file, leave out those rows, or those features.",
        label="Missing numbers")  # fmt: skip
    duplicates: Literal["keep", "drop"] = setting("keep", "What to do with rows that are exact copies of another.",
                                                  label="Copies")  # fmt: skip
    min_rows: int = setting(2, "Classes with fewer rows are left out.", label="Rows a class, at least",
                            ge=2, le=1000)  # fmt: skip
    size: int = setting(0, "Height and width of the pictures in pixels; 0: 14 for picture files, arrays as they are.",
                        label="Picture size", ge=0, le=64)  # fmt: skip
    invert: Literal["auto", "yes", "no"] = setting(
        "auto", "Turn dark into bright; auto does so when picture files are mostly bright: ink is 1, paper 0.",
        label="Invert")  # fmt: skip
    rotations: bool = setting(False, "Every class also turned by 90, 180 and 270 degrees, as classes of their own.",
                              label="Rotations as classes")  # fmt: skip
    split_by: Literal["auto", "given", "group", "class"] = setting(
        "auto", "What divides training, validation and test classes: the file's own split, whole groups (alphabets) "
        "or single classes; auto takes the first that there is.", label="Split by")  # fmt: skip
    n_way: int = setting(5, "Classes in the tasks you have in mind; for the checks only.", label="Ways", symbol="N",
                         ge=2, le=20)  # fmt: skip
    k_shot: int = setting(1, "Support rows per class in those tasks; for the checks only.", label="Shots", symbol="K",
                          ge=1, le=20)  # fmt: skip
    n_query: int = setting(15, "Query rows per class in those tasks; for the checks only.", label="Query rows",
                           symbol="Q", ge=1, le=50)  # fmt: skip

    def changed(self, changes: Mapping[str, Any]) -> "Choices":
        """Return a validated copy with some choices changed. SettingError names rule and value."""
        return Choices.of({**self.model_dump(), **changes})

    @classmethod
    def of(cls, tree: Mapping[str, Any]) -> "Choices":
        """Build from plain values; SettingError says which rule is broken: ``Choices.size must be <= 64, got 99``."""
        try:
            return cls.model_validate(dict(tree))
        except ValidationError as error:
            raise SettingError(explain(error, {}, "Choices")) from None


#: Every choice by name: range, label, help, kind.
CHOICES: dict[str, SettingSpec] = specs(Choices)
