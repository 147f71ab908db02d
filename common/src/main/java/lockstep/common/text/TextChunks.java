package lockstep.common.text;

import java.io.IOException;
import java.util.Optional;

/**
 * The chunks of one document in order: their tokens, one after the other, are the document's. Where they are cut follows from the text alone, never from who
 * encodes them or how the stream delivers.
 */
@FunctionalInterface
public interface TextChunks {
    /** Empty, once and for all, at the end of the text. */
    Optional<TextChunk> next() throws IOException;
}
