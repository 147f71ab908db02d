package lockstep.common.config;

import lockstep.common.UserError;

/** The checks that the records of this package share; every message names the option. */
final class Check {
    private Check() {}

    static void positive(String option, int value) {
        if (value <= 0) {
            throw new UserError(option + " must be > 0, found " + value);
        }
    }

    static void notNegative(String option, int value) {
        if (value < 0) {
            throw new UserError(option + " must be >= 0, found " + value);
        }
    }

    static void positiveFinite(String option, float value) {
        if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
            throw new UserError(option + " must be a number > 0, found " + value);
        }
    }

    /** 0 ≤ value < 1 */
    static void belowOne(String option, float value) {
        if (!(value >= 0 && value < 1)) {
            throw new UserError(option + " must be >= 0 and < 1, found " + value);
        }
    }

    static void fraction(String option, float value) {
        if (!(value >= 0 && value <= 1)) {
            throw new UserError(option + " must be from 0 to 1, found " + value);
        }
    }
}
