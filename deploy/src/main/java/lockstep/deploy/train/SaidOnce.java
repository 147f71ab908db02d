package lockstep.deploy.train;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.Consumer;

/** Passes each line on once, where the same is found again and again. Of any number of different ones it remembers the last. */
final class SaidOnce implements Consumer<String> {
    private static final int REMEMBERED = 64;

    private final Consumer<String> to;
    private final SequencedSet<String> said = new LinkedHashSet<>();

    SaidOnce(Consumer<String> to) {
        this.to = to;
    }

    @Override
    public synchronized void accept(String line) {
        if (said.add(line)) {
            if (said.size() > REMEMBERED) {
                said.removeFirst();
            }
            to.accept(line);
        }
    }
}
