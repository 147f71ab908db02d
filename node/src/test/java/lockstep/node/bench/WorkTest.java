package lockstep.node.bench;

import org.junit.jupiter.api.Test;

import lockstep.common.model.ModelShape;
import lockstep.node.bench.Work.Limit;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Counted by hand, or by a loop that does what the kernel does. */
class WorkTest {
    private static final ModelShape D12 = ModelShape.of(1024, 50257, 12, 12, 768);

    @Test
    void aProductMultipliesAndAddsForEachOutputAndInputChannel() {
        assertEquals(new Work(Limit.ARITHMETIC, 2.0 * 256 * 768 * 2304), Work.linear(256, 768, 2304));
    }

    @Test
    void attentionMeetsEachKeyUpToTheQuery() {
        ModelShape shape = ModelShape.of(8, 256, 1, 2, 6);
        long operations = 0;
        for (int head = 0; head < 3 * 2; head++) {
            for (int query = 0; query < 5; query++) {
                for (int key = 0; key <= query; key++) {
                    // q·k and p·v: head size 3, a multiplication and an addition each
                    operations += 2 * 3 + 2 * 3;
                }
            }
        }
        assertEquals(new Work(Limit.ARITHMETIC, operations), Work.attentionForward(shape, 3, 5));
        assertEquals(new Work(Limit.ARITHMETIC, 2.5 * operations), Work.attentionBackward(shape, 3, 5));
    }

    @Test
    void attentionAtGpt2sShape() {
        // 2·2·4·12·64·(64·65/2)
        assertEquals(25_559_040, Work.attentionForward(D12, 4, 64).amount());
        assertEquals(63_897_600, Work.attentionBackward(D12, 4, 64).amount());
        // T(T+1) beyond an int
        assertEquals(2.0 * 2 * 768 * (100_000L * 100_001L / 2), Work.attentionForward(D12, 1, 100_000).amount());
    }

    @Test
    void theClassifierMakesOneProductForTheLossAndThreeWithItsGradient() {
        assertEquals(new Work(Limit.ARITHMETIC, 2.0 * 256 * 50257 * 768), Work.classifierLoss(256, D12));
        assertEquals(new Work(Limit.ARITHMETIC, 6.0 * 256 * 50257 * 768), Work.classifierGradient(256, D12));
    }

    @Test
    void memoryIsCountedInBytes() {
        assertEquals(new Work(Limit.MEMORY, 28.0 * 124_475_904), Work.adamW(124_475_904));
        assertEquals(new Work(Limit.MEMORY, 8.0 * 10 * 16), Work.layerNormForward(10, 16));
        assertEquals(new Work(Limit.MEMORY, 16.0 * 10 * 16), Work.layerNormBackward(10, 16));
        assertEquals(new Work(Limit.MEMORY, 12.0 * 10 * 16), Work.embeddingForward(10, 16));
        assertEquals(new Work(Limit.MEMORY, 20.0 * 10 * 16), Work.embeddingBackward(10, 16));
    }
}
