package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class StoryReaderTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void eachObjectsStoryComesWithoutTheBlanksAroundIt() throws IOException {
        assertEquals(List.of("A b", "", "\uFEFFC\u200B"),
            read(
                "[{\"story\":\"\\n A b\\u00a0\"}, {\"x\":{\"story\":[{}]},\"story\":\"\\u001c\"},\n{\"story\":\"\uFEFFC\u200B\",\"n\":-1.5e3}] \n"));
        assertEquals(List.of(), read("[]"));
    }

    /** {@code [c for c in range(0x110000) if chr(c).isspace()]} of Python 3. */
    @Test
    void blanksArePythons() {
        int[] expected = {0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004,
            0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
        assertArrayEquals(expected, IntStream.rangeClosed(0, 0xFFFF).filter(c -> PythonText.isSpace((char) c)).toArray());
    }

    @Test
    void whatIsNoArrayOfStoriesIsNamed() {
        assertTrue(refused("{}").startsWith("f: is no JSON array"));
        assertTrue(refused("").startsWith("f: is no JSON array"));
        assertEquals("f: story 2: found VALUE_NUMBER_INT, expected a JSON object", refused("[{\"story\":\"A\"},1]"));
        assertEquals("f: story 1: has no field \"story\"", refused("[{\"text\":\"A\"}]"));
        assertEquals("f: story 1: field \"story\": found VALUE_NULL, expected a string, once", refused("[{\"story\":null}]"));
        assertEquals("f: story 1: field \"story\": found it twice, expected a string, once", refused("[{\"story\":\"\",\"story\":\"\"}]"));
        assertEquals("f: goes on after its array; expected one JSON array", refused("[][]"));
        assertTrue(refused("[{\"story\":\"A\"}").startsWith("f: is no JSON behind 1 stories: "));
        assertTrue(refused("[" + "[".repeat(5_000)).startsWith("f: story 1: found START_ARRAY"));
        assertTrue(refused("[{\"x\":" + "[".repeat(5_000)).startsWith("f: is no JSON behind 1 stories: "));
        byte[] latin1 = "[{\"story\":\"\u00e9\u00e9\"}]".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals("f: is no JSON behind 0 stories: bytes that are no UTF-8",
            assertThrows(UserError.class, () -> read(new ByteArrayInputStream(latin1))).getMessage());
    }

    @Test
    void aStoryOfAbsurdLengthIsRefusedAndOtherFieldsArePassedOverInBoundedMemory() throws IOException {
        String longest = "a".repeat(StoryReader.LONGEST_STORY_CHARS);
        assertEquals(List.of(longest), read("[{\"story\":\"" + longest + "\"}]"));
        assertTrue(refused("[{\"story\":\"" + longest + "a\"}]").startsWith("f: is no JSON behind 1 stories: "));
        byte[] other = ("[{\"n\":\"" + "x".repeat(32 << 20) + "\",\"story\":\"A\"}]").getBytes(StandardCharsets.UTF_8);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertEquals(List.of("A"), read(new ByteArrayInputStream(other)));
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 1 << 20, allocated + " bytes");
    }

    @Test
    void flippedBitsAndCutsAreRefusedOrOtherStories() throws IOException {
        byte[] whole =
            "[{\"story\":\"Once \\u00e9 upon\",\"n\":{\"a\":[1,true]}},{\"story\":\"\u00e9nd\"}]".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(UserError.class, () -> read(new ByteArrayInputStream(cut)), "length " + length);
        }
        Random random = new Random(20261128);
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] broken = whole.clone();
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                read(new ByteArrayInputStream(broken));
            } catch (UserError e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                assertTrue(e.getMessage().startsWith("f: "), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 1_000 && refused < 4_000, refused + " refused");
    }

    private static String refused(String json) {
        return assertThrows(UserError.class, () -> read(json)).getMessage();
    }

    private static List<String> read(String json) throws IOException {
        return read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> read(InputStream json) throws IOException {
        List<String> stories = new ArrayList<>();
        try (StoryReader reader = new StoryReader(json, "f")) {
            for (Optional<String> story = reader.next(); story.isPresent(); story = reader.next()) {
                stories.add(story.get());
            }
        }
        return stories;
    }
}
