"""What the core says of data that is imported, as patterns for translation (see said.py)."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Mark a text for the translators."""
    return text


PATTERNS = (
    QT_TRANSLATE_NOOP("core", "{0} of {1} classes have fewer rows than K + Q = {2}, the smallest {3}: {4}; "
                              "ask for fewer query rows, or leave such classes out"),
    QT_TRANSLATE_NOOP("core", "With so few classes validation uses a quarter of the rows of the training classes, as "
                              "few as {0}, so K + Q can be at most {1}, not {2}; ask for fewer query rows"),
    QT_TRANSLATE_NOOP("core", "The {0} split has {1} classes, so a task can have at most that many, not N = {2}"),
    QT_TRANSLATE_NOOP("core", "{0} classes to train on are few to learn from across tasks: baselines may well win"),
    QT_TRANSLATE_NOOP("core", "1 feature never changes and says nothing: {0}"),
    QT_TRANSLATE_NOOP("core", "{0} features never change and say nothing: {1}"),
    QT_TRANSLATE_NOOP("core", "Feature {0} only numbers the rows; leave it out"),
    QT_TRANSLATE_NOOP("core", "Feature {0} gives the class away by itself, as a row number of sorted rows or a copy of "
                              "the label does; leave it out unless it was measured"),
    QT_TRANSLATE_NOOP("core", "{0} of {1} rows are exact copies of another, {2} of them in another class: a copy may "
                              "be support and query of one task; leave copies out unless they were measured twice"),
    QT_TRANSLATE_NOOP("core", "{0} of {1} rows are exact copies of another: a copy may be support and query of one "
                              "task; leave copies out unless they were measured twice"),
    QT_TRANSLATE_NOOP("core", "Columns are separated by {0}"),
    QT_TRANSLATE_NOOP("core", "Numbers have a decimal {0}, such as {1}"),
    QT_TRANSLATE_NOOP("core", "The first line names the columns"),
    QT_TRANSLATE_NOOP("core", "There is no line of column names"),
    QT_TRANSLATE_NOOP("core", "Labels are in column {0}"),
    QT_TRANSLATE_NOOP("core", "{0} rows that lack a number are left out"),
    QT_TRANSLATE_NOOP("core", "Features that lack numbers are left out: {0}"),
    QT_TRANSLATE_NOOP("core", "{0} of {1} rows lack a number (NaN, infinite or empty), first row {2}, in {3}; "
                              "leave those rows or features out"),
    QT_TRANSLATE_NOOP("core", "{0} of {1} rows lack a number (NaN, infinite or empty), first row {2}; "
                              "leave those rows or features out"),
    QT_TRANSLATE_NOOP("core", "{0} exact copies of other rows are left out"),
    QT_TRANSLATE_NOOP("core", "Classes with fewer than {0} rows are left out: {1}"),
    QT_TRANSLATE_NOOP("core", "{0} pictures are not square and were squeezed to {1} x {2}"),
    QT_TRANSLATE_NOOP("core", "{0} pictures are in more than one archive; each is taken once"),
    QT_TRANSLATE_NOOP("core", "Pictures are mostly bright, so dark and bright change places: ink is 1 and paper 0"),
    QT_TRANSLATE_NOOP("core", "Pictures are mostly dark: ink is 1 and paper 0"),
    QT_TRANSLATE_NOOP("core", "Omniglot's two small background sets: alphabets of the first train, Tagalog validates, "
                              "Katakana and Sanskrit test"),
    QT_TRANSLATE_NOOP("core", "Omniglot's background alphabets train (some are held out for validation), its "
                              "evaluation alphabets test"),
    QT_TRANSLATE_NOOP("core", "The array's first axis was taken for classes and its second for their rows"),
    QT_TRANSLATE_NOOP("core", "Some class has rows in more than one group, "
                              "so the class split cannot follow the groups"),
    QT_TRANSLATE_NOOP("core", "Some class has rows in more than one split, "
                              "so the class split cannot follow the splits"),
    QT_TRANSLATE_NOOP("core", "{0}: no class has {1} rows; is the label column the right one?"),
    QT_TRANSLATE_NOOP("core", "there must be at least 4 classes, 2 to train on and 2 others to test on, got {0}"),
)  # fmt: skip


#: What may stand in a hole of these and is a word rather than a name.
WORDS = (
    QT_TRANSLATE_NOOP("core", "train"),
    QT_TRANSLATE_NOOP("core", "commas"),
    QT_TRANSLATE_NOOP("core", "semicolons"),
    QT_TRANSLATE_NOOP("core", "tabs"),
    QT_TRANSLATE_NOOP("core", "comma"),
    QT_TRANSLATE_NOOP("core", "point"),
)
