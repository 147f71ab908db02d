package lockstep.common.exam;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import lockstep.common.UserError;
import lockstep.common.format.FileErrors;
import lockstep.common.text.PythonText;

/**
 * WikiText as GPT-2's paper measures it: the perplexity of a word of the original, whose tokens stand apart, over the text as a person would write it. OpenAI's own "invertible detokenizers" were never published; these are the replacements
 * that NVIDIA's Megatron-LM published for the purpose and others took over.
 *
 * @param detokenized what the model reads
 * @param words of the original, by whitespace
 */
public record WikiText(String detokenized, long words) {
    private static final long MAX_BYTES = 256L << 20;

    /** Each of these is replaced everywhere, one after the other. */
    private static final List<String[]> BEFORE = List.of(
        // numbers
        rule(" @-@ ", "-"), rule(" @,@ ", ","), rule(" @.@ ", "."),
        // punctuation
        rule(" : ", ": "), rule(" ; ", "; "), rule(" . ", ". "), rule(" ! ", "! "), rule(" ? ", "? "), rule(" , ", ", "));

    private static final List<String[]> AFTER = List.of(rule("= = = =", "===="), rule("= = =", "==="), rule("= =", "=="),
        rule(" \u00B0 ", "\u00B0"), rule(" \n", "\n"), rule("\n ", "\n"), rule(" N ", " 1 "), rule(" 's", "'s"));

    /** Opening and closing, in the order in which their inner blanks go. */
    private static final List<String> PAIRS = List.of("()", "[]", "{}", "\"\"", "''");

    private static String[] rule(String found, String replacement) {
        return new String[] {found, replacement};
    }

    /** Reads {@code wiki.test.tokens} or {@code wiki.test.raw}. */
    public static WikiText read(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new UserError(file + ": size: found " + Files.size(file) + " bytes, expected at most " + MAX_BYTES);
            }
            return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString());
        } catch (CharacterCodingException e) {
            throw new UserError(file + ": found bytes that are no UTF-8, expected WikiText's text", e);
        } catch (IOException e) {
            throw FileErrors.translate(file, e);
        }
    }

    static WikiText of(String original) {
        // contractions; of the second, whatever the digit is, only a class of digits is left, as in the original
        String text = original.replace("s '", "s'").replaceAll("/' [0-9]/", "/'[0-9]/");
        text = replaced(text, BEFORE);
        for (String pair : PAIRS) {
            text = tightened(text, pair.charAt(0), pair.charAt(1));
        }
        return new WikiText(replaced(text, AFTER), words(original));
    }

    private static String replaced(String text, List<String[]> rules) {
        String result = text;
        for (String[] rule : rules) {
            result = result.replace(rule[0], rule[1]);
        }
        return result;
    }

    /** Without blanks after each opening and before the next closing. By hand, since a regular expression would look to the end of the text from each opening that has no closing. */
    private static String tightened(String text, char open, char close) {
        StringBuilder result = new StringBuilder();
        int from = 0;
        while (true) {
            int first = text.indexOf(open, from);
            int last = first < 0 ? -1 : text.indexOf(close, first + 1);
            if (last < 0) {
                return result.append(text, from, text.length()).toString();
            }
            int start = first + 1;
            int end = last;
            while (start < end && PythonText.isSpace(text.charAt(start))) {
                start++;
            }
            while (end > start && PythonText.isSpace(text.charAt(end - 1))) {
                end--;
            }
            result.append(text, from, first + 1).append(text, start, end).append(close);
            from = last + 1;
        }
    }

    private static long words(String text) {
        long words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean blank = PythonText.isSpace(text.charAt(i));
            words += inside || blank ? 0 : 1;
            inside = !blank;
        }
        return words;
    }
}
