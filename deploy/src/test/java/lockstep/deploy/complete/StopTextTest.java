package lockstep.deploy.complete;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class StopTextTest {
    private final List<String> passed = new ArrayList<>();

    private String through(List<String> stops, String... pieces) {
        passed.clear();
        StopText stop = new StopText(stops, passed::add);
        for (String piece : pieces) {
            stop.accept(piece);
        }
        stop.finish();
        return String.join("", passed) + (stop.hit() ? "|" : "");
    }

    @Test
    void theTextEndsBeforeTheFirstStop() {
        assertEquals("one |", through(List.of("two", "three"), "one ", "two three"));
        assertEquals("|", through(List.of("one"), "one"));
        assertEquals("a|", through(List.of("ccc", "b"), "abccc"));
    }

    @Test
    void aStopIsFoundHoweverItIsDivided() {
        String text = "xyab\n\nabcrest";
        for (int i = 0; i <= text.length(); i++) {
            for (int j = i; j <= text.length(); j++) {
                assertEquals("xyab\n\n|", through(List.of("abc"), text.substring(0, i), text.substring(i, j), text.substring(j)));
            }
        }
    }

    @Test
    void whatOnlyBeganLikeAStopBelongsToTheText() {
        assertEquals("aab", through(List.of("aac"), "a", "a", "b"));
        assertEquals("aa", through(List.of("aac"), "a", "a"));
        assertEquals("aaab", through(List.of("aac"), "a", "aab"));
        assertEquals("text", through(List.of(), "te", "xt"));
    }

    @Test
    void nothingIsHeldBackWithoutNeed() {
        StopText stop = new StopText(List.of("\nUser:"), passed::add);
        stop.accept("Hello");
        assertEquals(List.of("Hello"), passed);
        stop.accept(" you\nUs");
        assertEquals(List.of("Hello", " you"), passed);
        stop.accept("ed");
        assertEquals(List.of("Hello", " you", "\nUsed"), passed);
    }

    @Test
    void anEmptyStopIsRefused() {
        assertThrows(UserError.class, () -> new StopText(List.of("x", ""), passed::add));
    }
}
