"""The files of a plan's open data: one CSV for each table, and the Data Package that describes them.

The form is Frictionless' Tabular Data Package. The same record gives the same bytes, in the zip too.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

from institution.delimited import rows_as_csv
from monitoring.frozen import JSON
from reports.opendata.columns import SEPARATOR, Column, Table
from reports.opendata.rows import Gathered, rows_of
from reports.opendata.tables import TABLES
from reports.showcase.addresses import Addresses

DESCRIPTION = "datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
# The only date that every zip can hold and that says nothing: what counts is the release of the record.
NO_DATE = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16


def table_csv(table: Table, gathered: Gathered) -> bytes:
    """UTF-8 without a mark, a head of column names, lines that end as RFC 4180 says."""
    return "".join(rows_as_csv(table.names, rows_of(table.name, gathered))).encode()


def package_files(gathered: Gathered) -> dict[str, bytes]:
    """Every file by its name, the description first."""
    tables = {table.path: table_csv(table, gathered) for table in TABLES}
    return {DESCRIPTION: _json(description(gathered, tables)), **tables}


def package_zip(gathered: Gathered) -> bytes:
    """All files in one, in a folder named after the plan."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, content in package_files(gathered).items():
            info = zipfile.ZipInfo(f"{gathered.plan['code']}/{name}", NO_DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, READABLE
            package.writestr(info, content)
    return buffer.getvalue()


def description(gathered: Gathered, files: dict[str, bytes]) -> JSON:
    """`datapackage.json`. `files`: the CSV files by name, for their size and hash."""
    plan, addresses, in_force = gathered.plan, Addresses(gathered.plan["code"]), gathered.in_force
    told: JSON = {}
    if in_force:
        told = {
            "created": in_force.issued_at.isoformat(timespec="seconds"),
            "version": f"{in_force.cutoff.replace('-', '.')}.{in_force.version}",
            "sources": [{"title": in_force.title, "path": addresses.document(in_force.code, "json")}],
        }
    return {
        "profile": "tabular-data-package",
        "name": plan["code"].lower(),
        "id": addresses.data,
        "title": f"{plan['name']}, {plan['place']}",
        "description": (
            f"Targets, results and progress of the plan up to {gathered.source.card.upto}, as published. "
            "Column names and descriptions are in English, titles and texts in Spanish. Text that a spreadsheet "
            "would compute begins with an apostrophe."
        ),
        "homepage": addresses.home,
        **told,
        "licenses": [LICENCE],
        "contributors": [{"title": plan["government"], "role": "publisher"}],
        "keywords": ["migración", "movilidad humana", "gobierno local", "seguimiento", "Perú"],
        "resources": [_resource(table, files[table.path]) for table in TABLES],
    }


def _resource(table: Table, content: bytes) -> JSON:
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": table.path,
        "title": str(table.title),
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": table_schema(table),
    }


def table_schema(table: Table) -> JSON:
    """The table as Table Schema declares it."""
    schema: JSON = {"fields": [_field(column) for column in table.columns], "primaryKey": list(table.key)}
    if table.references:
        schema["foreignKeys"] = [
            {
                "fields": list(each.columns),
                "reference": {
                    # Empty: the table itself.
                    "resource": "" if each.table == table.name else each.table.replace("_", "-"),
                    "fields": list(each.key),
                },
            }
            for each in table.references
        ]
    return {**schema, "missingValues": [""]}


def _field(column: Column) -> JSON:
    field: JSON = {
        "name": column.name,
        "type": column.type,
        "title": str(column.title),
        "description": column.description,
    }
    if constraints := column.constraints():
        field["constraints"] = constraints
    if column.many:
        field["description"] += f" Several are joined by `{SEPARATOR}`."
    return field


def _json(content: JSON) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
