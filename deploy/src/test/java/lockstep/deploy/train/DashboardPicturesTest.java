package lockstep.deploy.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.dashboard.Browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Takes the pictures of the README, of a run on real text in which a node is killed and another one joins. Runs where it is asked for: CONTRIBUTING.md has the command. */
@Tag("slow")
@EnabledIfSystemProperty(named = "lockstep.pictures", matches = ".+", disabledReason = "no directory for pictures was given")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DashboardPicturesTest {
    private static final int KILL_AT = 700;
    private static final int JOIN_AT = 1200;
    private static final int TAKE_AT = 1900;
    private static final long MOST_BYTES = 200_000;

    @TempDir
    private Path dir;

    @Test
    void light_and_dark() throws IOException {
        Path target = Path.of(System.getProperty("lockstep.pictures")).toAbsolutePath();
        Path text = Path.of(System.getProperty("lockstep.pictures.text")).toAbsolutePath();
        Path out = dir.resolve("bard");
        int port = freePort();
        List<String> command =
            List.of("train", "--text", text.toString(), "--tokenizer", "bytes", "--layers", "2", "--heads", "2", "--channels", "64",
                "--seq-len", "64", "--batch", "4", "--micro-batches", "8", "--steps", "3000", "--val-every", "250", "--sample-every", "500",
                "--sample-tokens", "200", "--checkpoint-every", "1000", "--log-every", "1000", "--out", out.toString(), "--nodes", "2",
                "--dashboard",
                String.valueOf(port));
        try (NodeProcess parent = NodeProcess.command(command); Browser browser = new Browser()) {
            parent.await("lockstep: dashboard at");
            browser.sized(1280, 2090, 1).prefers("light").open("http://127.0.0.1:" + port + "/");
            awaitStep(browser, KILL_AT);
            String[] nodes =
                parent.awaitLine(line -> line.contains("generation 1 from step 0 on: "), "generation 1").split(": ", 3)[2].split(" ", -1);
            parent.oldestChild().destroyForcibly();
            awaitStep(browser, JOIN_AT);
            String others = String.join(",", List.of(nodes).stream().filter(word -> word.matches("[0-9.]+:[0-9]+")).toList());
            try (NodeProcess _ =
                NodeProcess.command(List.of("train", "--join", others, "--secret-file", out.resolve("cluster.secret").toString(),
                    "--threads", "1", "--port", "0"))) {
                awaitStep(browser, TAKE_AT);
                take(browser, target.resolve("dashboard-light.png"));
                browser.prefers("dark").await("document.documentElement.dataset.theme === 'dark'");
                take(browser, target.resolve("dashboard-dark.png"));
                assertEquals(List.of(), browser.complaints());
            }
        }
    }

    private static void awaitStep(Browser browser, int step) {
        browser.await("Number(document.getElementById('progress-step').textContent.replace(/[^0-9]/g, '')) >= " + step);
    }

    private static void take(Browser browser, Path file) throws IOException {
        browser.script("requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = true; }))");
        browser.await("window.drawn === true");
        browser.script("window.drawn = false");
        browser.picture(file);
        assertTrue(Files.size(file) <= MOST_BYTES, file + " has " + Files.size(file) + " bytes");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
