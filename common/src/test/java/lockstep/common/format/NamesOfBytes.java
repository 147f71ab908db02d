package lockstep.common.format;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Files whose names are not UTF-8, which Java itself can't create. */
public final class NamesOfBytes {
    private NamesOfBytes() {}

    /** @param names with bytes in octal, such as {@code \351}; where the file system takes no such names, the test is left out */
    public static void create(Path dir, String... names) throws Exception {
        for (String name : names) {
            Process shell = new ProcessBuilder("sh", "-c", "printf 'some text\\n' > \"$(printf '" + name + "')\"").directory(dir.toFile())
                .redirectErrorStream(true).start();
            String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assumeTrue(shell.waitFor() == 0, "this file system takes no name that is not UTF-8: " + said);
        }
    }
}
