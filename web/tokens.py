"""Everything that is signed or hashed at the doors.

One server secret (256 bits, in the data folder or `WARMLINE_SECRET`) signs widget tokens and the
addresses of quotes, and every site's identity secret is derived from it, so that nothing secret
has to be stored twice. Visitor secrets and session cookies are 128 bits or more of randomness, so
a plain SHA-256 of them is safe to store (no dictionary can hold them; OWASP ASVS 2.9).
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt

from handoff.events import ConversationId, SiteId, VisitorHash
from handoff.sites import FIRST_IDENTITY_KEYS
from web.errors import NotSignedIn, SettingsInvalid

ALGORITHM = "HS256"
AUDIENCE = "warmline-widget"
SECRET_BYTES = 32
MAX_PROFILE_FIELDS = 20
MAX_PROFILE_CHARS = 200
CLOCK_SKEW_S = 30
VISITOR = re.compile(r"[A-Za-z0-9_-]{22,64}")


@dataclass(frozen=True)
class WidgetPass:
    """What a widget token says: who, where, and what the page told about them."""

    site: SiteId
    visitor_hash: VisitorHash
    conversation: ConversationId
    page: str | None = None
    locale: str | None = None
    device: str | None = None
    profile: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Identity:
    """Who the host site says its customer is. `subject` is the site's own id of the customer."""

    subject: str
    profile: Mapping[str, str]


def server_secret(folder: Path, given: str = "") -> bytes:
    """Get the server's secret: the setting's, or the data folder's, made on first use.

    Raises:
        SettingsInvalid: the setting is shorter than 32 characters.
    """
    if given:
        if len(given) < SECRET_BYTES:
            raise SettingsInvalid("WARMLINE_SECRET must have at least 32 characters.")
        return hashlib.sha256(given.encode()).digest()
    path = folder / "secret.key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive: of two processes that start at once, one makes it and both read it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def new_visitor() -> str:
    """Make a visitor secret: 128 random bits, 22 characters."""
    return secrets.token_urlsafe(16)


def is_visitor(text: str | None) -> bool:
    """Tell whether this can be a secret that we made (a short one could be guessed)."""
    return text is not None and VISITOR.fullmatch(text) is not None


def digest(secret: str) -> str:
    """Hash a random secret for storing."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Tokens:
    """Signs and reads with one server secret."""

    def __init__(self, secret: bytes) -> None:
        self._widget = hmac.digest(secret, b"widget", "sha256")
        self._sources = hmac.digest(secret, b"sources", "sha256")
        self._sites = hmac.digest(secret, b"sites", "sha256")

    def widget_token(self, holder: WidgetPass, expires_at: datetime) -> str:
        """Sign a widget token good until `expires_at`."""
        claims = {
            "aud": AUDIENCE,
            "exp": expires_at,
            "site": holder.site,
            "visitor": holder.visitor_hash,
            "conversation": holder.conversation,
            "page": holder.page,
            "locale": holder.locale,
            "device": holder.device,
            "profile": dict(holder.profile),
        }
        return jwt.encode(claims, self._widget, ALGORITHM)

    def read_widget_token(self, token: str) -> WidgetPass:
        """Read a widget token.

        Raises:
            NotSignedIn: not ours, changed, or past its time.
        """
        try:
            claims = jwt.decode(token, self._widget, [ALGORITHM], audience=AUDIENCE)
            return WidgetPass(
                site=SiteId(claims["site"]),
                visitor_hash=VisitorHash(claims["visitor"]),
                conversation=ConversationId(claims["conversation"]),
                page=claims["page"],
                locale=claims["locale"],
                device=claims["device"],
                profile=claims["profile"],
            )
        except (jwt.InvalidTokenError, KeyError):
            raise NotSignedIn("The session has ended; start another.") from None

    def site_secret(self, site: SiteId, key_id: str = "") -> str:
        """Give the secret of one of a site's keys, with which it signs its customers' identities."""
        text = f"{site}\0{key_id}" if key_id else site
        return hmac.new(self._sites, text.encode(), "sha256").hexdigest()

    def read_identity(
        self, site: SiteId, token: str, key_ids: Sequence[str] = FIRST_IDENTITY_KEYS
    ) -> Identity:
        """Read a customer's identity, signed by the host site (HS256, `sub` and `exp` required).

        `key_ids` are the site's keys in use; the token's `kid` header names one, and none is "".

        Raises:
            NotSignedIn: not signed with a key in use of this site, changed, or past its time.
        """
        try:
            key_id = jwt.get_unverified_header(token).get("kid", "")
            if key_id not in key_ids:
                raise NotSignedIn("The identity is signed with a key that is not in use.")
            claims = jwt.decode(
                token,
                self.site_secret(site, key_id),
                [ALGORITHM],
                leeway=timedelta(seconds=CLOCK_SKEW_S),
                options={"require": ["sub", "exp"], "verify_aud": False},
            )
        except jwt.InvalidTokenError:
            raise NotSignedIn("The identity is not signed with this site's secret.") from None
        return Identity(str(claims["sub"]), profile_of(claims))

    def source_signature(self, conversation: str, seq: int, citation: int) -> str:
        """Sign the address of one quote, so that it can be opened without a session."""
        text = f"{conversation}\0{seq}\0{citation}".encode()
        return hmac.new(self._sources, text, "sha256").hexdigest()[:32]

    def is_source_signature(
        self, signature: str, conversation: str, seq: int, citation: int
    ) -> bool:
        """Tell whether we signed this address."""
        right = self.source_signature(conversation, seq, citation)
        return hmac.compare_digest(signature.encode(), right.encode())


def profile_of(claims: Mapping[str, Any]) -> dict[str, str]:
    """Keep what a signed identity tells about the customer, as short plain texts."""
    registered = {"sub", "exp", "iat", "nbf", "iss", "aud", "jti"}
    told = {
        str(name)[:MAX_PROFILE_CHARS]: str(value)[:MAX_PROFILE_CHARS]
        for name, value in claims.items()
        if name not in registered and isinstance(value, str | int | float)
    }
    return dict(list(told.items())[:MAX_PROFILE_FIELDS])


def visitor_hash_of(visitor: str) -> VisitorHash:
    """Hash an anonymous visitor's secret."""
    return VisitorHash(digest(f"visitor\0{visitor}"))


def identified_hash(site: SiteId, subject: str) -> VisitorHash:
    """The same on every device on which the site vouches for this customer."""
    return VisitorHash(digest(f"identity\0{site}\0{subject}"))


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
