"""What a mapping says of the demonstration CRM: how to sign in, and what its faults mean."""

from __future__ import annotations

from legacy_clients.errors import Conflict, Denied, Missing, Unintelligible

FAULTS = {
    "NOT_FOUND": Missing,
    "VERSION_CONFLICT": Conflict,
    "LOGIN_REFUSED": Denied,
    "INTERNAL": Unintelligible,
}
SIGN_IN = {
    "call": "Login",
    "user": "User",
    "password": "Password",
    "token": "Token",
    "header": "Session",
    "expired": ["SESSION_EXPIRED"],
    "busy": ["BUSY"],
}
