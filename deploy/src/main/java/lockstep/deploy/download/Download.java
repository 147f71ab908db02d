package lockstep.deploy.download;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

import lockstep.common.UserError;
import lockstep.common.format.DurableFile;
import lockstep.common.format.FileErrors;
import lockstep.common.text.ProgressListener;

/**
 * Fetches a known file from an http, https or file URL. Bytes gather in {@code NAME.part} beside the target; what a broken download has
 * left there is continued.
 * Only a file of the right size and checksum gets its name. A part with a wrong checksum is removed, a part that is merely short is kept.
 */
public final class Download {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Deadlines deadlines;

    public Download(Deadlines deadlines) {
        this.deadlines = deadlines;
    }

    /**
     * Does nothing where the target is there and right.
     *
     * @throws UserError when the source can't be read or is another file, or another file stands at the target
     */
    public void fetch(URI source, KnownFile expected, Path target, ProgressListener listener) {
        try {
            if (Files.exists(target)) {
                requireKnown(target, expected);
                return;
            }
            Files.createDirectories(target.toAbsolutePath().getParent());
            Path part = target.resolveSibling(target.getFileName() + ".part");
            if (sizeOf(part) > expected.bytes() || sizeOf(part) == expected.bytes() && !isKnown(part, expected)) {
                Files.delete(part);
            }
            if (sizeOf(part) < expected.bytes()) {
                receive(source, expected, part, listener);
            }
            publish(source, expected, part, target);
        } catch (IOException e) {
            throw FileErrors.translate(target, e);
        }
    }

    /**
     * Asks a source of which nothing is known for its file's size, and for its checksum where it says so.
     *
     * @throws UserError when it doesn't answer, or doesn't say the size
     */
    public KnownFile announced(URI source) {
        try {
            return switch (scheme(source)) {
                case "http", "https" -> Announcement.of(source, deadlines);
                case "file" -> new KnownFile(Files.size(filePath(source)), Optional.empty());
                default -> throw unknownKind(source);
            };
        } catch (IOException e) {
            throw noAnswer(source, e);
        }
    }

    private static String scheme(URI source) {
        String scheme = String.valueOf(source.getScheme()).toLowerCase(Locale.ROOT);
        if (scheme.startsWith("http") && source.getHost() == null) {
            throw new UserError(source + ": names no host; expected http://HOST/PATH or https://HOST/PATH");
        }
        return scheme;
    }

    private static UserError unknownKind(URI source) {
        return new UserError(source + ": unknown kind of URL; expected http://…, https://… or file:///…");
    }

    private static UserError noAnswer(URI source, IOException e) {
        return new UserError(source + ": no answer (" + reason(e) + "); try again, or give another place by --from URL", e);
    }

    private void receive(URI source, KnownFile expected, Path part, ProgressListener listener) throws IOException {
        switch (scheme(source)) {
            case "http", "https" -> {
                try (HttpSource http = new HttpSource(source, expected, deadlines)) {
                    receive(source, () -> http.open(sizeOf(part)), expected, part, listener);
                }
            }
            case "file" -> receive(source, () -> openFile(source, expected), expected, part, listener);
            default -> throw unknownKind(source);
        }
    }

    @FunctionalInterface
    private interface Opener {
        Body open() throws IOException;
    }

    private static void receive(URI source, Opener opener, KnownFile expected, Path part, ProgressListener listener) throws IOException {
        try (Body body = openOrExplain(source, opener);
            FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.truncate(body.fromBytes());
            out.position(body.fromBytes());
            byte[] buffer = new byte[BUFFER_BYTES];
            while (true) {
                listener.progress(out.position(), expected.bytes());
                int count = readOrExplain(source, body.in(), buffer, out, expected);
                if (count < 0) {
                    break;
                }
                if (out.position() + count > expected.bytes()) {
                    out.truncate(0);
                    throw new UserError(
                        source + ": sends more than the expected " + expected.bytes() + " bytes; this is not the expected file");
                }
                writeAll(out, ByteBuffer.wrap(buffer, 0, count));
            }
            out.force(true);
            if (out.position() < expected.bytes()) {
                throw broken(source, out.position(), expected, new EOFException("the server ended it"));
            }
        }
    }

    private static Body openOrExplain(URI source, Opener opener) {
        try {
            return opener.open();
        } catch (IOException e) {
            throw noAnswer(source, e);
        }
    }

    /** The client wraps an unknown host, say, in a ConnectException that says nothing itself. */
    private static String reason(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        if (failure.getMessage() != null) {
            return name + ": " + failure.getMessage();
        }
        return failure.getCause() == null ? name : name + ": " + reason(failure.getCause());
    }

    private static int readOrExplain(URI source, InputStream in, byte[] buffer, FileChannel out, KnownFile expected) throws IOException {
        try {
            return in.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            out.force(true);
            throw broken(source, out.position(), expected, e);
        }
    }

    private static UserError broken(URI source, long haveBytes, KnownFile expected, IOException cause) {
        return new UserError(
            source + ": the download broke off after " + haveBytes + " of " + expected.bytes() + " bytes (" + cause.getMessage()
                + "); the same command again goes on from there",
            cause);
    }

    private static Body openFile(URI source, KnownFile expected) throws IOException {
        Path path = filePath(source);
        if (Files.size(path) != expected.bytes()) {
            throw new UserError(
                source + ": " + Files.size(path) + " bytes, expected " + expected.bytes() + "; this is not the expected file");
        }
        return new Body(Files.newInputStream(path), 0);
    }

    private static Path filePath(URI source) {
        Path path;
        try {
            path = Path.of(source);
        } catch (IllegalArgumentException e) {
            throw new UserError(source + ": not the URL of a file: " + e.getMessage() + "; expected file:///PATH", e);
        }
        if (!Files.isRegularFile(path)) {
            throw new UserError(source + ": no such file");
        }
        return path;
    }

    private static void publish(URI source, KnownFile expected, Path part, Path target) throws IOException {
        if (expected.sha256().isPresent()) {
            String found = sha256(part);
            if (!found.equals(expected.sha256().get())) {
                Files.delete(part);
                throw new UserError(
                    source + ": sha256 of the download is " + found + ", expected " + expected.sha256().get() + "; " + part
                        + " was removed");
            }
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFile.syncDirectory(target.toAbsolutePath().getParent());
    }

    private static void requireKnown(Path target, KnownFile expected) throws IOException {
        if (!isKnown(target, expected)) {
            throw new UserError(target + ": another file of that name stands there (expected " + expected.sha256().map("sha256 "::concat)
                .orElse(expected.bytes() + " bytes") + "); remove it or choose another --out");
        }
    }

    private static boolean isKnown(Path path, KnownFile expected) throws IOException {
        return Files.isRegularFile(path) && Files.size(path) == expected.bytes()
            && (expected.sha256().isEmpty() || sha256(path).equals(expected.sha256().get()));
    }

    private static long sizeOf(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static String sha256(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
