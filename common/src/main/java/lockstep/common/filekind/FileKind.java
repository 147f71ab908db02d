package lockstep.common.filekind;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A kind of file that is known by its first bytes, whatever its name says. The order matters: the first kind that fits is the file's. */
public enum FileKind {
    GIT_LFS_POINTER("a Git LFS pointer, a few lines in the place of the file itself", Family.POINTER,
        Magic.text("version https://git-lfs.github.com/spec/v1")),
    GIT_ANNEX_POINTER("a git-annex pointer, a line or a link in the place of the file itself", Family.POINTER,
        Magic.text("/annex/objects/")),

    GZIP("gzip data", Family.COMPRESSED, Magic.hex("1f8b")),
    ZSTANDARD("Zstandard data", Family.COMPRESSED, Magic.hex("28b52ffd"), Magic.hex("5?2a4d18")),
    BZIP2("bzip2 data", Family.COMPRESSED, Magic.hex("425a683?314159265359"), Magic.hex("425a683?177245385090")),
    XZ("xz data", Family.COMPRESSED, Magic.hex("fd377a585a00")),
    LZMA("lzma data", Family.COMPRESSED, Magic.hex("5d0000????ffffffffffffffff"), Magic.hex("5d0000????????????00000000")),
    LZ4("LZ4 data", Family.COMPRESSED, Magic.hex("04224d18"), Magic.hex("02214c18")),
    LZIP("lzip data", Family.COMPRESSED, Magic.binary("LZIP")),
    LZOP("lzop data", Family.COMPRESSED, Magic.hex("894c5a4f000d0a1a0a")),
    SNAPPY("Snappy data", Family.COMPRESSED, Magic.hex("ff060000734e61507059")),
    ZLIB("zlib data", Family.COMPRESSED, Magic.hex("789c"), Magic.hex("78da"), Magic.binary("x\u0001"), Magic.binary("x^")),
    UNIX_COMPRESS("data of Unix's compress", Family.COMPRESSED, Magic.hex("1f9d")),

    TORCH("weights or tensors of PyTorch", Family.TENSORS, Magic.zip("(.*/)?data\\.pkl"), Magic.zip("(.*/)?\\.format_version"),
        Magic.hex("80028a0a6cfc9c46f920")),
    NPZ("arrays of NumPy (.npz)", Family.TENSORS, Magic.zip(".*\\.npy")),
    WORD("a Word document", Family.DOCUMENT, Magic.zip("word/.*")),
    EXCEL("an Excel table", Family.TABLE, Magic.zip("xl/.*")),
    POWERPOINT("PowerPoint slides", Family.DOCUMENT, Magic.zip("ppt/.*")),
    OFFICE("a document of Microsoft Office (.docx, .xlsx or .pptx)", Family.DOCUMENT,
        Magic.zip("\\[Content_Types\\]\\.xml|_rels/.*|docProps/.*")),
    EPUB("an EPUB book", Family.DOCUMENT, Magic.hex("504b0304" + "??".repeat(26) + "6d696d65747970656170706c69636174696f6e2f65707562")),
    OPEN_DOCUMENT("an OpenDocument file (.odt, .ods or .odp)", Family.DOCUMENT,
        Magic.hex("504b0304" + "??".repeat(26) + "6d696d65747970656170706c69636174696f6e2f766e642e6f61736973")),
    JAVA_ARCHIVE("a Java archive", Family.PROGRAM, Magic.zip("META-INF/.*")),
    ZIP("a ZIP archive", Family.ARCHIVE, Magic.hex("504b0304"), Magic.hex("504b0506"), Magic.hex("504b0708")),
    SEVEN_ZIP("a 7-Zip archive", Family.ARCHIVE, Magic.hex("377abcaf271c")),
    RAR("a RAR archive", Family.ARCHIVE, Magic.hex("526172211a07")),
    TAR("a tar archive", Family.ARCHIVE, Magic.at(257, "757374617200"), Magic.at(257, "7573746172202000"),
        Magic.at(100, "3?3?3?3?3?3?3?00".repeat(3))),
    CPIO("a cpio archive", Family.ARCHIVE, Magic.binary("07070")),

