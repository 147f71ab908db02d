package lockstep.deploy.http;

import java.time.Duration;
import java.util.Optional;

/** Something that changes, for those who follow it. Asked by many threads at once; what it answers comes from memory. */
public interface EventFeed {
    /**
     * @param id of what the follower knows once he has the data
     * @param data one line
     */
    record Event(String id, String data) {}

    /** Whether a follower may have got this text as an id, from this feed or from one before it. */
    boolean isId(String text);

    /**
     * Waits for something that a follower doesn't know, and gives all of that as one event, however long he was away.
     *
     * @param after id of the last event that he got; nothing where he got none
     * @param patience how long he waits
     * @return nothing where nothing has changed until then
     */
    Optional<Event> next(Optional<String> after, Duration patience) throws InterruptedException;
}
