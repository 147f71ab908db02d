package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The card in a run's directory. */
class CardTest {
    @TempDir
    private Path dir;

    private static void assertRow(String card, String row) {
        assertTrue(card.contains("\n| " + row), () -> row + " in\n" + card);
    }

    @Test
    void says_what_the_run_is_and_where_it_stands_also_when_it_has_gone_on() throws IOException {
        Path out = dir.resolve("a");
        String[] options = {"--steps", "8", "--val-every", "2", "--sample-every", "0", "--checkpoint-every", "0"};
        String first = TinyRun.train(TinyRun.text(dir), out, concat(options, "--stop-after", "3")).sha256();
        String stopped = Files.readString(out.resolve("model-card.md"));
        assertRow(stopped, "steps | 3 of 8, stopped |\n");
        assertRow(stopped, "weights | step 3, sha256 `" + first + "`");
        String last = TinyRun.resume(out).sha256();
        String card = Files.readString(out.resolve("model-card.md"));
        assertRow(card, "steps | 8 of 8, all that were planned |\n");
        assertRow(card, "tokens trained on | " + 8 * 2 * 16 * 3 + " |\n");
        assertRow(card, "weights | step 8, sha256 `" + last + "`");
        assertTrue(card.contains("mean of the newest 8 steps"), card);

        Path whole = dir.resolve("b");
        assertEquals(last, TinyRun.train(dir.resolve("text.txt"), whole, options).sha256());
        assertEquals(losses(card), losses(Files.readString(whole.resolve("model-card.md"))), "as if it had never stopped");
    }

    private static String[] concat(String[] options, String... more) {
        String[] all = java.util.Arrays.copyOf(options, options.length + more.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return all;
    }

    private static String losses(String card) {
        return card.lines().filter(line -> line.contains(" loss, nats")).reduce("", (a, b) -> a + b + "\n");
    }
}
