package lockstep.common.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import lockstep.common.Quantity;

/** Collects what was seen of a corpus on the way that its owner should know of, counted by file. Holds names only of files that have something. */
final class CorpusNotes {
    /** The name of GPT-2's token stands between the stories of many a text. */
    static final String END_OF_TEXT_NAME = "<|endoftext|>";
    private static final int MOST_NAMES = 3;

    private final LeftOut leftOut = new LeftOut();
    private final Map<String, Long> malformed = new LinkedHashMap<>();
    private final Map<String, Long> malformedLines = new LinkedHashMap<>();
    private final Map<String, Long> nuls = new LinkedHashMap<>();
    private final Map<String, Long> halfPairs = new LinkedHashMap<>();
    private final Map<String, Long> badLines = new LinkedHashMap<>();
    private final List<String> tables = new ArrayList<>();
    private final List<String> json = new ArrayList<>();
    private final MarkCount marksOfFiles = new MarkCount();
    private final MarkCount marksOfParts = new MarkCount();
    private String firstBadLine = "";
    private long delimiters;

    /** Files that are left out. */
    LeftOut leftOut() {
        return leftOut;
    }

    /** Notes what a text file holds that is no text. A file may be read more than once, so a count replaces the one before. */
    void textFile(String file, TextFaults faults) {
        put(malformed, file, faults.malformed());
        put(nuls, file, faults.nuls());
    }

    /** Notes the same of a file of JSON lines. A NUL byte in one of them is no JSON, so none of them reaches the text. */
    void lines(String file, TextFaults faults) {
        put(malformedLines, file, faults.malformed());
    }

    /** NUL bytes of a text that JSON has escaped. */
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

    /** A file of JSON that is read as text though others of the source hold JSON lines. */
    void json(String file) {
        json.add(file);
    }

    void delimiter() {
        delimiters++;
    }

    /** Counts {@link #END_OF_TEXT_NAME} in documents like this one. */
    MarkCount marks(Document document) {
        return switch (document) {
            case Document.WholeFile _ -> marksOfFiles;
            case Document.Held _ -> marksOfParts;
        };
    }

    /** One line each. */
    List<String> warnings(TextReading reading, Tokenizer tokenizer) {
        boolean bytes = tokenizer instanceof BytesTokenizer;
        List<String> lines = new ArrayList<>();
        if (!badLines.isEmpty()) {
            lines.add("left out " + Quantity.of(sum(badLines), "bad line; the first: ", "bad lines; the first: ") + firstBadLine);
        }
        addMalformed(lines, malformed, bytes);
        addMalformed(lines, malformedLines, false);
        if (!halfPairs.isEmpty()) {
            lines.add(
                Quantity.of(sum(halfPairs), "half of a surrogate pair becomes U+FFFD, in ", "halves of surrogate pairs become U+FFFD, in ")
                    + some(List.copyOf(halfPairs.keySet())));
        }
        if (!nuls.isEmpty()) {
            String ends = sum(nuls) == 1
                ? ", which the tokenizer bytes takes for the end of a document"
                : ", which the tokenizer bytes takes for ends of documents";
            lines.add(Quantity.of(sum(nuls), "NUL byte") + (bytes ? ends : "") + ", in " + some(List.copyOf(nuls.keySet())));
        }
        if (!tables.isEmpty()) {
            lines.add("read as text, commas and all: " + some(tables));
        }
        if (!json.isEmpty()) {
            lines.add("read as text, braces and all, since they hold no JSON lines: " + some(json));
        }
        addDelimiters(lines, reading);
        return lines;
    }

    private static void addMalformed(List<String> lines, Map<String, Long> counts, boolean stay) {
        if (!counts.isEmpty()) {
            lines.add(Quantity.of(sum(counts), "place is no UTF-8 and " + (stay ? "stays as it is" : "becomes U+FFFD"),
                "places are no UTF-8 and " + (stay ? "stay as they are" : "become U+FFFD")) + ", in " + some(List.copyOf(counts.keySet())));
        }
    }

    private void addDelimiters(List<String> lines, TextReading reading) {
        long endOfTextNames = marksOfFiles.count() + marksOfParts.count();
        if (endOfTextNames > 0) {
            boolean helps = marksOfFiles.count() > 0;
            lines.add(END_OF_TEXT_NAME + " stands " + Quantity.of(endOfTextNames, "time") + " in the text and is read as its letters"
                + (helps ? "; --delimiter '" + END_OF_TEXT_NAME + "' lets it end a document of a text file" : ""));
        }
        if (reading.delimiter().isPresent() && delimiters == 0) {
            boolean lineBreaks = reading.delimiter().filter(text -> text.contains("\n") && !text.contains("\r")).isPresent();
            lines.add("the delimiter stands in no text file"
                + (lineBreaks ? "; where a file has the line ends of Windows, each \\n of it is \\r\\n" : ""));
        }
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
