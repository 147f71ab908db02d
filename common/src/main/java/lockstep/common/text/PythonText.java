package lockstep.common.text;

/**
 * What Python does to a text, as llm.c's scripts and the exams have it. White space is that of {@link Unicode16} and the separators U+001C to U+001F: all single units of
 * UTF-16.
 */
public final class PythonText {
    private PythonText() {}

    /** {@code str.strip()}. */
    public static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (start < end && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** {@code not str.strip()}. */
    public static boolean isBlank(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isSpace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** {@code str.isspace()} of one character. */
    public static boolean isSpace(char c) {
        return Unicode16.classOf(c) == Unicode16.SPACE || c >= '\u001c' && c <= '\u001f';
    }
}
