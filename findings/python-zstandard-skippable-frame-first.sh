#!/usr/bin/env bash
# zstandard 0.25.0 (PyPI; its C backend), Python 3.9 or newer, seen 2026-11-30.
#
# Behaviour: ZstdDecompressor().decompress() refuses a stream that begins with a skippable frame, which is what pzstd
# writes: it takes the length of the skippable frame for the size of the content. The same bytes come out right
# through stream_reader() and through the zstd program.
# Expected: RFC 8878, section 3.1.2: a decoder skips such a frame.
# Output seen:
#   stream_reader: b'a story\n'
#   decompress: ZstdError: decompression error: decompressed 0 bytes; expected 4
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install --no-deps zstandard==0.25.0
"$dir/v/bin/python" - <<'PY'
import io
import sys
import zstandard

text = b"a story\n"
skippable = bytes.fromhex("502a4d18") + (4).to_bytes(4, "little") + bytes(4)  # magic number, length, four bytes of the user's
stored = skippable + zstandard.compress(text)
streamed = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(stored)).read()
print(f"stream_reader: {streamed}")
try:
    answer = str(zstandard.ZstdDecompressor().decompress(stored))
except zstandard.ZstdError as e:
    answer = f"ZstdError: {e}"
print(f"decompress: {answer}")
sys.exit(0 if streamed == text and answer == "ZstdError: decompression error: decompressed 0 bytes; expected 4" else "the behaviour has changed")
PY
