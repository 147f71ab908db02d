/**
 * A live page of a run: a view of what the run's directory holds, and of nothing else.
 *
 * <p>
 * {@link lockstep.deploy.dashboard.RunFiles} reads a file of the directory, here or on the leading node, in bounded pieces; {@link lockstep.deploy.dashboard.RunTail} makes whole lines of them; {@link
 * lockstep.deploy.dashboard.RunHistory} keeps what a page shows of a run of any length, in bounded memory; {@link lockstep.deploy.dashboard.RunFeed} tells pages what they don't know yet; {@link
 * lockstep.deploy.dashboard.WebPage} is the page itself, from {@code src/main/resources}. One thread reads the files, and whoever looks reads its memory: the training knows of neither. May import {@code lockstep.common},
 * {@code lockstep.deploy.http}, {@code lockstep.deploy.latency} and Jackson.
 */
package lockstep.deploy.dashboard;
