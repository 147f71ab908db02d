/**
 * The command line: one class per subcommand, a {@code Callable<Integer>} that returns the exit code. A command wires the other modules together; what it computes
 * stands there, not here.
 *
 * <p>
 * Conventions: results go to {@code spec.commandLine().getOut()}, warnings and progress to stderr; a user's mistake is thrown as {@code UserError}; no command
 * calls {@code System.exit}. Every option's description states its default. May import {@code lockstep.common}, {@code lockstep.node},
 * {@code lockstep.coordinator}, picocli and the progress bar.
 */
package lockstep.deploy.command;
