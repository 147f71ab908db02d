package lockstep.deploy.train;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

import lockstep.deploy.console.PlainTerminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RunAboutTest {
    private final ObjectNode about = new ObjectMapper().createObjectNode();

    @Test
    void a_node_on_another_jdk_than_the_runs_is_warned_of() {
        about.put("jdk", "27 (Somebody)");
        String warned = warned();
        assertTrue(warned.startsWith("lockstep: this node computes on Java " + Runtime.version() + " ("), warned);
        assertTrue(
            warned.contains(
                "the run of 10.0.0.1 on 27 (Somebody): no JDK from 25 on is known to change the weights; if one did, the run would end"),
            warned);
        assertEquals(1, warned.lines().count(), warned);
    }

    @Test
    void a_node_on_the_same_jdk_or_one_that_is_not_told_is_not() {
        assertEquals("", warned());
        about.put("jdk", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        assertEquals("", warned());
    }

    private String warned() {
        StringWriter err = new StringWriter();
        RunAbout.warnOfOtherJdk("the run of 10.0.0.1", about,
            new PlainTerminal(new PrintWriter(Writer.nullWriter()), new PrintWriter(err, true)));
        return err.toString();
    }
}
