package lockstep.coordinator.agree;

import java.util.List;

/** Is told what a human may want to know. */
@FunctionalInterface
public interface ClusterListener {
    /** @param text one line */
    void message(String text);

    /**
     * On any thread, before they are gone: these nodes leave, by their own wish.
     *
     * @param addresses host:port
     */
    default void leaving(List<String> addresses) {}
}
