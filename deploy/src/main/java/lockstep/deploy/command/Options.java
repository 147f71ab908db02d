package lockstep.deploy.command;

import java.net.URI;

import lockstep.common.UserError;

/** Checks that several commands make on their options. */
final class Options {
    private Options() {}

    static void positive(String option, int value) {
        if (value <= 0) {
            throw new UserError(option + " must be > 0, found " + value);
        }
    }

    /** File names are resolved against it. */
    static void directory(String option, URI url) {
        if (!url.toString().endsWith("/")) {
            throw new UserError(option + ": found " + url + ", expected the URL of a directory, with a / at the end");
        }
    }

    static void inRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new UserError(option + " must be " + least + " to " + most + ", found " + value);
        }
    }
}
