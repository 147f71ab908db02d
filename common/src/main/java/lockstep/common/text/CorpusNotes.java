package lockstep.common.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was seen of a corpus on the way that its owner should know of, counted by file. Holds names only of files that have something. */
final class CorpusNotes {
    /** What a text of many stories often has between them: the name of GPT-2's token. */
    static final String END_OF_TEXT_NAME = "<|endoftext|>";
    private static final int MOST_NAMES = 3;

    private final Map<String, Long> malformed = new LinkedHashMap<>();
    private final Map<String, Long> nuls = new LinkedHashMap<>();
    private final Map<String, Long> halfPairs = new LinkedHashMap<>();
    private final Map<String, Long> badLines = new LinkedHashMap<>();
    private final List<String> tables = new ArrayList<>();
    private final List<String> skippedExamples = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private String firstBadLine = "";
    private String firstAdvice = "";
    private long delimiters;
    private long endOfTextNames;

    /** A file may be read more than once, so a count replaces the one before. */
    void malformed(String file, long count) {
        put(malformed, file, count);
    }

    void nuls(String file, long count) {
        put(nuls, file, count);
    }

    /** Halves of surrogate pairs, which JSON can escape and UTF-8 can't hold. */
    void halfPairs(String file, long count) {
        put(halfPairs, file, count);
    }

    /** @param message of the refusal that the line would have been */
    void badLine(String file, String message) {
        firstBadLine = badLines.isEmpty() ? message : firstBadLine;
        badLines.merge(file, 1L, Long::sum);
    }

    /** The first bad line, for a message; nothing where there was none. */
    String firstBadLine() {
        return badLines.isEmpty() ? "" : "; " + firstBadLine;
    }

    void table(String file) {
        tables.add(file);
    }

    /**
     * @param what a skipped file's name and what it is
     * @param advice what to do about it
     */
    void skipped(String what, String advice) {
        firstAdvice = skippedExamples.isEmpty() ? advice : firstAdvice;
        skippedExamples.add(what);
    }

    /** @param what the name of a skipped file of no kind that is known, and why it is no text */
    void unknown(String what) {
        unknown.add(what);
    }

    void delimiter() {
        delimiters++;
    }

    void endOfTextNames(long count) {
        endOfTextNames += count;
    }

    /** Examples of files of known kinds that were passed over; nothing where none was. */
    String skippedExamples() {
        return skippedExamples.isEmpty() ? "" : ": " + some(skippedExamples);
    }

    /** What to say where all was passed over: examples of files, and what to do about the first of them. */
    String skippedAll() {
        if (skippedExamples.isEmpty()) {
            return unknown.isEmpty() ? "" : ": " + some(unknown);
        }
        return skippedExamples() + "; " + firstAdvice;
    }

    /** One line each. */
    List<String> warnings(TextReading reading, Tokenizer tokenizer) {
        List<String> lines = new ArrayList<>();
        if (!badLines.isEmpty()) {
            lines.add("left out " + sum(badLines) + " bad lines; the first: " + firstBadLine);
        }
        if (!malformed.isEmpty()) {
            lines.add(sum(malformed) + " places are no UTF-8 and "
                + (tokenizer instanceof BytesTokenizer ? "stay as they are" : "become U+FFFD") + ", in "
                + some(List.copyOf(malformed.keySet())));
        }
        if (!halfPairs.isEmpty()) {
            lines.add(sum(halfPairs) + " halves of surrogate pairs become U+FFFD, in " + some(List.copyOf(halfPairs.keySet())));
        }
        if (!nuls.isEmpty()) {
            lines.add(sum(nuls) + " NUL bytes"
                + (tokenizer instanceof BytesTokenizer ? ", which the tokenizer bytes takes for ends of documents" : "") + ", in "
                + some(List.copyOf(nuls.keySet())));
        }
        if (!tables.isEmpty()) {
            lines.add("read as text, commas and all: " + some(tables));
        }
        boolean ends = reading.delimiter().filter(END_OF_TEXT_NAME::equals).isPresent();
        if (endOfTextNames > 0 && !ends) {
            lines.add(END_OF_TEXT_NAME + " stands " + endOfTextNames + " times in the text and is read as its letters; --delimiter '"
                + END_OF_TEXT_NAME + "' lets it end a document of a text file");
        }
        if (reading.delimiter().isPresent() && delimiters == 0) {
            lines.add("the delimiter stands in no text file");
        }
        return lines;
    }

    private static void put(Map<String, Long> counts, String file, long count) {
        if (count > 0) {
            counts.put(file, count);
        }
    }

    private static long sum(Map<String, Long> counts) {
        long sum = 0;
        for (long count : counts.values()) {
            sum += count;
        }
        return sum;
    }

    private static String some(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
        return names.size() <= MOST_NAMES ? first : first + " and " + (names.size() - MOST_NAMES) + " more";
    }
}
