package lockstep.deploy;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The classes of a node, read and verified once for all the processes that the tests start: an archive that the JVM maps (class data sharing). It takes a third off
 * a start, of which there are some two hundred. The JVM archives classes of jars alone, so directories of the class path become some.
 */
final class LoadedClasses {
    static final String CLASS_PATH;
    /** Without the archive, should there be none, a JVM starts as ever. */
    static final List<String> OPTIONS;

    private static final long PATIENCE_S = 120;
    /** Whatever is said of archives is said on standard output. */
    private static final List<String> QUIET = List.of("-Xlog:cds=off", "-Xlog:aot=off");

    static {
        try {
            Path dir = Files.createTempDirectory("lockstep-classes");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(dir)));
            CLASS_PATH = jars(dir);
            Path archive = dir.resolve("classes.jsa");
            load(dir, archive);
            OPTIONS = Stream.concat(Stream.of("-XX:SharedArchiveFile=" + archive), QUIET.stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LoadedClasses() {}

    private static String jars(Path dir) throws IOException {
        StringBuilder classPath = new StringBuilder();
        int count = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            boolean isDirectory = Files.isDirectory(path);
            if (isDirectory || Files.exists(path)) {
                classPath.append(classPath.isEmpty() ? "" : File.pathSeparator).append(isDirectory ? jar(path, dir, count++) : path);
            }
        }
        return classPath.toString();
    }

    private static Path jar(Path classes, Path dir, int number) throws IOException {
        Path jar = dir.resolve(number + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
            JarOutputStream out = new JarOutputStream(file);
            Stream<Path> tree = Files.walk(classes)) {
            for (Path path : tree.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
                Files.copy(path, out);
            }
        }
        return jar;
    }

    /** A node of a cluster that trains two steps has loaded what most processes need. */
    private static void load(Path dir, Path archive) throws IOException {
        Path text = Files.writeString(dir.resolve("text.txt"), "to load classes ".repeat(200));
        Path secret = Files.writeString(dir.resolve("secret"), "known to this process");
        List<String> arguments = List.of("train", "--text", text.toString(), "--out", dir.resolve("run").toString(), "--layers", "1",
            "--heads", "1", "--channels", "8", "--seq-len", "8", "--batch", "1", "--micro-batches", "2", "--groups", "2", "--steps", "2",
            "--threads", "1", "--vector", "scalar", "--expect", "1", "--port", "0", "--secret-file", secret.toString());
        List<String> options = Stream.concat(Stream.of("-Xmx256m", "-XX:ArchiveClassesAtExit=" + archive), QUIET.stream()).toList();
        Path said = dir.resolve("said");
        Process process = new ProcessBuilder(MainProcess.command(options, CLASS_PATH, arguments)).redirectErrorStream(true)
            .redirectOutput(said.toFile()).start();
        try {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("a node of one's own didn't train:\n" + Files.readString(said));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path dir) {
        try (Stream<Path> tree = Files.walk(dir)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            // a temporary directory stays
        }
    }
}
