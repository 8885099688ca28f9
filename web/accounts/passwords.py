"""Passwords: hashed with argon2id (RFC 9106), never kept or logged."""

import secrets
import string
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARS = 10
MAX_CHARS = 256  # a megabyte of "password" is an attack on the processor
LETTERS = "".join(c for c in string.ascii_lowercase + string.digits if c not in "l1o0i")

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Hash with a fresh salt; takes some 50 ms and 64 MB on purpose."""
    return _hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Check a password; with no hash it takes as long, so that addresses cannot be guessed."""
    try:
        return _hasher.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Make a password to be typed once: 4 groups of 4 from 31 letters (79 bits)."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
