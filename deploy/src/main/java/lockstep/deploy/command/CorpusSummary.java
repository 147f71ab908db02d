package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import lockstep.common.ShellWord;
import lockstep.common.text.CorpusResult;
import lockstep.common.text.CorpusSplit;
import lockstep.common.text.Tokenizer;

/** What a prepared corpus is, where it lies, and the command that trains on it. */
final class CorpusSummary {
    private CorpusSummary() {}

    static void print(PrintWriter out, CorpusResult result, Tokenizer tokenizer) {
        print(out, "training  ", result.train());
        print(out, "validation", result.validation());
        if (result.skipped().total() > 0) {
            out.println("skipped    " + result.skipped() + result.skippedExamples());
        }
        result.notes().forEach(note -> out.println("note       " + note));
        String validation = result.validation().shards().isEmpty() ? "" : " --val-data " + glob(result.validation().shards());
        out.println(
            "next       ./lockstep train --tokenizer " + tokenizer.name() + " --data " + glob(result.train().shards()) + validation);
        out.flush();
    }

    private static void print(PrintWriter out, String part, CorpusSplit split) {
        if (split.shards().isEmpty()) {
            out.println(part + " none");
            return;
        }
        out.printf(Locale.ROOT, "%s %,d tokens of %,d bytes (%.2f bytes a token) in %,d %s: %s%n", part, split.tokens(), split.bytes(),
            (double) split.bytes() / split.tokens(), split.documents(), documents(split), files(split.shards()));
    }

    private static String documents(CorpusSplit split) {
        return split.documents() == 1
            ? "document"
            : String.format(Locale.ROOT, "documents, the longest of %,d bytes", split.longestBytes());
    }

    private static String files(List<Path> shards) {
        return shards.size() == 1
            ? shards.getFirst().toString()
            : shards.getFirst() + " to " + shards.getLast().getFileName() + " (" + shards.size() + " shards)";
    }

    /** One file by its name; several by the pattern that they share, quoted against the shell. */
    private static String glob(List<Path> shards) {
        String first = shards.getFirst().toString();
        String pattern = shards.size() == 1 ? first : first.replaceFirst("\\d{6,}\\.bin$", "*.bin");
        return ShellWord.of(pattern);
    }
}
