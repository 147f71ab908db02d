#!/usr/bin/env bash
# tokenizers 0.23.2 (PyPI), Python 3.9 or newer, seen 2026-11-30.
#
# Behaviour: BpeTrainer(limit_alphabet=10) keeps other characters in each run where some are equally frequent: five
# trainings on one text, in one process, gave five vocabularies. No option has a seed.
# Expected: one vocabulary, as without limit_alphabet, where ties are broken by the characters themselves.
# Output seen (the first differs each time):
#   limit_alphabet=10: 5 vocabularies of 5 trainings, e.g. ' ', 'c', 'f', 'i', 'l', 'o', 's', 'u', 'w', 'y'
#   no limit: 1 vocabulary of 5 trainings
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install --no-deps tokenizers==0.23.2
"$dir/v/bin/python" - <<'PY'
import sys
from tokenizers import Tokenizer, models, trainers


def vocabulary(**options):
    t = Tokenizer(models.BPE())
    t.train_from_iterator(["abcdefghijklmnopqrstuvwxyz "] * 10, trainers.BpeTrainer(vocab_size=100, show_progress=False, **options))
    return tuple(sorted(t.get_vocab().items()))


limited = {vocabulary(limit_alphabet=10) for _ in range(5)}
free = {vocabulary() for _ in range(5)}
characters = ", ".join(repr(token) for token, _ in next(iter(limited)) if len(token) == 1)
print(f"limit_alphabet=10: {len(limited)} vocabularies of 5 trainings, e.g. {characters}")
print(f"no limit: {len(free)} vocabulary of 5 trainings")
sys.exit(0 if len(limited) > 1 and len(free) == 1 else "the behaviour has changed")
PY
