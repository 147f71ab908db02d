/**
 * What a person sees of a run: lines on stdout in llm.c's manner, and a progress bar on stderr where that is a terminal.
 *
 * <p>
 * Knows the loop's reports, nothing of options or files. May import {@code lockstep.common}, {@code lockstep.node.train} and the progress
 * bar.
 */
package lockstep.deploy.console;
