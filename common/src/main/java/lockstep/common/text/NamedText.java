package lockstep.common.text;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import lockstep.common.UserError;

/** Texts that are there already and go by a name. A file of such a name is meant by its path: {@code ./jdk}. */
public enum NamedText {
    /** 1.1 MB of Shakespeare's plays, which Lockstep carries: the same on every machine and JDK. */
    SHAKESPEARE(Shakespeare.NAME),
    /** The sources of java.base that most JDK downloads carry: other ones with each build of the JDK. */
    JDK("jdk");

    private final String label;

    NamedText(String label) {
        this.label = label;
    }

    /** The name. */
    public String label() {
        return label;
    }

    /** The text whose name this is, where it is one. */
    public static Optional<NamedText> named(String name) {
        return Arrays.stream(values()).filter(text -> text.label.equals(name)).findFirst();
    }

    /** @throws lockstep.common.UserError when the text isn't there */
    public CorpusSource source() {
        return switch (this) {
            case SHAKESPEARE -> new CorpusSource.Carried();
            case JDK -> JdkSources.locate().source();
        };
    }

    /**
     * The text that a user gives by a name, or by a path.
     *
     * @throws lockstep.common.UserError when there is no such text, or a text with documents of its own is to be read in another way
     */
    public static CorpusSource source(Path nameOrPath, TextReading reading) {
        Optional<NamedText> named = named(nameOrPath.toString());
        if (named.isPresent() && !reading.equals(TextReading.DEFAULTS)) {
            throw new UserError(
                nameOrPath + ": has documents of its own, and so takes no --field, --bad-lines, --delimiter or --json-as; ./"
                    + nameOrPath + " is a path");
        }
        return named.map(NamedText::source).orElseGet(() -> CorpusSource.of(nameOrPath, reading));
    }
}
