package lockstep.deploy.train;

import java.util.Optional;

import lockstep.common.CheckFailed;

/**
 * How the run has ended, as the node that led has said.
 *
 * @param step of the run's last state
 * @param weightsSha256 of that
 */
record FollowersEnd(int step, String weightsSha256) {
    /**
     * The last line of a node that followed. Only a node that holds the run's last state can compare: one that was just taking it holds a mixture, or nothing.
     *
     * @param held the step of the state that this node holds, where it holds a whole one
     * @param sha256 of its weights
     * @throws CheckFailed when it holds other weights after that step
     */
    String line(Optional<Integer> held, String sha256) {
        if (!held.equals(Optional.of(step))) {
            return "the run has ended after step " + step + " with weights sha256 " + weightsSha256
                + " on the leading node; this node "
                + held.map(some -> "holds the state after step " + some).orElse("had no whole state yet");
        }
        if (!weightsSha256.equals(sha256)) {
            throw new CheckFailed("the weights' sha256 is " + sha256 + " here and " + weightsSha256 + " on the leading node");
        }
        return "weights sha256 " + sha256;
    }
}
