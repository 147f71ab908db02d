package lockstep.common.random;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class XorShift64StarTest {
    @Test
    void flipsTheCoinsOfLlmCsSampler() {
        XorShift64Star random = new XorShift64Star(1337);
        for (double coin : new double[] {.230317235, .190518260, .310865164, .902659476, .684917867}) {
            assertEquals(coin, random.nextFloat(), 1e-9 + 0x1p-25);
        }
    }

    @Test
    void goesOnFromItsState() {
        XorShift64Star first = new XorShift64Star(1337);
        first.nextInt();
        XorShift64Star second = new XorShift64Star(first.state());
        assertEquals(first.nextInt(), second.nextInt());
        assertEquals(first.state(), second.state());
    }

    @Test
    void doesNotStandStillAtZero() {
        assertEquals(new XorShift64Star(1337).nextInt(), new XorShift64Star(0).nextInt());
    }
}
