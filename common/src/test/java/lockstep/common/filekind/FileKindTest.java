package lockstep.common.filekind;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FileKindTest {
    @TempDir
    private Path dir;

    @Test
    void eachFormatIsKnownByItsFirstBytes() {
        is(FileKind.GZIP, "1f8b080000000000");
        is(FileKind.ZSTANDARD, "28b52ffd20c8");
        is(FileKind.ZSTANDARD, "502a4d1804000000");
        is(FileKind.BZIP2, "425a68393141592653590b");
        is(FileKind.XZ, "fd377a585a000004");
        is(FileKind.LZMA, "5d00008000ffffffffffffffff00");
        is(FileKind.LZ4, "04224d186440a7");
        is(FileKind.SEVEN_ZIP, "377abcaf271c0004");
        is(FileKind.RAR, "526172211a0701");
        is(FileKind.PARQUET, "5041523115041530");
        is(FileKind.ARROW, "4152524f57310000ffff");
        is(FileKind.AVRO, "4f626a0104");
        is(FileKind.SQLITE, "53514c69746520666f726d6174203300");
        is(FileKind.GGUF, "4747554603000000");
        is(FileKind.SAFETENSORS, "40000000000000007b22");
        is(FileKind.NPY, "934e554d50590100");
        is(FileKind.HDF5, "894844460d0a1a0a");
        is(FileKind.PICKLE, "80047d7100");
        is(FileKind.TORCH, "80028a0a6cfc9c46f9206aa85019");
        is(FileKind.LLMC_MODEL, "c6d7340103000000");
        is(FileKind.LLMC_SHARD, "88d8340101000000");
        is(FileKind.PDF, "255044462d312e37");
        is(FileKind.OLE, "d0cf11e0a1b11ae1");
        is(FileKind.PNG, "89504e470d0a1a0a");
        is(FileKind.JPEG, "ffd8ffe000104a46");
        is(FileKind.GIF, "474946383961010000");
        is(FileKind.ELF, "7f454c46020101");
        is(FileKind.JAVA_CLASS, "cafebabe00000041");
    }

    @Test
    void aZipFileIsKnownByItsFirstEntry() throws IOException {
        assertEquals(Optional.of(FileKind.ZIP), FileKind.of(zip("a.txt")));
        assertEquals(Optional.of(FileKind.TORCH), FileKind.of(zip("archive/data.pkl")));
        assertEquals(Optional.of(FileKind.NPZ), FileKind.of(zip("arr_0.npy")));
        assertEquals(Optional.of(FileKind.OFFICE), FileKind.of(zip("[Content_Types].xml")));
        assertEquals(Optional.of(FileKind.JAVA_ARCHIVE), FileKind.of(zip("META-INF/MANIFEST.MF")));
        is(FileKind.ZIP, "504b0506" + "00".repeat(18));
    }

    @Test
    void aTarArchiveIsKnownBehindItsFirstName() {
        byte[] block = new byte[512];
        block[0] = 'a';
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, block, 257, 5);
        assertEquals(Optional.of(FileKind.TAR), FileKind.of(block));
        System.arraycopy("ustar  ".getBytes(StandardCharsets.US_ASCII), 0, block, 257, 7);
        assertEquals(Optional.of(FileKind.TAR), FileKind.of(block), "as GNU tar writes it");
    }

    @Test
    void aTextWithMustardIsNoTarArchive() {
        assertEquals(Optional.empty(), FileKind.of(("x".repeat(255) + "mustard  and custard").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void textInOtherUnicodeEncodingsIsKnownWithAndWithoutItsMark() {
        String text = "First Citizen:\nGrüße, before we proceed.\n";
        for (String name : new String[] {"UTF-16LE", "x-UTF-16LE-BOM"}) {
            assertEquals(Optional.of(FileKind.UTF_16LE), FileKind.of(text.getBytes(Charset.forName(name))), name);
        }
        for (String name : new String[] {"UTF-16BE", "UTF-16"}) {
            assertEquals(Optional.of(FileKind.UTF_16BE), FileKind.of(text.getBytes(Charset.forName(name))), name);
        }
        assertEquals(Optional.of(FileKind.UTF_32), FileKind.of(text.getBytes(Charset.forName("UTF-32LE-BOM"))));
    }

    @Test
    void pointersAndPagesAreKnownThoughTheyAreText() {
        text(FileKind.GIT_LFS_POINTER, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
        text(FileKind.HTML, "\n<!DOCTYPE html>\n<html>");
        text(FileKind.HTML, "\uFEFF<html lang=en>");
        text(FileKind.PDF, "%PDF-1.4\n1 0 obj");
        text(FileKind.RTF, "{\\rtf1\\ansi Hello}");
    }

    @Test
    void aTextIsNoFileOfAKindThatBeginsWithItsLetters() {
        for (String text : new String[] {"", "a", "BMW is a maker of cars, and others are, too.", "MZ", "ORCs came.", "GGUF is a format.",
            "PAR1", "GIF89a",
            "ID3 trees", "fLaC is a codec", "07070 is a number", "RIFF", "LZIP", "PK", "Rar!", "BZh", "{\"text\": 1}", "[1]", "<b>bold</b>",
            "%!PS-Adobe",
            "ORC\tin a\ttable\r\n\u001b[1mbold\u001b[0m", "Grüße aus Köln", "\u20AC", "版本", "version 1"}) {
            assertEquals(Optional.empty(), FileKind.of(text.getBytes(StandardCharsets.UTF_8)), text);
        }
        byte[] cut = Arrays.copyOf(("ORC " + "€".repeat(400)).getBytes(StandardCharsets.UTF_8), FileKind.HEAD_BYTES);
        assertEquals(Optional.empty(), FileKind.of(cut), "a character that the head's end cuts is no sign of binary data");
    }

    @Test
    void anyBytesAreLookedAtWithoutFailure() {
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            byte[] head = new byte[random.nextInt(64)];
            random.nextBytes(head);
            FileKind.of(head);
        }
        byte[] zip = HexFormat.of().parseHex("504b0304" + "ff".repeat(28));
        for (int length = 0; length <= zip.length; length++) {
            assertEquals(length < 4 ? Optional.empty() : Optional.of(FileKind.ZIP), FileKind.of(Arrays.copyOf(zip, length)));
        }
    }

    @Test
    void aFileOnDiskIsKnownAndEveryKindHasATitle() throws IOException {
        assertEquals(Optional.of(FileKind.PDF), FileKind.of(Files.writeString(dir.resolve("notes.txt"), "%PDF-1.7\n")));
        assertEquals(Optional.empty(), FileKind.of(Files.writeString(dir.resolve("empty"), "")));
        for (FileKind kind : FileKind.values()) {
            assertTrue(kind.title().length() > 6, kind.name());
        }
    }

    private static void is(FileKind kind, String hex) {
        assertEquals(Optional.of(kind), FileKind.of(HexFormat.of().parseHex(hex)), hex);
    }

    private static void text(FileKind kind, String text) {
        assertEquals(Optional.of(kind), FileKind.of(text.getBytes(StandardCharsets.UTF_8)), text);
    }

    private static byte[] zip(String firstEntry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(firstEntry));
            zip.write(1);
        }
        return bytes.toByteArray();
    }
}
