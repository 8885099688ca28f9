"""JSON Schema (OpenAPI 3.1) in words that a page can show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches {}",
    "default": "default {}",
}


@dataclass(frozen=True)
class Kind:
    """A type in words; `link` names the schema that it refers to."""

    words: str
    link: str | None = None


@dataclass(frozen=True)
class Property:
    """A field or a parameter. `where` is set for parameters ("path", "query", "header")."""

    name: str
    kinds: tuple[Kind, ...]
    required: bool
    words: str
    where: str = ""


@dataclass(frozen=True)
class Shape:
    """A schema with its fields; an enumeration has none."""

    name: str
    words: str
    properties: tuple[Property, ...]
    kinds: tuple[Kind, ...] = ()


def shape_of(name: str, schema: Schema) -> Shape:
    """Show a named schema."""
    required = schema.get("required", ())
    fields = tuple(
        property_of(field, inner, field in required)
        for field, inner in schema.get("properties", {}).items()
    )
    kinds = () if fields else tuple(kinds_of(schema))
    return Shape(name, clean(schema.get("description", "")), fields, kinds)


def property_of(name: str, schema: Schema, required: bool, where: str = "") -> Property:
    """Show a field."""
    words = [clean(schema.get("description", "")), limits_of(schema)]
    return Property(
        name, tuple(kinds_of(schema)), required, ". ".join(w for w in words if w), where
    )


def limits_of(schema: Schema) -> str:
    """Say what a value may be: "at least 1, at most 64 characters"."""
    alternatives = [schema, *schema.get("anyOf", ())]
    found = [
        words.format(shown(inner[key]))
        for inner in alternatives
        for key, words in LIMITS.items()
        if inner.get(key) is not None
    ]
    return ", ".join(dict.fromkeys(found))


def kinds_of(schema: Schema) -> Iterator[Kind]:
    """Name a schema's types; alternatives one after the other."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        yield Kind(name, name)
    elif alternatives := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        for inner in alternatives:
            yield from kinds_of(inner)
    elif "const" in schema:
        yield Kind(shown(schema["const"]))
    elif "enum" in schema:
        yield from (Kind(shown(value)) for value in schema["enum"])
    elif schema.get("type") == "array":
        inner = schema.get("items") or {}
        for kind in kinds_of(inner):
            yield Kind(f"list of {kind.words}", kind.link)
    elif schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        for kind in kinds_of(schema["additionalProperties"]):
            yield Kind(f"object of {kind.words}", kind.link)
    else:
        yield Kind(str(schema.get("format") or schema.get("type") or "anything"))


def shown(value: object) -> str:
    """Write a value: texts in quotes, the rest as JSON does."""
    if isinstance(value, str):
        return f'"{value}"'
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def clean(text: str) -> str:
    """Join a docstring's lines."""
    return " ".join(text.split())
