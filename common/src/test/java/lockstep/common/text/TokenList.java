package lockstep.common.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Keeps all tokens, and the size of the largest delivery. */
final class TokenList implements TokenSink {
    private final IntStream.Builder tokens = IntStream.builder();
    private int largestDelivery;

    @Override
    public void accept(int[] source, int offset, int count) {
        Arrays.stream(source, offset, offset + count).forEach(tokens);
        largestDelivery = Math.max(largestDelivery, count);
    }

    int[] toArray() {
        return tokens.build().toArray();
    }

    int largestDelivery() {
        return largestDelivery;
    }
}
