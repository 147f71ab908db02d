package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import lockstep.common.UserError;

/** llm.c's {@code hellaswag_val.bin}: contexts, each with four endings of which one is right. */
public final class MultipleChoiceFile {
    private static final int VERSION = 1;
    private static final int START = 65535;
    /** START, EXAMPLE_BYTES, EXAMPLE_INDEX, LABEL, NUM_COMPLETIONS, n_ctx. */
    private static final int FIELDS = 6;

    private MultipleChoiceFile() {}

    /**
     * One question.
     *
     * @param label index of the right ending
     * @param endings four of them
     */
    public record Example(int label, int[] context, List<int[]> endings) {
        /** How many endings every question has. */
        public static final int ENDINGS = 4;

        /** Tokens of the longest row, context and ending. */
        public int longest() {
            return context.length + endings.stream().mapToInt(ending -> ending.length).max().orElseThrow();
        }
    }

    /**
     * @param V tokens must be below it
     * @throws UserError when anything in the file is not as it should be, naming the example and the field
     */
    public static List<Example> read(Path path, int V) {
        return BinaryFile.read(path, ForeignFile.Wanted.QUESTIONS, (header, channel) -> {
            Summary summary = summary(header);
            Stream stream = new Stream(header, channel, Header.BYTES);
            List<Example> examples = new ArrayList<>();
            for (int i = 0; i < summary.examples(); i++) {
                examples.add(example(stream, i, summary.longestBytes(), V));
            }
            stream.requireEnd();
            return List.copyOf(examples);
        });
    }

    /**
     * What the header says.
     *
     * @param longestBytes size of the largest example
     */
    record Summary(int examples, int longestBytes) {}

    static Summary summary(Header header) {
        header.requireMagic(Header.HELLASWAG, "a multiple-choice evaluation of llm.c");
        if (header.at(1) != VERSION) {
            throw header.wrong("version", header.at(1), String.valueOf(VERSION));
        }
        return new Summary(header.positive(2, "num_examples"), header.positive(3, "longest_example_bytes"));
    }

    private static Example example(Stream stream, int index, int longestBytes, int V) throws IOException {
        String name = "example " + index;
        ByteBuffer start = stream.next(name, FIELDS * Short.BYTES);
        stream.require(name + " START_EXAMPLE", Short.toUnsignedInt(start.getShort()), START);
        int bytes = Short.toUnsignedInt(start.getShort());
        stream.require(name + " EXAMPLE_INDEX", Short.toUnsignedInt(start.getShort()), index & 0xFFFF);
        int label = Short.toUnsignedInt(start.getShort());
        stream.require(name + " NUM_COMPLETIONS", Short.toUnsignedInt(start.getShort()), Example.ENDINGS);
        if (label >= Example.ENDINGS) {
            throw stream.wrong(name + " LABEL", label, "0.." + (Example.ENDINGS - 1));
        }
        if (bytes > longestBytes || bytes < FIELDS * Short.BYTES) {
            throw stream.wrong(name + " EXAMPLE_BYTES", bytes,
                FIELDS * Short.BYTES + ".." + longestBytes + ", its own fields and longest_example_bytes");
        }
        int contextLength = Short.toUnsignedInt(start.getShort());
        ByteBuffer rest = stream.next(name, bytes - FIELDS * Short.BYTES);
        int[] context = tokens(stream, name + " context", rest, contextLength, V);
        List<int[]> endings = new ArrayList<>();
        for (int i = 0; i < Example.ENDINGS; i++) {
            String ending = name + " ending " + i;
            int n = rest.remaining() < Short.BYTES ? 0 : Short.toUnsignedInt(rest.getShort());
            endings.add(tokens(stream, ending, rest, n, V));
        }
        if (rest.hasRemaining()) {
            throw stream.wrong(name + " EXAMPLE_BYTES", bytes, (bytes - rest.remaining()) + " by its tokens");
        }
        return new Example(label, context, List.copyOf(endings));
    }

    private static int[] tokens(Stream stream, String name, ByteBuffer source, int n, int V) {
        if (n == 0 || n > source.remaining() / Short.BYTES) {
            throw stream.wrong(name + " length", n, "1.." + source.remaining() / Short.BYTES + ", what the example still holds");
        }
        int[] tokens = new int[n];
        for (int i = 0; i < n; i++) {
            tokens[i] = Short.toUnsignedInt(source.getShort());
        }
        Arrays.stream(tokens).filter(token -> token >= V).findFirst().ifPresent(token -> {
            throw stream.wrong(name + " token", token, "below the vocabulary " + V);
        });
        return tokens;
    }

    /** The file from a position on, a few bytes at a time. */
    private static final class Stream {
        private final Header header;
        private final FileChannel channel;
        private long position;

        Stream(Header header, FileChannel channel, long position) {
            this.header = header;
            this.channel = channel;
            this.position = position;
        }

        ByteBuffer next(String name, int bytes) throws IOException {
            if (bytes > channel.size() - position) {
                throw wrong(name, (channel.size() - position) + " bytes", bytes + "; the file is truncated");
            }
            ByteBuffer target = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (target.hasRemaining()) {
                position += channel.read(target, position);
            }
            return target.flip();
        }

        void requireEnd() throws IOException {
            header.requireSize(channel.size(), position);
        }

        void require(String field, int found, int expected) {
            if (found != expected) {
                throw wrong(field, found, String.valueOf(expected));
            }
        }

        UserError wrong(String field, Object found, String expected) {
            return header.wrong(field, found, expected);
        }
    }
}
