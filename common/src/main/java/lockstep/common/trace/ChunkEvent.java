package lockstep.common.trace;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Chunks of a gradient that came in one message. */
@Name("lockstep.Chunks")
@Label("Chunks of a Gradient")
@Description("A message of the exchange, from its request to its last byte")
@Category("Lockstep")
@StackTrace(false)
final class ChunkEvent extends Event {
    @Label("From")
    String peer;

    @Label("Kind")
    @Description("partial sums of this node's chunks, or complete sums of the peer's")
    String kind;

    @Label("Chunks")
    int chunks;
}
