"""Payloads as JSON, for the database."""

from typing import Any

from pydantic import TypeAdapter

from handoff.events import KIND_OF, EventKind, Payload

_ADAPTERS: dict[EventKind, TypeAdapter[Payload]] = {
    kind: TypeAdapter(payload) for payload, kind in KIND_OF.items()
}


def to_json(payload: Payload) -> Any:
    """The payload as plain JSON values; defaults are left out, so that rows stay small."""
    adapter = _ADAPTERS[KIND_OF[type(payload)]]
    return adapter.dump_python(payload, mode="json", exclude_defaults=True)


def from_json(kind: EventKind, stored: Any) -> Payload:
    """The payload that `to_json` made."""
    return _ADAPTERS[kind].validate_python(stored)
