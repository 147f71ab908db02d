package lockstep.common.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@DisabledOnOs({OS.WINDOWS, OS.MAC}) // there the JVM reads names as Unicode, whatever the locale says
class FileNamesTest {
    /** In the order of UTF-16, which is neither that of their lengths in UTF-8 nor that of a file system. */
    private static final List<String> NAMES =
        List.of("a b%41+.txt", "z.txt", "\u00e0.txt", "\u00e7.txt", "\u00e9\u00e9.txt", "\u00fc.txt", "\u65e5.txt");

    @TempDir
    private Path dir;

    @Test
    void names_are_utf8_where_the_locale_is_named_but_not_installed() throws Exception {
        for (String name : NAMES) {
            Files.createFile(dir.resolve(name));
        }
        Files.createDirectory(dir.resolve("\u00f6"));
        List<String> expected = Stream.concat(NAMES.stream(), Stream.of("\u00f6")).sorted().map(name -> dir + "/" + name).toList();
        assertEquals(expected, namesRead("C.UTF-8"));
        assertEquals(expected, namesRead("xx_XX.UTF-8"));
    }

    @Test
    void two_names_that_read_alike_are_refused_by_name() throws Exception {
        NamesOfBytes.create(dir, "\\351.txt", "\\352.txt", "b.txt");
        String message = assertThrows(UserError.class, () -> sorted(dir)).getMessage();
        assertTrue(message.startsWith(dir + "/\ufffd.txt: two files have this name"), message);
    }

    @Test
    void one_name_that_is_not_utf8_is_read_as_well_as_can_be() throws Exception {
        NamesOfBytes.create(dir, "\\351.txt", "b.txt");
        assertEquals(List.of(dir + "/b.txt", dir + "/\ufffd.txt"), sorted(dir).stream().map(FileNames::text).toList());
    }

    private static List<Path> sorted(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return FileNames.sorted(files);
        }
    }

    private List<String> namesRead(String locale) throws Exception {
        ProcessBuilder java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
            System.getProperty("java.class.path"), Reader.class.getName(), dir.toString());
        java.environment().put("LC_ALL", locale);
        Process process = java.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said.lines().toList();
    }

    /** A JVM of its own, since one reads its locale once. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] args) throws IOException {
            for (Path file : sorted(Path.of(args[0]))) {
                System.out.write((FileNames.text(file) + "\n").getBytes(StandardCharsets.UTF_8));
            }
            System.out.flush();
        }
    }
}
