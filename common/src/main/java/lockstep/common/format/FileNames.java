package lockstep.common.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import lockstep.common.UserError;

/**
 * Names of files as they stand on the disk, read as UTF-8. {@link Path#toString} reads them in the encoding of the locale, which may be ASCII: then files with
 * different names have one text, and the order of the file system would decide what comes first.
 */
public final class FileNames {
    /** The JVM reads this property of its own at its start and takes no other value from the command line. */
    private static final boolean READ_AS_UTF8 = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

    private FileNames() {}

    /** Returns the path's text, with UTF-8 read from its bytes whatever the locale says. Bytes that are not UTF-8 become U+FFFD. */
    public static String text(Path path) {
        if (READ_AS_UTF8 || !path.getFileSystem().equals(FileSystems.getDefault())) {
            return path.toString();
        }
        String separator = path.getFileSystem().getSeparator();
        return StreamSupport.stream(path.spliterator(), false).map(FileNames::utf8)
            .collect(Collectors.joining(separator, path.isAbsolute() ? path.getRoot().toString() : "", ""));
    }

    /**
     * Sorts files by their text.
     *
     * @throws UserError when two of them have the same text, so that nothing but the file system orders them
     */
    public static List<Path> sorted(Stream<Path> files) {
        List<Path> sorted = files.sorted(Comparator.comparing(FileNames::text)).toList();
        requireDistinct(sorted, FileNames::text);
        return sorted;
    }

    /**
     * Checks that no two neighbours of a sorted list have one name.
     *
     * @throws UserError when two have
     */
    public static <T> void requireDistinct(List<T> sorted, Function<T, String> name) {
        for (int i = 1; i < sorted.size(); i++) {
            String here = name.apply(sorted.get(i));
            if (here.equals(name.apply(sorted.get(i - 1)))) {
                throw new UserError(here + ": two files have this name when their bytes are read as UTF-8, and so they have no order;"
                    + " rename one of them, or all that are in Latin-1: convmv -r -f ISO-8859-1 -t UTF-8 --notest DIR");
            }
        }
    }

    /** The one name of a path, which has a single element. Its URI holds the bytes: those of ASCII as they are, the others as %XX. */
    private static String utf8(Path name) {
        String uri = name.toUri().getRawPath();
        int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = uri.lastIndexOf('/', end - 1) + 1; i < end; i++) {
            if (uri.charAt(i) == '%') {
                bytes.write(Integer.parseInt(uri, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(uri.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
