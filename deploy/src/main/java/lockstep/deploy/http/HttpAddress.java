package lockstep.deploy.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;

import lockstep.common.UserError;

/**
 * Where an endpoint is.
 *
 * @param host a name or an address; an IPv6 address, which may be given in brackets, without them
 */
public record HttpAddress(String host, int port) {
    public static final String LOOPBACK = "127.0.0.1";
    /** What the documents use and {@code cluster} tries unless told otherwise; no run opens it by itself. */
    public static final int USUAL_PORT = 8080;
    private static final int MAX_PORT = 65535;

    public HttpAddress {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        host = bracketed ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * @param option that the text was given to, for messages
     * @param text host, host:port, [IPv6] or [IPv6]:port
     */
    public static HttpAddress parse(String option, String text) {
        boolean bracketed = text.startsWith("[");
        int hostEnd = bracketed ? text.indexOf(']') : text.indexOf(':') < 0 ? text.length() : text.indexOf(':');
        String host = bracketed && hostEnd > 0 ? text.substring(1, hostEnd) : text.substring(0, Math.max(0, hostEnd));
        String rest = hostEnd < 0 ? "?" : text.substring(bracketed ? hostEnd + 1 : hostEnd);
        if (host.isBlank() || !rest.isEmpty() && !rest.matches(":[1-9][0-9]{0,4}") || port(rest) > MAX_PORT) {
            throw new UserError(option + ": found " + text + ", expected HOST:PORT, as in " + LOOPBACK + ":" + USUAL_PORT);
        }
        return new HttpAddress(host, port(rest));
    }

    private static int port(String rest) {
        return rest.matches(":[0-9]{1,5}") ? Integer.parseInt(rest.substring(1)) : USUAL_PORT;
    }

    /**
     * The address of an option's port.
     *
     * @param least 0 where that means something, else 1
     */
    public static HttpAddress of(String option, String host, int port, int least) {
        if (port < least || port > MAX_PORT) {
            throw new UserError(option + " must be " + least + " to " + MAX_PORT + ", found " + port);
        }
        return new HttpAddress(host, port);
    }

    /** @param option that named the host, for messages */
    InetSocketAddress resolve(String option) {
        if (host.isBlank()) {
            throw new UserError(option + ": found no host, expected a name or an address");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new UserError(option + ": found host " + host + ", which nobody knows; expected a name or an address", e);
        }
    }

    /** By address and not by name: endpoints refuse names, behind which a browser could be led astray. */
    URI uri(String option, String path) {
        InetSocketAddress resolved = resolve(option);
        String literal = resolved.getAddress().getHostAddress();
        return URI.create("http://" + bracketed(literal) + ":" + port + path);
    }

    @Override
    public String toString() {
        return bracketed(host) + ":" + port;
    }

    private static String bracketed(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
