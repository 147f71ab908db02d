package lockstep.deploy.command;

import lockstep.common.UserError;

/** Checks that several commands make on their options. */
final class Options {
    private Options() {}

    static void positive(String option, int value) {
        if (value <= 0) {
            throw new UserError(option + " must be > 0, found " + value);
        }
    }
}
