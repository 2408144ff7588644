"""The errors a user may meet. Each carries one clear sentence: owner, rule, value, what to do."""


class LabError(ValueError):
    """Base of everything that goes wrong for a reason the user can act on."""


class SettingError(LabError):
    """A setting breaks a rule: ``TaskConfig.k_shot must be <= 20, got 50``."""


class RunError(LabError):
    """A run that began well and could not be ended so: it diverged, or its files could not be written."""


class LoadError(LabError):
    """A file cannot be used; the text names the file and the reason."""


class Cancelled(Exception):  # noqa: N818 - a decision of the user, no error
    """Long work was stopped because the user asked for it. Not a fault."""
