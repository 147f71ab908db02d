package lockstep.common.compress;

import java.io.IOException;
import java.io.InputStream;

import io.airlift.compress.zstd.ZstdInputStream;

/** How a file is compressed, as the end of its name says. */
public enum Compression {
    NONE(""), GZIP(".gz"), ZSTD(".zst");

    private final String ending;

    Compression(String ending) {
        this.ending = ending;
    }

    public static Compression of(String fileName) {
        for (Compression compression : new Compression[] {GZIP, ZSTD}) {
            if (fileName.endsWith(compression.ending)) {
                return compression;
            }
        }
        return NONE;
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
            case GZIP -> new NamedStream(new GzipStream(stored), name, "gzip");
            case ZSTD -> new NamedStream(new ZstdInputStream(new ZstdFrames(stored, name)), name, "zstd");
        };
    }
}
