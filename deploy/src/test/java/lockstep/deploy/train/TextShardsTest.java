package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import lockstep.deploy.console.Terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

@Timeout(60)
class TextShardsTest {
    @TempDir
    private Path dir;

    @Test
    void asManyThreadsEncodeAsAreAskedFor() throws IOException {
        Path text = Files.writeString(dir.resolve("text.txt"), "Some words, and more.\n".repeat(200_000));
        for (int threads : new int[] {1, 3}) {
            TrainOptions options = new TrainOptions();
            new CommandLine(options).parseArgs("--text", text.toString(), "--threads", "" + threads);
            Resolver resolver = new Resolver(options);
            Set<Thread> before = encoders();
            Set<Thread> seen = new HashSet<>();
            new TextShards(dir.resolve("data" + threads), new Silent()).make(resolver.what(), resolver.plan(), resolver.machine().threads(),
                (_, _) -> seen.addAll(encoders()));
            seen.removeAll(before);
            assertEquals(threads, seen.size());
        }
    }

    private static Set<Thread> encoders() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().startsWith("lockstep-encode-"));
        return threads;
    }

    private static final class Silent implements Terminal {
        @Override
        public void line(String text) {
            throw new AssertionError(text);
        }

        @Override
        public void warning(String text) {
            throw new AssertionError(text);
        }
    }
}
