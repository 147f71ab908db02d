#!/usr/bin/env bash
# tokenizers 0.23.2 (PyPI), Python 3.9 or newer, seen 2026-11-30.
#
# Behaviour: with the byte-level decoder, which all models of GPT-2's, Llama 3's and Qwen's kind have, an added token
# with a letter beyond ASCII doesn't decode to its own text. The decoder takes the letters of the added token for its
# alphabet of bytes, in which U+00F6 means the byte F6; that byte alone is no UTF-8 and becomes U+FFFD.
# Expected: decode(encode(text)) is the text, as it is without the added token.
# Output seen:
#   without: 'die gr\xf6\xdfe'
#   with:    'die gr\ufffd\ufffde'
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install --no-deps tokenizers==0.23.2
"$dir/v/bin/python" - <<'PY'
import sys
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers


def tokenizer():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    t = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    return t


def there_and_back(t):
    return t.decode(t.encode("die gr\u00f6\u00dfe").ids)


without = there_and_back(tokenizer())
added = tokenizer()
added.add_tokens([AddedToken("gr\u00f6\u00dfe", normalized=False)])
broken = there_and_back(added)
print(f"without: {ascii(without)}")
print(f"with:    {ascii(broken)}")
sys.exit(0 if without == "die gr\u00f6\u00dfe" and broken == "die gr\ufffd\ufffde" else "the behaviour has changed")
PY
