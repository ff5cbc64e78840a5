"""Examples for the description of the API, made of the examples of each field."""

from collections.abc import Mapping
from typing import Any

Schemas = Mapping[str, Any]
"""The schemas of the description by name."""

_FORMATS = {"date": "2026-11-28", "date-time": "2026-11-28T09:30:00Z"}
_PLAIN: dict[str, object] = {"string": "", "integer": 1, "number": 1, "boolean": True, "null": None, "object": {}}


def example_of(schema: Mapping[str, Any], schemas: Schemas) -> object:
    """Return a value that has the shape of *schema*."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for several in ("examples", "enum"):
        if schema.get(several):
            return schema[several][0]
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    for one_of in ("anyOf", "oneOf", "allOf"):
        if one_of in schema:
            return example_of(schema[one_of][0], schemas)
    return _made(schema, schemas)


def _made(schema: Mapping[str, Any], schemas: Schemas) -> object:
    if schema.get("type") == "array":
        return [example_of(schema.get("items", {}), schemas)]
    if "properties" in schema:
        return {name: example_of(each, schemas) for name, each in schema["properties"].items()}
    return _FORMATS.get(schema.get("format", "")) or _PLAIN.get(schema.get("type", "object"))
