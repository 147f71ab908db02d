package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.Option;

import lockstep.common.text.CorpusSource;

/** Which model learns from which data. */
final class WhatOptions {
    @Option(names = "--model", converter = HomePath.Text.class, paramLabel = "NAME|FILE|DIR",
        description = "dN (d6 d12 d24 d36 d48) for GPT-2 of that depth, gpt3:cN by channels,"
            + " or the weights of a model file, checkpoint, run or model of Hugging Face (safetensors) to start from. Default: a small model of --layers, --heads and"
            + " --channels.")
    Optional<String> model = Optional.empty();

    @Option(names = "--optimizer-state", paramLabel = "FILE",
        description = "Goes on with a run of llm.c's CUDA trainer: its state_…_00000.bin, of the step of --model's model_….bin. AdamW's moments,"
            + " the steps done and fp32 master weights are taken from there. Default: none, so that steps count from 0.")
    Optional<Path> optimizerState = Optional.empty();

    @Option(names = "--layers", paramLabel = "L", description = "Layers of a model of your own. Default: " + DefaultRun.LAYERS + ".")
    Optional<Integer> layers = Optional.empty();

    @Option(names = "--heads", paramLabel = "NH",
        description = "Its attention heads, a divisor of the channels. Default: " + DefaultRun.HEADS + ".")
    Optional<Integer> heads = Optional.empty();

    @Option(names = "--channels", paramLabel = "C", description = "Its channels. Default: " + DefaultRun.CHANNELS + ".")
    Optional<Integer> channels = Optional.empty();

    @Option(names = "--data", converter = HomePath.Text.class, paramLabel = "GLOB",
        description = "llm.c token shards to train on, quoted against the shell. Default: none, but --text.")
    Optional<String> data = Optional.empty();

    @Option(names = "--val-data", converter = HomePath.Text.class, paramLabel = "GLOB",
        description = "Token shards to validate on. Default: with --data none; of text, a tenth of it.")
    Optional<String> valData = Optional.empty();

    @Option(names = "--text", paramLabel = "FILE|DIR|-|NAME",
        description = "Text to train on instead of shards: plain or JSON lines, either compressed by gzip or zstd, or a directory of such files, or - for the"
            + " standard input. --threads encode it. Or by name: shakespeare (1.1 MB, which Lockstep carries) or jdk (the sources of this JDK's"
            + " java.base); ./jdk is a path. Default: shakespeare.")
    Optional<Path> text = Optional.empty();

    @Option(names = "--field", paramLabel = "NAME",
        description = "Of --text's JSON lines: the field whose string is the text; a dot leads into an object, as in meta.text. Default: "
            + CorpusSource.DEFAULT_FIELD + ".")
    Optional<String> field = Optional.empty();

    @Option(names = "--bad-lines", paramLabel = "refuse|skip",
        description = "Of --text's JSON lines: what happens to a line without such a string. refuse: it ends the run. skip: it is left out and counted."
            + " Default: refuse.")
    Optional<String> badLines = Optional.empty();

    @Option(names = "--delimiter", paramLabel = "TEXT",
        description = "Of --text's text files: what stands between two documents, such as '<|endoftext|>' or '\\n\\n\\n' ('\\r\\n\\r\\n\\r\\n' in a file of Windows). It and the line break behind it are no"
            + " text. Default: none, each file is a document.")
    Optional<String> delimiter = Optional.empty();

    @Option(names = "--json-as", paramLabel = "lines|text",
        description = "Of --text's JSON: lines: each line is an object that holds a text. text: all of it is text as it stands. Default: lines.")
    Optional<String> jsonAs = Optional.empty();

    @Option(names = "--tokenizer", paramLabel = "gpt2|bytes", description = "How text becomes tokens: 50,257 byte pairs, or 256 bytes."
        + " Default: the model's; gpt2 for dN, gpt3:cN and --data; else bytes.")
    Optional<String> tokenizer = Optional.empty();

    @Option(names = "--shuffle", paramLabel = "full|llmc|none",
        description = "Order of the training data: every sequence once an epoch, llm.c's order,"
            + " or as it stands. Default: " + DefaultRun.SHUFFLE + ".")
    Optional<String> shuffle = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of weights, shuffling and samples. Default: " + DefaultRun.SEED + ".")
    Optional<Long> seed = Optional.empty();
}
