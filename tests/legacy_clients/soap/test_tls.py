"""TLS to the service: whom we believe, who we say we are, and all of it by the deadline."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Denied, Misconfigured, NotSent, TimedOut, Unreachable
from legacy_clients.soap.tls import tls_context
from legacy_clients.soap.transport import Transport
from tests.legacy_clients.soap.auth.keeper import PASSWORD, VALUE, Asked, Keeper, Told, get, opened

SLACK = 0.3


class Papers:
    """A root, what it signed, and the files of both; and a root that nobody trusts."""

    def __init__(self, folder: Path) -> None:
        self.root, self.other = trustme.CA(), trustme.CA()
        self.ca, self.wrong_ca = folder / "ca.pem", folder / "wrong.pem"
        self.root.cert_pem.write_to_path(str(self.ca))
        self.other.cert_pem.write_to_path(str(self.wrong_ca))
        self.client, self.stranger = folder / "client.pem", folder / "stranger.pem"
        self.key, self.certificate = folder / "key.pem", folder / "certificate.pem"
        ours = self.root.issue_cert("facade@example.com")
        ours.private_key_and_cert_chain_pem.write_to_path(str(self.client))
        ours.private_key_pem.write_to_path(str(self.key))
        ours.cert_chain_pems[0].write_to_path(str(self.certificate))
        self.other.issue_cert("stranger@example.com").private_key_and_cert_chain_pem.write_to_path(
            str(self.stranger)
        )
        self.locked = folder / "locked.pem"
        key = serialization.load_pem_private_key(ours.private_key_pem.bytes(), None)
        self.locked.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"passphrase"),
            )
        )

    def server(
        self, *names: str, demand: bool = False, newest: bool = True, **dates: datetime
    ) -> ssl.SSLContext:
        """What a server of these names speaks; `demand` a certificate of this root."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if not newest:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.root.issue_cert(*names, **dates).configure_cert(context)
        if demand:
            context.verify_mode = ssl.CERT_REQUIRED
            self.root.configure_trust(context)
        return context


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(tmp_path_factory.mktemp("papers"))


def gold(asked: Asked) -> Told:
    return Told(VALUE)


def test_a_service_of_our_own_root_is_called(papers: Papers) -> None:
    with (
        Keeper(gold, papers.server("127.0.0.1")) as keeper,
        closing(opened(keeper.url, {}, ca=papers.ca)) as service,
    ):
        assert [get(service), get(service)] == ["gold", "gold"]

    assert len({asked.connection for asked in keeper.asked}) == 1


@pytest.mark.parametrize(
    ("names", "dates", "words"),
    [
        (["127.0.0.1"], {}, "its issuer is not known"),
        (["crm.example.com"], {}, "it is for another address"),
        (
            ["127.0.0.1"],
            {
                "not_before": datetime.now(UTC) - timedelta(2),
                "not_after": datetime.now(UTC) - timedelta(1),
            },
            "it has expired",
        ),
    ],
    ids=["wrong root", "wrong host", "expired"],
)
def test_a_service_that_is_not_believed_is_told_nothing(
    papers: Papers, names: list[str], dates: dict[str, datetime], words: str
) -> None:
    """L3"""
    ca = papers.wrong_ca if "issuer" in words else papers.ca
    with (
        Keeper(gold, papers.server(*names, **dates)) as keeper,
        closing(opened(keeper.url, {}, ca=ca)) as service,
        pytest.raises(Unreachable, match=words) as told,
    ):
        get(service)

    assert keeper.asked == []
    assert "127.0.0.1" not in str(told.value)
    assert "crm.example.com" not in str(told.value)


def test_a_name_is_checked_where_the_address_has_one(papers: Papers) -> None:
    with Keeper(gold, papers.server("127.0.0.1")) as keeper:
        url = keeper.url.replace("127.0.0.1", "localhost")
        with (
            closing(opened(url, {}, ca=papers.ca)) as service,
            pytest.raises(Unreachable, match="it is for another host"),
        ):
            get(service)

    assert keeper.asked == []


def test_the_roots_of_the_system_do_not_know_ours(papers: Papers) -> None:
    with (
        Keeper(gold, papers.server("127.0.0.1")) as keeper,
        closing(opened(keeper.url, {})) as service,
        pytest.raises(Unreachable),
    ):
        get(service)

    assert keeper.asked == []


def test_a_service_that_speaks_no_tls_is_not_called(papers: Papers) -> None:
    with Keeper(gold) as server:
        url = server.url.replace("http:", "https:")
        with (
            Transport(url, tls=tls_context(papers.ca)) as transport,
            pytest.raises(Unreachable, match="TLS with the SOAP service failed"),
        ):
            transport.post(b"<x/>", {}, Deadline.after(5))


# Who we are

CERTIFICATE = {"style": "certificate"}


@pytest.mark.parametrize("newest", [True, False], ids=["TLS 1.3", "TLS 1.2"])
def test_our_certificate_lets_us_in(papers: Papers, newest: bool) -> None:
    server = papers.server("127.0.0.1", demand=True, newest=newest)
    with Keeper(gold, server) as keeper:
        for given in (
            {"certificate": papers.client},
            {"certificate": papers.certificate, "key": papers.key},
        ):
            with closing(opened(keeper.url, CERTIFICATE, ca=papers.ca, **given)) as service:
                assert get(service) == "gold"

    assert keeper.operations == ["get", "get"]
    assert keeper.sightings(PASSWORD) == set()
    assert not any("Authorization" in asked.headers for asked in keeper.asked)


