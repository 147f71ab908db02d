package lockstep.common.text;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Files of a source that are left out: how many there are for each reason, and the names of the first of them with what they are. */
final class LeftOut {
    /** Most names of files that are left out for one reason. */
    static final int MOST_NAMES = 10;

    private final Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
    private final Map<Reason, List<String>> names = new EnumMap<>(Reason.class);
    private String firstAdvice = "";

    /** Why a file is left out. Files whose owner takes them for text come first. */
    enum Reason {
        /** Too much of it is no UTF-8, or NUL bytes, or it is not compressed as its name says. */
        BROKEN,
        /** It is of a kind that is no text. */
        OF_KIND,
        /** It is no regular file. */
        SPECIAL,
        /** It has no byte. */
        EMPTY,
        /** It tells of the data. */
        ABOUT,
        /** It belongs to validation or test. */
        OTHER_SPLIT,
        /** Its name begins with a dot. */
        HIDDEN
    }

    /** Counts a file and doesn't name it. */
    void add(Reason reason) {
        counts.merge(reason, 1, Integer::sum);
    }

    /** @param what the file is */
    void add(Reason reason, String name, String what) {
        add(reason);
        List<String> known = names.computeIfAbsent(reason, _ -> new ArrayList<>());
        if (known.size() < MOST_NAMES) {
            known.add(name + " (" + what + ")");
        }
    }

    /**
     * @param what the file is
     * @param advice what to do about it
     */
    void add(Reason reason, String name, String what, String advice) {
        firstAdvice = firstAdvice.isEmpty() ? advice : firstAdvice;
        add(reason, name, what);
    }

    SkippedFiles counts() {
        return new SkippedFiles(count(Reason.HIDDEN), count(Reason.BROKEN) + count(Reason.OF_KIND), count(Reason.EMPTY),
            count(Reason.SPECIAL), count(Reason.ABOUT), count(Reason.OTHER_SPLIT));
    }

    /** The files by name, up to a bound, for the end of a line; nothing where none is named. */
    String examples() {
        String all = Stream.of(Reason.values()).filter(names::containsKey).map(this::some).collect(Collectors.joining("; "));
        return all.isEmpty() ? "" : ": " + all;
    }

    /** Returns what to say where all was left out: examples of files, and what to do about the first of them. */
    String all() {
        return examples() + (firstAdvice.isEmpty() ? "" : "; " + firstAdvice);
    }

    private int count(Reason reason) {
        return counts.getOrDefault(reason, 0);
    }

    private String some(Reason reason) {
        List<String> known = names.get(reason);
        int more = count(reason) - known.size();
        return String.join(", ", known) + (more > 0 ? " and " + more + " more" : "");
    }
}
