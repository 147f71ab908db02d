package lockstep.common.text;

/** A stretch of text that encodes on its own to its share of the document's tokens. Any thread may encode it. */
public interface TextChunk {
    /** About how much work it is: characters or bytes. */
    int size();

    int[] encode();
}
