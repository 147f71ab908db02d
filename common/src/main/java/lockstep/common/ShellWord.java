package lockstep.common;

import java.nio.file.Path;

/** Writes paths and texts as words of a POSIX shell, so that a command in a message can be typed as it stands. */
public final class ShellWord {
    private static final String SAFE = "[A-Za-z0-9_./=+:,@-]+";

    private ShellWord() {}

    /** Returns the word as it is where a shell reads it as one word, and within single quotes otherwise. A path is never read as an option. */
    public static String of(Object word) {
        String text = word instanceof Path && word.toString().startsWith("-") ? "./" + word : word.toString();
        return text.matches(SAFE) ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
