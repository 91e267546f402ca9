"""The contracts are asserted with the same care as tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.contracts.crm_contract")
