package lockstep.common.format;

import java.nio.file.Path;

import org.junit.jupiter.api.function.Executable;

import lockstep.common.UserError;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a user is told. */
public final class UserErrors {
    private static final int LONGEST = 3000;

    private UserErrors() {}

    /** One line of bounded length that names a path of this directory first. */
    public static void assertClear(UserError error, Path directory, String what) {
        String message = error.getMessage();
        assertEquals(1, message.lines().count(), what + ": " + message);
        assertTrue(message.startsWith(directory.toString()), what + ": " + message);
        assertFalse(message.length() > LONGEST, () -> what + ": " + message.length());
    }

    /** One line that says all of this, and the file only once. */
    public static void assertTold(Executable action, Object... mentioned) {
        String message = assertThrows(UserError.class, action).getMessage();
        assertEquals(1, message.lines().count(), message);
        for (Object part : mentioned) {
            assertTrue(message.contains(part.toString()), "expected \"" + part + "\" in: " + message);
            assertTrue(!(part instanceof Path) || message.indexOf(part.toString()) == message.lastIndexOf(part.toString()), message);
        }
    }
}
