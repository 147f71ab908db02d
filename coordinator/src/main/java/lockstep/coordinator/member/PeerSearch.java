package lockstep.coordinator.member;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Looks where a node is to find others, before it is a member: a name that nobody knows and an address where nobody listens are the user's to mend. */
public final class PeerSearch {
    private static final int PATIENCE_MS = 1_000;

    private PeerSearch() {}

    /**
     * What one entry of the list led to.
     *
     * @param entry as the user gave it, with its port
     * @param answers whether a process listens there, whatever it is
     * @param text what became of the attempt, for the user
     */
    public record Finding(String entry, boolean answers, String text) {}

    /**
     * Asks all places at once; takes a second, or as long as a name service does. A place where this node itself is to listen, by whatever name it is given, is none of another node: it is left out as long as nobody answers there.
     */
    public static List<Finding> look(MemberSettings settings) {
        List<PeerAddress> places = settings.kubernetesDns().map(service -> List.of(new PeerAddress(service, settings.port())))
            .orElseGet(() -> settings.peers().stream().map(peer -> PeerAddress.parse("--join", peer)).toList());
        PeerAddress own = new PeerAddress(BindAddress.of(settings.bindAddress()), settings.port());
        List<Future<Optional<Finding>>> asked;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            asked = places.stream().map(place -> threads.submit(() -> find(place, own))).toList();
        } // which waits for all of them
        return asked.stream().flatMap(one -> one.resultNow().stream()).toList();
    }

    private static Optional<Finding> find(PeerAddress place, PeerAddress own) {
        List<InetAddress> addresses;
        try {
            addresses = Stream.of(InetAddress.getAllByName(place.host())).filter(Inet4Address.class::isInstance).toList();
        } catch (UnknownHostException e) {
            return Optional.of(new Finding(place.toString(), false, "the name " + place.host() + " is unknown"));
        }
        if (addresses.isEmpty()) {
            return Optional
                .of(new Finding(place.toString(), false, place.host() + " has no IPv4 address, and nodes reach each other by IPv4"));
        }
        Optional<Finding> last = Optional.empty();
        for (InetAddress address : addresses) {
            Finding finding = connect(place, address);
            if (finding.answers()) {
                return Optional.of(finding);
            }
            if (!own.equals(new PeerAddress(address.getHostAddress(), place.port()))) {
                last = Optional.of(finding);
            }
        }
        return last;
    }

    private static Finding connect(PeerAddress place, InetAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, place.port()), PATIENCE_MS);
            return new Finding(place.toString(), true, place + " answers");
        } catch (ConnectException e) {
            return new Finding(place.toString(), false, place + " doesn't answer: nobody listens on that port");
        } catch (SocketTimeoutException e) {
            return new Finding(place.toString(), false, place + " doesn't answer");
        } catch (IOException e) {
            return new Finding(place.toString(), false, place + " can't be reached: " + e.getMessage());
        }
    }
}
