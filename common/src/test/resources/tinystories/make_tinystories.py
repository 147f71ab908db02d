"""Makes TinyStories_all_data.tar.gz, a small archive laid out as the published one, and the shards that llm.c's procedure makes of it.

python3 make_tinystories.py R50K_BASE.TIKTOKEN

The argument is tiktoken's file of GPT-2's ranks. Made with Python 3.11 and tiktoken 0.14.0.
"""

import base64
import gzip
import io
import json
import random
import struct
import sys
import tarfile

import tiktoken

NAME = "TinyStories_all_data.tar.gz"
WORDS = "once upon a time there was Lily Tom Ben cat dog ball park mom said yes no she he ran saw big red don't it's 3 7 ! ? . , \u00e9t\u00e9 \u2014 \U0001f600".split()
EDGES = ["", " ", "\n\n", "\t", "\u00a0", "\u2007", "\u200b", "\x1c", "\x1f", "\u0085", "\u3000", "\ufeff", "\u2028"]
PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"


def stories(number, count):
    rng = random.Random(number)
    for i in range(count):
        text = " ".join(rng.choice(WORDS) for _ in range(rng.randrange(12)))
        text = rng.choice(EDGES) + text.replace(" . ", ".\n") + rng.choice(EDGES)
        if i == 5:
            text += "half \ud83d a pair"
        story = {"story": text, "instruction": {"prompt:": "x", "words": ["a", {"story": "not this"}], "n": -1.5e3}, "source": "GPT-4"}
        yield story if i % 2 else dict(reversed(list(story.items())))


def encoding(path):
    ranks = {}
    for line in open(path, "rb"):
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)
    return tiktoken.Encoding("gpt2", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={"<|endoftext|>": 50256})


def write(name, tokens):
    with open(name, "wb") as out:
        out.write(struct.pack("<256i", 20240520, 1, len(tokens), *[0] * 253))
        out.write(struct.pack(f"<{len(tokens)}H", *tokens))


def as_json(number, data):
    if number < 2:
        return json.dumps(data).encode()
    whole = [{**story, "story": story["story"].replace("\ud83d", "")} for story in data]
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def main():
    files = {number: list(stories(number, count)) for number, count in ((0, 17), (1, 40), (2, 33), (3, 1))}
    tar_bytes = io.BytesIO()
    with tarfile.open(fileobj=tar_bytes, mode="w", format=tarfile.PAX_FORMAT) as tar:
        def add(name, content):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mtime = 1684000000.25
            tar.addfile(info, io.BytesIO(content))

        directory = tarfile.TarInfo("./")
        directory.type = tarfile.DIRTYPE
        tar.addfile(directory)
        add("./._data00.json", b"\x00\x05\x16\x07")
        # as lists lie in a directory: in any order
        for number in (1, 0, 3, 2):
            add(f"./data{number:02d}.json", as_json(number, files[number]))
    with open(NAME, "wb") as out:
        out.write(gzip.compress(tar_bytes.getvalue(), mtime=0))

    enc = encoding(sys.argv[1])
    read = {}
    with tarfile.open(NAME) as tar:
        for info in tar:
            if info.isfile() and not info.name.startswith("./."):
                read[info.name] = json.loads(tar.extractfile(info).read().decode())
    names = sorted(read)
    for split, names in (("val", names[:1]), ("train", names[1:])):
        tokens = []
        for index, name in enumerate(names):
            data = read[name]
            random.Random(1337 + index).shuffle(data)
            for one in data:
                tokens.append(50256)
                tokens.extend(enc.encode_ordinary(one["story"].strip()))
        write(f"TinyStories_{split}.bin", tokens)


main()
