package lockstep.common.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class OrderedEncoderTest {
    private static final int BATCH = 1 << 16;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void anyNumberOfThreadsGivesTheTokensOfOneAfterTheOther(int threads) throws IOException {
        for (int chunkChars : new int[] {2, 7, 64, 1_000}) {
            Gpt2Tokenizer tokenizer = new Gpt2Tokenizer(chunkChars, 1 << 20);
            String text = GoldenStrings.variedText(chunkChars, 30_000) + "b".repeat(70_000) + GoldenStrings.variedText(1, 30_000);
            TokenList tokens = new TokenList();
            try (OrderedEncoder encoder = new OrderedEncoder(threads)) {
                TextChunks chunks = tokenizer.chunks(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
                for (Optional<TextChunk> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
                    encoder.add(chunk.get(), tokens);
                }
                encoder.finish();
            }
            assertArrayEquals(tokenizer.encode(text), tokens.toArray(), "chunks of " + chunkChars);
        }
    }

    @Test
    void aBatchThatIsDoneEarlyWaitsForTheOneBeforeIt() throws IOException {
        CountDownLatch secondIsDone = new CountDownLatch(1);
        TokenList tokens = new TokenList();
        try (OrderedEncoder encoder = new OrderedEncoder(2)) {
            encoder.add(chunk(() -> {
                await(secondIsDone);
                return 1;
            }), tokens);
            encoder.add(chunk(() -> {
                secondIsDone.countDown();
                return 2;
            }), tokens);
            encoder.finish();
        }
        assertArrayEquals(new int[] {1, 2}, tokens.toArray());
    }

    @Test
    void noMoreBatchesAreHeldThanAreNeededToKeepTheThreadsBusy() throws IOException {
        AtomicInteger delivered = new AtomicInteger();
        try (OrderedEncoder encoder = new OrderedEncoder(2)) {
            for (int i = 0; i < 100; i++) {
                encoder.add(chunk(() -> 0), (tokens, offset, count) -> delivered.incrementAndGet());
                assertTrue(i - delivered.get() < 8, i + " added, " + delivered.get() + " delivered");
            }
            encoder.finish();
        }
        assertEquals(100, delivered.get());
    }

    @Test
    void aFailureInAnyWorkerEndsItWithThatFailure() throws IOException {
        UserError failure = new UserError("chunk 5 is bad");
        try (OrderedEncoder encoder = new OrderedEncoder(2)) {
            assertSame(failure, assertThrows(UserError.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    int number = i;
                    encoder.add(chunk(() -> {
                        if (number == 5) {
                            throw failure;
                        }
                        return number;
                    }), (tokens, offset, count) -> {});
                }
            }));
        }
    }

    @Test
    void anErrorOfTheJvmInAWorkerStaysWhatItIs() {
        try (OrderedEncoder encoder = new OrderedEncoder(1)) {
            assertThrows(OutOfMemoryError.class, () -> {
                encoder.add(chunk(() -> {
                    throw new OutOfMemoryError("of the test");
                }), (tokens, offset, count) -> {});
                encoder.finish();
            });
        }
    }

    @Test
    void whoIsInterruptedWhileItWaitsStopsAndStaysInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        try (OrderedEncoder encoder = new OrderedEncoder(1)) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> {
                encoder.add(chunk(() -> {
                    await(never);
                    return 0;
                }), (tokens, offset, count) -> {});
                encoder.finish();
            });
            assertTrue(Thread.interrupted());
        } finally {
            never.countDown();
        }
    }

    @FunctionalInterface
    private interface Work {
        int token();
    }

    /** As large as a batch, so that each travels alone. */
    private static TextChunk chunk(Work work) {
        return new TextChunk() {
            @Override
            public int size() {
                return BATCH;
            }

            @Override
            public int[] encode() {
                return new int[] {work.token()};
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
