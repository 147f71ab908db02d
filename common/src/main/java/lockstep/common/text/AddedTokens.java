package lockstep.common.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import lockstep.common.UserError;
import lockstep.common.text.AddedToken.Rule;

/**
 * The tokens that stand in a text by their names. A text is cut at them as Hugging Face's tokenizers cut it: from left to right at the longest name that fits, first at the names that are looked for in the text as it stands, then, between
 * these, at the others.
 */
public final class AddedTokens {
    private static final Pattern WORD_BEFORE = Pattern.compile("(?U)\\w\\z");
    private static final Pattern WORD_BEHIND = Pattern.compile("(?U)\\A\\w");
    private static final Pattern SPACE = Pattern.compile("(?U)\\s");

    private final Map<Integer, AddedToken> byId = new TreeMap<>();
    private final Map<Character, List<AddedToken>> plain = new TreeMap<>();
    private final Map<Character, List<AddedToken>> normalized = new TreeMap<>();
    private final int vocabulary;

    /** @param vocabulary a text may not name tokens from this id on */
    AddedTokens(List<AddedToken> tokens, int vocabulary) {
        this.vocabulary = vocabulary;
        for (AddedToken token : tokens) {
            byId.put(token.id(), token);
            (token.rules().contains(Rule.NORMALIZED) ? normalized : plain).computeIfAbsent(token.text().charAt(0), _ -> new ArrayList<>())
                .add(token);
        }
        Comparator<AddedToken> longestFirst = Comparator.comparingInt((AddedToken token) -> token.text().length()).reversed();
        plain.values().forEach(list -> list.sort(longestFirst));
        normalized.values().forEach(list -> list.sort(longestFirst));
    }

    Optional<AddedToken> withId(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    /**
     * Encodes a text in which names stand for their tokens.
     *
     * @param between encodes what stands between them
     * @throws UserError where the text names a token that the model lacks
     */
    int[] encode(String text, Function<String, int[]> between) {
        IntStream.Builder ids = IntStream.builder();
        Consumer<AddedToken> found = token -> ids.add(known(token));
        cut(plain, text, found,
            part -> cut(normalized, part, found, rest -> IntStream.of(between.apply(rest)).forEach(ids)));
        return ids.build().toArray();
    }

    private int known(AddedToken token) {
        if (token.id() >= vocabulary) {
            throw new UserError("prompt: found the name of token " + token.id() + ", " + Utf8Stream.printable(token.text())
                + ", expected one that the model has: its vocabulary ends at " + (vocabulary - 1));
        }
        return token.id();
    }

    /** Hands over names and what stands between them, in order; nothing that is empty. */
    private static void cut(Map<Character, List<AddedToken>> names, String text, Consumer<AddedToken> found, Consumer<String> between) {
        int from = 0;
        int at = 0;
        while (at < text.length()) {
            Optional<AddedToken> name = longest(names, text, at);
            int end = at + name.map(token -> token.text().length()).orElse(1);
            if (name.isPresent() && fits(name.get(), text, at, end)) {
                int start = name.get().rules().contains(Rule.LEFT_STRIP) ? Math.max(from, before(text, at)) : at;
                if (start > from) {
                    between.accept(text.substring(from, start));
                }
                found.accept(name.get());
                end = name.get().rules().contains(Rule.RIGHT_STRIP) ? behind(text, end) : end;
                from = end;
            }
            at = end;
        }
        if (from < text.length()) {
            between.accept(text.substring(from));
        }
    }

    private static Optional<AddedToken> longest(Map<Character, List<AddedToken>> names, String text, int at) {
        return names.getOrDefault(text.charAt(at), List.of()).stream().filter(token -> text.startsWith(token.text(), at)).findFirst();
    }

    private static boolean fits(AddedToken token, String text, int start, int end) {
        return !token.rules().contains(Rule.SINGLE_WORD)
            || !WORD_BEFORE.matcher(text.substring(Math.max(0, start - 2), start)).find()
                && !WORD_BEHIND.matcher(text.substring(end, Math.min(text.length(), end + 2))).find();
    }

    private static int before(String text, int at) {
        int start = at;
        while (start > 0 && SPACE.matcher(text.substring(start - 1, start)).matches()) {
            start--;
        }
        return start;
    }

    private static int behind(String text, int at) {
        int end = at;
        while (end < text.length() && SPACE.matcher(text.substring(end, end + 1)).matches()) {
            end++;
        }
        return end;
    }
}
