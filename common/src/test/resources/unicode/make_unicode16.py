"""Writes the classes of characters by which GPT-2 cuts a text, and digests of how tiktoken cuts every code point.

python3 make_unicode16.py R50K_BASE.TIKTOKEN UNICODE-16.TXT GPT2-CUTS.JSON

The first argument is tiktoken's file of GPT-2's ranks; the second is written for src/main/resources/lockstep/common/text, the third for this directory.
Made with Python 3.11 and tiktoken 0.14.0, whose regular expressions know Unicode 16.0. Nothing here asks Python's own tables, which are older.
"""

import base64
import hashlib
import json
import struct
import sys

import tiktoken

PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"
KINDS = (("letter", r"\p{L}"), ("number", r"\p{N}"), ("space", r"\s"))
BLOCK = 1024
# {} is the code point: beside a letter, a number, another character, a space, itself, a line's end and an apostrophe
TEMPLATES = ("{}", "a{}1{}!{} {}{}\n{}'{}s", "{}a{}  {}\t{}'ll{}\u00a0{} 7{} ")
LAST = 0x10FFFF
# all letters, numbers and spaces lie below
ENDS = (0x3FFFF, LAST)


def matched(pattern):
    """The code points that tiktoken's regular expression takes: an encoding yields tokens for what its pattern matches, and for nothing else."""
    bytewise = tiktoken.Encoding("bytes", pat_str=pattern, mergeable_ranks={bytes([b]): b for b in range(256)}, special_tokens={})
    found = []
    for first in range(0, LAST + 1, BLOCK):
        text = "".join(chr(c) for c in range(first, first + BLOCK) if not 0xD800 <= c <= 0xDFFF)
        found += [ord(c) for c in bytes(bytewise.encode_ordinary(text)).decode()]
    return found


def ranges(points):
    first = last = None
    for c in points:
        if last is not None and c == last + 1:
            last = c
            continue
        if last is not None:
            yield first, last
        first = last = c
    yield first, last


def write_table(target):
    with open(target, "w", encoding="ascii", newline="\n") as out:
        out.write("# Unicode 16.0: \\p{L}, \\p{N} and White_Space as tiktoken 0.14.0 has them; all else is of no class. Made by make_unicode16.py.\n")
        for kind, pattern in KINDS:
            for first, last in ranges(matched(pattern)):
                out.write(f"{kind} {first:X} {last:X}\n")


def gpt2(path):
    ranks = {}
    for line in open(path, "rb"):
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)
    return tiktoken.Encoding("gpt2", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 50256})


def digest(encoding, template, last):
    """SHA-256 over the tokens as little-endian 16-bit numbers: of each code point by itself for "{}", else of the texts of a block joined."""
    sha = hashlib.sha256()
    count = 0

    def add(text):
        nonlocal count
        tokens = encoding.encode_ordinary(text)
        count += len(tokens)
        sha.update(struct.pack(f"<{len(tokens)}H", *tokens))

    for first in range(0, last + 1, BLOCK):
        texts = [template.replace("{}", chr(c)) for c in range(first, first + BLOCK) if not 0xD800 <= c <= 0xDFFF]
        for text in texts if template == "{}" else ["".join(texts)]:
            add(text)
    return {"template": template, "last": last, "tokens": count, "sha256": sha.hexdigest()}


def main():
    ranks, table, cuts = sys.argv[1:]
    write_table(table)
    encoding = gpt2(ranks)
    with open(cuts, "w", encoding="ascii", newline="\n") as out:
        json.dump([digest(encoding, template, last) for last in ENDS for template in TEMPLATES], out, indent=1)
        out.write("\n")


main()
