#!/usr/bin/env bash
# safetensors 0.8.0 and numpy (PyPI), Python 3.9 or newer; seen 2026-11-30.
#
# Behaviour: the same tensors with the same metadata become another file in each process: the entries of __metadata__
# come in the random order of a hash map. Sizes agree, checksums don't.
# Expected: the same bytes, as without metadata, or with one entry (transformers writes one): tensors are ordered.
# It matters to whoever keeps checksums of weights, or a store that knows equal files by them.
# Output seen:
#   four entries: 7 different files of 8 savings (chance repeats some)
#   one entry: 1 file of 8 savings
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install safetensors==0.8.0 numpy
cat > "$dir/save.py" <<'PY'
import hashlib
import sys
import numpy
from safetensors.numpy import save

metadata = dict(entry.split("=") for entry in sys.argv[1:])
print(hashlib.sha256(save({"w": numpy.zeros(4, numpy.float32)}, metadata=metadata)).hexdigest())
PY
savings() {
    for _ in 1 2 3 4 5 6 7 8; do "$dir/v/bin/python" "$dir/save.py" "$@"; done | sort -u | wc -l
}
four=$(savings format=np author=a licence=b step=3)
one=$(savings format=np)
echo "four entries: $((four)) different files of 8 savings"
echo "one entry: $((one)) file of 8 savings"
((four > 1 && one == 1)) || { echo "the behaviour has changed" >&2; exit 1; }
