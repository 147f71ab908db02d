package lockstep.common.format;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import lockstep.common.model.ModelShape;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every format, broken in every way: one line that names the file, and no allocation of what a header merely claims. */
class BrokenFileTest {
    private static final ModelShape SHAPE = ModelShape.of(40, 97, 3, 2, 48);
    /** A context of one token and four endings of one. */
    private static final short[] QUESTION = {(short) 65535, 30, 0, 3, 4, 1, 5, 1, 6, 1, 7, 1, 8, 1, 9};

    /** What reading a header and putting a refusal into words may take. */
    private static final long LITTLE = 4L << 20;
    private static final com.sun.management.ThreadMXBean THREADS =
        ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);

    @TempDir
    private Path directory;

    /** What the readers have in common. The numbers are those of ints in the header. */
    enum Format {
        MODEL,
        SHAPE,
        DEBUG_STATE,
        GPT2_TOKENS,
        LLAMA3_TOKENS,
        OPTIMIZER_STATE,
        TOKENIZER,
        HELLASWAG;

        /** Fields in which neither a negative nor a huge number makes sense. */
        List<Integer> sizes() {
            return switch (this) {
                case MODEL, SHAPE -> List.of(2, 3, 4, 5, 6, 7);
                case GPT2_TOKENS, LLAMA3_TOKENS -> List.of(2);
                case OPTIMIZER_STATE -> List.of(2, 10);
                case DEBUG_STATE, TOKENIZER, HELLASWAG -> List.of(2, 3);
            };
        }

        void read(Path path) {
            switch (this) {
                case MODEL -> ModelFile.readParameters(path);
                case SHAPE -> ModelFile.readShape(path);
                case DEBUG_STATE -> DebugState.read(path, BrokenFileTest.SHAPE);
                case GPT2_TOKENS, LLAMA3_TOKENS -> TokenShard.open(path).close();
                case OPTIMIZER_STATE -> OptimizerStateFile.read(path, new float[3], new float[3]);
                case TOKENIZER -> TokenizerFile.read(path);
                case HELLASWAG -> MultipleChoiceFile.read(path, 100);
            }
        }

        private static ByteBuffer question(ByteBuffer bytes) {
            for (short value : QUESTION) {
                bytes.putShort(value);
            }
            return bytes;
        }

        Path sound(Path target) throws IOException {
            return switch (this) {
                case MODEL, SHAPE -> Files.copy(Bytes.golden("model.bin"), target);
                case DEBUG_STATE -> Files.copy(Bytes.golden("debug_state.bin"), target);
                case GPT2_TOKENS -> Bytes.write(target, Bytes.withHeader(4, 20240520, 1, 2));
                case LLAMA3_TOKENS -> Bytes.write(target, Bytes.withHeader(8, 20240801, 7, 2));
                case OPTIMIZER_STATE -> Bytes.write(target, Bytes.withHeader(24, 20240527, 1, 1));
                case TOKENIZER -> Bytes.write(target,
                    Bytes.withHeader(5, 20240328, 2, 2, 1).put((byte) 2).put((byte) 'a').put((byte) 'b').put((byte) 1).put((byte) 0));
                case HELLASWAG -> Bytes.write(target, question(Bytes.withHeader(30, 20240522, 1, 1, 30)));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSoundFileIsRead(Format format) throws IOException {
        format.read(format.sound(directory.resolve("sound.bin")));
    }

    static Stream<Arguments> absurdSizes() {
        return Arrays.stream(Format.values())
            .flatMap(format -> format.sizes().stream()
                .flatMap(field -> Stream.of(Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE).map(value -> Arguments.of(format, field, value))))
            // any step from 0 to 2³¹ − 1 is a step
            .filter(arguments -> !(arguments.get()[0] == Format.OPTIMIZER_STATE && arguments.get()[1].equals(10)
                && (int) arguments.get()[2] >= 0))
            // token 0 may end a text
            .filter(arguments -> !(arguments.get()[0] == Format.TOKENIZER && arguments.get()[1].equals(3) && arguments.get()[2].equals(0)))
            // examples may be shorter than the header's longest
            .filter(arguments -> !(arguments.get()[0] == Format.HELLASWAG && arguments.get()[1].equals(3)
                && arguments.get()[2].equals(Integer.MAX_VALUE)));
    }

    @ParameterizedTest
    @MethodSource("absurdSizes")
    void anAbsurdNumberInTheHeaderIsRefused(Format format, int field, int value) throws IOException {
        Path broken = Bytes.withField(format.sound(directory.resolve("sound.bin")), directory.resolve("broken.bin"), field, value);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertTold(() -> format.read(broken), broken, "found", "expected");
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < LITTLE, "allocated " + allocated + " bytes before it was refused");
    }

    /** The largest numbers that agree with one another: only the file's size speaks against them. */
    @ParameterizedTest
    @CsvSource({
        "MODEL, 1, 2147483647, 2147483520, 1, 1, 1, 2147483520",
        "MODEL, 1, 2147483647, 2147483520, 2147483647, 2147483647, 2147483647, 2147483520",
        "SHAPE, 1, 2147483647, 1, 2147483647, 1, 1048576, 128",
        "MODEL, 1, 1, 1, 1, 1, 1048576, 128",
        "DEBUG_STATE, 0, 2147483647, 40, 0, 0, 0, 0",
        "TOKENIZER, 0, 2147483647, 2147483646, 0, 0, 0, 0",
        "HELLASWAG, 0, 2147483647, 2147483647, 0, 0, 0, 0",
    })
    void hugeNumbersThatAgreeAreRefusedWithoutAllocatingThem(ArgumentsAccessor arguments) throws IOException {
        Format format = arguments.get(0, Format.class);
        byte[] bytes = Files.readAllBytes(format.sound(directory.resolve("sound.bin")));
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int field = 2; field < 8; field++) {
            header.putInt(4 * field, arguments.getInteger(field));
        }
        Path broken = Files.write(directory.resolve("broken.bin"), bytes);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertTold(() -> format.read(broken), broken, "found", "expected");
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < LITTLE, "allocated " + allocated + " bytes before it was refused");
    }

    @ParameterizedTest
    @EnumSource
    void anotherMagicIsRefused(Format format) throws IOException {
        Path broken = Bytes.withField(format.sound(directory.resolve("sound.bin")), directory.resolve("broken.bin"), 0, 20240101);
        assertTold(() -> format.read(broken), broken, "magic: found 20240101, expected 20240");
    }

    @ParameterizedTest
    @EnumSource
    void anotherVersionIsRefused(Format format) throws IOException {
        Path broken = Bytes.withField(format.sound(directory.resolve("sound.bin")), directory.resolve("broken.bin"), 1, 99);
        assertTold(() -> format.read(broken), broken, "version: found 99, expected");
    }

    @ParameterizedTest
    @EnumSource
    void oneByteLessIsRefused(Format format) throws IOException {
        Path broken = Bytes.shortened(format.sound(directory.resolve("sound.bin")), directory.resolve("broken.bin"), 1);
        assertTold(() -> format.read(broken), broken, "found", "expected");
    }

    @ParameterizedTest
    @EnumSource
    void oneByteMoreIsRefused(Format format) throws IOException {
        Path broken = Bytes.shortened(format.sound(directory.resolve("sound.bin")), directory.resolve("broken.bin"), -1);
        assertTold(() -> format.read(broken), broken, "size", "expected");
    }

    @ParameterizedTest
    @EnumSource
    void lessThanAHeaderIsRefused(Format format) throws IOException {
        Path sound = format.sound(directory.resolve("sound.bin"));
        Path broken = Files.write(directory.resolve("broken.bin"), Arrays.copyOf(Files.readAllBytes(sound), 1023));
        assertTold(() -> format.read(broken), broken, "size: found 1023 bytes, expected", "1024");
        Path ten = Files.write(directory.resolve("ten.bin"), Arrays.copyOf(Files.readAllBytes(sound), 10));
        assertTold(() -> format.read(ten), ten, "size: found 10 bytes, expected", "1024");
        Path empty = Files.createFile(directory.resolve("empty.bin"));
        assertTold(() -> format.read(empty), empty, "found an empty file");
    }

    @ParameterizedTest
    @EnumSource
    void aMissingFileAndADirectoryAreNamed(Format format) {
        Path none = directory.resolve("none.bin");
        assertTold(() -> format.read(none), none, "no such file or directory");
        assertTold(() -> format.read(directory), directory, "is a directory, expected a file");
    }

    @Test
    void anOptimizerStateOfAnotherModelIsRefused() throws IOException {
        Path state = Format.OPTIMIZER_STATE.sound(directory.resolve("state.bin"));
        assertTold(() -> OptimizerStateFile.read(state, new float[4], new float[4]), state, "found 1048 bytes, expected 1056");
    }
}
