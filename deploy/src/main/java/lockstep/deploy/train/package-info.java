/**
 * A training run around the loop: its options and how they resolve, its directory and logs, and the composition root that builds it all.
 *
 * <p>
 * The way of a run: {@link lockstep.deploy.train.TrainOptions} (what was typed, and what a configuration file says) → {@link
 * lockstep.deploy.train.RunConfig} (every
 * value known) → {@link lockstep.deploy.train.Composition} (objects) → the loop. Values of {@link lockstep.deploy.train.DefaultRun} are
 * the only defaults. May import
 * {@code lockstep.common}, {@code lockstep.node}, {@code lockstep.deploy.console}, {@code lockstep.deploy.dashboard}, {@code lockstep.deploy.http}, {@code lockstep.deploy.latency}, {@code lockstep.deploy.model} and picocli.
 */
package lockstep.deploy.train;
