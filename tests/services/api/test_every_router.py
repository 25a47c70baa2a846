"""A router is served by being there, also where its package lies in another one."""

from importlib import import_module
from pkgutil import walk_packages

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from services.api import resources
from services.api.app import ROUTERS


def paths_of(routes: list[BaseRoute]) -> set[tuple[str, str]]:
    return {
        (method, route.path)
        for route in routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


def test_every_router_there_is_is_served() -> None:
    served = {pair for router in ROUTERS for pair in paths_of(router.routes)}
    found = walk_packages(resources.__path__, f"{resources.__name__}.")
    modules = [import_module(one.name) for one in found]
    routers = [module.router for module in modules if hasattr(module, "router")]
    assert len(routers) > 50
    missing = {pair for router in routers for pair in paths_of(router.routes)} - served
    assert missing == set()
