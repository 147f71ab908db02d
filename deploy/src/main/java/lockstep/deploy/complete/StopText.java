package lockstep.deploy.complete;

import java.util.List;
import java.util.function.Consumer;

import lockstep.common.UserError;

/** Passes a text on as it comes, up to where the first of some stop sequences begins. What may be the beginning of one is held back until that is known. */
final class StopText {
    private final List<String> stops;
    private final Consumer<String> out;
    private final StringBuilder held = new StringBuilder();
    private boolean hit;

    /**
     * @param stops none of them empty
     * @param out takes text that belongs to no stop sequence; never empty
     */
    StopText(List<String> stops, Consumer<String> out) {
        if (stops.stream().anyMatch(String::isEmpty)) {
            throw new UserError("stop: found an empty text, at which everything would stop at once; expected at least one character");
        }
        this.stops = List.copyOf(stops);
        this.out = out;
    }

    /** Whether a stop sequence has come; what comes after it is dropped. */
    boolean hit() {
        return hit;
    }

    void accept(String text) {
        if (hit) {
            return;
        }
        held.append(text);
        int stop = firstStop();
        if (stop >= 0) {
            hit = true;
            pass(stop);
            held.setLength(0);
        } else {
            pass(held.length() - beginningOfStop());
        }
    }

    /** The text ends here: what was held back belongs to it. */
    void finish() {
        pass(held.length());
    }

    private void pass(int chars) {
        if (chars > 0) {
            out.accept(held.substring(0, chars));
            held.delete(0, chars);
        }
    }

    private int firstStop() {
        return stops.stream().mapToInt(held::indexOf).filter(at -> at >= 0).min().orElse(-1);
    }

    /** Length of the longest end of the text that is the beginning of a stop sequence. */
    private int beginningOfStop() {
        int longest = 0;
        for (String stop : stops) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        return longest;
    }
}
