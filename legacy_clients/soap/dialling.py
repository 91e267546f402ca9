"""Making a connection: names resolved, addresses tried, all within one deadline."""

from __future__ import annotations

import socket
import threading

from legacy_clients.deadline import Deadline
from legacy_clients.errors import TimedOut


def dial(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A socket connected to the first address of `host` that answers.

    An address that is not the last one gets half of the time that is left. Raises OSError, or
    TimedOut when the deadline passes.
    """
    failure: OSError = OSError("no address")
    addresses = resolve(host, port, deadline)
    for left, (family, kind, protocol, _, address) in zip(
        range(len(addresses), 0, -1), addresses, strict=True
    ):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.left() / (2 if left > 1 else 1))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
    raise failure


def resolve(host: str, port: int, deadline: Deadline) -> list[tuple]:
    """Addresses of `host`, by the deadline: a name server that hangs ignores every timeout of a
    socket.
    """
    found: list[list[tuple]] = []
    failed: list[Exception] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    looking = threading.Thread(target=look_up, daemon=True, name="name look-up")
    looking.start()
    looking.join(deadline.left())
    if failed:
        raise OSError("the name cannot be resolved") from failed[0]
    if not found:
        raise TimedOut("the name of the service was not resolved in time")
    return found[0]