    PARQUET("a Parquet table", Family.TABLE, Magic.binary("PAR1"), Magic.binary("PARE")),
    FEATHER("an old Feather table", Family.TABLE, Magic.binary("FEA1")),
    ARROW("an Arrow table", Family.TABLE, Magic.hex("4152524f57310000"), Magic.hex("ffffffff????0000100000000000")),
    ORC("an ORC table", Family.TABLE, Magic.binary("ORC")),
    AVRO("an Avro table", Family.TABLE, Magic.hex("4f626a01")),
    SQLITE("an SQLite database", Family.TABLE, Magic.hex("53514c69746520666f726d6174203300")),

    GGUF("a model of llama.cpp (GGUF)", Family.TENSORS, Magic.binary("GGUF"), Magic.binary("FUGG")),
    GGML("an old model of llama.cpp (GGML)", Family.TENSORS, Magic.binary("lmgg"), Magic.binary("fmgg"), Magic.binary("tjgg")),
    SAFETENSORS("tensors of safetensors", Family.TENSORS, Magic.hex("????????000000007b")),
    NPY("an array of NumPy (.npy)", Family.TENSORS, Magic.hex("934e554d5059")),
    HDF5("an HDF5 file", Family.TENSORS, Magic.hex("894844460d0a1a0a")),
    PICKLE("a pickle of Python", Family.TENSORS, Magic.hex("8002"), Magic.hex("8003"), Magic.hex("8004"), Magic.hex("8005")),
    LLMC_MODEL("a model of llm.c", Family.TENSORS, Magic.hex("c6d73401")),
    LLMC_SHARD("a token shard of llm.c", Family.TOKENS, Magic.hex("88d83401")),
    LLMC_LLAMA("a Llama of llm.c", Family.TENSORS, Magic.hex("a3d93401")),
    LLMC_LLAMA_SHARD("a shard of Llama's tokens of llm.c", Family.TOKENS, Magic.hex("a1d93401")),
    LLMC_EVAL("questions of llm.c, as tokens", Family.TOKENS, Magic.hex("8ad83401")),
    LLMC_STATE("a trainer's state of llm.c", Family.TENSORS, Magic.hex("8fd83401")),
    LLMC_DEBUG_STATE("a debug state of llm.c", Family.TENSORS, Magic.hex("c7d73401")),
    LLMC_TOKENIZER("a tokenizer of llm.c", Family.TENSORS, Magic.hex("c8d73401")),

    PDF("a PDF document", Family.DOCUMENT, Magic.text("%PDF-")),
    RTF("a document in Rich Text Format", Family.DOCUMENT, Magic.text("{\\rtf")),
    OLE("an old document of Microsoft Office (.doc, .xls or .ppt)", Family.DOCUMENT, Magic.hex("d0cf11e0a1b11ae1")),
    DJVU("a DjVu document", Family.DOCUMENT, Magic.hex("41542654464f524d")),
    HTML("an HTML page", Family.PAGE, Magic.text("<!doctype html"), Magic.text("<html")),

