package lockstep.deploy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import lockstep.deploy.LauncherHouse.Result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The real JVM, started by the launcher and without it, where a locale is named that is not installed or that writes numbers in other digits. */
@DisabledOnOs({OS.WINDOWS, OS.MAC}) // there the JVM reads names as Unicode, whatever the locale says
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocaleTest {
    private static final List<String> NAMES = List.of("\u00e0", "\u00e7", "\u00e9", "\u00f1", "\u00f6", "\u00fc", "\u65e5\u672c");
    private static final String MISSING = "xx_XX.UTF-8";

    @TempDir
    private Path temp;

    private LauncherHouse house;
    private Path texts;

    @BeforeEach
    void build() throws IOException {
        house = new LauncherHouse(temp.resolve("house"));
        house.realJava(mainJar());
        texts = Files.createDirectories(temp.resolve("\u017elu\u0165ou\u010dk\u00fd"));
        for (String name : NAMES) {
            Files.writeString(texts.resolve(name + ".txt"), ("the text of " + name + "\n").repeat(20));
        }
    }

    @Test
    void aLocaleThatIsNotInstalledChangesNeitherHashNorLetterAndARunGoesOn() throws Exception {
        locale(Map.of("LC_ALL", "C.UTF-8"));
        String expected = sha256(train("one"));
        locale(Map.of("LANG", MISSING, "LC_TIME", "C.UTF-8"));
        options("-Duser.language=ar", "-Duser.country=EG");
        train("two", "--stop-after", "2");
        assertTrue(Files.exists(temp.resolve("two/checkpoints/step_00000002")), "the checkpoint has its usual name");
        Result resumed = run("train", "--resume", temp.resolve("two").toString());
        assertEquals(expected, sha256(resumed));
        assertTrue(resumed.out().contains("resumed at step 2"), resumed.out() + resumed.err());
        Result answer =
            run("generate", temp.resolve("two").toString(), "--prompt", "p\u0159\u00edli\u0161 \u65e5", "--tokens", "1", "--json");
        assertTrue(answer.out().contains("p\u0159\u00edli\u0161 \u65e5"), answer.out() + answer.err());
    }

    @Test
    @Tag("slow")
    void theJvmsOfSeveralNodesReadUtf8Too() throws Exception {
        locale(Map.of("LC_ALL", "C.UTF-8"));
        String expected = sha256(train("one"));
        locale(Map.of("LC_ALL", MISSING));
        options("-Duser.language=fa", "-Duser.country=IR");
        assertEquals(expected, sha256(train("\u00fc", "--nodes", "2")));
    }

    @Test
    void withoutTheLauncherJavaUnderSuchALocaleIsRefusedInOneLineThatSaysWhatToDo() throws Exception {
        Path out = temp.resolve("out");
        ProcessBuilder java = new ProcessBuilder(MainProcess.command(List.of("-Xmx256m"), List.of("train", "--out", out.toString())));
        java.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        java.environment().put("LANG", MISSING);
        Process process = java.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, process.waitFor(), said);
        assertTrue(said.lines().anyMatch(line -> line.startsWith("lockstep: Java reads arguments and names of files as ANSI_X3.4-1968 here")
            && line.contains("(LANG=" + MISSING + ")") && line.contains("set LC_ALL=C.UTF-8")), said);
        assertTrue(Files.notExists(out), said);
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWhereTheyAreTyped() throws Exception {
        Utf8Arguments utf8 = arguments("java\0Main\0generate\0--prompt\0caf\u00e9\0".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(utf8.fault("generate", "--prompt", "\u017e\u65e5").isEmpty());
        String message = utf8.fault("generate", "--prompt", "caf\ufffd").orElseThrow().getMessage();
        assertEquals("argument \"caf\ufffd\": found bytes that are not UTF-8, shown as \ufffd, expected UTF-8 alone", message);
    }

    @Test
    void theCharacterThatStandsForBrokenBytesMayBeTypedOnPurpose() {
        Utf8Arguments typed = arguments("java\0Main\0generate\0--prompt\0caf\ufffd\0".getBytes(StandardCharsets.UTF_8));
        assertTrue(typed.fault("generate", "--prompt", "caf\ufffd").isEmpty());
        assertTrue(typed.fault("generate", "--prompt", "caf\ufffd", "\ufffd").isPresent(), "another argument");
        Utf8Arguments untold = new Utf8Arguments("UTF-8", Map.of(), () -> {
            throw new IOException("no such file");
        }, Utf8Arguments.WorkingDirectory.ofThisProcess());
        assertTrue(untold.fault("generate", "--prompt", "caf\ufffd").isPresent(), "where the system doesn't tell the bytes");
    }

    @Test
    void aWorkingDirectoryWhoseNameIsMisreadIsRefusedAndOneThatHasTheCharacterIsNot() throws IOException {
        Path misread = temp.resolve("caf\ufffd");
        Utf8Arguments elsewhere = arguments(new Utf8Arguments.WorkingDirectory(misread, temp));
        assertEquals("working directory " + misread + ": found bytes that are not UTF-8, shown as \ufffd, expected UTF-8 alone:"
            + " relative paths would lead elsewhere; rename it, or start Lockstep in another one",
            elsewhere.fault("train", "--out", "a").orElseThrow().getMessage());
        Files.createDirectory(misread);
        assertTrue(elsewhere.fault("train", "--out", "a").isPresent(), "another directory has that name");
        assertTrue(arguments(new Utf8Arguments.WorkingDirectory(misread, misread)).fault("train", "--out", "a").isEmpty());
    }

    private static Utf8Arguments arguments(byte[] commandLine) {
        return new Utf8Arguments("UTF-8", Map.of(), () -> commandLine, Utf8Arguments.WorkingDirectory.ofThisProcess());
    }

    private static Utf8Arguments arguments(Utf8Arguments.WorkingDirectory directory) {
        return new Utf8Arguments("UTF-8", Map.of(), () -> new byte[0], directory);
    }

    @Test
    void helpAndVersionAreToldInAnyCase() {
        Utf8Arguments ascii = new Utf8Arguments("ANSI_X3.4-1968", Map.of("LC_ALL", "C", "LCD", "1"), () -> new byte[0],
            Utf8Arguments.WorkingDirectory.ofThisProcess());
        for (String help : List.of("--help", "-h", "--version", "-V")) {
            assertTrue(ascii.fault("train", help).isEmpty(), help);
        }
        assertTrue(ascii.fault().isEmpty());
        assertTrue(ascii.fault("train").orElseThrow().getMessage().contains("(LC_ALL=C)"));
    }

    private void locale(Map<String, String> variables) {
        house.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        house.environment().putAll(variables);
    }

    private void options(String... more) {
        house.environment().merge("LOCKSTEP_JVM_OPTS", String.join(" ", more), (old, added) -> old + " " + added);
    }

    private Result train(String out, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("train", "--text", texts.toString(), "--tokenizer", "bytes", "--out",
            temp.resolve(out).toString(), "--layers", "1", "--heads", "2", "--channels", "16", "--seq-len", "16", "--batch", "2",
            "--micro-batches", "2", "--groups", "2", "--steps", "4", "--val-every", "0", "--sample-every", "0"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private Result run(String... arguments) throws Exception {
        Result result = house.run(arguments);
        assertEquals(0, result.exitCode(), result.out() + result.err());
        return result;
    }

    private static String sha256(Result result) {
        return result.out().lines().filter(line -> line.startsWith("weights sha256 ")).findFirst().orElseThrow();
    }

    /** A jar that stands for lockstep.jar: it names Main and the class path of the tests. */
    private Path mainJar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH,
            Stream.of(LoadedClasses.CLASS_PATH.split(":")).map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
        Path jar = temp.resolve("main.jar");
        try (OutputStream file = Files.newOutputStream(jar); JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.finish();
        }
        return jar;
    }
}
