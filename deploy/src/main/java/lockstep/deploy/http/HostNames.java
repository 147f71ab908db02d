package lockstep.deploy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import lockstep.common.UserError;

/**
 * An endpoint answers for these hosts. Addresses and {@code localhost} are always among them. A name is not unless somebody lists it: a web page that had its own name point to this machine (DNS rebinding) would send that name, and
 * could read what its visitor's browser may.
 *
 * @param listed in lower case; {@code *.example.org} for all names below that one, {@code *} for all names
 */
public record HostNames(List<String> listed) {
    public static final String OPTION = "--http-host";
    /** The label stands for the option's value in the help. */
    public static final String LABEL = "NAME,...";
    /** The text explains the option in the help of each command that has it. */
    public static final String HELP =
        "Names that clients may call this server by, beside its addresses and localhost, as in the URLs that they ask: a service of"
            + " compose or Kubernetes, host.docker.internal, what a proxy passes on. *.NAME stands for all below it, * for any. Others get 421, so that"
            + " no web page can point a name of its own here.";
    /** Only addresses and {@code localhost} are taken. */
    public static final HostNames NONE = new HostNames(List.of());
    public static final HostNames ANY = new HostNames(List.of("*"));

    private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    private static final int MAX_NAME_CHARS = 253;
    private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+(%[0-9a-z]+)?]");
    private static final Pattern HEADER = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]]*)(:[0-9]{0,5})?");

    public HostNames {
        listed = List.copyOf(listed);
    }

    /**
     * Reads the option's value.
     *
     * @param list names, separated by commas
     */
    public static HostNames parse(String list) {
        List<String> names = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            String name = part.strip().toLowerCase(Locale.ROOT);
            String plain = name.startsWith("*.") ? name.substring(2) : name;
            if (!name.equals("*") && !isName(plain)) {
                throw new UserError(
                    OPTION + ": found '" + part + "', expected names without scheme, port or path, separated by commas, as in"
                        + " node-1,host.docker.internal,*.lockstep.svc.cluster.local");
            }
            names.add(name);
        }
        return new HostNames(names);
    }

    /** Adds one more, which may be an address. */
    HostNames and(String host) {
        List<String> more = new ArrayList<>(listed);
        more.add(host.toLowerCase(Locale.ROOT));
        return new HostNames(more);
    }

    /**
     * Tells if an endpoint answers for a host.
     *
     * @param header a Host header: a name or an address, with or without a port
     */
    public boolean include(String header) {
        String host = host(header);
        return LITERAL.matcher(host).matches() || host.equals("localhost") || isName(host) && isListed(host);
    }

    /** @return the name that the header has, where it is one, to be shown to the sender */
    static String shown(String header) {
        String host = host(header);
        return isName(host) ? host : "a name";
    }

    private boolean isListed(String host) {
        return host.endsWith(".localhost")
            || listed.stream()
                .anyMatch(name -> name.equals("*") || name.equals(host) || name.startsWith("*.") && host.endsWith(name.substring(1)));
    }

    /** Cuts off the port and the dot that may end a whole name, and makes the rest lower case. */
    private static String host(String header) {
        Matcher matcher = HEADER.matcher(header.toLowerCase(Locale.ROOT));
        String host = matcher.matches() ? matcher.group(1) : "";
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static boolean isName(String text) {
        return text.length() <= MAX_NAME_CHARS && NAME.matcher(text).matches();
    }
}
