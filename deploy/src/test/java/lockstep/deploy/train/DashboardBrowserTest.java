package lockstep.deploy.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

import lockstep.deploy.dashboard.Browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The page in a browser, of runs that go on. Skipped where there is no Chromium. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DashboardBrowserTest {
    private static final String[] ENDLESS = {"--micro-batches", "4", "--steps", "1000000", "--val-every", "50", "--sample-every", "50",
        "--checkpoint-every", "0", "--log-every", "100000"};
    private static final String STEP = "Number(document.getElementById('progress-step').textContent.replace(/[^0-9]/g, ''))";

    @TempDir
    private Path dir;
    private final List<NodeProcess> processes = new ArrayList<>();
    private Browser browser;

    @BeforeEach
    void open() {
        assumeTrue(Browser.isInstalled(), "no chromium and chromedriver on PATH: apt-get install chromium chromium-driver");
        browser = new Browser();
        browser.sized(1280, 900, 1).prefers("light");
    }

    @AfterEach
    void close() {
        processes.forEach(NodeProcess::close);
        if (browser != null) {
            browser.close();
        }
    }

    private NodeProcess start(List<String> arguments) {
        NodeProcess process = NodeProcess.command(arguments);
        processes.add(process);
        return process;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void a_cluster_is_followed_through_a_death_and_a_join_from_each_process() throws Exception {
        Path out = dir.resolve("run");
        List<String> args = new ArrayList<>(ClusterRun.args(TinyRun.text(dir), out, ENDLESS));
        args.addFirst("train");
        int port = freePort();
        args.addAll(List.of("--vector", "scalar", "--nodes", "2", "--dashboard", String.valueOf(port)));
        NodeProcess parent = start(args);
        parent.await("lockstep: dashboard at http://127.0.0.1:" + port + "/ until the run ends");
        browser.open("http://127.0.0.1:" + port + "/");
        browser.await(STEP + " > 0");
        int seen = step();
        browser.await(STEP + " > " + seen);
        assertEquals(2, browser.all("#members .state[data-state=present]").size(), browser.text("#members"));

        String[] first =
            parent.awaitLine(line -> line.contains("generation 1 from step 0 on: "), "generation 1").split(": ", 3)[2].split(" ", -1);
        parent.oldestChild().destroyForcibly();
        browser.await("document.querySelector('#events [data-kind=lost]') !== null");
        browser.await("document.querySelector('#events [data-kind=recovered]') !== null");
        assertTrue(browser.text("#events [data-kind=lost]").contains(first[0]), browser.text("#events"));
        assertTrue(browser.text("#members .gone").contains("lost at step"), browser.text("#members"));
        seen = step();
        browser.await(STEP + " > " + seen);

        int port2 = freePort();
        start(
            List.of("train", "--join", first[1], "--secret-file", out.resolve("cluster.secret").toString(), "--port", "0", "--threads", "1",
                "--vector", "scalar", "--out", dir.resolve("elsewhere").toString(), "--dashboard", String.valueOf(port2)));
        browser.await("document.querySelector('#events [data-kind=joined]') !== null");
        browser.await("document.querySelectorAll('#members .state[data-state=present]').length === 2");
        assertEquals(List.of(), browser.complaints());
        // the node that came has a directory of its own and nothing in it: it shows what the leading one gives it
        browser.open("http://127.0.0.1:" + port2 + "/");
        browser.await(STEP + " > 0");
        seen = step();
        browser.await(STEP + " > " + seen);
        browser.await("document.querySelector('#events [data-kind=lost]') !== null");
        assertEquals("run", browser.text("#run-name"));
        browser.await("document.querySelectorAll('#phases .phase-row').length > 0");
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void a_run_that_is_over_is_shown_on_every_screen_and_by_keys_alone() throws Exception {
        Path out = dir.resolve("over");
        TinyRun.Result run =
            TinyRun.train(TinyRun.text(dir), out, "--steps", "40", "--val-every", "10", "--sample-every", "10", "--checkpoint-every", "20");
        assertEquals(0, run.exitCode(), run.err());
        int port = freePort();
        List<String> command = List.of("dashboard", out.toString(), "--port", String.valueOf(port));
        NodeProcess server = start(command);
        server.await("dashboard at http://127.0.0.1:" + port + "/");
        browser.open("http://127.0.0.1:" + port + "/");
        browser.await(STEP + " === 40");
        assertEquals("ended: all steps are done", browser.text("#run-state-text"));
        assertTrue(browser.all("#samples pre").size() > 1);
        for (String chart : List.of("loss", "speed", "peak", "norm", "lr", "ratios")) {
            assertTrue(!browser.all("#" + chart + " canvas").isEmpty(), chart);
        }
        assertFitsAPhone();
        assertColours();
        assertKeys();
        server.kill();
        server.awaitExit();
        browser.await("document.getElementById('connection-text').textContent === 'reconnecting'");
        assertTrue(browser.complaints().stream().allMatch(line -> line.contains("ERR_")), "that nobody answers, and no more");
        start(command);
        browser.await("document.getElementById('connection-text').textContent === 'live'");
        browser.await(STEP + " === 40");
    }

    private int step() {
        return ((Number) browser.script("return " + STEP)).intValue();
    }

    private void assertFitsAPhone() {
        browser.sized(375, 812, 2);
        browser.await("document.documentElement.clientWidth === 375");
        browser.await("document.querySelector('#loss canvas').getBoundingClientRect().width <= 351");
        assertEquals(375L, browser.script("return document.documentElement.scrollWidth"), "nothing to be scrolled sideways");
        browser.sized(1280, 900, 1);
    }

    private void assertColours() {
        String background = "return getComputedStyle(document.body).backgroundColor";
        Object light = browser.script(background);
        browser.prefers("dark");
        browser.await("document.documentElement.dataset.theme === 'dark'");
        assertTrue(!browser.script(background).equals(light), "another background");
        browser.prefers("light");
        browser.await("document.documentElement.dataset.theme === 'light'");
    }

    private void assertKeys() {
        browser.find(By.tagName("body")).sendKeys(Keys.TAB);
        assertEquals("Skip to the charts", browser.active().getText());
        browser.active().sendKeys(Keys.TAB);
        assertEquals("theme", browser.active().getDomAttribute("id"));
        assertTrue(browser.active().getCssValue("outline-style").equals("solid"), "what has the focus is seen to have it");
        for (String theme : List.of("light", "dark", "light")) { // by hand, by hand, and as the system says
            browser.active().sendKeys(Keys.ENTER);
            browser.await("document.documentElement.dataset.theme === '" + theme + "'");
        }
        browser.active().sendKeys(Keys.TAB);
        assertEquals("loss", browser.active().getDomAttribute("id"));
        assertTrue(browser.active().getDomAttribute("aria-label").startsWith("Loss by step. Newest: training "),
            browser.active().getDomAttribute("aria-label"));
        browser.active().sendKeys(Keys.HOME);
        browser.await("document.querySelector('#loss .u-legend .u-value').textContent === '0'"); // a validation is before the first step
        browser.active().sendKeys(Keys.ARROW_RIGHT);
        browser.await("document.querySelector('#loss .u-legend .u-value').textContent === '1'");
    }
}
