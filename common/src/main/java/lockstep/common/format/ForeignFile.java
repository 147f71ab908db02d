package lockstep.common.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import lockstep.common.UserError;
import lockstep.common.filekind.FileKind;
import lockstep.common.filekind.TextHead;

/**
 * Says what a file is that was given in the place of one of ours, and what its user can do. Known by its first bytes, and by its name
 * where these say nothing. No pickle is ever read: to read one is to run it.
 */
public final class ForeignFile {
    private static final String PICKLE =
        "Lockstep reads no pickles, since to read one is to run it; save the weights as model.safetensors with config.json beside it"
            + " (transformers: GPT2LMHeadModel.from_pretrained(DIR), then save_pretrained(OUT))";
    private static final String TENSORFLOW =
        "load it in transformers 4 with GPT2LMHeadModel.from_pretrained(DIR, from_tf=True) and save it with save_pretrained(OUT)";
    private static final String FLAX =
        "load it in transformers 4 with GPT2LMHeadModel.from_pretrained(DIR, from_flax=True) and save it with save_pretrained(OUT)";
    /** Tokens of GPT-2, and what pads them: the ids that a file of bare tokens may hold. */
    private static final int MOST_TOKENS = 50304;

    private static final Pattern TORCH_NAME = Pattern.compile(".*\\.(bin|pt|pth|ckpt)");

    private ForeignFile() {}

    /** A command wanted to read one of these. */
    public enum Wanted {
        MODEL("a GPT-2 model of llm.c, or model.safetensors"), SAFETENSORS("a safetensors file"), SHARD("a token shard of llm.c"),
        STATE("an optimizer state of llm.c"), DEBUG_STATE("a debug state of llm.c"), TOKENIZER("a tokenizer of llm.c"),
        QUESTIONS("a multiple-choice evaluation of llm.c"), JSON("a JSON object"), ANY("a file that Lockstep reads");

        private final String title;

        Wanted(String title) {
            this.title = title;
        }
    }

    /** Nothing where the file is of no kind that is known, or can't be read. */
    public static Optional<UserError> error(Path file, Wanted wanted) {
        try (InputStream in = Files.newInputStream(file)) {
            return error(file, in.readNBytes(FileKind.HEAD_BYTES), wanted);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @param head the file's first {@link FileKind#HEAD_BYTES} bytes, or all of it where it is shorter */
    static Optional<UserError> error(Path file, byte[] head, Wanted wanted) {
        if (head.length == 0) {
            return told(file, "an empty file", wanted, "a download or a copy may have failed; get it again");
        }
        Optional<FileKind> kind = kind(file, head);
        if (wanted == Wanted.SHARD && (kind.isEmpty() || kind.get().family() == FileKind.Family.ENCODED)) {
            return bare(file, head);
        }
        return kind.isPresent()
            ? told(file, kind.get().title(), wanted, advice(kind.get(), wanted))
            : byName(file, wanted).or(() -> text(file, head, wanted));
    }

    /** JSON that is none has its own message, which names the place. */
    private static Optional<UserError> text(Path file, byte[] head, Wanted wanted) {
        return wanted == Wanted.JSON || !TextHead.isText(head)
            ? Optional.empty()
            : told(file, "plain text", wanted, "to learn it, give it to train --text");
    }

    /** The kind of a file. */
    public static Optional<FileKind> kind(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return kind(file, in.readNBytes(FileKind.HEAD_BYTES));
        }
    }

    /** PyTorch's files are ZIP archives, in which its pickle need not come first. */
    private static Optional<FileKind> kind(Path file, byte[] head) {
        boolean torchs = TORCH_NAME.matcher(String.valueOf(file.getFileName())).matches();
        return FileKind.of(head).map(kind -> kind == FileKind.ZIP && torchs ? FileKind.TORCH : kind);
    }

    private static Optional<UserError> told(Path file, String found, Wanted wanted, String advice) {
        return Optional
            .of(new UserError(file + ": content: found " + found + ", expected " + wanted.title + (advice.isEmpty() ? "" : ": " + advice)));
    }

    private static String advice(FileKind kind, Wanted wanted) {
        return switch (kind.family()) {
            case POINTER -> kind == FileKind.GIT_LFS_POINTER
                ? "fetch the file itself with git lfs pull in its clone, or download it"
                : "fetch the file itself with git annex get in its clone, or download it";
            case PAGE -> "a server sends one in the place of a file that it hasn't; download it again";
            case COMPRESSED -> "decompress it first";
            case ARCHIVE -> "unpack it first";
            case TABLE -> "it holds data; give the texts in it to --text as JSON lines";
            case ENCODED -> "it holds text; convert it to UTF-8 and give it to --text";
            case TOKENS, TENSORS -> ofTensors(kind, wanted);
            case DOCUMENT, MEDIA, PROGRAM -> "";
        };
    }

    private static String ofTensors(FileKind kind, Wanted wanted) {
        return switch (kind) {
            case TORCH, PICKLE -> PICKLE;
            case HDF5 -> TENSORFLOW;
            case GGUF, GGML ->
                "llama.cpp's quantized weights are not read, info describes a .gguf; take the model that it was made of, in safetensors";
            case SAFETENSORS -> "name it model.safetensors, with config.json beside it";
            case NPY, NPZ -> wanted == Wanted.SHARD
                ? "write its tokens behind llm.c's header, or encode the text with ./lockstep data text"
                : "save the weights as model.safetensors with config.json beside it";
            case LLMC_MODEL -> "give it as MODEL, or to train --model";
            case LLMC_SHARD -> "give it to --data";
            case LLMC_LLAMA, LLMC_LLAMA_SHARD -> "Lockstep's models and tokens are GPT-2's";
            case LLMC_EVAL -> "give it to eval --hellaswag";
            case LLMC_STATE -> "give it to train --optimizer-state, beside the model of the same step";
            case LLMC_DEBUG_STATE -> "give it to verify, behind its model";
            default -> "";
        };
    }

    /** A file without any header that tells its kind, where tokens were wanted: a text, or tokens as nanoGPT writes them. */
    private static Optional<UserError> bare(Path file, byte[] head) {
        if (TextHead.isText(head)) {
            return told(file, "plain text", Wanted.SHARD, "give it to --text, or make shards of it with ./lockstep data text");
        }
        ByteBuffer values = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        boolean tokens = head.length % Short.BYTES == 0;
        while (tokens && values.remaining() >= Short.BYTES) {
            tokens = Short.toUnsignedInt(values.getShort()) < MOST_TOKENS;
        }
        return tokens
            ? told(file, "bare 16-bit numbers without a header, such as nanoGPT's train.bin", Wanted.SHARD,
                "put llm.c's header before them (256 int32: 20240520, 1, how many tokens, zeros), or encode the text with ./lockstep data text")
            : byName(file, Wanted.SHARD);
    }

    private static Optional<UserError> byName(Path file, Wanted wanted) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".onnx") || name.endsWith(".onnx_data")) {
            return told(file, "an ONNX model", wanted, "take the model that it was exported from, in safetensors");
        }
        if (name.endsWith(".msgpack")) {
            return told(file, "weights of Flax", wanted, FLAX);
        }
        if (name.matches(".*\\.(index|meta|pb|data-\\d+-of-\\d+|tflite)") || name.equals("checkpoint")) {
            return told(file, "a part of a TensorFlow checkpoint", wanted, TENSORFLOW);
        }
        return name.endsWith(".json") && wanted == Wanted.MODEL
            ? told(file, "JSON", wanted, "give the directory that it lies in")
            : Optional.empty();
    }
}
