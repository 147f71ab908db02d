package lockstep.deploy.train;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class HomePathTest {
    private static final String HOME = HomePath.expand("~");

    @TempDir
    private Path dir;

    @Test
    void a_tilde_before_a_slash_is_the_home() {
        assertEquals("/home/anna", HomePath.expand("~", "/home/anna"));
        assertEquals("/home/anna/runs/a", HomePath.expand("~/runs/a", "/home/anna"));
        for (String plain : new String[] {"a/~/b", "./~/a", "~a", "a~", "", "x_*.bin"}) {
            assertEquals(plain, HomePath.expand(plain, "/home/anna"));
        }
    }

    @Test
    void anothers_home_is_refused_in_words() {
        UserError error = assertThrows(UserError.class, () -> HomePath.expand("~anna/runs", "/home/b"));
        assertTrue(error.getMessage().contains("or ./~anna/runs for a directory of that name"), error.getMessage());
    }

    @Test
    void the_name_of_a_text_with_a_slash_behind_it_is_a_path() {
        HomePath paths = new HomePath();
        assertEquals("./shakespeare", paths.convert("shakespeare/").toString());
        assertEquals("shakespeare", paths.convert("shakespeare").toString());
        assertEquals("runs", paths.convert("runs/").toString());
        assertEquals("/jdk", paths.convert("/jdk/").toString());
        assertTrue(TinyRun.run("train", "--text=shakespeare/").err().contains("shakespeare: no such file or directory"));
    }

    @Test
    void each_option_for_a_path_knows_it() {
        for (String option : new String[] {"--text", "--data", "--model", "--config", "--resume"}) {
            TinyRun.Result result = TinyRun.run("train", option + "=~/no such file of lockstep's");
            assertEquals(2, result.exitCode(), option);
            assertTrue(result.err().contains(HOME + "/no such file of lockstep's"), option + ": " + result.err());
        }
        assertTrue(TinyRun.run("info", "~/no such file of lockstep's").err().contains(HOME + "/no such file of lockstep's"));
        assertTrue(TinyRun.run("eval", dir.toString(), "--data=~anna/x").err().contains("another user's home"));
    }

    @Test
    void a_place_to_download_from_may_be_a_path() throws Exception {
        HomePath.Url urls = new HomePath.Url();
        assertEquals("https://host.example/a%20b/", urls.convert("https://host.example/a%20b/").toString());
        assertEquals(Path.of(HOME, "no such mirror").toUri() + "/", urls.convert("~/no such mirror/").toString());
        assertEquals(dir.toUri(), urls.convert(dir.toString()), "a directory, with the slash that its files are resolved against");
        assertEquals(Path.of("mirror/a").toAbsolutePath().toUri(), urls.convert("./mirror/a"));
        for (String command : new String[] {"get gpt2", "data tinyshakespeare", "data tinystories", "data fineweb10B",
            "data edu-fineweb"}) {
            String typed = command + " --out=" + dir.resolve("out") + " --from=~/no-such-mirror-of-lockstep/";
            TinyRun.Result result = TinyRun.run(typed.split(" "));
            assertEquals(2, result.exitCode(), command);
            assertTrue(result.err().contains(HOME + "/no-such-mirror-of-lockstep/"), command + ": " + result.err());
        }
    }
}
