package lockstep.deploy.train;

import lockstep.common.UserError;

/** Texts that a shell can't easily write. */
public final class Escapes {
    private Escapes() {}

    /**
     * A text with {@code \n}, {@code \r}, {@code \t} and {@code \\} replaced by what they stand for.
     *
     * @param option that the text was given to
     */
    public static String resolve(String option, String text) {
        StringBuilder resolved = new StringBuilder();
        boolean escaped = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (escaped) {
                resolved.append(meant(option, c));
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else {
                resolved.append(c);
            }
        }
        if (escaped) {
            throw new UserError(option + ": found a \\ at the end, expected \\n, \\r, \\t or \\\\");
        }
        return resolved.toString();
    }

    /** Returns the text that {@link #resolve} makes this one of. */
    static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    }

    private static char meant(String option, char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '\\' -> '\\';
            default -> throw new UserError(option + ": found a \\ before \"" + c + "\", expected \\n, \\r, \\t or \\\\");
        };
    }
}
