"""API keys and what they open; a route whose path gives it no policy fails the app."""

from __future__ import annotations

import hashlib
import time
from base64 import b64decode
from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import Flask, Request, g, request

from facade.api.errors import Forbidden, Unidentified
from facade.ledger import Ledger
from facade.ledger.keys import Key

KEPT_SECONDS = 5.0
"""For how long a key that was verified is believed; a revoked one opens nothing after that."""

READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Policy:
    """What a request needs. Without a collection any key will do; `open` needs none.

    `browser` takes the key as the password of HTTP Basic too (RFC 7617), for what people open.
    """

    collection: str | None = None
    verb: str | None = None
    open: bool = False
    browser: bool = False


OPEN_TO_ALL = Policy(open=True)
ANY_KEY = Policy()
PEOPLE = Policy(browser=True)

PATHS: dict[str, Policy] = {
    "/health/live": OPEN_TO_ALL,
    "/health/ready": ANY_KEY,
    "/openapi.json": PEOPLE,
    "/docs": PEOPLE,
    "/": PEOPLE,
}


def policy_of(path: str, method: str, collections: Collection[str]) -> Policy:
    """The policy of a route. Raises TypeError for one that nobody thought of."""
    if path in PATHS:
        return PATHS[path]
    _, version, collection, *_ = [*path.split("/"), "", ""]
    if version != "v1" or collection not in collections:
        raise TypeError(f"{method} {path} has no policy: say in facade/api/auth.py who may use it")
    return Policy(collection, "read" if method in READS else "write")


def guard(app: Flask, ledger: Ledger, collections: Collection[str]) -> None:
    """Let nobody in without the key that a route's policy asks for."""
    policies = {
        (rule.endpoint, method): policy_of(rule.rule, method, collections)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    verified = Verified(ledger.keys.verify)

    def admit() -> None:
        endpoint = request.endpoint
        if endpoint is None:
            return  # unknown paths and methods are told so
        policy = policies[endpoint, request.method]
        if policy.open:
            return
        if policy.browser:
            g.challenge = 'Basic realm="crm-facade, any name, an API key as password"'
        key = verified.key(secret_of(request, policy))
        if policy.collection and not key.allows(policy.collection, policy.verb or ""):
            raise Forbidden(
                f"This key lacks the scope {policy.collection}:{policy.verb};"
                f" it has {', '.join(sorted(key.scopes))}."
            )
        g.actor = f"key:{key.id}"

    app.before_request(admit)


def secret_of(given: Request, policy: Policy) -> str:
    """The secret that a request carries. Raises Unidentified."""
    header = given.environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, credential = header.partition(" ")
    kind = scheme.lower()
    if kind == "bearer":
        return str(credential.strip())
    if "HTTP_X_API_KEY" in given.environ:
        return str(given.environ["HTTP_X_API_KEY"])
    if kind == "basic" and policy.browser:
        return _password(credential)
    raise Unidentified("Give an API key: Authorization: Bearer …, or X-API-Key: …")


def _password(credential: str) -> str:
    try:
        return b64decode(credential, validate=True).decode().partition(":")[2]
    except ValueError:
        raise Unidentified("HTTP Basic credentials that cannot be read") from None


class Verified:
    """Keys that were verified a moment ago, so that the ledger is not asked at every request."""

    def __init__(
        self,
        verify: Callable[[str], Key | None],
        seconds: float = KEPT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._verify, self._seconds, self._clock = verify, seconds, clock
        self._kept: dict[bytes, tuple[float, Key]] = {}

    def key(self, secret: str) -> Key:
        """The key of this secret. Raises Unidentified."""
        digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
        now = self._clock()
        kept = self._kept.get(digest)
        if kept is not None and kept[0] > now:
            return kept[1]
        key = self._verify(secret)
        if key is None:
            self._kept.pop(digest, None)
            raise Unidentified("This API key is unknown or was revoked.")
        self._kept[digest] = (now + self._seconds, key)
        return key
