package lockstep.deploy.command;

import picocli.CommandLine.Option;

import lockstep.deploy.complete.Chat;
import lockstep.deploy.train.Escapes;

/** A conversation instead of one text. */
final class ChatOptions {
    @Option(names = "--chat",
        description = "Reads lines from the standard input until its end and replies to each, in one conversation with all lines and replies before.")
    boolean chat;

    @Option(names = "--user", paramLabel = "TEXT", defaultValue = "User: ",
        description = "What stands before each line of --chat; \\n is a newline. Default: \"${DEFAULT-VALUE}\".")
    private String user;

    @Option(names = "--reply", paramLabel = "TEXT", defaultValue = "Assistant:",
        description = "What stands before each reply of --chat. Default: \"${DEFAULT-VALUE}\".")
    private String reply;

    Chat.Roles roles() {
        return new Chat.Roles(Escapes.resolve("--user", user), Escapes.resolve("--reply", reply));
    }
}
