"""Headers of every answer, and where a request may come from.

The Content-Security-Policy allows nothing inline and nothing foreign; a page that needs to be
framed (the widget) sets its own `frame-ancestors` with `policy`.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import NotAllowed


def policy(frame_ancestors: Iterable[str] = ("'none'",)) -> str:
    """Write the Content-Security-Policy of a page that these origins may frame."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(frame_ancestors)}",
        ]
    )


class SecureHeaders:
    """Sets what is not set yet on every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", policy())
                headers.setdefault("x-content-type-options", "nosniff")
                headers.setdefault("referrer-policy", "same-origin")
                headers.setdefault("cross-origin-resource-policy", "same-origin")
                headers.setdefault(
                    "permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()"
                )
                if scope["path"].startswith("/api/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


def own_origin(connection: HTTPConnection, public_url: str) -> str:
    """Give the origin that browsers see this server under."""
    if public_url:
        return public_url.lower()
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return f"{scheme}://{connection.headers.get('host', '')}".lower()


def is_own_origin(connection: HTTPConnection, public_url: str) -> bool:
    """Tell whether a request comes from one of our own pages, by its `Origin`."""
    return connection.headers.get("origin", "").lower() == own_origin(connection, public_url)


def require_own_origin(connection: HTTPConnection, public_url: str) -> None:
    """Refuse what another site's page sends; programs without an `Origin` are not browsers.

    For requests that carry a cookie (SameSite=Strict keeps foreign pages from sending it already).
    Raises `NotAllowed`.
    """
    if "origin" in connection.headers and not is_own_origin(connection, public_url):
        raise NotAllowed("This address answers to its own pages only.")


def is_origin(text: str) -> bool:
    """Tell whether a text is an origin: scheme, host, maybe a port, nothing else."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    plain = f"{parts.scheme}://{parts.netloc}" == text and parts.username is None
    # These would end or widen a frame-ancestors list.
    return plain and parts.scheme in {"http", "https"} and not set(text) & set(" ;,'\"*")
