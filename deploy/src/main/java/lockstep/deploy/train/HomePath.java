package lockstep.deploy.train;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.ITypeConverter;

import lockstep.common.UserError;
import lockstep.common.text.NamedText;

/**
 * A path as users write it: {@code ~/} at its beginning is their home, which shells say of a word alone and not of what stands behind {@code --out=}. The name
 * of a text that Lockstep knows is a path where a slash follows it: {@code shakespeare/} is {@code ./shakespeare}.
 */
public final class HomePath implements ITypeConverter<Path> {
    @Override
    public Path convert(String value) {
        Path path = Path.of(expand(value));
        return value.endsWith("/") && NamedText.named(path.toString()).isPresent() ? Path.of(".").resolve(path) : path;
    }

    /** The same for options that may be a path, a pattern of paths, or a name. */
    public static final class Text implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            return expand(value);
        }
    }

    /** The same for options that are a URL: a path that begins like one stands for the URL of its file or directory. */
    public static final class Url implements ITypeConverter<URI> {
        @Override
        public URI convert(String value) throws URISyntaxException {
            String expanded = expand(value);
            if (!expanded.matches("(?s)\\.{0,2}/.*")) {
                return new URI(expanded);
            }
            // of a directory that isn't there, a path's URL lacks the slash
            String url = Path.of(expanded).toAbsolutePath().normalize().toUri().toString();
            return new URI(expanded.endsWith("/") && !url.endsWith("/") ? url + "/" : url);
        }
    }

    static String expand(String value) {
        return expand(value, Optional.ofNullable(System.getenv("HOME")).orElseGet(() -> System.getProperty("user.home")));
    }

    /**
     * The home in place of its sign.
     *
     * @throws UserError when another user's home is asked for
     */
    static String expand(String value, String home) {
        if (value.equals("~") || value.startsWith("~/")) {
            return home + value.substring(1);
        }
        if (value.matches("~[A-Za-z0-9._-]+/.*")) {
            throw new UserError(
                value + ": found another user's home, which only a shell knows: expected a path from / or ~/ on, or ./" + value
                    + " for a directory of that name");
        }
        return value;
    }
}
