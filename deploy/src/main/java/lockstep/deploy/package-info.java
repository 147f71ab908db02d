/**
 * The process: from {@code main} to an exit code. What went wrong becomes one line on stderr here and nowhere else, and only {@code Main.main} ends the JVM.
 *
 * <p>
 * May import everything of Lockstep, and picocli.
 */
package lockstep.deploy;
