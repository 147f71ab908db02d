package lockstep.common.compress;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

import io.airlift.compress.zstd.ZstdInputStream;

import lockstep.common.filekind.FileKind;

/** How a file is compressed. */
public enum Compression {
    NONE("", "plain data"), GZIP(".gz", "gzip"), ZSTD(".zst", "zstd");

    private final String ending;
    private final String title;

    Compression(String ending, String title) {
        this.ending = ending;
        this.title = title;
    }

    /** The format's name, for messages. */
    public String title() {
        return title;
    }

    /** As the end of the name says, in capitals or not. */
    public static Compression of(String fileName) {
        for (Compression compression : new Compression[] {GZIP, ZSTD}) {
            if (fileName.toLowerCase(Locale.ROOT).endsWith(compression.ending)) {
                return compression;
            }
        }
        return NONE;
    }

    /** As the file's first bytes say, whatever its name. */
    public static Compression of(FileKind kind) {
        return switch (kind) {
            case GZIP -> GZIP;
            case ZSTANDARD -> ZSTD;
            default -> NONE;
        };
    }

    /** The name without its ending. */
    public String bareName(String fileName) {
        return fileName.substring(0, fileName.length() - ending.length());
    }

    /**
     * @param stored the file's bytes; closed with the stream
     * @param name for messages
     * @return the plain bytes; a read of broken ones throws a UserError
     */
    public InputStream open(InputStream stored, String name) throws IOException {
        return switch (this) {
            case NONE -> stored;
            case GZIP -> new NamedStream(new GzipStream(stored), name, title);
            case ZSTD -> new NamedStream(new ZstdInputStream(new ZstdFrames(stored, name)), name, title);
        };
    }
}
