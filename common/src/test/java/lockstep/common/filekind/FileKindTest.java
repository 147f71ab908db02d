package lockstep.common.filekind;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FileKindTest {
    /** A start of each kind that is known by its first bytes. */
    private static final Map<String, FileKind> STARTS = starts();

    @TempDir
    private Path dir;

    @Test
    void eachFormatIsKnownByItsFirstBytes() {
        is(FileKind.GZIP, "1f8b080000000000");
        is(FileKind.ZSTANDARD, "28b52ffd20c8");
        is(FileKind.ZSTANDARD, "502a4d1804000000");
        is(FileKind.ZLIB, "789c4b4c4a");
        is(FileKind.FEATHER, "464541310000000001000000");
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
        byte[] old = new byte[512];
        old[0] = 'a';
        System.arraycopy("0000644\u00000001750\u00000001750\u0000".getBytes(StandardCharsets.US_ASCII), 0, old, 100, 24);
        assertEquals(Optional.of(FileKind.TAR), FileKind.of(old), "as Unix's seventh edition wrote it");
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
    void wideTextOfAnyScriptIsKnownWithoutItsMark() {
        String[] texts = {"Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.",
            "子曰：「學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？人不知而不慍，不亦君子乎？」",
            "All happy families are alike; each unhappy family is unhappy in its own way."};
        for (String text : texts) {
            assertEquals(Optional.of(FileKind.UTF_16LE), FileKind.of(text.getBytes(StandardCharsets.UTF_16LE)), text);
            assertEquals(Optional.of(FileKind.UTF_16BE), FileKind.of(text.getBytes(StandardCharsets.UTF_16BE)), text);
            assertEquals(Optional.of(FileKind.UTF_32), FileKind.of(text.getBytes(Charset.forName("UTF-32LE"))), text);
            assertEquals(Optional.of(FileKind.UTF_32), FileKind.of(text.getBytes(Charset.forName("UTF-32BE"))), text);
            assertEquals(Optional.empty(), FileKind.of(text.getBytes(StandardCharsets.UTF_8)), text);
        }
        byte[] narrow = "Où est l'été, où est l'hiver, où est le garçon qui l'a vu\u00e9".repeat(4).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(Optional.empty(), FileKind.of(narrow), "Latin-1 is narrow");
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
    void theCharacterThatStandsForBrokenBytesIsTextWhereItIsTyped() {
        for (String text : new String[] {"ORC \uFFFD is what a decoder writes, and so on.", "ID3 \uFFFD\uFFFD",
            "GGUF\uFFFD and more text"}) {
            assertEquals(Optional.empty(), FileKind.of(text.getBytes(StandardCharsets.UTF_8)), text);
        }
        byte[] broken = "ORC x and more text".getBytes(StandardCharsets.US_ASCII);
        broken[4] = (byte) 0xE9;
        assertEquals(Optional.of(FileKind.ORC), FileKind.of(broken));
    }

    @Test
    void eachKindIsKnownByAStartOfItsOwnWhateverFollows() {
        Random random = new Random(3);
        Set<FileKind> known = EnumSet.noneOf(FileKind.class);
        for (Map.Entry<String, FileKind> start : STARTS.entrySet()) {
            byte[] begin = HexFormat.of().parseHex(start.getKey());
            for (int length = begin.length + 1; length <= FileKind.HEAD_BYTES; length += 1 + random.nextInt(97)) {
                byte[] head = new byte[length];
                random.nextBytes(head);
                System.arraycopy(begin, 0, head, 0, begin.length);
                head[begin.length] = 1; // no text, and no NUL byte
                assertEquals(Optional.of(start.getValue()), FileKind.of(head), start.getKey() + " of " + length + " bytes");
            }
            known.add(start.getValue());
        }
        assertEquals(EnumSet.complementOf(EnumSet.of(FileKind.TAR, FileKind.UTF_16LE, FileKind.UTF_16BE)), known,
            "the others are known by what stands further behind, in tests of their own");
    }

    @Test
    void bytesThatBeginAsNoKindDoesAreOfNoKind() {
        Random random = new Random(4);
        for (int round = 0; round < 20_000; round++) {
            byte[] head = new byte[1 + random.nextInt(FileKind.HEAD_BYTES)];
            random.nextBytes(head);
            head[0] = (byte) 0xF5;
            if (head.length > 8) {
                head[8] = 1; // no length of a safetensors header
            }
            assertEquals(Optional.empty(), FileKind.of(head));
        }
        byte[] zip = HexFormat.of().parseHex("504b0304" + "ff".repeat(28));
        for (int length = 0; length <= zip.length; length++) {
            assertEquals(length < 4 ? Optional.empty() : Optional.of(FileKind.ZIP), FileKind.of(Arrays.copyOf(zip, length)));
        }
    }

    @Test
    void aFileOnDiskIsKnownByItsStart() throws IOException {
        assertEquals(Optional.of(FileKind.PDF), FileKind.of(Files.writeString(dir.resolve("notes.txt"), "%PDF-1.7\n")));
        assertEquals(Optional.empty(), FileKind.of(Files.writeString(dir.resolve("empty"), "")));
        byte[] far = new byte[3 * FileKind.HEAD_BYTES];
        Arrays.fill(far, (byte) 'x');
        System.arraycopy("ustar\0".getBytes(StandardCharsets.US_ASCII), 0, far, 257, 6);
        assertEquals(Optional.of(FileKind.TAR), FileKind.of(Files.write(dir.resolve("far"), far)));
    }

    @Test
    void titlesTellKindsApartAndStandBehindIs() {
        Set<String> titles = new TreeSet<>();
        for (FileKind kind : FileKind.values()) {
            String title = kind.title();
            assertTrue(titles.add(title), title + " is another kind's, too");
            assertTrue(title.matches("(an? [A-Za-z0-9].*|.*\\b(data|weights|tensors|arrays|slides|questions|text)\\b.*)"), title);
            assertFalse(title.matches(".*[.:;,]"), title);
            // an article fits the sound that follows it; letters that are spelled, such as HDF5 and MPEG-4, begin with a vowel
            if (title.startsWith("a ") || title.startsWith("an ")) {
                String next = title.substring(title.indexOf(' ') + 1);
                boolean vowel = next.matches("([aeioAEIO]|Uni(?!x)|HTML|HDF5|MP|SQL|Arrow).*") && !next.startsWith("one");
                assertEquals(vowel, title.startsWith("an "), title);
            }
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

    private static Map<String, FileKind> starts() {
        Map<String, FileKind> starts = new LinkedHashMap<>();
        starts.put("76657273696f6e2068747470733a2f2f6769742d6c66732e6769746875622e636f6d2f737065632f7631", FileKind.GIT_LFS_POINTER);
        starts.put("2f616e6e65782f6f626a656374732f", FileKind.GIT_ANNEX_POINTER);
        starts.put("1f8b08", FileKind.GZIP);
        starts.put("28b52ffd", FileKind.ZSTANDARD);
        starts.put("425a6839314159265359", FileKind.BZIP2);
        starts.put("fd377a585a00", FileKind.XZ);
        starts.put("5d00008000ffffffffffffffff", FileKind.LZMA);
        starts.put("04224d18", FileKind.LZ4);
        starts.put("4c5a4950", FileKind.LZIP);
        starts.put("894c5a4f000d0a1a0a", FileKind.LZOP);
        starts.put("ff060000734e61507059", FileKind.SNAPPY);
        starts.put("1f9d", FileKind.UNIX_COMPRESS);
        starts.put("789c", FileKind.ZLIB);
        starts.put("46454131", FileKind.FEATHER);
        starts.put("80028a0a6cfc9c46f920", FileKind.TORCH);
        starts.put("504b030400000000000000000000000000000000000000000000090000006172725f302e6e7079", FileKind.NPZ);
        starts.put("504b03040000000000000000000000000000000000000000000011000000776f72642f646f63756d656e742e786d6c", FileKind.WORD);
        starts.put("504b0304000000000000000000000000000000000000000000000f000000786c2f776f726b626f6f6b2e786d6c", FileKind.EXCEL);
        starts.put("504b030400000000000000000000000000000000000000000000140000007070742f70726573656e746174696f6e2e786d6c",
            FileKind.POWERPOINT);
        starts.put("504b030400000000000000000000000000000000000000000000130000005b436f6e74656e745f54797065735d2e786d6c", FileKind.OFFICE);
        starts.put("504b030400000000000000000000000000000000000000000000000000006d696d65747970656170706c69636174696f6e2f65707562",
            FileKind.EPUB);
        starts.put("504b030400000000000000000000000000000000000000000000000000006d696d65747970656170706c69636174696f6e2f766e642e6f61736973",
            FileKind.OPEN_DOCUMENT);
        starts.put("504b030400000000000000000000000000000000000000000000090000004d4554412d494e462f", FileKind.JAVA_ARCHIVE);
        starts.put("504b03040000000000000000000000000000000000000000000005000000612e747874", FileKind.ZIP);
        starts.put("377abcaf271c", FileKind.SEVEN_ZIP);
        starts.put("526172211a07", FileKind.RAR);
        starts.put("303730373031", FileKind.CPIO);
        starts.put("50415231", FileKind.PARQUET);
        starts.put("4152524f57310000", FileKind.ARROW);
        starts.put("4f5243", FileKind.ORC);
        starts.put("4f626a01", FileKind.AVRO);
        starts.put("53514c69746520666f726d6174203300", FileKind.SQLITE);
        starts.put("47475546", FileKind.GGUF);
        starts.put("6c6d6767", FileKind.GGML);
        starts.put("40000000000000007b", FileKind.SAFETENSORS);
        starts.put("934e554d5059", FileKind.NPY);
        moreStarts(starts);
        return starts;
    }

    private static void moreStarts(Map<String, FileKind> starts) {
        starts.put("894844460d0a1a0a", FileKind.HDF5);
        starts.put("8004", FileKind.PICKLE);
        starts.put("c6d73401", FileKind.LLMC_MODEL);
        starts.put("88d83401", FileKind.LLMC_SHARD);
        starts.put("a3d93401", FileKind.LLMC_LLAMA);
        starts.put("a1d93401", FileKind.LLMC_LLAMA_SHARD);
        starts.put("8ad83401", FileKind.LLMC_EVAL);
        starts.put("8fd83401", FileKind.LLMC_STATE);
        starts.put("c7d73401", FileKind.LLMC_DEBUG_STATE);
        starts.put("c8d73401", FileKind.LLMC_TOKENIZER);
        starts.put("255044462d", FileKind.PDF);
        starts.put("7b5c727466", FileKind.RTF);
        starts.put("d0cf11e0a1b11ae1", FileKind.OLE);
        starts.put("41542654464f524d", FileKind.DJVU);
        starts.put("3c21646f63747970652068746d6c", FileKind.HTML);
        starts.put("89504e470d0a1a0a", FileKind.PNG);
        starts.put("ffd8ff", FileKind.JPEG);
        starts.put("474946383961", FileKind.GIF);
        starts.put("524946460000000057454250", FileKind.WEBP);
        starts.put("49492a00", FileKind.TIFF);
        starts.put("424d0102030400000000", FileKind.BMP);
        starts.put("0000000066747970", FileKind.MPEG4);
        starts.put("524946460000000057415645", FileKind.WAVE);
        starts.put("4f67675300", FileKind.OGG);
        starts.put("664c6143", FileKind.FLAC);
        starts.put("494433", FileKind.MP3);
        starts.put("1a45dfa3", FileKind.MATROSKA);
        starts.put("7f454c46", FileKind.ELF);
        starts.put("cffaedfe", FileKind.MACH_O);
        starts.put("4d5a9000", FileKind.WINDOWS_PROGRAM);
        starts.put("cafebabe", FileKind.JAVA_CLASS);
        starts.put("0061736d", FileKind.WEBASSEMBLY);
        starts.put("fffe0000", FileKind.UTF_32);
    }
}
