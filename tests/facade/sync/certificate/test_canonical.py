"""The one form of a certificate's JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facade.sync.certificate.canonical import canonical, sha256_of, signed_part
from facade.sync.verifiers import verify_certificate

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def test_keys_are_sorted_by_utf_16_and_text_is_escaped_as_little_as_can_be() -> None:
    """RFC 8785, 3.2.2.2 and 3.2.3."""
    document = {
        "\u20ac": "Euro",
        "\r": "carriage\r",
        "\ufb33": "\u007f",
        "1": [True, None, -7],
        "\U0001f600": 'quote " and \\',
        "\u0080": "\x0f\n\t",
    }
    assert canonical(document).decode() == (
        '{"\\r":"carriage\\r","1":[true,null,-7],"\u0080":"\\u000f\\n\\t","\u20ac":"Euro",'
        '"\U0001f600":"quote \\" and \\\\","\ufb33":"\u007f"}'
    )


@given(VALUES)
def test_it_is_json_of_the_same_value_and_the_verifier_makes_the_same_bytes(value: Any) -> None:
    assert json.loads(canonical(value)) == value
    assert verify_certificate.canonical(value) == canonical(value)


@pytest.mark.parametrize("value", [0.5, float("nan"), 2**53, {1: 2}, {"a": [b"x"]}, object()])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="certificate"):
        canonical({"it": value})


def test_the_signature_is_no_part_of_what_is_signed() -> None:
    certificate = {"b": 1, "a": 2}
    assert signed_part({**certificate, "signature": "x"}) == b'{"a":2,"b":1}'
    assert sha256_of({**certificate, "signature": "x"}) == sha256_of(certificate)
