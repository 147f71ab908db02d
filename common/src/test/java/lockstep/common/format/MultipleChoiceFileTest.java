package lockstep.common.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import lockstep.common.format.MultipleChoiceFile.Example;

import static lockstep.common.format.UserErrors.assertTold;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

class MultipleChoiceFileTest {
    private static final int V = 50257;
    /** START, EXAMPLE_BYTES, EXAMPLE_INDEX, LABEL, NUM_COMPLETIONS, n_ctx, the context, then each ending after its length. */
    private static final int[] STREAM = {
        65535, 38, 0, 2, 4, 2, 10, 50256, 1, 20, 2, 21, 22, 1, 23, 3, 24, 25, 26,
        65535, 30, 1, 0, 4, 1, 30, 1, 31, 1, 32, 1, 33, 1, 34};

    @TempDir
    private Path directory;

    private Path file(int examples, int longestBytes, int... stream) throws IOException {
        ByteBuffer bytes = Bytes.withHeader(Short.BYTES * stream.length, 20240522, 1, examples, longestBytes);
        for (int value : stream) {
            bytes.putShort((short) value);
        }
        return Bytes.write(directory.resolve("val.bin"), bytes);
    }

    @Test
    void readsEveryFieldOfTwoExamples() throws IOException {
        List<Example> examples = MultipleChoiceFile.read(file(2, 38, STREAM), V);
        assertEquals(2, examples.size());
        Example first = examples.getFirst();
        assertEquals(2, first.label());
        assertArrayEquals(new int[] {10, 50256}, first.context());
        assertEquals(4, first.endings().size());
        assertArrayEquals(new int[] {20}, first.endings().get(0));
        assertArrayEquals(new int[] {21, 22}, first.endings().get(1));
        assertArrayEquals(new int[] {23}, first.endings().get(2));
        assertArrayEquals(new int[] {24, 25, 26}, first.endings().get(3));
        assertEquals(5, first.longest());
        Example second = examples.getLast();
        assertEquals(0, second.label());
        assertArrayEquals(new int[] {30}, second.context());
        assertArrayEquals(new int[] {34}, second.endings().getLast());
        assertEquals(2, second.longest());
    }

    /** Each row breaks one value of the stream. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0  | 65534 | example 0 START_EXAMPLE: found 65534, expected 65535",
        "1  | 40    | example 0 EXAMPLE_BYTES: found 40, expected 12..38",
        "1  | 10    | example 0 EXAMPLE_BYTES: found 10, expected 12..38",
        "1  | 0     | example 0 EXAMPLE_BYTES: found 0, expected 12..38",
        "1  | 37    | example 0 ending 3 length: found 3, expected 1..2",
        "2  | 1     | example 0 EXAMPLE_INDEX: found 1, expected 0",
        "3  | 4     | example 0 LABEL: found 4, expected 0..3",
        "3  | 65535 | example 0 LABEL: found 65535, expected 0..3",
        "4  | 3     | example 0 NUM_COMPLETIONS: found 3, expected 4",
        "5  | 0     | example 0 context length: found 0, expected 1..13",
        "5  | 14    | example 0 context length: found 14, expected 1..13",
        "5  | 3     | example 0 ending 0 length: found 20, expected 1..9",
        "7  | 50257 | example 0 context token: found 50257, expected below the vocabulary 50257",
        "8  | 0     | example 0 ending 0 length: found 0, expected 1..10",
        "15 | 2     | example 0 EXAMPLE_BYTES: found 38, expected 36 by its tokens",
        "18 | 65535 | example 0 ending 3 token: found 65535, expected below the vocabulary 50257",
        "19 | 0     | example 1 START_EXAMPLE: found 0, expected 65535",
        "20 | 32    | example 1: found 18 bytes, expected 20; the file is truncated",
        "20 | 28    | example 1 ending 3 length: found 1, expected 1..0",
        "21 | 0     | example 1 EXAMPLE_INDEX: found 0, expected 1",
    })
    void aBrokenValueIsNamedWithItsExample(int index, int value, String told) throws IOException {
        int[] stream = STREAM.clone();
        stream[index] = value;
        Path broken = file(2, 38, stream);
        assertTold(() -> MultipleChoiceFile.read(broken, V), broken, told);
    }

    @Test
    void aHeaderThatDisagreesWithTheExamplesIsRefused() throws IOException {
        Path fewer = file(1, 38, STREAM);
        assertTold(() -> MultipleChoiceFile.read(fewer, V), fewer, "size: found 1092 bytes, expected 1062 by its header; 30 too many");
        Path more = file(3, 38, STREAM);
        assertTold(() -> MultipleChoiceFile.read(more, V), more, "example 2: found 0 bytes, expected 12; the file is truncated");
        Path shorter = file(2, 36, STREAM);
        assertTold(() -> MultipleChoiceFile.read(shorter, V), shorter, "example 0 EXAMPLE_BYTES: found 38, expected 12..36");
    }

    @Test
    void aVocabularyThatIsTooSmallForTheTokensIsRefused() throws IOException {
        Path sound = file(2, 38, STREAM);
        assertTold(() -> MultipleChoiceFile.read(sound, 50256), sound, "example 0 context token: found 50256");
    }
}
