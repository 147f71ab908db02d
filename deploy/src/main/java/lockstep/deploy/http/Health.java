package lockstep.deploy.http;

/** Whether a node should be left alone. */
public sealed interface Health {
    /** @param at what it does, as in {@code step 12 of 2000} */
    record Working(String at) implements Health {}

    /** @param what it waits for, a reason that its logs state too */
    record Waiting(String what) implements Health {}

    /** @param why it is taken for dead: only a restart helps */
    record Stuck(String why) implements Health {}
}
