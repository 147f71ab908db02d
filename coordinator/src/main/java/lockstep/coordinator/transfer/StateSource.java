package lockstep.coordinator.transfer;

import java.util.Optional;

import lockstep.common.replica.Replica;

/** Where a state that others ask for comes from. */
public interface StateSource {
    /** The replica, where it stands at this step of this generation and stays there until the asking node is READY; nothing else. */
    Optional<Replica> at(long generation, int step);

    /** A piece of it is on its way. Any thread. */
    void gave();

    /** Whether there is no use in waiting for a generation: this node keeps to a later one. */
    boolean isOver(long generation);
}
