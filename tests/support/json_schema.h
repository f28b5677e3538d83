/* SPDX-License-Identifier: MIT */
// Validates JSON documents against a JSON Schema with Python's jsonschema, and looks at how strict
// and how well described the schema is.
#ifndef FG_TESTS_JSON_SCHEMA_H
#define FG_TESTS_JSON_SCHEMA_H

#include "support/spawn.h"

#include <string>
#include <unistd.h>
#include <vector>

namespace json_schema {

constexpr char python[] = "/usr/bin/python3";

// "", or why nothing can be validated on this machine.
inline std::string missing() {
    if (access(python, X_OK) != 0 ||
        spawn::run({python, "-c", "from jsonschema import Draft202012Validator"}).status != 0)
        return std::string("there is no jsonschema (Debian: python3-jsonschema) for ") + python;
    return "";
}

// One line for each complaint. Commands: `valid` names each document that is not valid, and why;
// `strict` changes one place of each document at a time and names the changes that the schema
// still takes: of a list's members with the same keys and types one is changed, with FG_TEST_ALL
// all are; `described` names the keys of the schema without a description or a unit.
constexpr char script[] = R"(
import json, os, re, sys
from jsonschema import Draft202012Validator
command, schema_name, names = sys.argv[1], sys.argv[2], sys.argv[3:]
schema = json.load(open(schema_name))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)

def walk(value, path=()):
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from walk(member, path + (key,))

def shape(value):
    if isinstance(value, dict):
        return frozenset((key, shape(member)) for key, member in value.items())
    if isinstance(value, list):
        return frozenset(map(shape, value))
    return type(value).__name__

def places(value, path=()):
    yield path, value
    if isinstance(value, dict):
        members = list(value.items())
    elif not isinstance(value, list):
        members = []
    elif 'FG_TEST_ALL' in os.environ:
        members = list(enumerate(value))
    else:
        members = list({shape(member): (i, member) for i, member in enumerate(value)}.values())
    for key, member in members:
        yield from places(member, path + (key,))

# Makes the change, looks, and takes it back.
def is_valid_with(document, path, change):
    root = {'root': document}
    parent, key = root, 'root'
    for step in path:
        parent, key = parent[key], step
    before = parent[key]
    if isinstance(before, dict):
        parent[key] = dict(before)
    members = list(parent.items()) if isinstance(parent, dict) else None
    change(parent, key)
    valid = validator.is_valid(root['root'])
    if members is not None: # in their order
        parent.clear()
        parent.update(members)
    parent[key] = before
    return valid

def remove(parent, key):
    del parent[key]

def put(value):
    def change(parent, key):
        parent[key] = value
    return change

def add_key(parent, key):
    parent[key]['surprise'] = 1

def changes(path, value):
    free = len(path) > 2 and path[-3] == 'differences' and path[-1] in ('old', 'new')
    if isinstance(value, dict):
        yield 'a new key', add_key
        yield 'a list', put([])
    else:
        yield 'an object', put({'surprise': 1})
    if path and isinstance(path[-1], str) and 'histogram' not in path:
        yield 'removed', remove
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not free:
        yield 'a negative number', put(-1)
        yield 'text', put('1')
    if isinstance(value, list):
        yield 'a list of null', put([None])
    if isinstance(value, str) and not free:
        yield 'a number', put(1)

if command == 'described':
    for path, value in walk(schema):
        if len(path) < 2 or path[-2] not in ('properties', 'patternProperties') or 'if' in path:
            continue
        words = value.get('description', '') if isinstance(value, dict) else ''
        if not words:
            print('no description:', *path)
        kinds = value.get('type', [])
        if 'number' in kinds or 'integer' in kinds:
            if not re.search(r'[Ss]econds|bytes|[Cc]ount|[Bb]its|[Uu]nit|index|probability|format|CUDA version|joules|MHz|Celsius|watts', words):
                print('no unit:', *path)
            if path[-1].endswith('_s') and 'econds' not in words:
                print('not in seconds:', *path)
for name in names:
    document = json.load(open(name))
    if command == 'valid':
        for error in validator.iter_errors(document):
            print(name, list(error.absolute_path), error.message[:300])
    if command == 'strict':
        if not validator.is_valid(document):
            print(name, 'is not valid to begin with')
        count = 0
        for path, value in places(document):
            for what, change in changes(path, value):
                count += 1
                if is_valid_with(document, path, change):
                    print(name, list(path), 'may be', what)
        if document != json.load(open(name)):
            print(name, 'has kept a change')
        if count < 100:
            print(name, 'has only', count, 'places to change')
)";

// Runs a command of the script; returns what it prints, errors of its own too.
inline std::string run(const std::string &command, const std::string &schema,
                       const std::vector<std::string> &documents) {
    std::vector<std::string> arguments = {python, "-c", script, command, schema};
    arguments.insert(arguments.end(), documents.begin(), documents.end());
    const spawn::Result result = spawn::run(arguments);
    return result.out + result.err + (result.status == 0 ? "" : "exit status not 0");
}

} // namespace json_schema

#endif
