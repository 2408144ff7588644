"""How one setting is declared, described and refused.

A setting is declared once, as a pydantic field made by :func:`setting`; range, symbol, help, scale and
effect are read back from there by the controls, the command line, the tooltips and the README.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from mamlcore.given import short

Scale = Literal["linear", "log"]
Effect = Literal["live", "restart"]
Kind = Literal["int", "float", "choice", "widths", "names", "text", "flag"]


class Section(BaseModel):
    """Base of the sections: immutable, strict about names, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def setting(  # noqa: PLR0913 - one keyword for each thing said of a setting
    default: Any,
    help_text: str,
    *,
    label: str,
    symbol: str = "",
    ge: float | None = None,
    le: float | None = None,
    scale: Scale = "linear",
    effect: Effect = "restart",
    advanced: bool = False,
) -> Any:
    """Declare a setting: its default, range [ge, le], one-sentence help, and how a change takes effect."""
    extra: Any = {"label": label, "symbol": symbol, "scale": scale, "effect": effect, "advanced": advanced}
    return Field(default, ge=ge, le=le, description=help_text, json_schema_extra=extra)


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """What is said of one setting, read back from its declaration."""

    path: str
    label: str
    symbol: str
    help: str
    kind: Kind
    default: Any
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    scale: Scale
    effect: Effect
    advanced: bool


def specs(model: type[BaseModel], prefix: str = "") -> dict[str, SettingSpec]:
    """Return every setting below a model by its dotted path, in the order of declaration."""
    found: dict[str, SettingSpec] = {}
    for name, info in model.model_fields.items():
        path = f"{prefix}{name}"
        annotation = info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found.update(specs(annotation, f"{path}."))
        elif info.json_schema_extra is not None:
            found[path] = _spec(path, info)
    return found


def bounds_of(info: FieldInfo) -> dict[str, Any]:
    """Return the declared bounds of a field: ``ge`` and ``le``, where it has them."""
    return {key: getattr(rule, key) for rule in info.metadata for key in ("ge", "le") if hasattr(rule, key)}


def _spec(path: str, info: FieldInfo) -> SettingSpec:
    bounds, extra = bounds_of(info), info.json_schema_extra or {}
    return SettingSpec(
        path=path,
        help=info.description or "",
        kind=_kind(info.annotation),
        default=info.default,
        low=bounds.get("ge"),
        high=bounds.get("le"),
        choices=get_args(info.annotation) if get_origin(info.annotation) is Literal else (),
        **extra,  # type: ignore[arg-type]
    )


def _kind(annotation: Any) -> Kind:
    if get_origin(annotation) is Literal:
        return "choice"
    if get_origin(annotation) is tuple:
        return "widths" if get_args(annotation)[0] is int else "names"
    kinds: dict[Any, Kind] = {int: "int", float: "float", str: "text", bool: "flag"}
    return kinds[annotation]


def explain(error: ValidationError, owners: dict[str, str], whole: str = "Config") -> str:
    """Turn pydantic's report into one sentence: owner, rule and value.

    owners maps a section's name to its model's name, ``{"task": "TaskConfig", ...}``; whole is the name of the rest.
    """
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    owner = owners.get(where[0], whole) if where else whole
    field = ".".join(where[1:] if where and where[0] in owners else where)
    said = f"{owner}.{field}" if field else owner  # a whole section may be wrong
    rule = _rule(first)
    if first["type"] == "value_error":
        text = str(first["ctx"]["error"])
        return text if "Config." in text or f"{whole}." in text else f"{said} {text}, got {short(first['input'])}"
    if first["type"] == "extra_forbidden":
        return f"{owner} has no setting {field!r}"
    given = short(first["input"])
    if first["type"] in ("less_than_equal", "greater_than_equal"):
        given = given.strip("' ")  # a number all the same, where it was typed in a field or on the command line
    return f"{said} {rule}, got {given}"


def _rule(error: Any) -> str:
    context = error.get("ctx", {})
    rules = {
        "less_than_equal": "must be <= {le}",
        "greater_than_equal": "must be >= {ge}",
        "literal_error": "must be {expected}",
        "finite_number": "must be a finite number",
        "int_parsing": "must be a whole number",
        "int_type": "must be a whole number",
        "bool_parsing": "must be yes or no",
        "bool_type": "must be yes or no",
        "int_from_float": "must be a whole number",
        "float_parsing": "must be a number",
        "float_type": "must be a number",
        "model_type": "must be an object of settings",
    }
    return rules.get(error["type"], "is not valid: " + str(error["msg"])).format(**context)
