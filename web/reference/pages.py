"""What the page of the programming interface shows: endpoints, sockets, pages, schemas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.routing import RouteContext
from pydantic import TypeAdapter
from starlette.routing import WebSocketRoute

from web.reference.schemas import Kind, Property, Shape, clean, kinds_of, property_of, shape_of
from web.wire import Close, events, outgoing
from web.wire.incoming import AGENT_FRAME, AGENT_HELLO, CUSTOMER_FRAME, HELLO
from web.wire.outgoing import Outgoing


@dataclass(frozen=True)
class Answer:
    """One status of an endpoint and what comes with it."""

    status: str
    words: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Endpoint:
    """One method of one path."""

    method: str
    path: str
    title: str
    words: str
    parameters: tuple[Property, ...]
    body: tuple[Kind, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Room:
    """The endpoints of one tag."""

    name: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True)
class Address:
    """A page for people; `words` is empty where a folder of files is served."""

    path: str
    words: str


@dataclass(frozen=True)
class Socket:
    """A WebSocket: its address and the frames that go in."""

    path: str
    frames: tuple[Shape, ...]


def rooms_of(document: Mapping[str, Any]) -> list[Room]:
    """Every endpoint of an OpenAPI document, by its first tag."""
    rooms: dict[str, list[Endpoint]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = next(iter(operation.get("tags", ())), "other")
            rooms.setdefault(tag, []).append(endpoint_of(method, path, operation))
    return [Room(name, tuple(endpoints)) for name, endpoints in rooms.items()]


def endpoint_of(method: str, path: str, operation: Mapping[str, Any]) -> Endpoint:
    """Show an operation."""
    parameters = tuple(
        property_of(given["name"], given["schema"], given.get("required", False), given["in"])
        for given in operation.get("parameters", ())
    )
    return Endpoint(
        method=method.upper(),
        path=path,
        title=operation.get("summary", ""),
        words=clean(operation.get("description", "")),
        parameters=parameters,
        body=content_of(operation.get("requestBody", {})),
        answers=tuple(
            Answer(status, answer.get("description", ""), content_of(answer))
            for status, answer in operation["responses"].items()
        ),
    )


def content_of(part: Mapping[str, Any]) -> tuple[Kind, ...]:
    """The types of a body or an answer."""
    return tuple(
        kind
        for content in part.get("content", {}).values()
        for kind in kinds_of(content.get("schema", {}))
    )


def shapes_of(document: Mapping[str, Any]) -> list[Shape]:
    """Every schema that an OpenAPI document names."""
    schemas = document.get("components", {}).get("schemas", {})
    return [shape_of(name, schema) for name, schema in sorted(schemas.items())]


def addresses_of(routes: Iterable[RouteContext], document: Mapping[str, Any]) -> list[Address]:
    """The HTTP paths that the document leaves out: pages and files."""
    told = set(document["paths"])
    found = {
        route.path_format: clean(getattr(route, "description", "") or "")
        for route in routes
        if route.path_format and route.path_format not in told and not is_socket(route)
    }
    return [Address(path, words) for path, words in sorted(found.items())]


def sockets_of(routes: Iterable[RouteContext]) -> list[Socket]:
    """Every socket with the frames that it understands."""
    frames: dict[str, tuple[TypeAdapter[Any], ...]] = {
        "/ws/widget": (HELLO, CUSTOMER_FRAME),
        "/ws/agent": (AGENT_HELLO, AGENT_FRAME),
    }
    return [
        Socket(route.path, tuple(_shapes(frames.get(route.path, ()))))
        for route in routes
        if route.path and is_socket(route)
    ]


def is_socket(route: RouteContext) -> bool:
    """Tell whether a route is a WebSocket's."""
    return isinstance(route.original_route, WebSocketRoute)


def _shapes(adapters: Iterable[TypeAdapter[Any]]) -> list[Shape]:
    found: dict[str, Shape] = {}
    for adapter in adapters:
        schema = adapter.json_schema()
        named = schema.get("$defs", {})
        if "properties" in schema:
            named = {str(schema["title"]): schema, **named}
        found |= {name: shape_of(name, inner) for name, inner in named.items()}
    return list(found.values())


def sent_frames() -> list[Shape]:
    """Every frame that the server sends."""
    found: dict[str, Shape] = {}
    for module in (outgoing, events):
        for name, model in vars(module).items():
            if isinstance(model, type) and issubclass(model, Outgoing) and model is not Outgoing:
                schema = TypeAdapter(model).json_schema(mode="validation")
                found[name] = shape_of(name, schema)
    return sorted(found.values(), key=lambda shape: shape.name)


def close_codes() -> list[Close]:
    """Why a socket may be closed."""
    return sorted(Close)
