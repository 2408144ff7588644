"""The shape of the house: small files, small functions, no catch-all module, a fixed set of top-level entries."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(ROOT / "mamlcore").rglob("*.py"), *(ROOT / "app").rglob("*.py")])
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
CATCH_ALL = {"utils", "util", "misc", "common", "helpers", "manager", "handler", "stuff"}
TOP_LEVEL = {
    ".ci", ".gitignore", "ARCHITECTURE.md", "CHANGELOG.md", "README.md", "app", "docs", "lab", "mamlcore",
    "pyproject.toml", "resources", "tests",
}  # fmt: skip
MADE_HERE = {".git", ".venv", "runs", "dist", "build", "__pycache__"}


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each function's name and its length without its docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if ast.get_docstring(node) is not None:
                length -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield node.name, length


def test_files_and_functions_stay_small() -> None:
    long_files, long_functions = {}, {}
    for path, name in zip(SOURCES, names(SOURCES), strict=True):
        text = path.read_text(encoding="utf-8")
        if (lines := len(text.splitlines())) > MAX_FILE_LINES:
            long_files[name] = lines
        long_functions |= {f"{name}:{n}": k for n, k in functions(ast.parse(text)) if k > MAX_FUNCTION_LINES}
    assert (long_files, long_functions) == ({}, {})


def test_the_measure_sees_a_long_function() -> None:
    body = "\n".join("    x = 1" for _ in range(60))
    assert dict(functions(ast.parse(f'def long():\n    """Say\n    more."""\n{body}\n'))) == {"long": 61}


def test_no_catch_all_modules() -> None:
    assert [path for path in names(SOURCES) if CATCH_ALL.intersection(Path(path).with_suffix("").parts)] == []


def test_no_two_test_files_share_a_name() -> None:
    """Test folders are no packages: two files of one name, and pytest collects nothing at all."""
    found = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name not in ("conftest.py", "__init__.py")]
    assert {name for name in found if found.count(name) > 1} == set()


def test_the_top_level_is_as_agreed() -> None:
    found = {entry.name for entry in ROOT.iterdir()}
    caches = {name for name in found if name.startswith(".") and name.endswith("_cache")} | {".hypothesis"}
    ignored = {name for name in found if name.endswith((".egg-info", ".tmp"))}
    assert found - TOP_LEVEL - MADE_HERE - caches - ignored == set()
    assert {"lab", "app", "mamlcore", "resources", "tests", "pyproject.toml"} <= found


def test_the_map_names_every_module_of_the_packages_and_none_that_is_gone() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {Path(path).name for path in re.findall(r"`([\w/]+(?:\.py|/))`", text)}
    homes = [home for package in ("mamlcore", "app") for home in (ROOT / package).iterdir()]
    assert {home.name for home in homes if home.name[0] != "_" and home.suffix in (".py", "")} - named == set()
    there = {entry.name for folder in ("mamlcore", "app", "resources", "tests") for entry in (ROOT / folder).rglob("*")}
    assert named - there - {"mamlcore", "app", "resources", "tests"} == set()


def test_the_launcher_is_small_and_needs_only_the_standard_library() -> None:
    text = (ROOT / "lab").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_FILE_LINES
    imported = {
        alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {node.module or "" for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_what_the_packages_import_is_what_the_project_asks_for() -> None:
    """A library that only a test tool brings along would be missing on the user's machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {normal(re.split(r"[^\w.-]", line)[0]) for line in project["dependencies"]} | {"shiboken6"}
    brought = packages_distributions()
    missing = {}
    for path in SOURCES:
        for name in top_level_imports(path) - set(sys.stdlib_module_names) - {"app", "mamlcore"}:
            if not asked.intersection(map(normal, brought.get(name, [name]))):
                missing[f"{path.name}: {name}"] = brought.get(name)
    assert missing == {}


def normal(distribution: str) -> str:
    return distribution.lower().replace("_", "-")


def top_level_imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found
