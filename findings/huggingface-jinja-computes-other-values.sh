#!/usr/bin/env bash
# @huggingface/jinja 0.5.11 (npm; renders chat templates for transformers.js) beside jinja2 3.1.6 (PyPI; renders them
# for transformers); Node.js 20 or newer, Python 3.9 or newer; seen 2026-11-30.
#
# Behaviour: valid templates give another text, without an error: a text equals a number, the remainder of a negative
# number is negative, strip() ignores the characters that it is given, and a missing value joins as nothing.
# Expected: the same prompt from the same template, since a model was trained with one of them.
# Output seen (template | jinja2 | @huggingface/jinja):
#   {{ 'same' if '1' == 1 else 'other' }} | other | same
#   {{ -7 % 3 }} | 2 | -1
#   {{ '--a--'.strip('-') }} | a | --a--
#   {{ ['a', none]|join('-') }} | a-None | a-
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install jinja2==3.1.6
(cd "$dir" && npm init -y > /dev/null && npm install --no-audit --no-fund --silent @huggingface/jinja@0.5.11)
cat > "$dir/templates.json" <<'JSON'
["{{ 'same' if '1' == 1 else 'other' }}", "{{ -7 % 3 }}", "{{ '--a--'.strip('-') }}", "{{ ['a', none]|join('-') }}"]
JSON
cat > "$dir/theirs.mjs" <<'JS'
import {Template} from "@huggingface/jinja";
import {readFileSync} from "node:fs";
console.log(JSON.stringify(JSON.parse(readFileSync(process.argv[2])).map(text => new Template(text).render({}))));
JS
(cd "$dir" && node theirs.mjs templates.json > theirs.json)
"$dir/v/bin/python" - "$dir" <<'PY'
import json
import sys
from jinja2.sandbox import ImmutableSandboxedEnvironment

templates, theirs = (json.load(open(f"{sys.argv[1]}/{name}.json")) for name in ["templates", "theirs"])
python = [ImmutableSandboxedEnvironment().from_string(text).render() for text in templates]
for row in zip(templates, python, theirs):
    print(" | ".join(row))
sys.exit(0 if (python, theirs) == (["other", "2", "a", "a-None"], ["same", "-1", "--a--", "a-"]) else "the behaviour has changed")
PY
