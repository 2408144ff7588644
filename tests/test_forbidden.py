"""Nothing that is read is ever executed, and the core never meets Qt: checked in the source and by running it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(ROOT / "mamlcore").rglob("*.py"), *(ROOT / "app").rglob("*.py")])
MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "yaml",
    "marshal",
    "shelve",
    "subprocess",
    "pty",
    "popen2",
}
# Parts of libraries that run what they read (reliability: configfile evaluates, console and flowchart execute).
PARTS = {"configfile", "console", "flowchart", "multiprocess", "RemoteGraphicsView", "loadUiType", "QUiLoader", "uic"}
BUILTINS = {"eval", "exec", "compile", "__import__"}
ATTRIBUTES = {"loadUiType", "readConfigFile", "extractall"}  # of whatever object
STARTING = ("os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile", "builtins.")


def dotted(node: ast.AST) -> str:
    """Return a name or attribute chain as written, '' for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names]
    return []


def offences(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        for name in imported(node):
            parts = name.split(".")
            if parts[0] in MODULES or (parts[0] in {"pyqtgraph", "PySide6"} and PARTS.intersection(parts)):
                yield f"line {node.lineno}: imports {name}"
        if isinstance(node, ast.Attribute) and PARTS.intersection([node.attr]) and dotted(node).startswith("pg."):
            yield f"line {node.lineno}: uses {dotted(node)}"
        if isinstance(node, ast.Call):
            yield from call_offences(node)


def call_offences(call: ast.Call) -> Iterator[str]:
    name = dotted(call.func)
    if name in BUILTINS or name.rpartition(".")[2] in ATTRIBUTES or name.startswith(STARTING):
        yield f"line {call.lineno}: calls {name}"
    if name in {"np.load", "numpy.load"}:
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if given.get("allow_pickle") != "False":
            yield f"line {call.lineno}: {name} without allow_pickle=False"


def test_nothing_read_is_executed() -> None:
    found = {path.relative_to(ROOT).as_posix(): list(offences(path.read_text(encoding="utf-8"))) for path in SOURCES}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from subprocess import run",
        "import os; os.system('x')",
        "eval('1')",
        "exec(text)",
        "code = compile(text, 'x', 'exec')",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "from pyqtgraph.configfile import readConfigFile",
        "from pyqtgraph import console",
        "import pyqtgraph.flowchart",
        "pg.multiprocess.Process()",
        "pg.Qt.loadUiType(path)",
        "archive.extractall(folder)",
    ],
)
def test_the_lint_sees(line: str) -> None:
    assert list(offences(line))


@pytest.mark.parametrize(
    "line", ["re.compile('x')", "np.load(path, allow_pickle=False)", "app.exec()", "platform.system()"]
)
def test_the_lint_lets_pass(line: str) -> None:
    assert not list(offences(line))


WITHOUT_QT = """
import importlib, pkgutil, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "app"}:
            raise ImportError(f"{name} is not to be imported by the core")

sys.meta_path.insert(0, Refuse())
import mamlcore
found = [module.name for module in pkgutil.walk_packages(mamlcore.__path__, "mamlcore.")]
for name in found:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:  # an optional extra: peers to measure against, never needed to run
        if error.name not in sys.argv[1:]:
            raise
assert len(found) >= 30, found
print(len(found), "modules")
"""


def test_every_core_module_imports_where_there_is_no_qt() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "test" for line in lines]
    names = [re.split(r"[^\w-]", line)[0] for line in extras]
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_command_line_starts_without_qt_and_without_matplotlib() -> None:
    code = (
        "import sys, app.command\n"
        "assert app.command.main(['presets', '--json']) == 0\n"
        "print([name for name in ('matplotlib', 'PySide6', 'pyqtgraph') if name in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1] == "[]", run.stdout + run.stderr
