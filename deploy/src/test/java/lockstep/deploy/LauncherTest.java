package lockstep.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.deploy.LauncherHouse.Result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The launcher in a house of its own: fake JDKs, whose java prints its arguments, and a fake mvn, which counts its calls. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LauncherTest {
    @TempDir
    private Path temp;

    private LauncherHouse house;

    @BeforeEach
    void build() throws IOException {
        house = new LauncherHouse(temp.resolve("a house"));
        house.fakeMvn();
    }

    @Test
    void withoutAJdkOf25OrNewerItSaysInOneLineHowToGetOne() throws Exception {
        house.jdk("jdks/17", "17.0.15");
        house.jdk("jdks/24", "24.0.2");
        house.jdk("jdks/8", "1.8.0_25");
        house.jdk("jdks/odd", "internal");
        Result result = house.run("--version");
        assertEquals(2, result.exitCode());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().startsWith("lockstep: no JDK 25 or newer found; install one (https://adoptium.net/"), result.err());
        assertEquals("", result.out());
    }

    @Test
    void aRuntimeWithoutJavacIsNoJdk() throws Exception {
        Path jdk = house.jdk("jdks/25", "25.0.1");
        Files.delete(jdk.resolve("bin/javac"));
        assertEquals(2, house.run().exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.3", "25-ea", "25+36", "26", "26.0.1", "27-ea", "100.1"})
    void everyReleaseFrom25OnCounts(String version) throws Exception {
        house.jdk("jdks/it", version);
        assertEquals("it", house.run().java());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdks/temurin-25", "jdks/25.jdk/Contents/Home", "jdks/openjdk@25/libexec/openjdk.jdk/Contents/Home"})
    void theLayoutsOfLinuxMacOsAndHomebrewAreKnown(String place) throws Exception {
        house.jdk("jdks/17", "17.0.15");
        house.jdk(place, "25.0.3");
        assertEquals(Path.of(place).getFileName().toString(), house.run().java());
    }

    @Test
    void theUsersOwnSdkmanIsLookedAtFirst() throws Exception {
        house.jdk("home/.sdkman/candidates/java/25.0.3-tem", "25.0.3");
        house.environment().remove("LOCKSTEP_JDK_DIRS");
        assertEquals("25.0.3-tem", house.run().java());
    }

    @Test
    void theOverrideWinsThenJavaHomeThenPathThenThePlaces() throws Exception {
        house.jdk("jdks/place", "25.0.3");
        assertEquals("place", house.run().java());
        Files.createSymbolicLink(house.path("tools/java"), house.jdk("other/path", "25.0.3").resolve("bin/java"));
        assertEquals("path", house.run().java());
        house.environment().put("JAVA_HOME", house.jdk("other/home", "25.0.3").toString());
        assertEquals("home", house.run().java());
        house.environment().put("LOCKSTEP_JAVA_HOME", house.jdk("other/override", "25.0.3").toString());
        assertEquals("override", house.run().java());
    }

    @Test
    void anOlderJavaHomeAndAnOlderJavaOnPathArePassedOver() throws Exception {
        house.jdk("jdks/place", "25.0.3");
        house.environment().put("JAVA_HOME", house.jdk("other/home", "21.0.1").toString());
        Files.createSymbolicLink(house.path("tools/java"), house.jdk("other/path", "17.0.15").resolve("bin/java"));
        assertEquals("place", house.run().java());
    }

    @Test
    void ofThoseThatLieThereA25IsTakenElseTheOldest() throws Exception {
        house.jdk("jdks/a", "27-ea");
        house.jdk("jdks/b", "26.0.1");
        assertEquals("b", house.run().java());
        house.jdk("jdks/c", "25.0.3");
        house.jdk("jdks/d", "25.0.4");
        assertEquals("c", house.run().java());
    }

    @Test
    void aNewerOneThatTheUserPointsAtIsTaken() throws Exception {
        house.jdk("jdks/place", "25.0.3");
        Files.createSymbolicLink(house.path("tools/java"), house.jdk("other/path", "27").resolve("bin/java"));
        assertEquals("path", house.run().java());
        house.environment().put("JAVA_HOME", house.jdk("other/home", "26.0.1").toString());
        assertEquals("home", house.run().java());
    }

    @Test
    void aWrongOverrideIsNotPassedOver() throws Exception {
        house.jdk("jdks/place", "25.0.3");
        String older = house.jdk("other/override", "21.0.1").toString();
        house.environment().put("LOCKSTEP_JAVA_HOME", older);
        Result result = house.run();
        assertEquals(2, result.exitCode());
        assertEquals("lockstep: LOCKSTEP_JAVA_HOME=" + older + ": is no JDK 25 or newer\n", result.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "bash", "busybox"})
    void argumentsReachTheCommandAsTheyWereTyped(String shell) throws Exception {
        assumeTrue(LauncherHouse.tool(shell).isPresent(), shell + " is not installed here");
        house.jdk("jdks/25", "25.0.3");
        List<String> typed = List.of("generate", "--prompt", "two  blanks, a \"quote\", an 'apostrophe', $HOME `id` *", "", "@file", "-x");
        Result result = house.runUnder(shell, typed);
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(typed, result.arguments());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "bash", "busybox"})
    void javaReadsUtf8WhateverTheLocaleSays(String shell) throws Exception {
        assumeTrue(LauncherHouse.tool(shell).isPresent(), shell + " is not installed here");
        house.jdk("jdks/25", "25.0.3");
        house.locales("C", "C.UTF-8", "POSIX", "de_DE.UTF-8", "de_DE.ISO-8859-1");
        assertLocale("C.UTF-8", shell, Map.of());
        assertLocale("C.UTF-8", shell, Map.of("LANG", "C"));
        assertLocale("", shell, Map.of("LANG", "de_DE.UTF-8")); // stays as it is
        assertLocale("de_DE.UTF-8", shell, Map.of("LC_ALL", "de_DE.UTF-8"));
        assertLocale("C.UTF-8", shell, Map.of("LANG", "xx_XX.UTF-8")); // named but not installed
        assertLocale("C.UTF-8", shell, Map.of("LC_ALL", "xx_XX.UTF-8", "LANG", "de_DE.UTF-8"));
        assertLocale("C.UTF-8", shell, Map.of("LANG", "de_DE.UTF-8", "LC_TIME", "xx_XX.UTF-8")); // a single one makes all of them C
        assertLocale("C.UTF-8", shell, Map.of("LC_CTYPE", "UTF-8")); // as the terminal of macOS sends it over ssh
        assertLocale("C.UTF-8", shell, Map.of("LC_ALL", "de_DE.ISO-8859-1"));
        house.locales("C", "POSIX", "de_DE.utf8", "en_US.UTF-8");
        assertLocale("en_US.UTF-8", shell, Map.of("LANG", "C"));
        house.locales("C", "POSIX", "ru_RU.KOI8-R", "de_DE.utf8");
        assertLocale("de_DE.utf8", shell, Map.of("LANG", "C"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "C", "de_DE.UTF-8", "xx_XX.UTF-8"})
    void withoutAProgramToAskTheLocaleIsTheOneThatIsAlwaysThere(String locale) throws Exception {
        house.jdk("jdks/25", "25.0.3");
        assertLocale("C.UTF-8", "sh", locale.isEmpty() ? Map.of() : Map.of("LANG", locale));
    }

    private void assertLocale(String expected, String shell, Map<String, String> environment) throws Exception {
        house.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        house.environment().putAll(environment);
        Result result = house.runUnder(shell, List.of("info"));
        assertEquals(expected, result.locale(), environment + result.err());
        assertEquals(0, result.exitCode(), result.err());
    }

    @Test
    void jvmOptionsAreTheFilesThenTheEnvironments() throws Exception {
        house.jdk("jdks/25", "25.0.3");
        house.environment().put("LOCKSTEP_JVM_OPTS", "-Xmx1g  -Da=*");
        List<String> options = house.run("info").options();
        assertEquals(List.of("@" + house.path("deploy/jvm.options"), "-Xmx1g", "-Da=*"), options);
    }

    @Test
    void itRunsWhereTheUserStandsAndThroughSymbolicLinks() throws Exception {
        house.jdk("jdks/25", "25.0.3");
        Path links = Files.createDirectories(temp.resolve("links"));
        Files.createSymbolicLink(links.resolve("second"), house.path("lockstep"));
        Files.createSymbolicLink(links.resolve("first"), Path.of("second"));
        Result result = house.runFile("sh", links.resolve("first"), temp, List.of("info"));
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(temp.toRealPath().toString(), result.directory());
    }

    @Test
    void itBuildsOnceAndAgainWhenASourceAPomOrADirectoryIsNewer() throws Exception {
        house.jdk("jdks/25", "25.0.3");
        assertEquals("building Lockstep (first run, about a minute) …\n", house.run("--version").err());
        assertEquals("", house.run("--version").err());
        assertEquals(1, house.builds());
        for (String changed : List.of("pom.xml", "node/pom.xml", "common/src/main/java/A.java", "common/src/main/java")) {
            int before = house.builds();
            FileTime old = Files.getLastModifiedTime(house.path(changed));
            house.makeNewer(changed);
            assertEquals("building Lockstep (sources changed) …\n", house.run("--version").err(), changed);
            assertEquals(before + 1, house.builds(), changed);
            Files.setLastModifiedTime(house.path(changed), old);
        }
        house.makeNewer("common/src/test/java/ATest.java");
        assertEquals("", house.run("--version").err());
    }

    @Test
    void mavenRunsOnTheJdkThatWasChosen() throws Exception {
        Path jdk = house.jdk("jdks/25", "25.0.3");
        house.run();
        assertTrue(house.mvnLog().contains("JAVA_HOME=" + jdk + " "), house.mvnLog());
    }

    @Test
    void aFailedBuildShowsMavensOutputAndStartsNothing() throws Exception {
        house.jdk("jdks/25", "25.0.3");
        house.tool("mvn", "echo '[ERROR] A.java: broken'; exit 1");
        Result result = house.run("info");
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("[ERROR] A.java: broken\n"), result.err());
        assertEquals("", result.out());
        assertTrue(Files.notExists(house.path("deploy/target/build.lock")), "the lock is gone");
    }

    @Test
    void mavensHomeIsLookedAtWhenMvnIsNotOnPath() throws Exception {
        house.jdk("jdks/25", "25.0.3");
        Files.createDirectories(house.path("maven/bin"));
        Files.move(house.path("tools/mvn"), house.path("maven/bin/mvn"));
        house.environment().put("MAVEN_HOME", house.path("maven").toString());
        assertEquals(0, house.run("info").exitCode());
        assertEquals(1, house.builds());
    }

    @Test
    void withoutMavenItSaysSoInOneLine() throws Exception {
        house.jdk("jdks/25", "25.0.3");
        Files.delete(house.path("tools/mvn"));
        Result result = house.run("info");
        assertEquals(2, result.exitCode());
        assertTrue(result.err().endsWith("from https://maven.apache.org or your package manager\n"), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
    }

    @Test
    void theLockOfADeadProcessIsTaken() throws Exception {
        house.jdk("jdks/25", "25.0.3");
        Process dead = new ProcessBuilder("sh", "-c", "exit 0").start();
        dead.waitFor();
        Files.createDirectories(house.path("deploy/target/build.lock"));
        Files.writeString(house.path("deploy/target/build.lock/pid"), dead.pid() + "\n");
        assertEquals(0, house.run("info").exitCode());
        assertEquals(1, house.builds());
    }

    @Test
    void twoLaunchersAtOnceBuildOnce() throws Exception {
        house.jdk("jdks/25", "25.0.3");
        house.fakeMvnBehindAGate();
        Process first = house.start(List.of("info"));
        try (BufferedReader err = first.errorReader(StandardCharsets.UTF_8)) {
            assertEquals("building Lockstep (first run, about a minute) …", err.readLine());
            waitingBuildsNothing(first);
        }
        assertEquals(1, house.builds());
    }

    private void waitingBuildsNothing(Process first) throws Exception {
        Process second = house.start(List.of("info"));
        try (BufferedReader err = second.errorReader(StandardCharsets.UTF_8)) {
            assertEquals("waiting for another build of Lockstep …", err.readLine());
            house.openGate();
            assertEquals(0, first.waitFor());
            assertEquals(0, second.waitFor());
        }
    }
}
