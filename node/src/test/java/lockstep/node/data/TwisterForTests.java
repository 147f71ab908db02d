package lockstep.node.data;

/** mt19937 and llm.c's Fisher–Yates, straight from their definitions: an oracle that shares no code with what it checks. */
final class TwisterForTests implements Permuter {
    private static final int N = 624;
    private final int[] state = new int[N];
    private int next = N;

    TwisterForTests(int seed) {
        state[0] = seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
    }

    @Override
    public void permute(int[] data) {
        for (int i = data.length - 1; i > 0; i--) {
            int j = Integer.remainderUnsigned(nextInt(), i + 1);
            int swapped = data[i];
            data[i] = data[j];
            data[j] = swapped;
        }
    }

    private int nextInt() {
        if (next == N) {
            twist();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return y ^ y >>> 18;
    }

    private void twist() {
        for (int i = 0; i < N; i++) {
            int y = state[i] & 0x80000000 | state[(i + 1) % N] & 0x7fffffff;
            state[i] = state[(i + 397) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        next = 0;
    }
}