@pytest.mark.parametrize("shown", ["none", "a stranger's"])
def test_without_the_right_certificate_we_are_denied(papers: Papers, shown: str) -> None:
    given = {} if shown == "none" else {"certificate": papers.stranger}
    with (
        Keeper(gold, papers.server("127.0.0.1", demand=True)) as keeper,
        closing(opened(keeper.url, {}, ca=papers.ca, **given)) as service,
        pytest.raises(Denied, match=r"our certificate \(crm\.soap_certificate\)"),
    ):
        get(service)

    assert keeper.asked == []


def test_with_an_older_tls_the_handshake_says_so_and_nothing_was_sent(papers: Papers) -> None:
    server = papers.server("127.0.0.1", demand=True, newest=False)
    with (
        Keeper(gold, server) as keeper,
        closing(opened(keeper.url, {}, ca=papers.ca)) as service,
        pytest.raises((Denied, Unreachable), match=r"crm\.soap_certificate"),
    ):
        get(service)

    assert keeper.asked == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda papers: {"ca": "nowhere.pem"}, r"crm\.soap_ca: .* not there.* nowhere\.pem"),
        (lambda papers: {"ca": __file__}, r"crm\.soap_ca: no usable PEM file"),
        (lambda papers: {"certificate": papers.ca}, r"crm\.soap_certificate or crm\.soap_key: no"),
        (lambda papers: {"key": papers.key}, r"crm\.soap_key is set without"),
        (
            lambda papers: {"certificate": papers.certificate, "key": papers.locked},
            r"crm\.soap_key has a passphrase",
        ),
    ],
    ids=["missing", "no PEM", "no key", "key alone", "locked key"],
)
def test_a_file_that_is_none_is_named_with_its_setting(
    papers: Papers, given: Callable[[Papers], dict[str, object]], words: str
) -> None:
    with pytest.raises(Misconfigured, match=words):
        opened("https://127.0.0.1:9/", {}, **given(papers))


@pytest.mark.parametrize("name", ["ca", "certificate", "key"])
def test_files_of_tls_are_refused_for_a_plain_address(papers: Papers, name: str) -> None:
    with pytest.raises(Misconfigured, match="for an https:// address"):
        opened("http://127.0.0.1:9/", {}, **{name: papers.ca})


def test_the_style_of_a_certificate_wants_an_https_address_and_a_certificate(
    papers: Papers,
) -> None:
    with pytest.raises(Misconfigured, match="set FACADE_SOAP_CERTIFICATE"):
        opened("https://127.0.0.1:9/", CERTIFICATE, ca=papers.ca)


# By the deadline


@contextmanager
def silent(*, drip: bytes = b"") -> Iterator[tuple[str, list[int]]]:
    """A server that takes connections and says nothing, or a byte now and then; its address, and
    how many bytes each caller sent.
    """
    heard: list[int] = []
    stopping = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def converse() -> None:
            listener.settimeout(5)
            try:
                caller, _ = listener.accept()
            except TimeoutError:
                return
            with caller:
                caller.settimeout(0.05)
                heard.append(0)
                for byte in drip.ljust(200, b"\0") if drip else bytes(200):
                    if stopping.wait(0.05):
                        return
                    try:
                        if drip:
                            caller.sendall(bytes([byte]))
                        heard[0] += len(caller.recv(65536))
                    except OSError:
                        continue

        thread = threading.Thread(target=converse)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/vault", heard
        stopping.set()
        thread.join(5)


@pytest.mark.parametrize("drip", [b"", b"\x16\x03\x03\x3f\xff\x02"], ids=["silence", "drip"])
def test_a_handshake_that_does_not_end_is_left_by_the_deadline(papers: Papers, drip: bytes) -> None:
    """L1"""
    with (
        silent(drip=drip) as (url, heard),
        Transport(url, tls=tls_context(papers.ca)) as transport,
    ):
        began = time.monotonic()
        with pytest.raises(NotSent):
            transport.post(b"<x/>", {}, Deadline.after(0.5))
        took = time.monotonic() - began

    assert 0.5 <= took < 0.5 + SLACK
    assert heard[0] > 100  # the greeting arrived


def test_a_body_that_is_not_taken_is_left_by_the_deadline(papers: Papers) -> None:
    """L1"""
    reading = threading.Event()

    def slow(context: ssl.SSLContext, listener: socket.socket) -> None:
        caller, _ = listener.accept()
        with context.wrap_socket(caller, server_side=True) as secured:
            secured.recv(1)
            reading.set()
            for _ in range(100):
                time.sleep(0.05)
                try:
                    if not secured.recv(16384):
                        return
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        given = (papers.server("127.0.0.1"), listener)
        thread = threading.Thread(target=slow, args=given)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with Transport(url, tls=tls_context(papers.ca)) as transport:
            began = time.monotonic()
            with pytest.raises(TimedOut, match="being sent"):
                transport.post(bytes(64_000_000), {}, Deadline.after(0.8))
            took = time.monotonic() - began
        thread.join(10)

    assert reading.is_set()
    assert 0.8 <= took < 0.8 + SLACK
