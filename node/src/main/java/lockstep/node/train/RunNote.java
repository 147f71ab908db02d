package lockstep.node.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;
import lockstep.common.format.SmallFile;

/**
 * What decides the bits of a run that a program trains, in a file beside its checkpoints. Another run would else go on from them: at once, or on the day when all other nodes are gone.
 *
 * @param directory of the run
 * @param fields by name; asked for when they are needed, since the hash of the data reads them
 */
record RunNote(Path directory, Supplier<Map<String, String>> fields) {
    private static final String FILE = "trainer.txt";
    private static final String IS = " = ";
    private static final int LARGEST_BYTES = 1 << 16;

    private Path file() {
        return directory.resolve(FILE);
    }

    /**
     * Compares with what the directory's checkpoints were made by. Fields of other releases don't count, and a directory without the file is not known.
     *
     * @throws UserError when they are another run's; it names the first difference
     */
    void requireSame() {
        if (!Files.exists(file())) {
            return;
        }
        Map<String, String> before = read();
        fields.get().forEach((name, value) -> {
            if (!before.getOrDefault(name, value).equals(value)) {
                throw new UserError(
                    "directory: " + directory + ": holds the checkpoints of another run: " + file().getFileName() + " has " + name
                        + IS + before.get(name) + ", expected " + value);
            }
        });
    }

    private Map<String, String> read() {
        Map<String, String> before = new LinkedHashMap<>();
        byte[] bytes = SmallFile.read(file(), LARGEST_BYTES, "lines of name" + IS + "value");
        new String(bytes, StandardCharsets.UTF_8).lines().filter(line -> line.indexOf(IS) > 0)
            .forEach(line -> before.put(line.substring(0, line.indexOf(IS)), line.substring(line.indexOf(IS) + IS.length())));
        return before;
    }

    /** Writes it where it isn't there, or is another run's that has no checkpoint here. */
    void write() {
        Map<String, String> now = fields.get();
        if (Files.exists(file()) && read().equals(now)) {
            return;
        }
        StringBuilder text = new StringBuilder();
        now.forEach((name, value) -> text.append(name).append(IS).append(value).append('\n'));
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw FileErrors.translate(directory, e);
        }
        DurableFile.replace(file(), DurableFile.content(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
