package lockstep.common.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Makes files below a directory and shards of them, all of it training, a token a byte. */
final class Corpora {
    private static final CorpusSettings ALL_TRAINING = new CorpusSettings(1_000_000, 0, 1);

    private final Path dir;
    private final Tokenizer bytes = Tokenizer.named("bytes");
    private int outputs;

    Corpora(Path dir) {
        this.dir = dir;
    }

    Path path(String name) {
        return dir.resolve(name);
    }

    Path file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path file(String name, byte[] content) throws IOException {
        Path path = path(name);
        Files.createDirectories(path.getParent());
        return Files.write(path, content);
    }

    Path gzip(String name, byte[] plain) throws IOException {
        Path path = file(name, "");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
            out.write(plain);
        }
        return path;
    }

    CorpusResult prepare(Path source) {
        return prepare(CorpusSource.of(source));
    }

    CorpusResult prepare(CorpusSource source) {
        return new CorpusWriter(ALL_TRAINING, 1).prepare(source, bytes, path("out" + outputs++), "t", ProgressListener.SILENT);
    }

    /** The text of training, with | before each document. */
    String text(CorpusResult result) throws IOException {
        return ShardReader.text(result.train().shards(), bytes);
    }

    String text(Path source) throws IOException {
        return text(prepare(source));
    }

    /** The one line that a source is refused with. */
    String refused(Path source) {
        return refused(CorpusSource.of(source));
    }

    String refused(CorpusSource source) {
        Path out = path("out" + outputs++);
        String message = assertThrows(UserError.class,
            () -> new CorpusWriter(ALL_TRAINING, 1).prepare(source, bytes, out, "t", ProgressListener.SILENT)).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertFalse(Files.exists(out.resolve("t_train_000000.bin")));
        return message;
    }
}
