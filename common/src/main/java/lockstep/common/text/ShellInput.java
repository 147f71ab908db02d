package lockstep.common.text;

import java.nio.file.Path;

import lockstep.common.ShellWord;
import lockstep.common.compress.Compression;

/** Where a command of a shell finds the bytes of a text, for advice that can be typed as it stands. */
sealed interface ShellInput {
    /**
     * A file.
     *
     * @param word its path as the shell reads it
     */
    record File(String word) implements ShellInput {}

    /**
     * A file in gzip or Zstandard, which few commands unpack by themselves.
     *
     * @param word its path as the shell reads it
     */
    record Packed(String word, Compression compression) implements ShellInput {
        private String unpack() {
            return (compression == Compression.GZIP ? "gzip" : "zstd") + " -dc " + word;
        }
    }

    /** A pipe, whose bytes are gone once they were read. */
    record Pipe() implements ShellInput {}

    static ShellInput of(Path path, Compression compression) {
        return compression == Compression.NONE ? new File(ShellWord.of(path)) : new Packed(ShellWord.of(path), compression);
    }

    /** The plain bytes' file as the shell reads it. */
    default String operand() {
        return switch (this) {
            case File file -> file.word;
            case Packed _,Pipe _ -> "FILE";
        };
    }

    /**
     * A command that needs the plain bytes in a file, with what makes that file.
     *
     * @param command names {@link #operand}
     */
    default String byFile(String command) {
        return switch (this) {
            case File _ -> command;
            case Packed packed -> packed.unpack() + " > FILE && " + command;
            case Pipe _ -> "keep what comes through the pipe in a FILE, then " + command;
        };
    }

    /**
     * A command that takes the bytes from a file that is named last, or from its standard input.
     *
     * @param target the file that it makes
     */
    default String through(String command, String target) {
        return switch (this) {
            case File file -> command + " " + file.word + " > " + target;
            case Packed packed -> packed.unpack() + " | " + command + " > " + target;
            case Pipe _ -> "put " + command + " before lockstep in the pipe";
        };
    }
}
