package lockstep.deploy.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import lockstep.coordinator.agree.RunOffer;
import lockstep.coordinator.call.Endpoint;
import lockstep.coordinator.member.MemberSettings;
import lockstep.coordinator.secret.Secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A node is told of a run and reads its data; by the time that it asks for a place, nobody trains any more. */
@Timeout(60)
class EndedRunTest {
    private static final String SECRET = "the secret of this test, which is long enough";

    @TempDir
    private Path dir;
    private Path run;
    private Endpoint teller;

    @BeforeEach
    void tell_of_a_run() throws IOException {
        run = dir.resolve("run");
        assertEquals(0, TinyRun.train(TinyRun.text(dir), run, "--steps", "3", "--sample-every", "0").exitCode());
        Path secret = Files.writeString(dir.resolve("secret"), SECRET);
        teller =
            Endpoint.start(new MemberSettings("lockstep", MemberSettings.LOOPBACK, 0, List.of(), Secret.read(secret)), (_, _) -> {});
        RunOffer.serve(teller, Files.readAllBytes(run.resolve("config.json")));
        teller.open();
    }

    @AfterEach
    void close() {
        teller.close();
    }

    private TinyRun.Result join(String... options) {
        String[] command = {"train", "--join=" + teller.member().self().address(), "--port=0", "--secret-file=" + dir.resolve("secret")};
        String[] all = new String[command.length + options.length];
        System.arraycopy(command, 0, all, 0, command.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        return TinyRun.run(all);
    }

    @Test
    void a_node_that_was_only_to_join_says_so_and_trains_nothing() {
        TinyRun.Result result = join("--out=" + dir.resolve("own"));
        assertEquals(2, result.exitCode(), result.toString());
        assertTrue(result.err().contains("lockstep: --join: the run of " + teller.member().self().address()
            + " has ended, or its nodes are gone, before this node took part in it: nothing was trained here\n"), result.err());
        assertFalse(Files.exists(dir.resolve("own")), result.toString());
    }

    @Test
    void where_it_sees_the_runs_checkpoint_it_says_how_to_go_on() {
        TinyRun.Result result = join();
        assertEquals(2, result.exitCode(), result.toString());
        assertTrue(result.err().contains("; to go on with that run: ./lockstep train --resume " + run + "\n"), result.err());
    }

    @Test
    void a_command_that_describes_the_run_may_begin_it_anew() {
        TinyRun.Result result = join("--out=" + dir.resolve("own"), "--steps=3");
        assertEquals(0, result.exitCode(), result.toString());
        assertTrue(result.out().contains("this node makes it anew"), result.out());
    }
}