    PNG("a PNG image", Family.MEDIA, Magic.hex("89504e470d0a1a0a")),
    JPEG("a JPEG image", Family.MEDIA, Magic.hex("ffd8ff")),
    GIF("a GIF image", Family.MEDIA, Magic.binary("GIF87a"), Magic.binary("GIF89a")),
    WEBP("a WebP image", Family.MEDIA, Magic.hex("52494646????????57454250")),
    TIFF("a TIFF image", Family.MEDIA, Magic.hex("49492a00"), Magic.hex("4d4d002a")),
    BMP("a BMP image", Family.MEDIA, Magic.hex("424d????????00000000")),
    MPEG4("an MPEG-4, HEIC or AVIF file", Family.MEDIA, Magic.hex("000000??66747970")),
    WAVE("a WAVE or AVI file", Family.MEDIA, Magic.hex("52494646????????57415645"), Magic.hex("52494646????????41564920")),
    OGG("an Ogg file", Family.MEDIA, Magic.hex("4f67675300")),
    FLAC("a FLAC file", Family.MEDIA, Magic.binary("fLaC")),
    MP3("an MP3 file", Family.MEDIA, Magic.binary("ID3"), Magic.hex("fffb"), Magic.hex("fff3")),
    MATROSKA("a Matroska or WebM file", Family.MEDIA, Magic.hex("1a45dfa3")),

    ELF("a program or library of Linux", Family.PROGRAM, Magic.hex("7f454c46")),
    MACH_O("a program or library of macOS", Family.PROGRAM, Magic.hex("cffaedfe"), Magic.hex("cefaedfe"), Magic.hex("feedface")),
    WINDOWS_PROGRAM("a program or library of Windows", Family.PROGRAM, Magic.hex("4d5a??00")),
    JAVA_CLASS("a Java class", Family.PROGRAM, Magic.hex("cafebabe")),
    WEBASSEMBLY("a WebAssembly program", Family.PROGRAM, Magic.hex("0061736d")),

    UTF_32("text in UTF-32", Family.ENCODED, Magic.hex("fffe0000"), Magic.hex("0000feff"), Magic.wide(Charset.forName("UTF-32LE")),
        Magic.wide(Charset.forName("UTF-32BE"))),
    UTF_16LE("text in UTF-16 (little-endian)", Family.ENCODED, Magic.hex("fffe"), Magic.alternating(1),
        Magic.wide(StandardCharsets.UTF_16LE)),
    UTF_16BE("text in UTF-16 (big-endian)", Family.ENCODED, Magic.hex("feff"), Magic.alternating(0),
        Magic.wide(StandardCharsets.UTF_16BE));

    /** As many bytes of a file as {@link #of} looks at. */
    public static final int HEAD_BYTES = 1024;

    private final String title;
    private final Family family;
    /** Never handed out, and so never changed. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Magic[] magics;

    FileKind(String title, Family family, Magic... magics) {
        this.title = title;
        this.family = family;
        this.magics = magics;
    }

    /** Kinds of files that have something in common. */
    public enum Family {
        /** A stand-in for the file, which a tool of its own has to fetch. */
        POINTER,
        /** One file, compressed. */
        COMPRESSED,
        /** Several files in one. */
        ARCHIVE,
        /** Rows and columns. */
        TABLE,
        /** Weights, arrays and the objects of programs. */
        TENSORS,
        /** Text that has become tokens. */
        TOKENS,
        /** Text within a program's own format. */
        DOCUMENT,
        /** Text with markup, which is what a server sends in the place of a file that it hasn't. */
        PAGE,
        /** Images, sound and films. */
        MEDIA, PROGRAM,
        /** Text in another encoding than UTF-8. */
        ENCODED
    }

    /** The kind's name with its article, for messages: "a PDF document". */
    public String title() {
        return title;
    }

    public Family family() {
        return family;
    }

    /**
     * The kind of the file that begins with these bytes, or nothing: for plain text, and for what the table doesn't know.
     *
     * @param head the first {@value #HEAD_BYTES} bytes of the file, or all of it where it is shorter
     */
    public static Optional<FileKind> of(byte[] head) {
        for (FileKind kind : values()) {
            for (Magic magic : kind.magics) {
                if (magic.fits(head)) {
                    return Optional.of(kind);
                }
            }
        }
        return Optional.empty();
    }

    /** The kind of a file. */
    public static Optional<FileKind> of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in.readNBytes(HEAD_BYTES));
        }
    }
}
