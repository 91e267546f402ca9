"""One socket to the service: a request out in one go, an answer in, piece by piece, within a
deadline and a bounded size.
"""

from __future__ import annotations

import http.client
import io
import re
import select
import socket
import ssl
import time
from typing import cast

from legacy_clients.deadline import Deadline
from legacy_clients.errors import CutOff, Denied, LegacyError, TimedOut, Unintelligible
from legacy_clients.soap.packing import CHUNK, unpacked

PARTING = 0.05  # seconds to hear why a connection was closed
IDLE = 30.0  # seconds after which a connection is not trusted any more
HEAD = 64 * 1024  # what status line and header lines may add to the cap
LENGTH = re.compile("[0-9]{1,18}")

# What a server says on the wire when it does not take our certificate (RFC 8446 section 6.2). With
# TLS 1.3 it comes only after the request was sent, which the server has not read then.
CERTIFICATE_ALERTS = (
    "CERTIFICATE_REQUIRED",
    "BAD_CERTIFICATE",
    "UNSUPPORTED_CERTIFICATE",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_UNKNOWN",
    "ALERT_UNKNOWN_CA",
    "ALERT_ACCESS_DENIED",
)


class Reading(io.RawIOBase):
    """The receiving side of a socket: each read has only what the deadline leaves, and the bytes
    are counted.

    This bounds the call as a whole where a socket's own timeout bounds a single read: a server that
    drips a byte a second is left when the deadline passes.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, cap: int) -> None:
        self._sock, self._deadline, self._left = sock, deadline, cap
        self.ended = False

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client asks of a socket."""
        return io.BufferedReader(self, CHUNK)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self.ended = count == 0
        self._left -= count
        if self._left < 0:
            raise Unintelligible("the answer is larger than we accept")
        return count


class Incoming:
    """An answer that is coming in: its status and type at once, its body by `read`."""

    def __init__(
        self, sock: socket.socket, deadline: Deadline, most: int, method: str = "POST"
    ) -> None:
        """`most` bounds the body in bytes, both as sent and unpacked. Raises an Unanswered."""
        self._reading = Reading(sock, deadline, most + HEAD)
        # Only makefile() is ever called on what http.client takes for a socket.
        self._response = http.client.HTTPResponse(cast("socket.socket", self._reading), 0, method)
        self._most, self._ended = most, False
        try:
            self._response.begin()
        except FAILURES as error:
            self._response.close()
            raise failure(error, self._reading.ended) from None
        except BaseException:
            self._response.close()
            raise
        if self._reading.ended:  # http.client takes the end of the stream for that of the headers
            self._response.close()
            raise CutOff("the connection closed before the headers were whole")
        if not measured(self._response.headers.get_all("Content-Length") or []):
            self._response.close()
            raise Unintelligible("the answer does not say rightly how long it is (Content-Length)")
        self.status = self._response.status
        self.content_type = self._response.headers.get("Content-Type", "")
        packing = self._response.headers.get("Content-Encoding", "identity")
        self._read = unpacked(self._sent, packing.strip().lower())

    def __repr__(self) -> str:
        return f"<Incoming {self.status}>"

    @property
    def challenges(self) -> list[str]:
        """What a 401 asks for (RFC 9110 section 11.6.1), one field line each."""
        return self._response.headers.get_all("WWW-Authenticate") or []

    @property
    def again(self) -> bool:
        """Whether the body has ended and the connection can take another request."""
        return self._ended and not self._response.will_close

    def read(self, count: int) -> bytes:
        """Some of the body, unpacked: 1 to `count` bytes, b"" at its end.

        Raises TimedOut, CutOff or Unintelligible, and Denied where the service takes no connection
        without another certificate.
        """
        try:
            piece = self._read(count)
        except FAILURES as error:
            raise failure(error, self._reading.ended) from None
        self._most -= len(piece)
        if self._most < 0:
            raise Unintelligible("the answer is larger than we accept when unpacked")
        self._ended = not piece
        return piece

    def whole(self) -> bytes:
        """The rest of the body. Raises as `read`."""
        pieces = []
        while piece := self.read(CHUNK):
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        self._response.close()

    def _sent(self, count: int) -> bytes:
        piece = self._response.read(count)
        if not piece and self._response.length:
            raise CutOff("the connection closed before the answer was whole")
        return piece


