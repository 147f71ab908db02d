#!/usr/bin/env bash
# tokenizers 0.23.2 (PyPI), Python 3.9 or newer; seen 2026-11-30.
#
# Behaviour: WordPieceTrainer and UnigramTrainer find the same tokens at each training on one text, and number them
# otherwise each time, in one process and with one thread. A model that was trained with one of these vocabularies is
# of no use with another, though both say the same words.
# Expected: the same ids, as BpeTrainer gives them.
# Output seen:
#   WordPiece: 6 trainings, 1 set of tokens, 6 numberings
#   Unigram: 6 trainings, 1 set of tokens, 6 numberings
#   BPE: 6 trainings, 1 set of tokens, 1 numbering
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/v"
"$dir/v/bin/pip" -q install --no-deps tokenizers==0.23.2
RAYON_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false "$dir/v/bin/python" - <<'PY'
import sys
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

TEXT = ["the cat sat on the mat and the dog ate the rat that sat on a hat", "low lower lowest new newer newest wide wider widest"]
as_seen = True
for name, model, trainer, steady in [("WordPiece", models.WordPiece, trainers.WordPieceTrainer, False),
                                     ("Unigram", models.Unigram, trainers.UnigramTrainer, False), ("BPE", models.BPE, trainers.BpeTrainer, True)]:
    numberings = set()
    for _ in range(6):
        tokenizer = Tokenizer(model())
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        tokenizer.train_from_iterator(TEXT * 3, trainer(vocab_size=60, show_progress=False))
        numberings.add(frozenset(tokenizer.get_vocab().items()))
    sets = {frozenset(token for token, _ in numbering) for numbering in numberings}
    print(f"{name}: 6 trainings, {len(sets)} set of tokens, {len(numberings)} numbering{'s' * (len(numberings) > 1)}")
    as_seen &= len(sets) == 1 and (len(numberings) == 1) == steady
sys.exit(0 if as_seen else "the behaviour has changed")
PY
