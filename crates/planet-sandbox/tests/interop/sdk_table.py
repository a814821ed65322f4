"""Every method of one of the official SDK's clients against the sandbox, as a table of what passes.

Each check runs twice: with the asynchronous client, and with its blocking twin. A method of the client
that no check is for is a failure: the list of methods is read from the class itself.
"""
import asyncio
import inspect
import traceback
import types

import httpx
import planet
import planet.specs
from planet import Auth, Planet, Session
from planet.clients import DataClient, FeaturesClient, OrdersClient

from common import Failure, check

PATHS = {DataClient: "/data/v1", OrdersClient: "/compute/ops", FeaturesClient: "/features/v1/ogc/my"}


def point_bundle_spec_at(url):
    """The SDK does not let its user choose the address of the bundle specification."""
    def get(address):
        return httpx.get(address.replace("https://api.planet.com", url))

    planet.specs.httpx = types.SimpleNamespace(get=get)


class Table:
    """The checks of one client class, in order."""

    def __init__(self, client, *others):
        self.client = client
        self.others = others
        self.checks = []
        self.known = []

    def covers(self, *methods):
        """A check that these methods pass."""
        def register(function):
            self.checks.append((methods, function))
            return function
        return register

    def fails(self, method, reason):
        """A check that raises what the SDK does wrong here; the reason is printed."""
        def register(function):
            self.known.append((method, reason, function))
            return function
        return register

    def methods(self):
        names = set()
        for cls in (self.client, *self.others):
            short = cls.__name__.removesuffix("Client").lower() if cls is self.client else cls.__name__
            names |= {f"{short}.{name}" for name, member in inspect.getmembers(cls)
                      if callable(member) and not name.startswith("_")}
        return names

    def run(self, url, key, directory):
        point_bundle_spec_at(url)
        passed, failed = asyncio.run(self._run(url, key, directory))
        covered = {name for names, _ in self.checks for name in names}
        for name in sorted(self.methods() - covered):
            failed.append((name, "no check is for it"))
        for name in sorted(covered - self.methods()):
            failed.append((name, "the SDK has no such method"))
        for name in sorted(covered & self.methods()):
            print(f"ok    {name}" if passed.get(name) == 2 else f"FAILS {name}", flush=True)
        for method, reason, _ in self.known:
            print(f"fails {method}: {reason}", flush=True)
        check(not failed, "\n  ".join(f"{name}: {reason}" for name, reason in failed))

    async def _run(self, url, key, directory):
        passed, failed = {}, []
        async with Session(auth=Auth.from_key(key)) as session:
            surfaces = [self._asynchronous(session, url), self._blocking(key, url)]
            for number, client in enumerate(surfaces):
                context = Context(number, url, key, directory / f"{self.client.__name__}-{number}", session)
                for methods, function in self.checks:
                    error = await outcome(function(client, context))
                    for name in methods:
                        passed[name] = passed.get(name, 0) + (0 if error else 1)
                    if error:
                        failed.append((f"{function.__name__} ({', '.join(methods)})", error))
                for method, reason, function in self.known:
                    error = await outcome(function(client, context))
                    if error:
                        failed.append((method, f"was known to fail ({reason}), but now: {error}"))
        return passed, failed

    def _asynchronous(self, session, url):
        return self.client(session, base_url=url + PATHS[self.client])

    def _blocking(self, key, url):
        umbrella = Planet(Session(auth=Auth.from_key(key)), base_url=url)
        return Blocking(self.client, getattr(umbrella, self.client.__name__.removesuffix("Client").lower()))


class Context:
    """What the checks of one client share."""

    def __init__(self, number, url, key, directory, session):
        self.number = number
        self.url = url
        self.key = key
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        #: The other clients, asynchronous, to prepare things with.
        self.data = DataClient(session, base_url=f"{url}/data/v1")
        self.features = FeaturesClient(session, base_url=f"{url}/features/v1/ogc/my")


class Blocking:
    """The blocking client in the clothes of the asynchronous one; each call runs in a thread."""

    def __init__(self, like, api):
        self._like = like
        self._api = api

    def __getattr__(self, name):
        like, method = inspect.getattr_static(self._like, name), getattr(self._api, name)
        if inspect.isasyncgenfunction(like):
            async def items(*args, **kwargs):
                for item in await asyncio.to_thread(lambda: list(method(*args, **kwargs))):
                    yield item
            return items
        if inspect.iscoroutinefunction(like):
            async def call(*args, **kwargs):
                return await asyncio.to_thread(method, *args, **kwargs)
            return call
        return method


async def outcome(coroutine):
    """Why a check failed; `None` if it passed."""
    try:
        await coroutine
    except Failure as failure:
        return str(failure)
    except Exception as error:  # Whatever the SDK raises.
        place = traceback.extract_tb(error.__traceback__)
        lines = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in place]
        return f"{type(error).__name__}: {error} at {' '.join(lines[-4:])}"
    return None


async def raises(exception, awaitable, what):
    """Expects the SDK to raise; returns what it raised."""
    try:
        await awaitable
    except exception as error:
        return error
    raise Failure(f"{what}: nothing was raised")


async def collect(items):
    return [item async for item in items]
