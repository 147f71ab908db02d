package lockstep.coordinator.transfer;

import java.util.Optional;

import lockstep.common.replica.Replica;

/** Where a state that others ask for comes from. */
@FunctionalInterface
public interface StateSource {
    /** The replica, where it stands at this step of this generation and stays there until the asking node is READY; nothing else. */
    Optional<Replica> at(long generation, int step);
}
