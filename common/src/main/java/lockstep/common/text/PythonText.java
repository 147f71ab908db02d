package lockstep.common.text;

/** What llm.c's scripts have Python do to a text. */
final class PythonText {
    private PythonText() {}

    /** {@code str.strip()}. */
    static String strip(String text) {
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

    /** {@code str.isspace()}: separators of words, lines and paragraphs, and the control characters of a type that is white space to bidirectional text. All are single units of UTF-16. */
    static boolean isSpace(char c) {
        return switch (Character.getType(c)) {
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> c >= '\t' && c <= '\r' || c >= '\u001c' && c <= '\u001f' || c == '\u0085';
        };
    }
}
