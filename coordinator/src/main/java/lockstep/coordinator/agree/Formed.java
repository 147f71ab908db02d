package lockstep.coordinator.agree;

import java.util.List;
import java.util.Optional;

/**
 * A generation that this node is in from now on, for people.
 *
 * @param step where it begins
 * @param leads whether this node leads it
 * @param why the one before it ended; nothing where this is the first that this node is in
 * @param brokenNs since when this node knows that
 * @param places by rank, the leading node first
 */
public record Formed(long number, int step, boolean leads, Optional<String> why, long brokenNs, List<Place> places) {
    public Formed {
        places = List.copyOf(places);
    }

    /**
     * @param address host:port, unique among the nodes
     * @param takesState whether it takes the state from the others in the first step
     * @param groups that it computes once it has that, ascending; none for a spare
     */
    public record Place(String address, boolean takesState, List<Integer> groups) {
        public Place {
            groups = List.copyOf(groups);
        }
    }
}
