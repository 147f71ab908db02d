package lockstep.deploy.train;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import lockstep.deploy.CommandLines;

/** {@code lockstep train} on a text and a model that take seconds, through the command line. */
final class TinyRun {
    private static final Pattern SHA = Pattern.compile("^weights sha256 ([0-9a-f]{64})$", Pattern.MULTILINE);
    private static final List<String> MODEL =
        List.of("--layers", "1", "--heads", "2", "--channels", "16", "--seq-len", "16", "--batch", "2", "--micro-batches", "3",
            "--val-batches", "2", "--sample-tokens", "8");

    /** What a command left behind. */
    record Result(int exitCode, String out, String err) {
        String sha256() {
            Matcher matcher = SHA.matcher(out);
            if (!matcher.find()) {
                throw new AssertionError("no sha256: exit " + exitCode + "\n" + out + err);
            }
            return matcher.group(1);
        }
    }

    private TinyRun() {}

    /** A text of some thousand bytes that no random number decides. */
    static Path text(Path dir) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            text.append("line ").append(i).append(" is ").append(i * 37 % 101).append('\n');
        }
        return Files.writeString(dir.resolve("text.txt"), text);
    }

    /** Arguments of a whole run on {@link #text}. */
    static List<String> args(Path text, Path out, String... more) {
        List<String> args = new ArrayList<>(List.of("train", "--text", text.toString(), "--out", out.toString()));
        args.addAll(MODEL);
        args.addAll(List.of(more));
        return args;
    }

    static Result train(Path text, Path out, String... more) {
        return run(args(text, out, more).toArray(String[]::new));
    }

    static Result resume(Path runDir, String... more) {
        List<String> args = new ArrayList<>(List.of("train", "--resume", runDir.toString()));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = CommandLines.run(CommandLines.of(new PrintWriter(out, true), new PrintWriter(err, true)), args);
        return new Result(exitCode, out.toString(), err.toString());
    }
}
