package lockstep.coordinator.call;

import java.util.BitSet;

/** Takes each number once. Requests overtake each other, so the last {@link #WIDTH} are remembered one by one; what is older counts as taken. */
final class ReplayWindow {
    static final int WIDTH = 4096;

    private final BitSet taken = new BitSet(WIDTH);
    private long highest = -1;

    synchronized boolean take(long number) {
        if (number < 0 || number <= highest - WIDTH) {
            return false;
        }
        if (number > highest) {
            forget(number);
            highest = number;
        }
        int slot = (int) (number % WIDTH);
        boolean first = !taken.get(slot);
        taken.set(slot);
        return first;
    }

    private void forget(long upTo) {
        if (upTo - highest >= WIDTH) {
            taken.clear();
            return;
        }
        for (long number = highest + 1; number <= upTo; number++) {
            taken.clear((int) (number % WIDTH));
        }
    }
}
