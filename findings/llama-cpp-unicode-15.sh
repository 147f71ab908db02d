#!/usr/bin/env bash
# llama.cpp as in node-llama-cpp 3.21.1 (npm, with its prebuilt binaries), tiktoken 0.14.0 and gguf 0.19.0 (PyPI);
# Node.js 20 or newer, Python 3.10 or newer; seen 2026-11-30 on Linux x86-64.
#
# Behaviour: llama.cpp's pieces for GPT-2's tokens come from tables of Unicode 15.1. A letter that Unicode 16 (2024)
# added, such as U+1C89, is no letter to it, so a word with one falls into several pieces, and no merge reaches
# across. tiktoken takes it for the letter that it is. The same model and the same text: other tokens.
# Expected: the same tokens, since the pattern (\p{L}) is the same.
# The model here has no weights that matter: 256 bytes, one merge of "a" with the first byte of U+1C89's UTF-8, which
# a letter of Unicode 15 (U+1C80) shares.
# Output seen:
#   a U+1C80, a U+1C89: tiktoken [[256, 178, 128], [256, 178, 137]]
#   a U+1C80, a U+1C89: llama.cpp [[256, 178, 128], [97, 225, 178, 137]]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install tiktoken==0.14.0 gguf==0.19.0
(cd "$dir" && npm init -y > /dev/null && npm install --no-audit --no-fund --silent node-llama-cpp@3.21.1)
cat > "$dir/tables.py" <<'PY'
import json
import sys
import gguf
import numpy as np
import tiktoken

# GPT-2's alphabet: printable bytes stand for themselves, the others for the characters from U+0100 on.
printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
others = [b for b in range(256) if b not in printable]
alphabet = {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}
tokens = [alphabet[b] for b in range(256)] + ["a" + alphabet[0xE1], "<|endoftext|>"]
C, V = 32, len(tokens)

w = gguf.GGUFWriter(sys.argv[1] + "/m.gguf", "gpt2")
w.add_context_length(16)
w.add_embedding_length(C)
w.add_feed_forward_length(2 * C)
w.add_block_count(1)
w.add_head_count(2)
w.add_layer_norm_eps(1e-5)
w.add_vocab_size(V)
w.add_tokenizer_model("gpt2")
w.add_tokenizer_pre("gpt-2")
w.add_token_list(tokens)
w.add_token_types([1] * (V - 1) + [3])
w.add_token_merges(["a " + alphabet[0xE1]])
w.add_bos_token_id(V - 1)
w.add_eos_token_id(V - 1)
shapes = {"token_embd.weight": (V, C), "position_embd.weight": (16, C), "output_norm.weight": (C,), "output_norm.bias": (C,)}
for name, out, inner in [("attn_qkv", 3 * C, C), ("attn_output", C, C), ("ffn_up", 2 * C, C), ("ffn_down", C, 2 * C)]:
    shapes |= {f"blk.0.{name}.weight": (out, inner), f"blk.0.{name}.bias": (out,)}
for name in ["attn_norm", "ffn_norm"]:
    shapes |= {f"blk.0.{name}.weight": (C,), f"blk.0.{name}.bias": (C,)}
for name, shape in shapes.items():
    w.add_tensor(name, np.zeros(shape, np.float32))
w.write_header_to_file()
w.write_kv_data_to_file()
w.write_tensors_to_file()
w.close()

ranks = {bytes([b]): b for b in range(256)} | {b"a\xe1": 256}
pattern = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
encoding = tiktoken.Encoding("bytes", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
print(json.dumps([encoding.encode_ordinary("a" + c) for c in "\u1c80\u1c89"], separators=(", ", ": ")))
PY
cat > "$dir/theirs.mjs" <<'JS'
import {getLlama} from "node-llama-cpp";
const llama = await getLlama({gpu: false, build: "never", logLevel: "error"});
const model = await llama.loadModel({modelPath: process.argv[2] + "/m.gguf", vocabOnly: true});
const answers = ["\u1c80", "\u1c89"].map(c => "[" + Array.from(model.tokenize("a" + c, false)).join(", ") + "]");
console.log("[" + answers.join(", ") + "]");
process.exit(0);
JS
tiktoken=$("$dir/v/bin/python" "$dir/tables.py" "$dir")
llama=$(cd "$dir" && node theirs.mjs "$dir")
echo "a U+1C80, a U+1C89: tiktoken $tiktoken"
echo "a U+1C80, a U+1C89: llama.cpp $llama"
[[ $tiktoken == "[[256, 178, 128], [256, 178, 137]]" && $llama == "[[256, 178, 128], [97, 225, 178, 137]]" ]] || { echo "the behaviour has changed" >&2; exit 1; }
