"""States as flat dictionaries of arrays, for checkpoints, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mamlcore.arrays import Array
from mamlcore.errors import LoadError


def flatten(tree: Any, prefix: str = "") -> dict[str, Array]:
    """Return every leaf of nested tuples by its path, ``{"0.1.": array}``; None is left out."""
    if tree is None:
        return {}
    if isinstance(tree, tuple):
        return {path: leaf for i, part in enumerate(tree) for path, leaf in flatten(part, f"{prefix}{i}.").items()}
    return {prefix: np.asarray(tree)}


def unflatten(like: Any, leaves: Mapping[str, Array], prefix: str = "") -> Any:
    """Rebuild a tree shaped as ``like`` from :func:`flatten`'s result.

    Raises LoadError when a leaf is missing or has another shape or type.
    """
    if like is None:
        return None
    if isinstance(like, tuple):
        parts = [unflatten(part, leaves, f"{prefix}{i}.") for i, part in enumerate(like)]
        return type(like)(*parts) if hasattr(like, "_fields") else tuple(parts)
    if prefix not in leaves:
        raise LoadError(f"part {prefix!r} of a learner's state is missing; use an intact copy")
    leaf, model = leaves[prefix], np.asarray(like)
    if leaf.shape != model.shape or leaf.dtype.newbyteorder("=") != model.dtype:
        raise LoadError(
            f"part {prefix!r} of a learner's state must be {model.dtype.name} {model.shape}, got {leaf.dtype.name} "
            f"{leaf.shape}; use an intact copy"
        )
    leaf = leaf.astype(model.dtype, copy=False)  # from a machine of another byte order
    return leaf if isinstance(like, np.ndarray) else type(like)(leaf.item())
