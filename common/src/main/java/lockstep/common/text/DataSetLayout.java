package lockstep.common.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells which files of a data set's directory are its data. A directory is a data set's where Hugging Face's files about one lie in it: {@code dataset_infos.json} or the
 * like, or a {@code README.md} that begins with a data set's card. The names that tell of a data set, and the words that name its splits, are those of Hugging Face's
 * library.
 */
final class DataSetLayout {
    private static final List<String> MARKS = List.of("dataset_infos.json", "dataset_info.json", "dataset_dict.json");
    private static final int CARD_BYTES = 1 << 14;
    private static final Pattern CARD =
        Pattern.compile("(?s)\uFEFF?---\\s*\n(.*\n)?(license|task_categories|task_ids|dataset_info|configs|pretty_name"
            + "|size_categories|annotations_creators|source_datasets|language|language_creators|multilinguality|tags|modalities|viewer)\\s*:.*");
    /** A README and what else lies beside data of any kind: the word alone, or with the ending of a document. */
    private static final Pattern NOTICE =
        Pattern.compile("(readme|licen[cs]e|copying|notice|citation|contributing|changelog)([._-][a-z]{2}([_-][a-z]+)?)?"
            + "(\\.(md|txt|rst|html|cff|bib|pdf))?");
    private static final Pattern ABOUT =
        Pattern.compile("dataset_infos?\\.json|dataset_dict\\.json|config\\.json|state\\.json|metadata\\.json"
            + "|croissant\\.json|requirements\\.txt|.*\\.(py|ipynb|sh|yaml|yml|toml|bib|cff|md|rst)");
    private static final Pattern TRAIN = split("train|training");
    private static final Pattern OTHER = split("validation|valid|val|dev|test|testing|eval|evaluation");

    private DataSetLayout() {}

    /** Says whether the directory is a data set's. */
    static boolean isDataSet(Path root) throws IOException {
        for (String mark : MARKS) {
            if (Files.isRegularFile(root.resolve(mark))) {
                return true;
            }
        }
        Path card = root.resolve("README.md");
        if (!Files.isRegularFile(card)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(card)) {
            return CARD.matcher(frontMatter(new String(in.readNBytes(CARD_BYTES), StandardCharsets.UTF_8))).matches();
        }
    }

    /**
     * Says whether a file tells of the data and holds none, by its name.
     *
     * @param name with {@code /}
     */
    static boolean isAbout(String name) {
        return isNotice(name) || ABOUT.matcher(last(name)).matches();
    }

    /** Says whether a file is a README, a license or the like, as it lies in any directory. */
    static boolean isNotice(String name) {
        return NOTICE.matcher(last(name)).matches();
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    /** The names of files that are another split than the one to train on; none where the names tell of no such split. */
    static List<String> otherSplits(List<String> names) {
        boolean hasTrain = names.stream().anyMatch(name -> splitOf(name).equals(Optional.of(TRAIN)));
        return hasTrain ? names.stream().filter(name -> splitOf(name).equals(Optional.of(OTHER))).toList() : List.of();
    }

    private static Optional<Pattern> splitOf(String name) {
        if (TRAIN.matcher(name).find()) {
            return Optional.of(TRAIN);
        }
        return OTHER.matcher(name).find() ? Optional.of(OTHER) : Optional.empty();
    }

    private static Pattern split(String words) {
        return Pattern.compile("(?i)(?<![a-z])(" + words + ")(?![a-z])");
    }

    private static String frontMatter(String text) {
        String lines = text.replace("\r\n", "\n");
        int end = lines.indexOf("\n---", 3);
        return end < 0 ? "" : lines.substring(0, end + 1);
    }
}
