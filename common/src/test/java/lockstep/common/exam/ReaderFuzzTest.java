package lockstep.common.exam;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import lockstep.common.UserError;
import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.text.Tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Broken in every way, each reader reads right or says in one line what is wrong. */
@Timeout(60)
class ReaderFuzzTest {
    private static final Tokenizer BYTES = Tokenizer.named("bytes");
    private static final int FLIPS = 3000;
    private static final int LONG = 3 << 20;

    @TempDir
    private Path directory;

    /** What the readers have in common. */
    enum Format {
        HELLASWAG("h.jsonl",
            "{\"ctx\": \"Ein Mann läuft\", \"endings\": [\"a\", \"b\\n\", \"\", \"d\"], \"label\": 3}\n{\"ctx\":\"x\",\"endings\":[\"1\",\"2\",\"3\",\"4\"],\"label\":\"0\"}\n"),
        MMLU_CSV("m_test.csv", "\"Eine, \"\"Frage\"\"\nüber\",0,\"1,5\",,3,B\r\nPlain?,w,x,y,z,D\n"),
        MMLU_JSONL("m.jsonl",
            "{\"question\":\"Q ß\",\"subject\":\"us_history\",\"choices\":[\"a\",\"b\",\"c\",\"d\"],\"answer\":2}\n{\"question\":\"R\",\"choices\":[\"a\",\"b\",\"c\",\"d\"],\"answer\":\"D\"}"),
        WIKITEXT("w.tokens", " = Titel = \n Ein \" Satz \" ( mit [ Klammern ] ) und { ß } @-@ Ende . \n");

        private final String name;
        private final String whole;

        Format(String name, String whole) {
            this.name = name;
            this.whole = whole;
        }

        byte[] bytes() {
            return whole.getBytes(StandardCharsets.UTF_8);
        }

        /** What was read, as something that can be compared. */
        List<String> read(Path file) {
            return switch (this) {
                case HELLASWAG -> HellaSwagFile.readText(file, BYTES).stream().map(Format::shown).toList();
                case MMLU_CSV, MMLU_JSONL -> MmluFile.read(file, MmluFile.Part.TEST).stream().map(MmluFile.Question::toString).toList();
                case WIKITEXT -> List.of(WikiText.read(file).toString());
            };
        }

        private static String shown(Example example) {
            return example.label() + Arrays.toString(example.context()) + example.endings().stream().map(Arrays::toString).toList();
        }
    }

    private void readOrTold(Format format, byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve(format.name), bytes);
        try {
            assertFalse(format.read(file).isEmpty());
        } catch (UserError e) {
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void truncatedAtAnyByte(Format format) throws IOException {
        Path file = directory.resolve(format.name);
        List<String> whole = format.read(Files.write(file, format.bytes()));
        for (int length = 0; length < format.bytes().length; length++) {
            readOrTold(format, Arrays.copyOf(format.bytes(), length));
            if (format != Format.WIKITEXT) {
                requirePrefix(format, file, whole);
            }
        }
    }

    /** What is left of a file is either refused or read as what it was: cut at the end of a line it is a shorter file. */
    private static void requirePrefix(Format format, Path file, List<String> whole) {
        try {
            List<String> read = format.read(file);
            assertEquals(whole.subList(0, read.size()), read);
        } catch (UserError _) {
            // told, as readOrTold has looked at
        }
    }

    @ParameterizedTest
    @EnumSource
    void withFlippedBitsAndWrongBytes(Format format) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < FLIPS; i++) {
            byte[] bytes = format.bytes();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = random.nextBoolean() ? (byte) (bytes[at] ^ 1 << random.nextInt(8)) : (byte) random.nextInt();
            }
            readOrTold(format, bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void withAbsurdLengths(Format format) throws IOException {
        for (String part : List.of("x", "\"", "[", "{\"a\":", "(", "( ", "9", "\\", ",", "\n", " ")) {
            byte[] flood = part.repeat(LONG / part.length()).getBytes(StandardCharsets.UTF_8);
            readOrTold(format, flood);
        }
    }
}
