package lockstep.coordinator.member;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import lockstep.common.UserError;

/** The address of this machine that a name stands for. Hazelcast compares addresses as text, so it has to be told the plain one. */
final class BindAddress {
    private BindAddress() {}

    /**
     * @param text an IPv4 address, or a name that stands for one
     * @return that address in digits
     * @throws UserError when it is no address of this machine, or one of IPv6
     */
    static String of(String text) {
        List<InetAddress> all = known(text);
        List<Inet4Address> usable =
            all.stream().flatMap(address -> address instanceof Inet4Address four ? Stream.of(four) : Stream.empty()).toList();
        if (usable.isEmpty()) {
            throw new UserError("--bind: found " + text + ", which is " + all.getFirst().getHostAddress()
                + ", expected an IPv4 address of this machine, or a name that stands for one: nodes reach each other by IPv4");
        }
        Optional<Inet4Address> ours = usable.stream().filter(BindAddress::isOurs).findFirst();
        return ours.map(InetAddress::getHostAddress).orElseThrow(
            () -> new UserError("--bind: found " + text + ", expected an address of a network interface of this machine"));
    }

    private static List<InetAddress> known(String text) {
        try {
            if (text.isBlank()) {
                throw new UserError("--bind: found nothing, expected an address of this machine");
            }
            return List.of(InetAddress.getAllByName(text));
        } catch (UnknownHostException e) {
            throw new UserError("--bind: found " + text + ", expected an address of this machine without a port; that name is unknown", e);
        }
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            throw new UserError("--bind: cannot list this machine's network interfaces: " + e.getMessage(), e);
        }
    }
}
