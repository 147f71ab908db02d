package lockstep.common.fault;

import java.util.Optional;

import lockstep.common.UserError;

/** Counts how often named points are passed and acts at one of them, once. Any thread. */
public final class FailPoints {
    /** Passes everything. */
    public static final FailPoints NONE = new FailPoints("", 0, () -> {});

    private final String point;
    private final int occurrence;
    private final Runnable action;
    private int passed;

    private FailPoints(String point, int occurrence, Runnable action) {
        this.point = point;
        this.occurrence = occurrence;
        this.action = action;
    }

    /**
     * @param spec {@code point:occurrence}, the latter from 1
     * @param action what happens there
     */
    public static FailPoints of(String spec, Runnable action) {
        String[] parts = spec.split(":", -1);
        if (parts.length != 2 || !parts[1].matches("[1-9]\\d{0,6}")) {
            throw new UserError("LOCKSTEP_FAIL: found " + spec + ", expected point:occurrence");
        }
        return new FailPoints(parts[0], Integer.parseInt(parts[1]), action);
    }

    public static FailPoints of(Optional<String> spec, Runnable action) {
        return spec.map(some -> of(some, action)).orElse(NONE);
    }

    /** The program is at that point. */
    public void pass(String here) {
        if (reached(here)) {
            action.run();
        }
    }

    /** Whether this is the occurrence of the point, for what acts in a way of its own. */
    public synchronized boolean reached(String here) {
        return here.equals(point) && ++passed == occurrence;
    }
}
