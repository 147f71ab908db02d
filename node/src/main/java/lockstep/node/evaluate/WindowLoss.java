package lockstep.node.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongPredicate;

import lockstep.node.data.TokenSequence;

/**
 * The loss of a text to its last token, each predicted once, by windows of T tokens: the next begins {@code stride} tokens later, and of it those tokens count that no window before it had. So with a stride of T windows stand side by side;
 * with a smaller one each token but the first sees at least T − stride tokens before it. A window's loss depends on no other, so B doesn't show.
 */
public final class WindowLoss {
    private static final int SCAN = 1 << 14;

    private final TokenLosses model;
    private final int B;
    private final int T;
    private final int stride;
    private final OptionalInt endOfText;
    private final int[] tokens; // (B,T)
    private final int[] targets; // (B,T)
    private final double[] losses; // (B,T)
    private final int[] read; // (T+1)
    private final int[] scanned = new int[SCAN];

    /**
     * @param stride at most T
     * @param endOfText token before each document, where documents are measured each by itself: no token sees another document
     */
    public WindowLoss(TokenLosses model, int B, int T, int stride, OptionalInt endOfText) {
        if (stride < 1 || stride > T) {
            throw new IllegalArgumentException("stride must be in 1..T: stride=" + stride + ", T=" + T);
        }
        this.model = model;
        this.B = B;
        this.T = T;
        this.stride = stride;
        this.endOfText = endOfText;
        this.tokens = new int[Math.multiplyExact(B, T)];
        this.targets = new int[B * T];
        this.losses = new double[B * T];
        this.read = new int[T + 1];
    }

    /**
     * What was measured.
     *
     * @param tokens that were predicted: all but the first of each shard or document
     * @param sumNats of their losses, documents ascending, in each its tokens ascending
     * @param documents with at least one token to predict; of text without documents the shards
     * @param sumOfMeansNats the documents' mean losses, added
     */
    public record Measured(long tokens, long windows, double sumNats, long documents, double sumOfMeansNats) {
        public double lossNats() {
            return sumNats / tokens;
        }
    }

    /** A window: token i of it is number start + i of its shard; those from firstScored to last are predicted. */
    private record Window(TokenSequence shard, long start, long firstScored, long last, boolean endsDocument) {}

    /** Sums on their way. */
    private static final class Tally {
        private long tokens;
        private long windows;
        private double sumNats;
        private long documents;
        private double sumOfMeansNats;
        private long documentTokens;
        private double documentNats;

        void endDocument() {
            if (documentTokens > 0) {
                sumNats += documentNats;
                sumOfMeansNats += documentNats / documentTokens;
                documents++;
                documentNats = 0;
                documentTokens = 0;
            }
        }

        Measured measured() {
            endDocument();
            return new Measured(tokens, windows, sumNats, documents, sumOfMeansNats);
        }
    }

    /** @param wanted asked after each batch with the tokens that have been predicted so far: whether to go on */
    public Measured measure(List<TokenSequence> shards, LongPredicate wanted) {
        Tally tally = new Tally();
        List<Window> batch = new ArrayList<>();
        for (TokenSequence shard : shards) {
            for (long from = 0; from < shard.tokens();) {
                long end = endOfDocument(shard, from);
                long scored = from;
                for (long start = from; scored < end - 1; start += stride) {
                    long last = Math.min(start + T, end - 1);
                    batch.add(new Window(shard, start, scored + 1, last, last == end - 1));
                    scored = last;
                    if (batch.size() == B && !run(batch, tally, wanted)) {
                        return tally.measured();
                    }
                }
                from = end;
            }
        }
        run(batch, tally, wanted);
        return tally.measured();
    }

    /** Where the document that begins here ends: before the next end-of-text token, or with the shard. */
    private long endOfDocument(TokenSequence shard, long from) {
        if (endOfText.isEmpty()) {
            return shard.tokens();
        }
        for (long at = from + 1; at < shard.tokens(); at += SCAN) {
            int n = (int) Math.min(SCAN, shard.tokens() - at);
            shard.read(at, scanned, 0, n);
            for (int i = 0; i < n; i++) {
                if (scanned[i] == endOfText.getAsInt()) {
                    return at + i;
                }
            }
        }
        return shard.tokens();
    }

    private boolean run(List<Window> batch, Tally tally, LongPredicate wanted) {
        if (batch.isEmpty()) {
            return true;
        }
        Arrays.fill(tokens, 0);
        Arrays.fill(targets, 0);
        for (int row = 0; row < batch.size(); row++) {
            fill(row, batch.get(row));
        }
        model.of(losses, tokens, targets);
        for (int row = 0; row < batch.size(); row++) {
            add(row, batch.get(row), tally);
        }
        batch.clear();
        return wanted.test(tally.tokens);
    }

    private void fill(int row, Window window) {
        int n = (int) (window.last() - window.start());
        window.shard().read(window.start(), read, 0, n + 1);
        System.arraycopy(read, 0, tokens, row * T, n);
        System.arraycopy(read, 1, targets, row * T, n);
    }

    private void add(int row, Window window, Tally tally) {
        int first = row * T + (int) (window.firstScored() - window.start()) - 1;
        int n = (int) (window.last() - window.firstScored()) + 1;
        for (int i = first; i < first + n; i++) {
            tally.documentNats += losses[i];
        }
        tally.documentTokens += n;
        tally.tokens += n;
        tally.windows++;
        if (window.endsDocument()) {
            tally.endDocument();
        }
    }
}
