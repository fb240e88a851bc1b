#!/usr/bin/env python3
"""Validates JSON files against instances/schema/NAME.schema.json (JSON Schema 2020-12).

    validate_schemas.py [FOLDER...]     instances/ and the given folders (a planned day)

A file's schema goes by its name: fleet.json, fleet-big.json and fleet_big.json are all "fleet";
travel.json is a "recording".  Every JSON file must have a schema, every schema must be one itself,
and each schema must have refused something: a schema that lets everything pass tells nothing.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import pathlib
import re
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "instances" / "schema"
SAME_AS = {"travel": "recording"}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def load_schemas(faults):
    validators = {}
    for path in sorted(SCHEMAS.glob("*.schema.json")):
        schema = load(path)
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            faults.append(f"{path}: {error.message}")
            continue
        name = path.name.removesuffix(".schema.json")
        validators[name] = jsonschema.Draft202012Validator(schema)
        if validators[name].is_valid({"surely no such key": []}) and validators[name].is_valid("text"):
            faults.append(f"{path}: lets everything pass")
    if not validators:
        faults.append(f"{SCHEMAS}: no schema there")
    return validators


def schema_name(path):
    stem = re.split(r"[-_.]", path.name)[0]
    return SAME_AS.get(stem, stem)


def main():
    faults = []
    validators = load_schemas(faults)
    n_files = 0
    example = re.search(r"```json\n(.*?)```", (ROOT / "docs/format-estimate.md").read_text(encoding="utf-8"), re.S)
    for error in validators["estimate"].iter_errors(json.loads(example.group(1))):
        faults.append(f"docs/format-estimate.md: {error.json_path}: {error.message[:300]}")
    for folder in [ROOT / "instances", *map(pathlib.Path, sys.argv[1:])]:
        paths = [p for p in sorted(folder.rglob("*.json")) if SCHEMAS not in p.parents]
        if not paths:
            faults.append(f"{folder}: no JSON file there")
        for path in paths:
            validator = validators.get(schema_name(path))
            if validator is None:
                faults.append(f"{path}: no schema {schema_name(path)}.schema.json")
                continue
            n_files += 1
            for error in validator.iter_errors(load(path)):
                faults.append(f"{path}: {error.json_path}: {error.message[:300]}")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{n_files} files, {len(validators)} schemas, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
