"""Request bodies against Discord's official OpenAPI document, which is read from where it is kept."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WHERE = Path(os.environ.get("DISCORD_OPENAPI", ROOT.parent / "shared" / "specs" / "discord-openapi.json"))

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


@cache
def load() -> Spec | None:
    """The specification; None where it is not to be had."""
    return Spec(json.loads(WHERE.read_text(encoding="utf-8"))) if WHERE.exists() else None


class Spec:
    """Knows what body each operation takes."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas = document["components"]["schemas"]
        self._operations = []
        for path, operations in document["paths"].items():
            pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))
            exact = path.count("{")
            for method, operation in operations.items():
                if isinstance(operation, dict) and "responses" in operation:
                    self._operations.append((exact, method.upper(), pattern, operation))
        self._operations.sort(key=lambda found: found[0])

    def fault(self, method: str, path: str, body: Any) -> str:
        """What is wrong with a request; empty where nothing is."""
        for _, verb, pattern, operation in self._operations:
            if verb == method and pattern.fullmatch(path):
                schema = _body_schema(operation)
                if schema is None:
                    return "" if body is None else "it takes no body"
                return self._fault(schema, body, "body")
        return f"there is no {method} {path}"

    def _fault(self, schema: Any, value: Any, at: str) -> str:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name == "SnowflakeType" and isinstance(value, int):  # discord.py sends numbers
                return ""
            return self._fault(self._schemas[name], value, at)
        for key in ("oneOf", "anyOf"):
            if key in schema:
                faults = [self._fault(one, value, at) for one in schema[key]]
                if all(faults):
                    return max(faults, key=lambda fault: fault.split(":")[0].count(".") + fault.count("["))
        for one in schema.get("allOf", ()):
            if fault := self._fault(one, value, at):
                return fault
        return self._plain_fault(schema, value, at)

    def _plain_fault(self, schema: Any, value: Any, at: str) -> str:
        types = schema.get("type")
        if types is not None:
            allowed = [types] if isinstance(types, str) else types
            kinds = tuple(kind for name in allowed for kind in _TYPES[name])
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                return f"{at}: {value!r:.60} is no {' or '.join(allowed)}"
        if "enum" in schema and value not in schema["enum"]:
            return f"{at}: {value!r:.60} is none of {schema['enum']}"
        if "const" in schema and value != schema["const"]:
            return f"{at}: {value!r:.60} is not {schema['const']}"
        if isinstance(value, str):
            return _text_fault(schema, value, at)
        if isinstance(value, list):
            return self._list_fault(schema, value, at)
        if isinstance(value, dict):
            return self._object_fault(schema, value, at)
        if isinstance(value, int) and not isinstance(value, bool):
            low, high = schema.get("minimum", value), schema.get("maximum", value)
            return "" if low <= value <= high else f"{at}: {value} is not from {low} to {high}"
        return ""

    def _list_fault(self, schema: Any, value: list[Any], at: str) -> str:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return f"{at}: {len(value)} are too many or too few"
        if schema.get("uniqueItems") and len({json.dumps(one, sort_keys=True) for one in value}) < len(value):
            return f"{at}: some are the same"
        faults = (self._fault(schema.get("items", {}), one, f"{at}[{n}]") for n, one in enumerate(value))
        return next((fault for fault in faults if fault), "")

    def _object_fault(self, schema: Any, value: dict[str, Any], at: str) -> str:
        missing = [name for name in schema.get("required", ()) if name not in value]
        if missing:
            return f"{at}: {missing[0]} is missing"
        known = schema.get("properties", {})
        more = schema.get("additionalProperties")
        for name, one in value.items():
            if name in known:
                fault = self._fault(known[name], one, f"{at}.{name}")
            elif isinstance(more, dict):
                fault = self._fault(more, one, f"{at}.{name}")
            else:  # Discord lets them pass and does nothing with them, which is never what was meant
                fault = f"{at}: {name} is not known" if known and more is not True else ""
            if fault:
                return fault
        return ""


def _text_fault(schema: Any, value: str, at: str) -> str:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return f"{at}: {len(value)} characters are too many or too few"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return f"{at}: {value!r:.60} does not fit {schema['pattern']}"
    return ""


def _body_schema(operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    return content["application/json"]["schema"] if "application/json" in content else None
