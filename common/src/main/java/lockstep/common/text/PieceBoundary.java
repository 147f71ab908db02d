package lockstep.common.text;

/**
 * Where a text may be cut so that the two halves encode, one after the other, to the tokens of the whole.
 *
 * <p>
 * GPT-2 first splits text into pieces by {@code '(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+} and merges bytes
 * only within a piece. The
 * expression never looks behind, so a cut is safe where a piece always ends and where the piece before it comes out the same when the text
 * ends there:
 * <ul>
 * <li>before whitespace that follows anything else: no piece holds the two, and a run of non-space ends there anyway;</li>
 * <li>between letters, numbers and the rest, when the class changes: runs are of one class. Except after an apostrophe before a letter,
 * which may be the
 * contraction {@code 's}.</li>
 * </ul>
 * Not after whitespace: a space belongs to the word after it, and {@code \s+(?!\S)} looks ahead. Surrogates have no class of their own
 * here, so a cut never parts a
 * pair.
 */
final class PieceBoundary {
    private PieceBoundary() {}

    private enum Kind {
        SPACE, LETTER, NUMBER, OTHER, UNKNOWN
    }

    static boolean isSafe(char before, char after) {
        Kind left = kind(before);
        Kind right = kind(after);
        if (left == right || left == Kind.SPACE || left == Kind.UNKNOWN || right == Kind.UNKNOWN) {
            return false;
        }
        return !(before == '\'' && right == Kind.LETTER);
    }

    private static Kind kind(char c) {
        if (Character.isSurrogate(c)) {
            return Kind.UNKNOWN;
        }
        return switch (Character.getType(c)) {
            case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER, Character.MODIFIER_LETTER,
                Character.OTHER_LETTER ->
                Kind.LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> Kind.NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> Kind.SPACE;
            default -> isControlSpace(c) ? Kind.SPACE : Kind.OTHER;
        };
    }

    /** The control characters with Unicode's White_Space property. */
    private static boolean isControlSpace(char c) {
        return c >= '\t' && c <= '\r' || c == '\u0085';
    }
}
