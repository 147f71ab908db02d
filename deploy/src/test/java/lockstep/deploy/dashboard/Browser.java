package lockstep.deploy.dashboard;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium without a screen, as Debian's packages chromium and chromium-driver have it. */
public final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChromeDriver driver;

    /** Whether both programs are here. */
    public static boolean isInstalled() {
        return find("chromium").isPresent() && find("chromedriver").isPresent();
    }

    private static Optional<Path> find(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)).filter(dir -> !dir.isEmpty())
            .map(dir -> Path.of(dir, program))
            .filter(Files::isExecutable).findFirst();
    }

    public Browser() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(find("chromium").orElseThrow().toFile());
        // its sandbox doesn't work for root, nor in most containers; what it shows here is our own page
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server",
            "--disable-background-networking", "--hide-scrollbars");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service =
            new ChromeDriverService.Builder().usingDriverExecutable(find("chromedriver").orElseThrow().toFile()).usingAnyFreePort().build();
        this.driver = new ChromeDriver(service, options);
    }

    /** Its window as it would be on a screen of that size. */
    public Browser sized(int width, int height, double scale) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", false));
        return this;
    }

    /** @param scheme light or dark, as the system would say */
    public Browser prefers(String scheme) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia",
            Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        return this;
    }

    public Browser open(String url) {
        driver.get(url);
        return this;
    }

    public Object script(String text, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(text, arguments);
    }

    /** What an element shows, by one question: the page may have put another one in its place by the second. */
    public String text(String css) {
        return String.valueOf(script("return document.querySelector(arguments[0]).innerText", css));
    }

    public WebElement find(By by) {
        return driver.findElement(by);
    }

    public List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** The element that keys go to. */
    public WebElement active() {
        return driver.switchTo().activeElement();
    }

    /** Waits for a script's value to be true. */
    public void await(String condition) {
        await(browser -> Boolean.TRUE.equals(browser.script("return " + condition)), condition);
    }

    public void await(Function<Browser, Boolean> condition, String what) {
        new WebDriverWait(driver, PATIENCE).withMessage(() -> what + " in " + driver.getCurrentUrl() + ", " + complaints())
            .until(_ -> condition.apply(this));
    }

    /** What the page has complained of since this was last asked. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
            .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
            .map(LogEntry::getMessage).toList();
    }

    public void picture(Path target) throws IOException {
        SmallPng.write(driver.getScreenshotAs(OutputType.BYTES), target);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
