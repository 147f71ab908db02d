package lockstep.node.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

import lockstep.common.UserError;
import lockstep.common.format.FileNames;

/**
 * Expands a pattern as a shell would: {@code * ? [ab] {a,b}} in any component, names that start with a dot only where the pattern does. What exists under the very
 * name is taken as it is.
 */
final class Glob {
    private static final String WILDCARDS = "*?[{";

    private final String option;
    private final String pattern;
    private final FileSystem fileSystem;

    private Glob(String option, String pattern, FileSystem fileSystem) {
        this.option = option;
        this.pattern = pattern;
        this.fileSystem = fileSystem;
    }

    /**
     * @param option named in errors
     * @return the files that match, sorted by name and never empty
     * @throws UserError when nothing matches
     */
    static List<Path> expand(String option, String pattern, FileSystem fileSystem) {
        return new Glob(option, pattern, fileSystem).expand();
    }

    private List<Path> expand() {
        if (pattern.isBlank()) {
            throw new UserError(option + ": pattern is empty, expected a file or a glob of token shards");
        }
        List<Path> found = isLiteral() ? List.of(literal()) : matches();
        List<Path> files = FileNames.sorted(found.stream().filter(Files::isRegularFile));
        if (files.isEmpty()) {
            throw refusal(found);
        }
        return files;
    }

    private boolean isLiteral() {
        return !hasWildcard(pattern) || Files.exists(literal());
    }

    private Path literal() {
        try {
            return fileSystem.getPath(pattern);
        } catch (InvalidPathException e) {
            throw new UserError(option + ": not a path: " + pattern, e);
        }
    }

    private UserError refusal(List<Path> found) {
        if (found.stream().anyMatch(Files::isDirectory)) {
            return new UserError(option + ": " + pattern + " is a directory, expected files: a glob like " + pattern + "/*.bin");
        }
        return new UserError(option + ": no file matches " + pattern + (hasWildcard(pattern) ? "" : " (no such file)"));
    }

    private List<Path> matches() {
        String separator = fileSystem.getSeparator();
        boolean absolute = pattern.startsWith(separator);
        List<Path> paths = List.of(fileSystem.getPath(absolute ? separator : ""));
        for (String component : pattern.split(Pattern.quote(separator), -1)) {
            if (!component.isEmpty()) {
                paths = descend(paths, component);
            }
        }
        return paths;
    }

    private List<Path> descend(List<Path> directories, String component) {
        List<Path> next = new ArrayList<>();
        for (Path directory : directories) {
            if (hasWildcard(component)) {
                next.addAll(list(directory, component));
            } else if (Files.exists(directory.resolve(component))) {
                next.add(directory.resolve(component));
            }
        }
        return next;
    }

    private List<Path> list(Path directory, String component) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        PathMatcher matcher = matcher(component);
        boolean hidden = component.startsWith(".");
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> hidden || !entry.getFileName().toString().startsWith("."))
                .filter(entry -> matcher.matches(entry.getFileName())).toList();
        } catch (AccessDeniedException e) {
            throw new UserError(option + ": no permission to list directory " + e.getFile(), e);
        } catch (IOException e) {
            throw new UserError(option + ": cannot list directory " + directory + ": " + e.getMessage(), e);
        }
    }

    private PathMatcher matcher(String component) {
        try {
            return fileSystem.getPathMatcher("glob:" + component);
        } catch (PatternSyntaxException e) {
            throw new UserError(option + ": not a glob: " + pattern + " (" + e.getDescription() + ")", e);
        }
    }

    private static boolean hasWildcard(String text) {
        return text.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
    }
}
