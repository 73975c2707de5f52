"""A CSV file held against the Table Schema that describes it: types, what may stand where, keys, references."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from decimal import Decimal, InvalidOperation

TRUE_OR_FALSE = {"true": True, "false": False}


def read(content: bytes, schema: dict) -> list[dict]:
    """The rows with their values in the types that the schema declares. Raises ValueError at what is not so."""
    heads, *lines = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    fields = schema["fields"]
    if heads != [field["name"] for field in fields]:
        raise ValueError(f"columns {heads}")
    rows = []
    for line in lines:
        if len(line) != len(fields):
            raise ValueError(f"{len(line)} cells in {line}")
        rows.append({field["name"]: _value(text, field) for text, field in zip(line, fields, strict=True)})
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    if len(set(keys)) != len(keys) or any(None in key for key in keys):
        raise ValueError(f"keys {keys}")
    return rows


def _value(text: str, field: dict):
    rules = field.get("constraints", {})
    if text == "":
        if rules.get("required"):
            raise ValueError(f"{field['name']} is empty")
        return None
    if "enum" in rules and text not in rules["enum"]:
        raise ValueError(f"{field['name']} is {text}, none of {rules['enum']}")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], text):
        raise ValueError(f"{field['name']} is {text}, not like {rules['pattern']}")
    try:
        value = {
            "string": str,
            "integer": int,
            "number": _number,
            "boolean": TRUE_OR_FALSE.__getitem__,
            "date": dt.date.fromisoformat,
            "year": int,
        }[field["type"]](text)
    except (KeyError, ValueError, InvalidOperation) as error:
        raise ValueError(f"{field['name']} is {text}, no {field['type']}") from error
    if "minimum" in rules and value < rules["minimum"]:
        raise ValueError(f"{field['name']} is {text}, below {rules['minimum']}")
    return value


def _number(text: str) -> Decimal:
    """Plain notation, as the schema's numbers are written."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise InvalidOperation
    return Decimal(text)


def broken_references(package: dict, tables: dict[str, list[dict]]) -> list[str]:
    """Where a value stands in no row of the table to which it leads."""
    found = []
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", ()):
            target = key["reference"]["resource"] or resource["name"]
            there = {tuple(row[name] for name in key["reference"]["fields"]) for row in tables[target]}
            for row in tables[resource["name"]]:
                value = tuple(row[name] for name in key["fields"])
                if None not in value and value not in there:
                    found.append(f"{resource['name']} {value} in {target}")
    return found
