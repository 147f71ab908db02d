package lockstep.coordinator.member;

import java.util.List;
import java.util.stream.Stream;

import lockstep.common.UserError;

/**
 * Where a node may be, as {@code --join} names it.
 *
 * @param host a name or an IPv4 address
 */
public record PeerAddress(String host, int port) {
    private static final int MAX_PORT = 65535;
    private static final String EXPECTED = ", expected HOST[:PORT] with a port from 1 to " + MAX_PORT;

    /**
     * Entries that commas separate.
     *
     * @param option that the text was given to, for messages
     * @throws UserError when an entry is none, or an IPv6 address
     */
    public static List<PeerAddress> list(String option, String text) {
        return Stream.of(text.split(",", -1)).map(entry -> {
            if (entry.isBlank()) {
                throw new UserError(option + ": found an empty entry in '" + text + "'" + EXPECTED + " between commas");
            }
            return parse(option, entry.strip());
        }).toList();
    }

    /** One entry; without a port it is {@link MemberSettings#DEFAULT_PORT}, since Hazelcast would try three, which ones depending on our own. */
    static PeerAddress parse(String option, String entry) {
        if (entry.startsWith("[") || entry.chars().filter(c -> c == ':').count() > 1) {
            throw new UserError(option + ": found " + entry + EXPECTED + " and an IPv4 address or a name: nodes don't speak IPv6");
        }
        String[] parts = entry.split(":", -1);
        boolean valid = parts[0].matches("[A-Za-z0-9._-]+") && (parts.length == 1 || parts[1].matches("[1-9][0-9]{0,4}"));
        if (!valid || parts.length == 2 && Integer.parseInt(parts[1]) > MAX_PORT) {
            throw new UserError(option + ": found " + entry + EXPECTED);
        }
        return new PeerAddress(parts[0], parts.length == 1 ? MemberSettings.DEFAULT_PORT : Integer.parseInt(parts[1]));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
