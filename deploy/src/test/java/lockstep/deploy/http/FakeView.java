package lockstep.deploy.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A run of two nodes that stands still; the second can leave, the first can't. */
public final class FakeView implements ClusterView {
    public static final ClusterStatus STATUS = new ClusterStatus("run-7", 3, 12, 2000, List.of(
        new NodeStatus("node-1", "10.0.0.1:5701", NodeStatus.Role.COORDINATOR, 12, 1234.4, 56.78, List.of(0, 1)),
        new NodeStatus("node-2", "10.0.0.2:5701", NodeStatus.Role.JOINING, 11, 0, 0, List.of())));

    volatile Health health = new Health.Working("step 13 of 2000");
    volatile Readiness readiness = new Readiness.Ready("trains in generation 3");
    public final List<String> left = Collections.synchronizedList(new ArrayList<>());

    @Override
    public ClusterStatus status() {
        return STATUS;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    @Override
    public Departure leave(String node) {
        return switch (node) {
            case "node-1" -> new Departure.Refused("it writes a checkpoint");
            case "node-2" -> {
                left.add(node);
                yield new Departure.Asked("node-2 leaves after step 12");
            }
            default -> new Departure.UnknownNode();
        };
    }
}
