package lockstep.common.trace;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A phase of a step, once for each of its parts. */
@Name("lockstep.Phase")
@Label("Phase of a Step")
@Description("What the training loop did: the whole step, or a part of it")
@Category("Lockstep")
@StackTrace(false)
final class PhaseEvent extends Event {
    @Label("Phase")
    String phase;
}
