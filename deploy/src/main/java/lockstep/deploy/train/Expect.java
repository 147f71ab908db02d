package lockstep.deploy.train;

import java.util.List;

import lockstep.common.UserError;

/**
 * Checks on values of options that no record of {@code lockstep.common.config} makes; every message names option, value and what was
 * expected.
 */
final class Expect {
    private Expect() {}

    static UserError wrong(String option, Object found, String expected) {
        return new UserError(option + ": found " + found + ", expected " + expected);
    }

    static int between(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw wrong(option, value, max == Integer.MAX_VALUE ? "at least " + min : "from " + min + " to " + max);
        }
        return value;
    }

    static int positive(String option, int value) {
        return between(option, value, 1, Integer.MAX_VALUE);
    }

    static String oneOf(String option, String value, List<String> names) {
        if (!names.contains(value)) {
            throw wrong(option, value, "one of " + String.join(", ", names));
        }
        return value;
    }

    /** A limit that 0 switches off. */
    static double limit(String option, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw wrong(option, value, "a number >= 0, where 0 is off");
        }
        return value == 0 ? Double.POSITIVE_INFINITY : value;
    }
}
