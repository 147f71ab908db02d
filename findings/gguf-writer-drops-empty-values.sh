#!/usr/bin/env bash
# gguf 0.19.0 (PyPI; llama.cpp's own writer), Python 3.10 or newer; seen 2026-11-30.
#
# Behaviour: GGUFWriter.add_string and add_array write nothing at all for an empty string or an empty list, and say
# nothing. A reader can't tell "empty" from "never said", and a file that is read and written again loses the key.
# Expected: the key with its empty value, which the format has (a string of length 0, an array of 0 elements), or an
# error.
# Output seen:
#   given: ['x.empty_string', 'x.string', 'x.empty_array', 'x.array']
#   found: ['x.string', 'x.array']
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install gguf==0.19.0
"$dir/v/bin/python" - "$dir/m.gguf" <<'PY'
import sys
import gguf

given = {"x.empty_string": "", "x.string": "a", "x.empty_array": [], "x.array": ["a"]}
writer = gguf.GGUFWriter(sys.argv[1], "gpt2")
for key, value in given.items():
    (writer.add_string if isinstance(value, str) else writer.add_array)(key, value)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
found = [key for key in gguf.GGUFReader(sys.argv[1]).fields if key.startswith("x.")]
print(f"given: {list(given)}")
print(f"found: {found}")
sys.exit(0 if found == ["x.string", "x.array"] else "the behaviour has changed")
PY
