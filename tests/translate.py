"""Brings the catalogues of translations up to date with the texts of the program.

    python -m tests.translate

Texts come from `app/` (by lupdate) and from what the core declares: labels and help of settings, learners, families,
presets and reference lines. New texts are added to each `resources/translations/maml_lab_*.ts` as unfinished, those
that are gone are dropped, and every catalogue is compiled to `.qm`. Translate with Qt Linguist or any editor, then
run it again.
"""

import ast
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from mamlcore.config import SETTINGS
from mamlcore.data import CHOICES, FORMATS
from mamlcore.learners import LEARNERS
from mamlcore.presets import preset_label, preset_names, preset_summary
from mamlcore.tasks import FAMILIES

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = ROOT / "resources" / "translations"
CONTEXT = "settings"  # of every text that the core declares
Entry = tuple[str, str, str]  # context, source text, what tells it from the same text elsewhere


def declared() -> list[str]:
    """Return every text that the core declares and the window shows, each once."""
    specs = [*SETTINGS.values(), *CHOICES.values()]
    texts = [text for spec in specs for text in (spec.label, spec.help)]
    texts += [choice[:1].upper() + choice[1:] for spec in SETTINGS.values() for choice in spec.choices]
    texts += [text for learner in LEARNERS.values() for text in (learner.label, learner.summary)]
    texts += [text for family in FAMILIES.values() for text in (family.label, family.summary)]
    texts += [text for name in preset_names() for text in (preset_label(name), preset_summary(name))]
    texts += [kind.label for kind in FORMATS.values()]
    texts += [choice.replace("-", " ").capitalize() for spec in CHOICES.values() for choice in spec.choices]
    texts += [*_references(), "amplitude", "phase"]
    return list(dict.fromkeys(text for text in texts if text))


def _references() -> list[str]:
    """Return the labels of reference lines, as they stand in the code of the families."""
    found = []
    for path in sorted((ROOT / "mamlcore" / "tasks").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ReferenceLine":
                found += [arg.value for arg in node.args[1:2] if isinstance(arg, ast.Constant)]
    return found


def update(catalogue: Path) -> None:
    """Bring one .ts file up to date and compile it; a file that is not there is begun."""
    sources = [str(path) for path in sorted((ROOT / "app").rglob("*.py"))]
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "declared.py"
        lines = [f"QT_TRANSLATE_NOOP({CONTEXT!r}, {_quoted(text)})" for text in declared()]
        listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
        run("lupdate", "-silent", "-locations", "none", "-no-obsolete", *sources, str(listed), "-ts", str(catalogue))
    run("lrelease", "-silent", str(catalogue), "-qm", str(catalogue.with_suffix(".qm")))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def entries(catalogue: Path) -> dict[Entry, str]:
    """Return what a .ts file translates: "" where a text is not translated yet."""
    found = {}
    for context in ET.parse(catalogue).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            text = "" if translation is None or translation.get("type") else translation.text or ""
            source, comment = message.findtext("source", ""), message.findtext("comment", "")
            found[context.findtext("name", ""), source, comment] = text
    return found


def run(tool: str, *arguments: str) -> None:
    """Run a tool of Qt's that comes with PySide6."""
    command = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(command), *arguments], check=True, cwd=ROOT, timeout=120)


def main() -> int:
    catalogues = sorted(CATALOGUES.glob("maml_lab_*.ts"))
    for catalogue in catalogues:
        update(catalogue)
        known = entries(catalogue)
        left = [source for (_, source, _), text in known.items() if not text]
        print(f"{catalogue.name}: {len(known)} texts, {len(left)} not translated yet")
        for source in left:
            print(f"  {source!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
