package lockstep.common.text;

import java.io.IOException;

/** Takes tokens in order. The array belongs to the caller and may be reused after the call. */
@FunctionalInterface
public interface TokenSink {
    void accept(int[] tokens, int offset, int count) throws IOException;
}