class Connection:
    """One socket to the service. Used by one caller at a time.

    `introduced` is for sign-ins that hold for a connection: whether it has one.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.since = time.monotonic()
        self.introduced = False

    @property
    def certificate(self) -> bytes | None:
        """The service's certificate (DER), where there is TLS."""
        if isinstance(self.sock, ssl.SSLSocket):
            return self.sock.getpeercert(binary_form=True)
        return None

    def usable(self) -> bool:
        """False when the server has closed it, or sent what nobody asked for, while it lay idle."""
        if time.monotonic() - self.since > IDLE:
            return False
        waiting = select.poll()
        waiting.register(self.sock, select.POLLIN | select.POLLHUP | select.POLLERR)
        return not waiting.poll(0)

    def send(self, request: bytes, deadline: Deadline) -> None:
        """Send in one go. Raises TimedOut, CutOff or Denied: some of it may have arrived."""
        rest = memoryview(request)
        try:
            while rest:
                self.sock.settimeout(deadline.left())
                rest = rest[self.sock.send(rest) :]
        except TimeoutError:
            raise TimedOut("the deadline passed while the request was being sent") from None
        except OSError as error:
            raise (
                refusal_of(error)
                or self._last_words()
                or CutOff(f"the connection broke while the request was sent ({named(error)})")
            ) from None

    def _last_words(self) -> Denied | None:
        """Why a service that does not read any more has left, where TLS lets it say so."""
        if isinstance(self.sock, ssl.SSLSocket):
            try:
                self.sock.settimeout(PARTING)
                self.sock.recv(1)
            except OSError as error:
                return refusal_of(error)
        return None

    def receive(self, deadline: Deadline, most: int, method: str = "POST") -> Incoming:
        """The answer, as soon as its headers are there. Raises as `Incoming.read`."""
        return Incoming(self.sock, deadline, most, method)

    def close(self) -> None:
        self.sock.close()


# What http.client and sockets raise; ValueError is a chunk of a negative length.
FAILURES = (http.client.HTTPException, ValueError, OSError)


def measured(lengths: list[str]) -> bool:
    """Whether the lengths that an answer says are one and a number, or none (RFC 9112 section 6.3):
    http.client takes what is no number for no length.
    """
    said = {each.strip() for length in lengths for each in length.split(",")}
    return len(said) < 2 and all(map(LENGTH.fullmatch, said))


def failure(error: Exception, ended: bool) -> LegacyError:
    """Which error of ours a failed read is. The texts of http.client's quote the answer."""
    if isinstance(error, TimeoutError):
        return TimedOut("the deadline passed before the answer was whole")
    early = (http.client.RemoteDisconnected, http.client.IncompleteRead)
    if isinstance(error, early) or (ended and not isinstance(error, OSError)):
        return CutOff("the connection closed before the answer was whole")
    if isinstance(error, OSError):
        return refusal_of(error) or CutOff(
            f"the connection broke before the answer was whole ({named(error)})"
        )
    return Unintelligible("the answer is no HTTP")


def refusal_of(error: OSError) -> Denied | None:
    """Denied where a TLS alert says that our certificate is not taken."""
    reason = (getattr(error, "reason", None) or "") if isinstance(error, ssl.SSLError) else ""
    if any(alert in reason for alert in CERTIFICATE_ALERTS):
        return Denied("the service does not accept our certificate (crm.soap_certificate)")
    return None


def named(error: OSError) -> str:
    """What failed, without the texts of the operating system, which may hold hosts."""
    return type(error).__name__
