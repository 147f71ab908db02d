#!/usr/bin/env bash
# tokenizers 0.23.2 (PyPI), Python 3.11 or newer, seen 2026-11-30.
#
# Behaviour: its normalizers NFC, NFD, NFKC and NFKD have tables from before Unicode 12.1 (2019). U+32FF (the square
# era name Reiwa, Unicode 12.1) stays as it is under NFKC and NFKD, and the two parts of U+11938 (Unicode 13) stay
# apart under NFC.
# Expected: what Python's unicodedata says, whose tables are those of Unicode 14 or newer. Normalisation is stable by
# policy: later versions only add characters.
# It matters to whoever normalises a corpus with another program and then encodes it with a tokenizer that has such a
# normalizer: the ids differ, without a word.
# Output seen:
#   U+32FF NFKC: tokenizers U+32FF, unicodedata U+4EE4 U+548C
#   U+11935 U+11930 NFC: tokenizers U+11935 U+11930, unicodedata U+11938
#   U+3392 NFKC: tokenizers U+004D U+0048 U+007A, unicodedata U+004D U+0048 U+007A
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install --no-deps tokenizers==0.23.2
"$dir/v/bin/python" - <<'PY'
import sys
import unicodedata
from tokenizers import normalizers


def spelled(text):
    return " ".join(f"U+{ord(c):04X}" for c in text)


as_seen = True
# Form, text, what tokenizers makes of it, what the standard does. The last is the control: an old character, on which both agree.
for form, text, theirs, standard in [("NFKC", "\u32ff", "\u32ff", "\u4ee4\u548c"), ("NFC", "\U00011935\U00011930", "\U00011935\U00011930", "\U00011938"),
                                     ("NFKC", "\u3392", "MHz", "MHz")]:
    seen = getattr(normalizers, form)().normalize_str(text), unicodedata.normalize(form, text)
    print(f"{spelled(text)} {form}: tokenizers {spelled(seen[0])}, unicodedata {spelled(seen[1])}")
    as_seen &= seen == (theirs, standard)
sys.exit(0 if as_seen else "the behaviour has changed")
PY
