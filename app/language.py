"""The language of the window: catalogues of our own and Qt's, chosen by --lang or the locale."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from mamlcore.assets import asset
from mamlcore.errors import LoadError

PREFIX = "maml_lab_"


def install(app: QCoreApplication, code: str | None = None) -> str:
    """Install the catalogues for a language and return the code of the one in use, "en" when there is none.

    Numbers are written and read the same way in every language (a point, no group separators).
    """
    locale = QLocale(code) if code else QLocale.system()
    QLocale.setDefault(QLocale.c())
    found = catalogue(locale)
    if found is None:
        return "en"
    _load(app, found)
    own = found.stem.removeprefix(PREFIX)
    qt_folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for name in dict.fromkeys((f"qtbase_{own}.qm", f"qtbase_{own.split('_')[0]}.qm")):
        if (qt_folder / name).is_file():
            _load(app, qt_folder / name)
            break
    return own


def catalogue(locale: QLocale) -> Path | None:
    """Return our catalogue for a locale: of the exact language and country, else of the language."""
    try:
        folder = asset("translations")
    except LoadError:
        return None
    names = [locale.name(), locale.name().split("_")[0]]
    paths = [folder / f"{PREFIX}{name}.qm" for name in names]
    return next((path for path in paths if path.is_file()), None)


def _load(app: QCoreApplication, path: Path) -> None:
    translator = QTranslator(app)
    if translator.load(str(path)):
        app.installTranslator(translator)
