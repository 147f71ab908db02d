package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;
import lockstep.common.format.Sha256;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NamedTextTest {
    @TempDir
    private Path dir;

    @Test
    void shakespeareGivesTheShardsOfItsFileByPath() throws IOException {
        Path file = dir.resolve("tinyshakespeare.txt");
        try (InputStream text = Shakespeare.open()) {
            Files.copy(text, file);
        }
        assertEquals(Shakespeare.BYTES, Files.size(file));
        for (Tokenizer tokenizer : new Tokenizer[] {Tokenizer.named("bytes"), Tokenizer.named("gpt2")}) {
            String carried = prepared(NamedText.SHAKESPEARE.source(), tokenizer);
            assertEquals(prepared(CorpusSource.of(file), tokenizer), carried);
        }
    }

    private String prepared(CorpusSource source, Tokenizer tokenizer) throws IOException {
        Path out = Files.createTempDirectory(dir, "out");
        new CorpusWriter(CorpusSettings.DEFAULTS, 2).prepare(source, tokenizer, out, "text", ProgressListener.SILENT);
        return Sha256.of(out.resolve("text_train_000000.bin")) + " " + Sha256.of(out.resolve("text_val_000000.bin"));
    }

    @Test
    void aDamagedCopyOfItIsRefused() throws IOException {
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(other)) {
            gzip.write(new byte[Shakespeare.BYTES]);
        }
        String message = assertThrows(UserError.class, () -> Shakespeare.open(new ByteArrayInputStream(other.toByteArray()))).getMessage();
        assertTrue(message.startsWith("--text shakespeare: found sha256 ") && message.endsWith("build or copy it again"), message);
    }

    @Test
    void aNameIsTheTextAndAPathIsAFile() {
        assertEquals(Optional.of(NamedText.JDK), NamedText.named("jdk"));
        assertEquals(Optional.empty(), NamedText.named("./jdk"));
        assertInstanceOf(CorpusSource.Carried.class, NamedText.source(Path.of("shakespeare"), TextReading.DEFAULTS));
        assertEquals("./shakespeare: no such file or directory; expected plain text or JSON lines, as they are or as .gz or .zst",
            assertThrows(UserError.class, () -> NamedText.source(Path.of("./shakespeare"), TextReading.DEFAULTS)).getMessage());
    }

    @Test
    void aTextWithDocumentsOfItsOwnTakesNoOtherReading() {
        assertEquals(
            "shakespeare: has documents of its own, and so takes no --field, --bad-lines, --delimiter or --json-as; ./shakespeare is a path",
            assertThrows(UserError.class, () -> NamedText.source(Path.of("shakespeare"), TextReading.ofField("body"))).getMessage());
    }

    @Test
    void aFileOfThatNameIsReadByItsPathAlone() throws IOException {
        Path file = Files.writeString(dir.resolve("shakespeare"), "A file of that name.");
        assertEquals(new CorpusSource.TextFile(file, TextReading.DEFAULTS), NamedText.source(file, TextReading.DEFAULTS));
        // a relative path is below the working directory, of which a test has but one
        Path here = Files.writeString(Path.of("shakespeare"), "A file of that name.");
        try {
            assertInstanceOf(CorpusSource.Carried.class, NamedText.source(here, TextReading.DEFAULTS), "the name is the text");
            Path dotted = Path.of("./shakespeare");
            assertEquals(new CorpusSource.TextFile(dotted, TextReading.DEFAULTS), NamedText.source(dotted, TextReading.DEFAULTS));
        } finally {
            Files.delete(here);
        }
    }
}
