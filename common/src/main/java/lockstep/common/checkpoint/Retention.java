package lockstep.common.checkpoint;

import lockstep.common.UserError;

/**
 * Which checkpoints stay.
 *
 * @param keep the newest so many; 0 keeps all
 * @param keepMajor every so many steps one is never deleted; 0 has none such
 * @param keepBest whether the one with the lowest validation loss stays
 */
public record Retention(int keep, int keepMajor, boolean keepBest) {
    public Retention {
        if (keep < 0) {
            throw new UserError("--keep must be >= 0, found " + keep);
        }
        if (keepMajor < 0) {
            throw new UserError("--keep-major must be >= 0, found " + keepMajor);
        }
    }
}
