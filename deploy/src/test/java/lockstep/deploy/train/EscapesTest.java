package lockstep.deploy.train;

import org.junit.jupiter.api.Test;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class EscapesTest {
    @Test
    void line_ends_of_windows_and_all_else_that_a_shell_can_not_write_are_written_with_a_backslash() {
        assertEquals("\r\n\r\n", Escapes.resolve("--delimiter", "\\r\\n\\r\\n"));
        for (String text : new String[] {"", "a", "\r\n\t\\", "\\n", "<|endoftext|>\r\n"}) {
            assertEquals(text, Escapes.resolve("--delimiter", Escapes.escape(text)));
        }
    }

    @Test
    void another_letter_behind_a_backslash_is_refused_with_those_that_may_stand_there() {
        assertEquals("--stop: found a \\ before \"d\", expected \\n, \\r, \\t or \\\\",
            assertThrows(UserError.class, () -> Escapes.resolve("--stop", "\\d")).getMessage());
        assertEquals("--stop: found a \\ at the end, expected \\n, \\r, \\t or \\\\",
            assertThrows(UserError.class, () -> Escapes.resolve("--stop", "a\\")).getMessage());
    }
}
