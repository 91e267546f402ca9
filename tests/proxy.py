"""A TCP proxy on the loopback that goes silent or resets connections when it is told to."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from typing import Self

_PIECE = 65536
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER without time: closing sends RST


class Proxy:
    """Passes bytes on to a port of the loopback; `with` closes it and all its connections.

    A fault strikes when so many bytes of replies have passed since it was armed; `struck` counts
    how often it did. `accepted` counts connections.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.accepted = self.struck = self.passed = 0
        self._silent = threading.Event()
        self._closed = False
        self._left: int | None = None
        self._size = 0
        self._again = self._resets = False
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        with self._lock:
            ends, threads = list(self._ends), self._threads[1:]
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        for end in ends:
            end.close()

    def reset_after(self, size: int, again: bool = False) -> None:
        """Reset the connection whose reply passes this many bytes; each later one too if `again`.

        A later one is reset at the same number of bytes.
        """
        with self._lock:
            self._left = self._size = size
            self._again, self._resets = again, True

    def silent_after(self, size: int) -> None:
        """Pass nothing on any more, either way, after this many bytes of replies."""
        with self._lock:
            self._left, self._again, self._resets = size, False, False

    def silence(self) -> None:
        """Pass nothing on any more, either way. New connections are accepted, and hear nothing."""
        self.struck += 1
        self._silent.set()

    def heal(self) -> None:
        """Pass on what comes from now on; what came meanwhile is lost, and connections with it."""
        with self._lock:
            self._left = None
        self._silent.clear()

    def _listen(self) -> None:
        while not self._closed:
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            try:
                theirs = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                ours.close()
                continue
            theirs.settimeout(None)
            with self._lock:
                self._ends += [ours, theirs]
                for pump in (
                    threading.Thread(target=self._pump, args=(ours, theirs, False)),
                    threading.Thread(target=self._pump, args=(theirs, ours, True)),
                ):
                    pump.start()
                    self._threads.append(pump)

    def _pump(self, source: socket.socket, target: socket.socket, reply: bool) -> None:
        lost = False  # a connection that lost bytes stays silent
        while True:
            try:
                piece = source.recv(_PIECE)
            except OSError:
                piece = b""
            if not piece:
                break
            lost = lost or self._silent.is_set()
            if lost:
                continue
            struck = False
            if reply:
                piece, struck = self._struck(piece)
            with suppress(OSError):
                target.sendall(piece)
            if struck and self._resets:
                for end in (target, source):
                    with suppress(OSError):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                self._cut(target, source)
                return
            lost = struck
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _struck(self, piece: bytes) -> tuple[bytes, bool]:
        with self._lock:
            self.passed += len(piece)
            if self._left is None:
                return piece, False
            if len(piece) < self._left:
                self._left -= len(piece)
                return piece, False
            piece = piece[: self._left]
            self._left = self._size if self._again else None
            self.struck += 1
            if not self._resets:
                self._silent.set()
            return piece, True

    def _cut(self, *ends: socket.socket) -> None:
        """Close with RST. A thread that waits on one of them would put that off: wake it first."""
        for end in ends:
            with self._lock:
                if end in self._ends:
                    self._ends.remove(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RD)
            end.close()
