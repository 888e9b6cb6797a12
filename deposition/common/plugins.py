"""Classes from outside the package: laws, reactions and recorders that a scenario names.

A class is named as ``package.module:Class``, or by an entry point that an installed package
declares, e.g. in its pyproject.toml:

    [project.entry-points."deposition.kinetics"]
    my-law = "my_package.laws:MyLaw"
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from deposition.common.errors import PluginError
from deposition.common.suggest import did_you_mean, listing

KINDS = {
    "kinetics": ("residual", "limit"),
    "electrolytes": ("anion_flux", "current", "conductivity_at", "steady_conductivity_at"),
    "reactions": ("rates",),
    "open_circuit_potentials": ("potential",),
    "sei_growth": ("rate",),
    "recorders": ("open", "record", "close"),
}
"""Entry-point groups (``deposition.KIND``) and the methods that a class of each must have."""


@cache
def entry_point_names(kind: str) -> dict[str, str]:
    """Name and value (``package.module:Class``) of each installed entry point of a kind."""
    return {point.name: point.value for point in entry_points(group=f"deposition.{kind}")}


def load_plugin(name: str, kind: str, known: Iterable[str] = ()) -> type[Any]:
    """The class that a scenario names.

    kind   of ``KINDS``
    known  names of the laws of the program, for the message about an unknown name
    Raises PluginError if it cannot be found or imported, is no class, or lacks a method.
    """
    points = entry_point_names(kind)
    place = points.get(name, name)
    module, colon, path = place.partition(":")
    if not colon or not module or not path:
        known = list(known)
        installed = f" Installed: {listing(points)}." if points else ""
        laws = f" Known: {listing(known)}." if known else ""
        raise PluginError(
            f'"{name}" is no {kind.rstrip("s")} law.{did_you_mean(name, [*known, *points])}{laws}'
            f"{installed} State your own class as package.module:Class. [E030]"
        )
    try:
        found: Any = import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except ImportError as problem:
        raise PluginError(
            f'"{name}" cannot be imported: {problem}. Install the package, or add its folder to '
            "PYTHONPATH. [E031]"
        ) from problem
    except AttributeError:
        raise PluginError(f'the module "{module}" has no class "{path}" [E032]') from None
    except Exception as problem:
        raise PluginError(
            f'"{name}" cannot be imported: {type(problem).__name__}: {problem} [E033]'
        ) from problem
    missing = [m for m in KINDS[kind] if not callable(getattr(found, m, None))]
    if not inspect.isclass(found) or missing:
        raise PluginError(
            f'"{name}" cannot serve as {kind.rstrip("s")}: it must be a class with the methods '
            f"{listing(KINDS[kind])}; missing: {listing(missing) or 'it is no class'} [E034]"
        )
    return found


def made(found: type[Any], name: str, settings: dict[str, Any]) -> Any:
    """An instance of a class, with settings as keyword arguments.

    Raises PluginError if the class refuses them.
    """
    try:
        return found(**settings)
    except Exception as problem:
        wanted = inspect.signature(found)
        raise PluginError(
            f'"{name}" cannot be made with {settings}: {problem}. Its settings are {wanted} [E035]'
        ) from problem


def is_plugin(name: str, kind: str) -> bool:
    """True if a name means a class from outside the package."""
    return ":" in name or name in entry_point_names(kind)


def origin_of_plugin(name: str, kind: str) -> dict[str, str | None]:
    """Name, class, file and version of the package of a plugin, for the provenance."""
    from importlib.metadata import PackageNotFoundError, version

    place = entry_point_names(kind).get(name, name)
    found = load_plugin(name, kind)
    try:
        stated: str | None = version(found.__module__.partition(".")[0])
    except PackageNotFoundError:
        stated = None
    return {"name": name, "class": place, "file": inspect.getsourcefile(found), "version": stated}
