package lockstep.common.text;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A token that stands in a text by its name, as the one that ends a document does.
 *
 * @param text its name, not empty
 */
public record AddedToken(int id, String text, Set<Rule> rules) {
    /** A rule says where a name counts, and what it takes along. */
    public enum Rule {
        /** The name counts between characters that are no letters and digits alone. */
        SINGLE_WORD,
        /** White space before the name belongs to it. */
        LEFT_STRIP,
        /** White space behind the name belongs to it. */
        RIGHT_STRIP,
        /** The name is looked for after those without this rule. */
        NORMALIZED
    }

    /** Returns the token that stands before every document, by its name. */
    static AddedToken endOfText(int id) {
        return new AddedToken(id, BpeVocabulary.END_OF_TEXT, Collections.emptySet());
    }

    public AddedToken {
        Set<Rule> own = EnumSet.noneOf(Rule.class);
        own.addAll(rules);
        rules = Collections.unmodifiableSet(own);
    }
}
