package lockstep.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A copy of the launcher among empty sources, with a PATH that holds nothing but the few tools it may use. */
final class LauncherHouse {
    private static final List<String> TOOLS =
        List.of("sh", "dirname", "readlink", "sed", "find", "head", "mkdir", "cat", "rm", "mv", "cp", "touch", "sleep", "env");

    private final Path root;
    private final Map<String, String> environment = new TreeMap<>();

    LauncherHouse(Path root) throws IOException {
        this.root = Files.createDirectories(root).toRealPath();
        Path launcher = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().resolveSibling("lockstep");
        executable(path("lockstep"), Files.readString(launcher));
        for (String source : List.of("pom.xml", "node/pom.xml", "common/src/main/java/A.java", "common/src/test/java/ATest.java")) {
            Files.createDirectories(path(source).getParent());
            Files.writeString(path(source), "");
        }
        Files.createDirectories(path("deploy"));
        Files.writeString(path("deploy/jvm.options"), "-Xshare:auto\n");
        Files.createDirectories(path("tools"));
        for (String tool : TOOLS) {
            tool(tool, "exec '" + tool(tool).orElseThrow() + "' \"$@\"");
        }
        age();
        environment.put("PATH", path("tools").toString());
        environment.put("HOME", path("home").toString());
        environment.put("LOCKSTEP_JDK_DIRS", path("nowhere") + ":" + path("jdks"));
    }

    /** Where the machine keeps a tool. */
    static Optional<Path> tool(String name) {
        return Stream.of(System.getenv("PATH").split(":")).map(dir -> Path.of(dir, name)).filter(Files::isExecutable).findFirst();
    }

    Path path(String inHouse) {
        return root.resolve(inHouse);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** A JDK whose java prints its own home, the working directory, the locale and each argument on a line. */
    Path jdk(String place, String version) throws IOException {
        Path jdk = path(place);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' '" + jdk.getFileName() + "' \"$PWD\" \"${LC_ALL-}\" \"$@\"\n");
        executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        return jdk;
    }

    void tool(String name, String script) throws IOException {
        executable(path("tools/" + name), "#!/bin/sh\n" + script + "\n");
    }

    /** The JDK of this JVM with the options of this build, the locales of this machine, and a build that gives this jar. */
    void realJava(Path jar) throws IOException {
        Path options = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize().resolve("jvm.options");
        Files.copy(options, path("deploy/jvm.options"), StandardCopyOption.REPLACE_EXISTING);
        environment.put("LOCKSTEP_JAVA_HOME", System.getProperty("java.home"));
        environment.put("LOCKSTEP_JVM_OPTS", "-Xmx512m");
        tool("mvn", makeJars() + "; cp '" + jar + "' deploy/target/lockstep.jar");
        if (tool("locale").isPresent()) {
            tool("locale", "exec '" + tool("locale").orElseThrow() + "' \"$@\"");
        }
    }

    /** A machine that has these locales alone. Its locale answers and complains as glibc's does. */
    void locales(String... names) throws IOException {
        tool("locale", """
            case $1 in -a) printf '%s\\n' NAMES; exit ;; esac
            has() { case " NAMES " in *" $1 "*) return 0 ;; esac; return 1; }
            all=${LC_ALL:-}
            charmap=UTF-8
            case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in C | POSIX) charmap=ANSI_X3.4-1968 ;; *.ISO-8859-1) charmap=ISO-8859-1 ;; esac
            has "${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}" || charmap=ANSI_X3.4-1968
            for each in "${all:-${LC_CTYPE:-${LANG:-C}}}" "${all:-${LC_TIME:-${LANG:-C}}}"; do
                has "$each" || echo 'locale: Cannot set LC_ALL to default locale: No such file or directory' >&2
            done
            echo $charmap""".replace("NAMES", String.join(" ", names)));
    }

    void fakeMvn() throws IOException {
        tool("mvn", makeJars());
    }

    /** Its build goes on when somebody opens the gate. */
    void fakeMvnBehindAGate() throws IOException {
        tool("mvn", "until [ -e '" + path("gate") + "' ]; do sleep 0.05; done; " + makeJars());
    }

    void openGate() throws IOException {
        Files.createFile(path("gate"));
    }

    private String makeJars() {
        return "echo \"JAVA_HOME=$JAVA_HOME $*\" >> '" + path("mvn.log")
            + "'; mkdir -p deploy/target/lib; touch deploy/target/lockstep.jar";
    }

    String mvnLog() throws IOException {
        return Files.exists(path("mvn.log")) ? Files.readString(path("mvn.log")) : "";
    }

    int builds() throws IOException {
        return (int) mvnLog().lines().count();
    }

    void makeNewer(String inHouse) throws IOException {
        Files.setLastModifiedTime(path(inHouse), FileTime.from(Instant.now().plusSeconds(3600)));
    }

    /** All sources become an hour old, so that what is built now is newer on any file system's clock. */
    private void age() throws IOException {
        FileTime old = FileTime.from(Instant.now().minusSeconds(3600));
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(each -> !Files.isSymbolicLink(each)).toList()) {
                Files.setLastModifiedTime(file, old);
            }
        }
    }

    Result run(String... arguments) throws Exception {
        return runUnder("sh", List.of(arguments));
    }

    Result runUnder(String shell, List<String> arguments) throws Exception {
        return runFile(shell, path("lockstep"), root, arguments);
    }

    Result runFile(String shell, Path file, Path directory, List<String> arguments) throws Exception {
        Path err = Files.createTempFile(root, "stderr", "");
        Process process = process(shell, file, directory, arguments).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), out, Files.readString(err));
    }

    Process start(List<String> arguments) throws IOException {
        return process("sh", path("lockstep"), root, arguments).start();
    }

    private ProcessBuilder process(String shell, Path file, Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(tool(shell).orElseThrow().toString());
        if (shell.equals("busybox")) {
            command.add("sh");
        }
        command.add(file.toString());
        command.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(command).directory(directory.toFile());
        process.environment().clear();
        process.environment().putAll(environment);
        return process;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(file, text);
    }

    /** What the fake java printed. */
    record Result(int exitCode, String out, String err) {
        String java() {
            return lines().get(0);
        }

        String directory() {
            return lines().get(1);
        }

        String locale() {
            return lines().get(2);
        }

        List<String> options() {
            return lines().subList(3, lines().indexOf("-jar"));
        }

        List<String> arguments() {
            return lines().subList(lines().indexOf("-jar") + 2, lines().size());
        }

        private List<String> lines() {
            return out.lines().toList();
        }
    }
}
