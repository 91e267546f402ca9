"""Words of a service: what is for people is passed on, what is for its operators is not."""

from __future__ import annotations

import time

import pytest

from legacy_clients.soap.fault import UNFIT, Fault
from legacy_clients.soap.technical import technical


@pytest.mark.parametrize(
    "words",
    [
        "Customer is locked",
        "Please select a country.",
        "Please select country. Then save again",
        "The order cannot be deleted from the archive",
        "Update the address, then set a status",
        "Password: at least 8 characters",
        "There is no customer C7 & never was <any>",
        "Credit limit 1,000.00 of 28.02.2024 at 12:30 is exceeded",
        "#12 is not a number",
        "Ask billing@firma.pl and/or your manager",
        "Invalid Session ID",
        "Kunde gesperrt: Zahlung über 30 Tage fällig",
        "",
    ],
)
def test_words_for_people_are_passed_on(words: str) -> None:
    """W7"""
    assert not technical(words)
    assert Fault("Client", words, {}).words == words


@pytest.mark.parametrize(
    "words",
    [
        "ORA-00001: unique constraint (CRM.PK) violated",
        "You have an error in your SQL syntax; syntax error near 'x'",
        "select id from accounts\nwhere name = 'x'",
        "INSERT INTO accounts (id) VALUES ('x')",
        "SQLSTATE[23000]: integrity",
        "java.lang.NullPointerException",
        "boom\n\tat com.crm.Api.find(Api.java:42)",
        "Server was unable to process request. ---> x",
        "Traceback (most recent call last)",
        "Stack trace:\n#0 {main}",
        "Fatal error in /var/www/html/soap.php",
        "C:\\crm\\bin\\x",
        "no connection to db7.internal.example:1521",
        "no connection to 10.0.0.7",
        "see http://crm.example/help",
        "login failed (password=hunter2)",
        "<html><body>no</body></html>",
        "<soap:Envelope>",
    ],
)
def test_words_for_operators_are_not(words: str) -> None:
    """W7"""
    assert technical(words)
    assert Fault("Client", words, {}).words == UNFIT


@pytest.mark.parametrize("word", ["select from ", "a.", "a-", "/a", "at ", "update x ", " "])
def test_words_made_to_be_slow_are_judged_in_no_time(word: str) -> None:
    """L2"""
    began = time.thread_time()
    technical((word * 2_000)[:2_000])

    assert time.thread_time() - began < 0.2


@pytest.mark.parametrize(
    "code", ["INSERT INTO x (id)", "x" * 101, "a\nb", "<b>", "crm_rw/pw@db", "password='x'"]
)
def test_what_is_no_code_is_not_passed_on_as_one(code: str) -> None:
    """W7"""
    assert Fault(code, "no", {"Code": code}, code).codes == ("",)
