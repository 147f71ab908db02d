package lockstep.deploy.download;

import java.time.Duration;

/**
 * How long to wait for a server.
 *
 * @param connect until the connection stands
 * @param read until the answer begins, and then from one delivery of bytes to the next
 */
public record Deadlines(Duration connect, Duration read) {
    public static final Deadlines DEFAULTS = new Deadlines(Duration.ofSeconds(10), Duration.ofSeconds(30));
}
