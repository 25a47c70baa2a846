"""Module discovery: routers of the API and commands of the command line, found by being there."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def modules_with(name: str, package: ModuleType) -> tuple[ModuleType, ...]:
    """Return the modules of a package that have this name in them, in alphabetical order."""
    found = iter_modules(package.__path__, f"{package.__name__}.")
    modules = [import_module(one.name) for one in found]
    return tuple(module for module in modules if hasattr(module, name))
