package lockstep.coordinator.member;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import lockstep.common.UserError;
import lockstep.coordinator.secret.Secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Addresses as users write them, and what becomes of those that won't do. */
class AddressTest {
    private static final Secret SECRET = Secret.of("the secret of this test".getBytes(StandardCharsets.US_ASCII));

    @Test
    void a_list_may_name_hosts_with_and_without_a_port_and_blanks_between() {
        assertEquals(List.of(new PeerAddress("10.0.0.1", 5701), new PeerAddress("node-2.lan", 9)),
            PeerAddress.list("--join", "10.0.0.1, node-2.lan:9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a,", ",a", "a,,b", "a:", "a:0", "a:65536", "a:x", "a:1:2", "::1", "[::1]", "[::1]:5701",
        "fe80::1%eth0", "http://a", "a b"})
    void what_is_no_list_is_refused_by_the_option_s_name(String text) {
        UserError error = assertThrows(UserError.class, () -> PeerAddress.list("--join", text));
        assertTrue(error.getMessage().startsWith("--join: found ") && error.getMessage().contains("expected HOST[:PORT]"),
            error.getMessage());
    }

    @Test
    void a_name_is_bound_by_the_address_that_it_stands_for() {
        assertEquals("127.0.0.1", BindAddress.of("localhost"));
        assertEquals("127.0.0.1", BindAddress.of("127.0.0.1"));
        assertEquals("127.0.0.1", BindAddress.of("127.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]", "", " ", "no.such.host.invalid", "192.0.2.1", "0.0.0.0", "127.0.0.1:5701", "*"})
    void what_cannot_be_bound_is_refused_in_words(String text) {
        UserError error = assertThrows(UserError.class, () -> BindAddress.of(text));
        assertTrue(error.getMessage().startsWith("--bind: found ") && error.getMessage().contains(", expected "), error.getMessage());
    }

    @Test
    void a_member_listens_where_a_name_leads() {
        try (Member member = Member.start(new MemberSettings("test", "localhost", 0, List.of(), SECRET), _ -> {})) {
            assertEquals("127.0.0.1", member.self().host());
        }
    }

    @Test
    void who_answers_and_who_does_not_is_told_by_entry() throws IOException {
        int closed = closedPort();
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            List<String> peers = List.of("127.0.0.1:" + open.getLocalPort(), "localhost:" + closed, "no.such.host.invalid");
            List<PeerSearch.Finding> found = PeerSearch.look(new MemberSettings("test", "127.0.0.1", 0, peers, SECRET));
            assertEquals(List.of(true, false, false), found.stream().map(PeerSearch.Finding::answers).toList());
            assertEquals("localhost:" + closed + " doesn't answer: nobody listens on that port", found.get(1).text());
            assertEquals("the name no.such.host.invalid is unknown", found.get(2).text());
        }
    }

    /** A list of all nodes is the same on each of them, and may name this one in other words than --bind does. */
    @Test
    void a_node_does_not_complain_of_its_own_place_in_the_list() throws IOException {
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int own = closedPort();
            List<String> peers = List.of("localhost:" + own, "127.0.0.1:" + open.getLocalPort(), "127.0.0.2:" + own);
            List<PeerSearch.Finding> found = PeerSearch.look(new MemberSettings("test", "127.0.0.1", own, peers, SECRET));
            assertEquals(List.of(peers.get(1), peers.get(2)), found.stream().map(PeerSearch.Finding::entry).toList());
            int taken = open.getLocalPort(); // by another process: this node takes the next one
            assertEquals(1, PeerSearch.look(new MemberSettings("test", "127.0.0.1", taken, List.of("127.0.0.1:" + taken), SECRET)).size());
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket once = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return once.getLocalPort();
        }
    }

    /** The kernel takes connections for a process that is stopped. */
    @Test
    void a_place_that_takes_connections_and_does_not_answer_is_named() throws IOException {
        try (ServerSocket stopped = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String place = "127.0.0.1:" + stopped.getLocalPort();
            MemberSettings settings = new MemberSettings("test", "127.0.0.1", 0, List.of(place), SECRET);
            NoAnswer failure = assertThrows(NoAnswer.class,
                () -> Member.start(settings, config -> config.setProperty("hazelcast.max.join.seconds", "2")));
            assertTrue(failure.getMessage().contains(place + " takes connections and does not answer"), failure.getMessage());
        }
    }
}
